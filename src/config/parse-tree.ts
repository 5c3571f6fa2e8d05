// Checks a tree against a schema, and reports every problem at the place where it was written.
import type { z } from 'zod';
import { type ConfigNode, entryOf, locate, looksLikeKey, type Path, readScalar, toValue } from './node.ts';
import { MOST_PROBLEMS, type Problem, problemAt } from './problem.ts';
import { findHomes, listKeys } from './shape.ts';
import { suggestion, words } from './words.ts';

export interface Parsed<Value> {
  /** Usable only if there are no problems. */
  readonly config?: Value;
  readonly problems: readonly Problem[];
}

/** Relative paths in the tree count from `folder`, but in maps whose keys are names: those that `named` lists. */
export function parseTree<Schema extends z.ZodType>(
  root: ConfigNode,
  schema: Schema,
  folder: string,
  named: readonly string[] = [],
): Parsed<z.output<Schema>> {
  const value = toValue(root, folder, named);
  const { success, data, error } = schema.safeParse(value, { error: words });
  if (success) return { config: data, problems: [] };
  const keys: Keys = { at: (path) => listKeys(schema, path, value), homes: (key) => findHomes(schema, key) };
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    problems.push(...problemsOf(issue, [], root, keys));
    if (problems.length > MOST_PROBLEMS) break;
  }
  return { problems };
}

/** What the schema knows of keys: those allowed at a place, and the maps that have one. */
interface Keys {
  at(path: Path): readonly string[];
  homes(key: string): readonly string[];
}

/** An issue and its place. `above` is the path of the union that it is a branch of. */
function problemsOf(issue: z.core.$ZodIssue, above: Path, root: ConfigNode, keys: Keys): readonly Problem[] {
  const path = [...above, ...issue.path];
  const { node, missing } = locate(root, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_PROBLEMS + 1).map((key) => unknownKey(key, node, path, keys));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const own = issue.errors.find((branch) => !branch.some(isOfAnotherKind));
    if (own !== undefined) return own.flatMap((inner) => problemsOf(inner, path, root, keys));
    const messages = issue.errors.flatMap((branch) => branch.filter(isOfAnotherKind).map(({ message }) => message));
    return [problemAt(node, alternatives(messages))];
  }
  const isWritten = missing.length === 0 && readScalar(node) != null;
  const place = isWritten ? node.place : node.keyPlace;
  return [{ place, path: [...node.path, ...missing], message: issue.message }];
}

const isOfAnotherKind = (issue: z.core.$ZodIssue) => issue.code === 'invalid_type' && issue.path.length === 0;

/** "expected text, got X" and "expected a map, got X" in one. */
function alternatives(messages: readonly string[]): string {
  const expected = messages.map((message) => /^expected (.*?), got /.exec(message)?.[1] ?? message);
  return `expected ${expected.join(' or ')}, got ${messages[0]?.split(', got ')[1] ?? 'something else'}`;
}

function unknownKey(key: string, parent: ConfigNode, path: Path, keys: Keys): Problem {
  const child = entryOf(parent, key);
  const allowed = keys.at(path);
  const meant = suggestion(key, allowed) || belonging(keys.homes(key), path);
  // `{ password:hunter2 }` is a key without a value in YAML: what does not look like a key is not repeated.
  const isKey = meant !== '' || (looksLikeKey(key) && readScalar(child) !== null);
  return {
    place: child?.keyPlace ?? parent.keyPlace,
    path: isKey ? [...(child?.path ?? [...parent.path, key])] : parent.path,
    message: `unknown key${meant || ';'} allowed: ${allowed.join(', ')}`,
  };
}

/** Where else a key is known; further in is likelier than elsewhere. Nothing where it would be a guess. */
function belonging(homes: readonly string[], path: Path): string {
  const here = path.map((step) => (typeof step === 'number' ? '[]' : `.${String(step)}`)).join('');
  const inner = homes.filter((home) => `.${home}`.startsWith(`${here}.`));
  const likely = inner.length > 0 ? inner : homes;
  return likely.length === 0 || likely.length > 3 ? '' : ` here; move it to ${likely.join(' or ')};`;
}
