// A configuration as a tree that remembers where each value was written, whatever it was read from.
import { resolve } from 'node:path';

export type Path = readonly PropertyKey[];

/** Where something stands: `file:line:column` or the name of a variable, and its rank among such places. */
export interface Place {
  readonly text: string;
  readonly order: number;
}

interface Located {
  /** As it was written: a value that came from `defaults` says so. */
  readonly path: Path;
  readonly place: Place;
  /** Of the key, where the value has one. */
  readonly keyPlace: Place;
}
export interface ScalarNode extends Located {
  readonly kind: 'scalar';
  readonly value: unknown;
}
export interface MapNode extends Located {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, ConfigNode>;
}
export interface ListNode extends Located {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
}
export type ConfigNode = ScalarNode | MapNode | ListNode;

/** A file that an option names. */
export interface NamedFile extends Pick<Located, 'path' | 'place'> {
  /** Absolute. */
  readonly file: string;
}

/**
 * The bare values. Relative paths (the keys `*_file`) are made absolute, counted from `folder`; not in the maps that `named`
 * lists, whose keys are names that somebody chose.
 */
export function toValue(node: ConfigNode, folder: string, named: readonly string[] = []): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map((item) => toValue(item, folder, named));
  const isNamed = named.includes(String(node.path.at(-1)));
  // Without a prototype: a key `constructor` is a key like any other.
  const values: Record<string, unknown> = Object.create(null);
  for (const [key, child] of node.entries) {
    const value = toValue(child, folder, named);
    values[key] = isFileOption(key, value) && !isNamed ? resolve(folder, value) : value;
  }
  return values;
}

/** Whether an option holds the path of a file. */
export const isFileOption = (key: PropertyKey | undefined, value: unknown): value is string =>
  String(key).endsWith('_file') && typeof value === 'string' && value !== '';

export const entryOf = (node: ConfigNode | undefined, key: PropertyKey): ConfigNode | undefined => {
  if (node?.kind === 'map') return node.entries.get(String(key));
  return node?.kind === 'list' && typeof key === 'number' ? node.items[key] : undefined;
};

/** The value of a scalar; undefined for anything else. */
export const readScalar = (node: ConfigNode | undefined): unknown => (node?.kind === 'scalar' ? node.value : undefined);

/** All scalars, each with its path from the root, where its own path is as it was written. */
export function listScalars(
  node: ConfigNode,
  path: Path = [],
): readonly { readonly node: ScalarNode; readonly path: Path }[] {
  if (node.kind === 'scalar') return [{ node, path }];
  const children: readonly (readonly [PropertyKey, ConfigNode])[] =
    node.kind === 'map' ? [...node.entries] : [...node.items.entries()];
  return children.flatMap(([key, child]) => listScalars(child, [...path, key]));
}

/** The node at a path, or the nearest around it, with the part of the path that is missing. */
export function locate(root: ConfigNode, path: Path): { readonly node: ConfigNode; readonly missing: Path } {
  let node = root;
  for (const [depth, key] of path.entries()) {
    const next = entryOf(node, key);
    if (next === undefined) return { node, missing: path.slice(depth) };
    node = next;
  }
  return { node, missing: [] };
}

/** Whether a key may be repeated in a problem: a secret that was put in a key's place by mistake rarely looks so. */
export const looksLikeKey = (key: string): boolean => /^[A-Za-z<][\w<-]{0,39}$/.test(key);

/** `projects[0].http.timeout` */
export const pathText = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
