// Makes an example of a way to sign in from its schema: no option that could be left out, secrets in files.
import { authOptions } from '../src/cloud/auth/index.ts';
import type { Shape } from './configuration-schema.ts';

/** Lines of YAML. */
export function smallestOptions({ properties = {} }: Shape): readonly string[] {
  let options = Object.entries(properties)
    .filter(([key]) => !(`${key}_file` in properties))
    .map(([key, shape]) => [key, sample(key, shape)] as const);
  for (const [key] of options) {
    const without = options.filter(([other]) => other !== key);
    if (authOptions.safeParse(Object.fromEntries(without)).success) options = without;
  }
  return options.map(([key, value]) => `${key}: ${value}`);
}

function sample(key: string, shape: Shape | boolean): string {
  if (typeof shape === 'object' && shape.const !== undefined) return String(shape.const);
  if (typeof shape === 'object' && shape.format === 'uri') return 'https://example.com';
  const name = key.replaceAll('_', '-');
  return key.endsWith('_file') ? `/run/secrets/${name.replace(/-file$/, '')}` : `your-${name}`;
}
