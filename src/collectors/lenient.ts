// Reads answers so that one bad field, or one bad element of a list, costs only itself.
import * as z from 'zod';
import type { Operation } from '../cloud/send.ts';
import { isRecord, member } from '../option-types/record.ts';
import type { Reporter, Sighting } from './collector.ts';

/** More than any list inside a pool, a user or a quota has; more would only blow up the page. */
const LONGEST_LIST = 100;
/** The service allows no longer texts; they would only blow up the page. */
const LONGEST_TEXT = 1024;

/** What an answer has, but is not taken from it. */
export interface Losses {
  /** A field that was not as documented: `data_volumes[].size`, without positions, so that it can be a label. */
  violation(field: string, found: Pick<Sighting, 'value' | 'expected'>): void;
  /** Elements of a list beyond the most that are read. */
  cut(elements: number): void;
}

/** Reports what is lost of an answer; `prefix` is where in it the parsed part lies, `of` whose it is. */
export const lossesTo = (
  report: Reporter,
  operation: Operation,
  prefix = '',
  of: Pick<Sighting, 'pool' | 'isPrivate'> = {},
): Losses => ({
  violation: (field, found) => report.violation(operation, prefix + field, { ...found, ...of }),
  cut: (elements) => report.dropped('list_length', elements),
});

/** Rows by what they are about, a `thing`. Throws where two are about the same: which one is true cannot be known. */
export function indexRows<Row>(rows: readonly Row[], idOf: (row: Row) => string, thing: string) {
  const byId = new Map(rows.map((row) => [idOf(row), row]));
  if (byId.size < rows.length) throw new Error(`a ${thing} has two rows`);
  return byId;
}

const LONGEST_ID = 128;

/** For a report: the id of a pool in an answer that may be wrong everywhere. */
export function idIn(json: unknown, field: string): string | undefined {
  const id = member(json, field);
  return typeof id === 'string' && id.length <= LONGEST_ID ? id : undefined;
}

/**
 * The parsed value, made in one walk, whose cost does not depend on how much is wrong. `null` means "not reported"
 * everywhere. What the schema refuses is reported and treated as not reported; throws where a required field is missing
 * then. The walk knows objects, lists and optional fields. Anything else is a leaf; refinements of an object or a list are
 * ignored.
 */
export function parseLeniently<Schema extends z.ZodType>(
  schema: Schema,
  json: unknown,
  losses: Losses,
): z.output<Schema> {
  const whole = wholes.get(schema) ?? fieldOf(schema, '');
  wholes.set(schema, whole);
  // Reason: every part of it was read by the schema's own part.
  return readOnce(whole, json, losses) as z.output<Schema>;
}

/** What was read of an answer, and what was lost of it. */
interface Outcome {
  readonly whole: Field;
  readonly value: unknown;
  readonly lost: readonly ((losses: Losses) => void)[];
}

const outcomes = new WeakMap<object, Outcome>();
/** An answer that is wrong in more places is read anew each time. */
const MOST_LOST = 20;

/** An answer that came before is the same object (`JsonReader`): it is not read again, but what is wrong with it is told again. */
function readOnce(whole: Field, json: unknown, losses: Losses): unknown {
  const before = isRecord(json) ? outcomes.get(json) : undefined;
  if (before?.whole === whole) {
    for (const tell of before.lost) tell(losses);
    return before.value;
  }
  const lost: Outcome['lost'][number][] = [];
  const tell = (one: (losses: Losses) => void) => {
    if (lost.length <= MOST_LOST) lost.push(one);
    one(losses);
  };
  const value = readField(whole, json, {
    violation: (field, found) => tell((to) => to.violation(field, found)),
    cut: (elements) => tell((to) => to.cut(elements)),
  });
  if (isRecord(json) && lost.length <= MOST_LOST) outcomes.set(json, { whole, value, lost });
  return value;
}

/** Of a value that is neither undefined nor null. Gives undefined where it is refused, and has reported it then. */
type Read = (value: unknown, losses: Losses) => unknown;

interface Field {
  /** Empty for the whole. */
  readonly name: string;
  readonly schema: z.core.$ZodType;
  readonly isOptional: boolean;
  readonly read: Read;
}

/** Made once for each schema: a page has 60,000 fields. */
const wholes = new WeakMap<z.ZodType, Field>();

function fieldOf(schema: z.core.$ZodType, name: string): Field {
  if (schema instanceof z.ZodOptional) return { ...fieldOf(schema.unwrap(), name), isOptional: true };
  return { name, schema, isOptional: false, read: readerOf(schema, name) };
}

function readerOf(schema: z.core.$ZodType, name: string): Read {
  if (schema instanceof z.ZodObject) return objectReader(schema, name);
  if (schema instanceof z.ZodArray) return listReader(schema, name);
  return leafReader(schema, name);
}

function readField(field: Field, value: unknown, losses: Losses): unknown {
  const isReported = value !== undefined && value !== null;
  const kept = isReported ? field.read(value, losses) : undefined;
  if (kept !== undefined || field.isOptional) return kept;
  if (!isReported) refuse(field, value, losses);
  if (isReported) throw new Error(`${field.name === '' ? '' : `${field.name}: `}${whyRefused(field, value)}`);
  throw new Error(field.name === '' ? 'it is empty' : `${field.name} is missing`);
}

function objectReader(schema: z.ZodObject, name: string): Read {
  const fields = Object.entries(schema.shape).map(([key, child]) => [key, fieldOf(child, below(name, key))] as const);
  return (value, losses) => {
    if (!isRecord(value) || Array.isArray(value)) return refuse({ name, schema }, value, losses);
    const kept: { [key: string]: unknown } = {};
    for (const [key, field] of fields) {
      const part = readField(field, value[key], losses);
      if (part !== undefined) kept[key] = part;
    }
    return kept;
  };
}

function listReader(schema: z.ZodArray, name: string): Read {
  const { read, isOptional } = fieldOf(schema.element, `${name}[]`);
  return (value, losses) => {
    if (!Array.isArray(value)) return refuse({ name, schema }, value, losses);
    if (value.length > LONGEST_LIST) losses.cut(value.length - LONGEST_LIST);
    const kept: unknown[] = [];
    for (const one of value.slice(0, LONGEST_LIST)) {
      const part = one === undefined || one === null ? undefined : read(one, losses);
      // Where the schema allows a gap, the positions behind it mean something.
      if (part !== undefined || isOptional) kept.push(part);
    }
    return kept;
  };
}

function leafReader(schema: z.core.$ZodType, name: string): Read {
  return (value, losses) => {
    // Before the schema, whose expressions need not see a megabyte.
    if (isUnprintable(value)) return refuse({ name, schema }, value, losses);
    // Not `safeParse`, whose error with its words and its stack takes twenty times as long as the check.
    const result = schema._zod.run({ value, issues: [] }, { async: false });
    // Reason: no schema of an answer is asynchronous.
    const { issues, value: kept } = result as Awaited<typeof result>;
    return issues.length === 0 ? kept : refuse({ name, schema }, value, losses);
  };
}

function refuse({ name, schema }: Pick<Field, 'name' | 'schema'>, value: unknown, losses: Losses): undefined {
  if (name !== '') losses.violation(name, { value, expected: () => expectedBy(schema, value) });
}

const PRINTABLE = `a text that can be shown, of at most ${LONGEST_TEXT} characters`;

const expectedBy = (schema: z.core.$ZodType, value: unknown): string =>
  isUnprintable(value) ? PRINTABLE : wordsOf(z.safeParse(schema, value).error?.issues[0]);

/** zod's own words, which never hold the value; of a union those of each branch. */
function wordsOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'invalid_union' && issue.errors.length > 0)
    return [...new Set(issue.errors.flat().map(wordsOf))].join(' or ');
  const message = issue?.message ?? 'something else';
  return /expected (.+?)(?:, received .*)?$/s.exec(message)?.[1] ?? message;
}

/** In words, for a field that cannot be missing. */
const whyRefused = ({ schema }: Field, value: unknown): string =>
  isUnprintable(value)
    ? 'not a text that can be shown'
    : (z.safeParse(schema, value).error?.issues[0]?.message.replace('Invalid input: ', '') ?? 'not as documented');

/** A text that is too long, or that two different texts would be printed as (half a character, a NUL). */
const isUnprintable = (value: unknown) =>
  typeof value === 'string' && (value.length > LONGEST_TEXT || value.includes('\0') || !value.isWellFormed());

const below = (prefix: string, name: string) => (prefix === '' ? name : `${prefix}.${name}`);
