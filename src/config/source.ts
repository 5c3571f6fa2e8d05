// What a configuration holds and where each value was written, whether it was read from a file or from the environment.
import { resolve } from 'node:path';
import { isRecord, member } from '../option-types/record.ts';

export type Path = readonly PropertyKey[];

/** Where something stands: `file:line:column` or the name of a variable, and its rank among such places. */
export interface Place {
  readonly text: string;
  readonly order: number;
  /** Of an alias: where in the anchored value the matter is written. */
  readonly from?: string;
}

/** The deepest part of a path that is written. */
export interface Spot {
  /** Of the value where it is a scalar; of the key for a map, a list, nothing, and whatever is missing below. */
  readonly place: Place;
  readonly keyPlace: Place;
  /** The whole path as it was written: a value from `defaults` says so. */
  readonly path: Path;
  /** How many steps at the end of the path are not written. */
  readonly missing: number;
}

export interface Source {
  /** Maps, lists and scalars. */
  readonly value: unknown;
  /** Only problems ask: a configuration without any pays nothing for it. */
  locate(path: Path): Spot;
}

/** A file that an option names. */
export interface NamedFile extends Pick<Spot, 'place'> {
  /** Of the option. */
  readonly path: Path;
  /** Absolute. */
  readonly file: string;
}

export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && !Array.isArray(value);

export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce(
    (around, key) => (isRecord(around) && Object.hasOwn(around, key) ? member(around, key) : undefined),
    value,
  );

/** All that is neither a map nor a list. */
export function listScalars(
  value: unknown,
  path: Path = [],
): readonly { readonly scalar: unknown; readonly path: Path }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => listScalars(item, [...path, i]));
  if (!isMap(value)) return [{ scalar: value, path }];
  return Object.entries(value).flatMap(([key, child]) => listScalars(child, [...path, key]));
}

/** Makes relative paths (the keys `*_file`) absolute, counted from `folder`; not in the maps that `named` lists, whose keys are names. */
export function resolvePaths(value: unknown, folder: string, named: readonly string[] = [], isNamed = false): unknown {
  if (Array.isArray(value)) return value.map((item) => resolvePaths(item, folder, named));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      !isNamed && isFileOption(key, child)
        ? resolve(folder, child)
        : resolvePaths(child, folder, named, named.includes(key)),
    ]),
  );
}

/** Whether an option holds the path of a file. */
export const isFileOption = (key: PropertyKey | undefined, value: unknown): value is string =>
  String(key).endsWith('_file') && typeof value === 'string' && value !== '';

/** Whether a key may be repeated in a problem: a secret that was put in a key's place by mistake rarely looks so. */
export const looksLikeKey = (key: string): boolean => /^[A-Za-z<][\w<-]{0,39}$/.test(key);

/** `projects[0].http.timeout` */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
