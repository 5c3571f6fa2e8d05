// Finds values that somebody meant to fill in: nothing is expanded here, and `${TOKEN}` would be sent to the cloud as it stands.
import type { z } from 'zod';
import { type Problem, problemAt } from './problem.ts';
import { listKeys } from './shape.ts';
import { listScalars, type Path, type Source } from './source.ts';

/** A problem for each of them. The schema tells which options are secrets: those with a twin `…_file`. */
export function findUnfilled(source: Source, schema: z.ZodType): readonly Problem[] {
  const isSecret = (path: Path) =>
    listKeys(schema, path.slice(0, -1), source.value).includes(`${String(path.at(-1))}_file`);
  return listScalars(source.value).flatMap(({ scalar, path }) => {
    const kind = typeof scalar === 'string' ? classify(scalar, () => isSecret(path)) : undefined;
    if (kind === undefined) return [];
    const { place, path: written } = source.locate(path);
    // A variable of the environment has no path, and its twin is a variable, too.
    const twin = written.length === 0 ? `${place.text}_FILE` : `${String(path.at(-1))}_file`;
    const advice = isSecret(path) ? `, or name its file with ${twin}` : '';
    return [problemAt(source, path, `${kind}; write the value itself${advice}`)];
  });
}

/** `${NAME}`, `$(NAME)` and `{{ name }}`; after a backslash it is part of an expression. */
const MARK = /(?<!\\)(?:\$\{[A-Za-z_][^{}]*\}|\$\([A-Za-z_]\w*\)|\{\{[^{}]*\}\})/;
const WHOLE = new RegExp(`^(?:${MARK.source}|\\$[A-Z_][A-Z0-9_]*)$`);
/** As in an example, or as /config shows what must not be seen. */
const PLACEHOLDER = /^(?:<[^<>]+>|\.\.\.|…)$/;

function classify(text: string, isSecret: () => boolean): string | undefined {
  const trimmed = text.trim();
  if (PLACEHOLDER.test(trimmed)) return 'a placeholder';
  // A password may hold anything somewhere in it.
  if (WHOLE.test(trimmed) || (MARK.test(trimmed) && !isSecret()))
    return trimmed.includes('{{') ? 'a template that was not filled in' : 'a variable, which is not expanded here';
  return undefined;
}
