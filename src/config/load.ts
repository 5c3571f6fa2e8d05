// Reads a configuration file: one call returns a usable configuration or every reason why it cannot be used.
import { dirname, resolve } from 'node:path';
import { type FileText, files } from '../option-types/regular-file.ts';
import { unusableAuthorities } from './named-files.ts';
import { ConfigError, problemOf } from './problem.ts';
import type { CollectorOptions, Config } from './schema.ts';
import { type Loaded, requireLoaded, type Validated, validate } from './validate.ts';
import { parseYaml } from './yaml.ts';

/** Only at start may a pipe be read: it cannot be read again. */
export type Occasion = 'start' | 'reload';

/** The configuration in a file, with usable files of certificates. Rejects with a `ConfigError` that has all problems. */
export async function readConfig(
  path: string,
  collectors: readonly CollectorOptions[],
  occasion: Occasion = 'start',
): Promise<Loaded> {
  const read = occasion === 'start' ? files.readAtStart : files.read;
  const validated = load(requireText(path, await read(path, 'configuration')), path, collectors);
  // Without its authorities nothing of a project would ever be read: no configuration to run on.
  const problems = [...validated.problems, ...(await unusableAuthorities(validated.files))];
  return requireLoaded({ ...validated, problems });
}

/** That in a text alone. `file` is the name in problems; relative paths in the text count from its folder. */
export const loadConfig = async (
  text: string,
  file: string,
  collectors: readonly CollectorOptions[],
): Promise<Config> => requireLoaded(load(text, file, collectors)).config;

const load = (text: string, file: string, collectors: readonly CollectorOptions[]): Validated =>
  validate(parseYaml(text, file, 'at least `projects`'), dirname(resolve(file)), collectors);

/** The text of a configuration file. Throws a `ConfigError` that names it. */
export function requireText(path: string, read: FileText): string {
  if ('text' in read) return read.text;
  throw new ConfigError([problemOf(path, `cannot be read ${read.why}`)]);
}
