// Finds values that somebody meant to have filled in: nothing is expanded here, and `${TOKEN}` would be sent to the cloud as it stands.
import type { z } from 'zod';
import { type ConfigNode, type Path, plain, type ScalarNode } from './node.ts';
import type { Problem } from './problem.ts';
import { keysAt } from './shape.ts';

/** A problem for each of them. The schema tells which options are secrets: those with a twin `…_file`. */
export function unfilledValues(root: ConfigNode, schema: z.ZodType): readonly Problem[] {
  const value = plain(root, '');
  const isSecret = (path: Path) => keysAt(schema, path.slice(0, -1), value).includes(`${String(path.at(-1))}_file`);
  return scalars(root, []).flatMap(({ node, path }) => {
    const kind = typeof node.value === 'string' ? kindOf(node.value, () => isSecret(path)) : undefined;
    if (kind === undefined) return [];
    const advice = isSecret(path) ? `, or name its file with ${twinOf(node, path)}` : '';
    return [{ place: node.place, path: node.path, message: `${kind}; write the value itself${advice}` }];
  });
}

interface Found {
  readonly node: ScalarNode;
  /** From the root, where `node.path` is as it was written. */
  readonly path: Path;
}

function scalars(node: ConfigNode, path: Path): readonly Found[] {
  if (node.kind === 'scalar') return [{ node, path }];
  const children: readonly (readonly [PropertyKey, ConfigNode])[] =
    node.kind === 'map' ? [...node.entries] : [...node.items.entries()];
  return children.flatMap(([key, child]) => scalars(child, [...path, key]));
}

/** A variable of the environment has no path, and its twin is a variable, too. */
const twinOf = (node: ScalarNode, path: Path) =>
  node.path.length === 0 ? `${node.place.text}_FILE` : `${String(path.at(-1))}_file`;

/** `${NAME}`, `$(NAME)` and `{{ name }}`; after a backslash it is part of an expression. */
const MARK = /(?<!\\)(?:\$\{[A-Za-z_][^{}]*\}|\$\([A-Za-z_]\w*\)|\{\{[^{}]*\}\})/;
const WHOLE = new RegExp(`^(?:${MARK.source}|\\$[A-Z_][A-Z0-9_]*)$`);
/** As in an example, or as /config shows what must not be seen. */
const PLACEHOLDER = /^(?:<[^<>]+>|\.\.\.|…)$/;

function kindOf(text: string, isSecret: () => boolean): string | undefined {
  const bare = text.trim();
  if (PLACEHOLDER.test(bare)) return 'a placeholder';
  // A password may hold anything somewhere in it.
  if (WHOLE.test(bare) || (MARK.test(bare) && !isSecret()))
    return bare.includes('{{') ? 'a template that was not filled in' : 'a variable, which is not expanded here';
  return undefined;
}
