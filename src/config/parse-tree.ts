// Checks a configuration against a schema, and reports every problem at the place where it was written.
import type { z } from 'zod';
import { MOST_PROBLEMS, type Problem, problemAt } from './problem.ts';
import { findHomes, listKeys } from './shape.ts';
import { looksLikeKey, type Path, resolvePaths, type Source, valueAt } from './source.ts';
import { describeIssue, suggest } from './words.ts';

export interface Parsed<Value> {
  /** Usable only if there are no problems. */
  readonly config?: Value;
  readonly problems: readonly Problem[];
}

/** Relative paths count from `folder`, but in maps whose keys are names: those that `named` lists. */
export function parseTree<Schema extends z.ZodType>(
  source: Source,
  schema: Schema,
  folder: string,
  named: readonly string[] = [],
): Parsed<z.output<Schema>> {
  const { success, data, error } = schema.safeParse(resolvePaths(source.value, folder, named), {
    error: describeIssue,
  });
  if (success) return { config: data, problems: [] };
  const problems: Problem[] = [];
  for (const issue of error.issues) {
    problems.push(...problemsOf(issue, []));
    if (problems.length > MOST_PROBLEMS) break;
  }
  return { problems };

  /** An issue and its place. `above` is the path of the union that it is a branch of. */
  function problemsOf(issue: z.core.$ZodIssue, above: Path): readonly Problem[] {
    const path = [...above, ...issue.path];
    if (issue.code === 'unrecognized_keys')
      return issue.keys.slice(0, MOST_PROBLEMS + 1).map((key) => unknownKey(key, path));
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [problemAt(source, path, issue.message)];
    const own = issue.errors.find((branch) => !branch.some(isOfAnotherKind));
    if (own !== undefined) return own.flatMap((inner) => problemsOf(inner, path));
    const messages = issue.errors.flatMap((branch) => branch.filter(isOfAnotherKind).map(({ message }) => message));
    return [problemAt(source, path, joinAlternatives(messages))];
  }

  function unknownKey(key: string, parent: Path): Problem {
    const allowed = listKeys(schema, parent, source.value);
    const advice = suggest(key, allowed) || suggestHome(findHomes(schema, key), parent);
    const message = `unknown key${advice || ';'} allowed: ${allowed.join(', ')}`;
    const problem = problemAt(source, [...parent, key], message, 'key');
    // `{ password:hunter2 }` is a key without a value in YAML: what does not look like a key is not repeated.
    const isKey = advice !== '' || (looksLikeKey(key) && valueAt(source.value, [...parent, key]) !== null);
    return isKey ? problem : { ...problem, path: problem.path.slice(0, -1) };
  }
}

const isOfAnotherKind = (issue: z.core.$ZodIssue) => issue.code === 'invalid_type' && issue.path.length === 0;

/** "expected text, got X" and "expected a map, got X" in one. */
function joinAlternatives(messages: readonly string[]): string {
  const expected = messages.map((message) => /^expected (.*?), got /.exec(message)?.[1] ?? message);
  return `expected ${expected.join(' or ')}, got ${messages[0]?.split(', got ')[1] ?? 'something else'}`;
}

/** Where else a key is known; further in is likelier than elsewhere. Nothing where it would be a guess. */
function suggestHome(homes: readonly string[], path: Path): string {
  const here = path.map((step) => (typeof step === 'number' ? '[]' : `.${String(step)}`)).join('');
  const inner = homes.filter((home) => `.${home}`.startsWith(`${here}.`));
  const likely = inner.length > 0 ? inner : homes;
  return likely.length === 0 || likely.length > 3 ? '' : ` here; move it to ${likely.join(' or ')};`;
}
