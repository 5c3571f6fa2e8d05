// Finds placeholders that were not replaced: nothing is expanded here, so `${TOKEN}` would be sent to the cloud literally.
import { type Problem, problemAt } from './problem.ts';
import { mapScalars, type Path, type Source } from './source.ts';

/** A problem for each of them. `keysAt` gives the keys that are allowed at a path: secrets are the options with a twin `…_file`. */
export function findUnfilled(source: Source, keysAt: (path: Path) => readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  mapScalars(source.value, (scalar, path) => {
    if (typeof scalar !== 'string' || !MARKED.test(scalar)) return;
    const twin = `${String(path.at(-1))}_file`;
    const isSecret = keysAt(path.slice(0, -1)).includes(twin);
    const kind = kindOf(scalar.trim(), isSecret);
    if (kind === undefined) return;
    const { place, path: written } = source.locate(path);
    // A variable of the environment has no path, and its twin is a variable, too.
    const advice = isSecret ? `, or name its file with ${written.length === 0 ? `${place.text}_FILE` : twin}` : '';
    problems.push(problemAt(source, path, `${kind}; write the value itself${advice}`));
  });
  return problems;
}

/** A quick test that most values fail. */
const MARKED = /[$<…]|\.\.\.|\{\{/;
/** `${NAME}`, `$(NAME)` and `{{ name }}`; after a backslash it is part of an expression. */
const MARK = /(?<!\\)(?:\$\{[A-Za-z_][^{}]*\}|\$\([A-Za-z_]\w*\)|\{\{[^{}]*\}\})/;
const WHOLE = new RegExp(`^(?:${MARK.source}|\\$[A-Z_][A-Z0-9_]*)$`);
/** As in an example, or as /config masks secrets. */
const PLACEHOLDER = /^(?:<[^<>]+>|\.\.\.|…)$/;

function kindOf(text: string, isSecret: boolean): string | undefined {
  if (PLACEHOLDER.test(text)) return 'a placeholder';
  // A password may hold anything somewhere in it.
  if (WHOLE.test(text) || (MARK.test(text) && !isSecret))
    return text.includes('{{') ? 'a template that was not filled in' : 'a variable, which is not expanded here';
  return undefined;
}
