// Reads a configuration file: one call that gives either a usable configuration or every reason why it is none.
import { dirname, resolve } from 'node:path';
import { ConfigError } from './problem.ts';
import { readText } from './read-text.ts';
import type { CollectorOptions, Config } from './schema.ts';
import { validate } from './validate.ts';
import { parseYaml } from './yaml.ts';

/** The configuration in a file. Rejects with a `ConfigError` that has all problems. */
export async function readConfig(path: string, collectors: readonly CollectorOptions[]): Promise<Config> {
  return loadConfig(await readText(path), path, collectors);
}

/** The same for a text. `file` is the name in problems; relative paths in the text count from its folder. */
export async function loadConfig(text: string, file: string, collectors: readonly CollectorOptions[]): Promise<Config> {
  const { root, problems } = parseYaml(text, file, 'at least `projects`');
  if (root === undefined) throw new ConfigError(problems);
  const checked = validate(root, dirname(resolve(file)), collectors);
  const all = [...problems, ...checked.problems];
  if (checked.config === undefined || all.length > 0) throw new ConfigError(all);
  return checked.config;
}
