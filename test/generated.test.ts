// The generated files are those that the code would generate now, and what they show works.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generated } from '../scripts/generated.ts';
import { collectors } from '../src/collectors/index.ts';
import { loadConfig } from '../src/config/load.ts';

it.each(generated.map((file) => [file.path, file] as const))(
  '%s is fresh (else: npm run generate)',
  async (path, file) => {
    expect(readFileSync(path, 'utf8')).toBe(await file.content());
  },
);

describe('the examples of docs/configuration.md', () => {
  const examples = readFileSync('docs/configuration.md', 'utf8').matchAll(/```yaml\n([\s\S]*?)```/g);
  const texts = [...examples].map(([, text = '']) => text);
  const ways = texts.filter((text) => text.startsWith('auth:'));

  it('are a whole file and each way to sign in', () => {
    expect(ways.length).toBeGreaterThanOrEqual(4);
    expect(texts.length).toBeGreaterThan(ways.length);
  });

  it.each(texts)('are valid: %s', async (text) => {
    const file = text.startsWith('projects:')
      ? text
      : `defaults:\n${text.replace(/^/gm, '  ')}\nprojects: [{ name: a, region: eu-west-0, project_id: 0bec5db98280d2d02fd6c00c2de791ce, pools: [c] }]`;
    await expect(loadConfig(file, 'config.yml', collectors)).resolves.toHaveProperty('projects');
  });
});
