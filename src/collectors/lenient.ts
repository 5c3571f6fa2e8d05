// Reading answers so that one bad field costs only itself.
import type { z } from 'zod';
import { member } from '../options/record.ts';
import type { Sighting } from './collector.ts';

/** Deep enough for every answer, and a limit for one that lies. */
const DEPTH = 8;
const ROUNDS = 5;

type Path = readonly PropertyKey[];

/** Hears of a field that the schema refuses, and of what was there instead. */
export type OnViolation = (field: string, sighting: Pick<Sighting, 'value' | 'expected'>) => void;

/** Takes `null` for "not reported", everywhere, in place. */
function dropNulls(json: unknown, depth = 0): void {
  if (typeof json !== 'object' || json === null || depth > DEPTH) return;
  // Reason: an object or array of JSON.parse has nothing but string keys.
  const fields = json as { [key: string]: unknown };
  for (const key in fields) {
    if (fields[key] === null) fields[key] = undefined;
    else dropNulls(fields[key], depth + 1);
  }
}

/**
 * The parsed value. Fields that the schema refuses are reported, removed (`json` is changed) and count as not reported;
 * throws where the whole is refused, or a field that cannot be missing.
 */
export function parseLeniently<T>(schema: z.ZodType<T>, json: unknown, onViolation: OnViolation): T {
  let result = schema.safeParse(json);
  // Only now: an answer without nulls need not be searched for them.
  if (!result.success) {
    dropNulls(json);
    result = schema.safeParse(json);
  }
  const reported = new Set<string>();
  for (let round = 0; !result.success; round++) {
    // One field may be refused for two reasons.
    const issues = new Map(result.error.issues.map((issue) => [issue.path.join('/'), issue]));
    const holed = new Set([...issues.values()].map(({ path }) => listWithHole(json, path)));
    const wrong = [...issues].filter(([, { path }]) => listWithHole(json, path) === undefined);
    for (const [key, issue] of wrong) {
      const { path } = issue;
      const expected = () => expectedBy(issue);
      if (path.length > 0 && !reported.has(key)) onViolation(fieldName(path), { value: valueAt(json, path), expected });
      reported.add(key);
    }
    const missing = wrong.find(([, { path }]) => !remove(json, path))?.[1].path;
    if (missing !== undefined || round >= ROUNDS)
      throw new Error(`${fieldName(missing ?? []) || 'the answer'}: ${result.error.issues[0]?.message ?? 'wrong'}`);
    for (const list of holed) if (list !== undefined) closeHoles(list);
    result = schema.safeParse(json);
  }
  const path = unprintable(result.data);
  if (path === undefined) return result.data;
  const expected = `a text that can be shown, of at most ${LONGEST_TEXT} characters`;
  onViolation(fieldName(path), { value: valueAt(json, path), expected });
  if (!remove(json, path)) throw new Error(`${fieldName(path)}: not a text that can be shown`);
  return parseLeniently(schema, json, onViolation);
}

const LONGEST_ID = 128;
/** Longer texts than any the service allows would only blow up the page. */
const LONGEST_TEXT = 1024;

/**
 * The path of a text that is too long, or that two different texts would be printed as (half a character, a NUL).
 * Not a check of the schema: one walk costs a tenth of a check on every field.
 */
function unprintable(value: unknown): Path | undefined {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT || value.includes('\0') || !isWellFormed(value) ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  // Reason: what a schema gave has nothing but string keys; no list of them is made, there are 60,000 fields in a page.
  const fields = value as { readonly [key: string]: unknown };
  for (const key in fields) {
    const below = unprintable(fields[key]);
    if (below !== undefined) return [Array.isArray(value) ? Number(key) : key, ...below];
  }
  return undefined;
}

const isWellFormed = (text: string) => !/\p{Cs}/u.test(text);

/** `data_volumes[].size`: without positions, so that it can be a label. */
export const fieldName = (path: Path): string =>
  path
    .map((key) => (typeof key === 'number' ? '[]' : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');

/** What has the last step of the path as a key. */
function parentOf(json: unknown, path: Path): object | undefined {
  let parent: unknown = json;
  for (const step of path.slice(0, -1))
    parent = typeof parent === 'object' && parent !== null ? Reflect.get(parent, step) : undefined;
  return typeof parent === 'object' && parent !== null ? parent : undefined;
}

const valueAt = (json: unknown, path: Path): unknown => path.reduce<unknown>(member, json);

/** zod's own words, which never hold the value; of a union those of each branch. */
function expectedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_union' && issue.errors.length > 0)
    return [...new Set(issue.errors.flat().map(expectedBy))].join(' or ');
  return /expected (.+?)(?:, received .*)?$/s.exec(issue.message)?.[1] ?? issue.message;
}

/** False where there is nothing to remove. */
function remove(json: unknown, path: Path): boolean {
  const key = path.at(-1);
  const parent = parentOf(json, path);
  if (key === undefined || parent === undefined || Reflect.get(parent, key) === undefined) return false;
  return Reflect.set(parent, key, undefined);
}

/** The list, where the path leads to an element of one that was null or removed. */
function listWithHole(json: unknown, path: Path): unknown[] | undefined {
  const list = parentOf(json, path);
  const position = path.at(-1);
  return Array.isArray(list) && position !== undefined && Reflect.get(list, position) === undefined ? list : undefined;
}

/** Only where the schema refuses holes, because it moves the elements behind. */
function closeHoles(list: unknown[]): void {
  const kept = list.filter((element) => element !== undefined);
  list.length = 0;
  // One by one: a list of the cloud may be longer than a call can have arguments.
  for (const element of kept) list.push(element);
}

/** For a report: the id of a pool in an answer that may be wrong everywhere. */
export function idIn(json: unknown, field: string): string | undefined {
  const id = member(json, field);
  return typeof id === 'string' && id.length <= LONGEST_ID ? id : undefined;
}

/** The names of all fields of a schema, as `fieldName` writes them. */
export function fieldsOf(schema: unknown, prefix = ''): string[] {
  const kind = unwrapped(schema);
  if (kind.element !== undefined) return [`${prefix}[]`, ...fieldsOf(kind.element, `${prefix}[]`)];
  return Object.entries(kind.shape ?? {}).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return [path, ...fieldsOf(field, path)];
  });
}

interface SchemaParts {
  readonly shape?: object;
  readonly element?: unknown;
}

function unwrapped(schema: unknown): SchemaParts {
  let inner: unknown = schema;
  while (
    typeof inner === 'object' &&
    inner !== null &&
    'unwrap' in inner &&
    typeof inner.unwrap === 'function' &&
    !('element' in inner)
  )
    inner = inner.unwrap();
  // Reason: zod has no common type for what has a shape and what has an element; both are read defensively.
  return typeof inner === 'object' && inner !== null ? (inner as SchemaParts) : {};
}
