// Checks a configuration, its defaults merged, against the schema and against the rules over several options.
import { checkSchema } from './check-schema.ts';
import { mergeDefaults } from './defaults.ts';
import { namedFiles } from './named-files.ts';
import type { Parsed, Problem } from './problem.ts';
import { findRemarks } from './remarks.ts';
import { checkRules } from './rules.ts';
import { type CollectorOptions, type Config, mergedSchema } from './schema.ts';
import { keysAt } from './shape.ts';
import { formatPath, type NamedFile } from './source.ts';
import { findUnfilled } from './unfilled.ts';

/** A configuration that can be used. */
export interface Loaded {
  readonly config: Config;
  /** Settings that are probably mistakes. */
  readonly remarks: readonly Problem[];
  /** The files that it names, whether or not they exist. */
  readonly files: readonly NamedFile[];
}

/** `loaded` is present exactly if there are no problems. */
export interface Validated {
  readonly loaded?: Loaded;
  readonly problems: readonly Problem[];
  readonly files: readonly NamedFile[];
}

/** Relative paths count from `folder`. */
export function validate(parsed: Parsed, folder: string, collectors: readonly CollectorOptions[]): Validated {
  if (parsed.source === undefined) return { problems: parsed.problems, files: [] };
  const source = mergeDefaults(parsed.source);
  const schema = mergedSchema(collectors);
  const { config, problems: ofSchema } = checkSchema(source, schema, folder);
  const unfilled = findUnfilled(source, (path) => keysAt(schema, path, source.value));
  // A value that was not filled in is no valid id or address either: one problem is enough.
  const told = new Set(unfilled.map(spotOf));
  const others = [...ofSchema, ...checkRules(source)].filter((problem) => !told.has(spotOf(problem)));
  const problems = [...parsed.problems, ...others, ...unfilled];
  const files = namedFiles(source, folder);
  if (config === undefined || problems.length > 0) return { problems, files };
  return { loaded: { config, remarks: findRemarks(config, source), files }, problems, files };
}

const spotOf = ({ place, path }: Problem) => `${place.text} ${formatPath(path)}`;
