// Reads a configuration file: one call that gives either a usable configuration or every reason why it is none.
import { dirname, resolve } from 'node:path';
import { files } from '../options/regular-file.ts';
import { authorityProblems } from './authority-problems.ts';
import type { ConfigNode } from './node.ts';
import { ConfigError } from './problem.ts';
import type { CollectorOptions, Config } from './schema.ts';
import { textOf } from './text-of.ts';
import { validate } from './validate.ts';
import { parseYaml } from './yaml.ts';

/** Whether the process begins, which may read a pipe: it cannot be read again. */
export type Occasion = 'start' | 'reload';

/** The configuration in a file, with usable files of certificates. Rejects with a `ConfigError` that has all problems. */
export async function readConfig(
  path: string,
  collectors: readonly CollectorOptions[],
  occasion: Occasion = 'start',
): Promise<Config> {
  const read = occasion === 'start' ? files.readAtStart : files.read;
  const { config, root } = parse(textOf(path, await read(path, 'configuration')), path, collectors);
  const problems = await authorityProblems(config, root);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** The same for a text, but reads no further files. `file` is the name in problems; relative paths in the text count from its folder. */
export async function loadConfig(text: string, file: string, collectors: readonly CollectorOptions[]): Promise<Config> {
  return parse(text, file, collectors).config;
}

function parse(
  text: string,
  file: string,
  collectors: readonly CollectorOptions[],
): { readonly config: Config; readonly root: ConfigNode } {
  const { root, problems } = parseYaml(text, file, 'at least `projects`');
  if (root === undefined) throw new ConfigError(problems);
  const checked = validate(root, dirname(resolve(file)), collectors);
  const all = [...problems, ...checked.problems];
  if (checked.config === undefined || all.length > 0) throw new ConfigError(all);
  return { config: checked.config, root };
}
