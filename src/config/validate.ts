// Checks a configuration, its defaults merged, against the schema and against the rules over several options.
import { findUnfilled } from './find-unfilled.ts';
import { mergeDefaults } from './merge-defaults.ts';
import { findNamedFiles } from './named-files.ts';
import { parseTree } from './parse-tree.ts';
import { ConfigError, type Problem } from './problem.ts';
import { findRemarks } from './remarks.ts';
import { findBrokenRules } from './rules.ts';
import { type CollectorOptions, type Config, mergedSchema } from './schema.ts';
import { formatPath, type NamedFile } from './source.ts';
import type { Written } from './yaml.ts';

/** A configuration that can be used. */
export interface Loaded {
  readonly config: Config;
  /** What it probably does not mean. */
  readonly remarks: readonly Problem[];
  /** What it names besides itself; whether they are there is another question. */
  readonly files: readonly NamedFile[];
}

/** `loaded` is there where there are no problems. */
export interface Validated {
  readonly loaded?: Loaded;
  readonly problems: readonly Problem[];
  readonly files: readonly NamedFile[];
}

/** Throws a `ConfigError` with all problems, if there are any. */
export function requireLoaded({ loaded, problems, files }: Validated): Loaded {
  if (loaded === undefined || problems.length > 0) throw new ConfigError(problems, files);
  return loaded;
}

/** Relative paths count from `folder`. */
export function validate(written: Written, folder: string, collectors: readonly CollectorOptions[]): Validated {
  if (written.source === undefined) return { problems: written.problems, files: [] };
  const source = mergeDefaults(written.source);
  const schema = mergedSchema(collectors);
  const { config, problems: ofSchema } = parseTree(source, schema, folder);
  const unfilled = findUnfilled(source, schema);
  // What was not filled in is no id and no address either: once is enough.
  const told = new Set(unfilled.map(spotOf));
  const others = [...ofSchema, ...findBrokenRules(source)].filter((problem) => !told.has(spotOf(problem)));
  const problems = [...written.problems, ...others, ...unfilled];
  const files = findNamedFiles(source, folder);
  if (config === undefined || problems.length > 0) return { problems, files };
  return { loaded: { config, remarks: findRemarks(config, source), files }, problems, files };
}

const spotOf = ({ place, path }: Problem) => `${place.text} ${formatPath(path)}`;
