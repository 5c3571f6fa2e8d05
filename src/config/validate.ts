// Checks a configuration tree: its defaults merged, against the schema, and against the rules over several options.
import { type Checked, checked } from './checked.ts';
import { withDefaults } from './defaults.ts';
import type { ConfigNode } from './node.ts';
import { brokenRules } from './rules.ts';
import { type CollectorOptions, type Config, mergedSchema } from './schema.ts';

/** Relative paths in the tree count from `folder`. */
export function validate(
  written: ConfigNode,
  folder: string,
  collectors: readonly CollectorOptions[],
): Checked<Config> {
  const root = withDefaults(written);
  const { problems, ...rest } = checked(root, mergedSchema(collectors), folder);
  return { ...rest, problems: [...problems, ...brokenRules(root)] };
}
