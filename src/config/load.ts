// Reads a configuration file: one call that gives either a usable configuration or every reason why it is none.
import { dirname, resolve } from 'node:path';
import { files } from '../options/regular-file.ts';
import { ConfigError } from './problem.ts';
import type { CollectorOptions, Config } from './schema.ts';
import { textOf } from './text-of.ts';
import { type Loaded, validate } from './validate.ts';
import { parseYaml } from './yaml.ts';

/** Whether the process begins, which may read a pipe: it cannot be read again. */
export type Occasion = 'start' | 'reload';

/** The configuration in a file. Rejects with a `ConfigError` that has all problems. */
export async function readConfig(
  path: string,
  collectors: readonly CollectorOptions[],
  occasion: Occasion = 'start',
): Promise<Loaded> {
  const read = occasion === 'start' ? files.readAtStart : files.read;
  return load(textOf(path, await read(path, 'configuration')), path, collectors);
}

/** That in a text alone. `file` is the name in problems; relative paths in the text count from its folder. */
export async function loadConfig(text: string, file: string, collectors: readonly CollectorOptions[]): Promise<Config> {
  return (await load(text, file, collectors)).config;
}

async function load(text: string, file: string, collectors: readonly CollectorOptions[]): Promise<Loaded> {
  const { root, problems } = parseYaml(text, file, 'at least `projects`');
  if (root === undefined) throw new ConfigError(problems);
  const { loaded, problems: more, files: named } = validate(root, dirname(resolve(file)), collectors);
  if (loaded === undefined || problems.length > 0) throw new ConfigError([...problems, ...more], named);
  return loaded;
}
