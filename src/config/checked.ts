// Checks a tree against a schema and tells every problem at the place where it was written.
import type { z } from 'zod';
import { type ConfigNode, entryOf, looksLikeKey, nearestNode, type Path, plain } from './node.ts';
import { MOST_PROBLEMS, type Problem } from './problem.ts';
import { homesOf, keysAt } from './shape.ts';
import { suggestion, words } from './words.ts';

export interface Checked<Value> {
  /** Usable only if there are no problems. */
  readonly config?: Value;
  readonly problems: readonly Problem[];
}

/** Relative paths in the tree count from `folder`, but in maps whose keys are names: those that `named` lists. */
export function checked<Schema extends z.ZodType>(
  root: ConfigNode,
  schema: Schema,
  folder: string,
  named: readonly string[] = [],
): Checked<z.output<Schema>> {
  const value = plain(root, folder, named);
  const { success, data, error } = schema.safeParse(value, { error: words });
  if (success) return { config: data, problems: [] };
  const keys: Keys = { at: (path) => keysAt(schema, path, value), homes: (key) => homesOf(schema, key) };
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
  const { node, missing } = nearestNode(root, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, MOST_PROBLEMS + 1).map((key) => unknownKey(key, node, path, keys));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const own = issue.errors.find((branch) => !branch.some(isOfAnotherKind));
    if (own !== undefined) return own.flatMap((inner) => problemsOf(inner, path, root, keys));
    const messages = issue.errors.flatMap((branch) => branch.filter(isOfAnotherKind).map(({ message }) => message));
    return [{ place: node.place, path: node.path, message: alternatives(messages) }];
  }
  const isWritten = missing.length === 0 && node.kind === 'scalar' && node.value !== null;
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
  const isKey = meant !== '' || (looksLikeKey(key) && !(child?.kind === 'scalar' && child.value === null));
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
