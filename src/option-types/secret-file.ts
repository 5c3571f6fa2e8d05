// Secrets in files: read when they are used, so that a rotated file needs no restart.
import * as z from 'zod';
import { cleanText, type TextForm } from './clean-text.ts';
import { files } from './regular-file.ts';
import { Secret } from './secret.ts';

/** Option type: a path. Relative ones count from the folder of the configuration file (config/load.ts makes them absolute). */
export const filePath = () => z.string().min(1, 'empty').meta({ description: 'Path of a file' });

/** The secret of an option pair `x` / `x_file`. Rejects, naming the file, when it cannot be read or holds no such secret. */
export async function readSecret(
  inline: Secret | undefined,
  file: string | undefined,
  form: TextForm = 'key',
): Promise<Secret> {
  if (inline !== undefined) return inline;
  if (file === undefined) throw new Error('neither a secret nor a file for it is configured');
  const read = await files.read(file, 'secret');
  if ('why' in read) throw new Error(`cannot read the secret file ${file} ${read.why}`);
  const clean = cleanText(read.text, form);
  if ('fault' in clean) throw new Error(`the secret file ${file} ${clean.fault}`);
  return new Secret(clean.text);
}

/** Adds the rule for such a pair to a schema: exactly one of `x` and `x_file`, or at most one if it is optional. */
export function oneOf<Schema extends z.ZodType>(schema: Schema, name: string, need: 'required' | 'optional'): Schema {
  const given = (options: unknown) =>
    [name, `${name}_file`].filter((key) => typeof options === 'object' && options !== null && key in options).length;
  // Checked even if another option is wrong, so that all problems are reported at once.
  const when = () => true;
  const single = schema.refine((options) => given(options) < 2, {
    when,
    path: [`${name}_file`],
    message: `${name} is set as well; keep one of the two`,
  });
  if (need === 'optional') return single;
  return single.refine((options) => given(options) > 0, { when, message: `missing ${name} or ${name}_file` });
}
