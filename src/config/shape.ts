// Walks a zod schema along a path, to know what is allowed at a place and what kind of value it is.
import * as z from 'zod';
import { isRecord, member } from '../option-types/record.ts';
import type { Path } from './source.ts';

/** The schema without what is wrapped around it: optional, defaults, what comes after a transform. */
export function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault)
    return unwrap(schema.unwrap());
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema;
}

/** The schema of a key or item of `value`; undefined where there is none. */
export function enter(schema: unknown, key: PropertyKey, value: unknown): unknown {
  const own = choose(schema, value);
  if (own instanceof z.ZodArray) return own.element;
  if (own instanceof z.ZodRecord) return own.valueType;
  return own instanceof z.ZodObject ? own.shape[String(key)] : undefined;
}

/** The keys that the schema allows at a path of `value`. */
export function listKeys(schema: unknown, path: Path, value: unknown): readonly string[] {
  const [key, ...rest] = path;
  if (key !== undefined) return listKeys(enter(schema, key, value), rest, member(value, key));
  const own = choose(schema, value);
  return own instanceof z.ZodObject ? Object.keys(own.shape) : [];
}

/** The maps of the schema that have a key, like `projects[].auth`. */
export function findHomes(schema: unknown, key: string, path = ''): readonly string[] {
  const own = unwrap(schema);
  if (own instanceof z.ZodArray) return findHomes(own.element, key, `${path}[]`);
  if (own instanceof z.ZodUnion) return [...new Set(own.options.flatMap((option) => findHomes(option, key, path)))];
  if (!(own instanceof z.ZodObject)) return [];
  const children = Object.entries(own.shape).flatMap(([name, child]) =>
    findHomes(child, key, path === '' ? name : `${path}.${name}`),
  );
  return Object.hasOwn(own.shape, key) ? [path, ...children] : children;
}

/** The unwrapped schema; of a union, the branch that is of the value's own kind. */
function choose(schema: unknown, value: unknown): unknown {
  const own = unwrap(schema);
  if (!(own instanceof z.ZodUnion)) return own;
  return own.options.map(unwrap).find((option) => {
    if (!(option instanceof z.ZodObject)) return !isRecord(value);
    if (!(own instanceof z.ZodDiscriminatedUnion)) return isRecord(value);
    const { discriminator } = own.def;
    return z.safeParse(option.shape[discriminator], member(value, discriminator)).success;
  });
}
