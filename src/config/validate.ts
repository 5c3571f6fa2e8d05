// Checks a configuration tree: its defaults merged, against the schema, and against the rules over several options.

import { findUnfilled } from './find-unfilled.ts';
import { mergeDefaults } from './merge-defaults.ts';
import { findNamedFiles } from './named-files.ts';
import { type ConfigNode, type NamedFile, pathText } from './node.ts';
import { parseTree } from './parse-tree.ts';
import type { Problem } from './problem.ts';
import { findRemarks } from './remarks.ts';
import { findBrokenRules } from './rules.ts';
import { type CollectorOptions, type Config, mergedSchema } from './schema.ts';

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

/** Relative paths in the tree count from `folder`. */
export function validate(written: ConfigNode, folder: string, collectors: readonly CollectorOptions[]): Validated {
  const root = mergeDefaults(written);
  const schema = mergedSchema(collectors);
  const { config, problems: ofSchema } = parseTree(root, schema, folder);
  const unfilled = findUnfilled(root, schema);
  // What was not filled in is no id and no address either: once is enough.
  const at = new Set(unfilled.map(spot));
  const others = [...ofSchema, ...findBrokenRules(root)].filter((problem) => !at.has(spot(problem)));
  const problems = [...others, ...unfilled];
  const files = findNamedFiles(root, folder);
  if (config === undefined || problems.length > 0) return { problems, files };
  return { loaded: { config, remarks: findRemarks(config, root), files }, problems, files };
}

const spot = ({ place, path }: Problem) => `${place.text} ${pathText(path)}`;
