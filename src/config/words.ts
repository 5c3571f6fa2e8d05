// Says in plain words what zod found wrong, without repeating anything that may be a secret.
import type { z } from 'zod';
import { member } from '../option-types/record.ts';
import { nearest } from './nearest.ts';
import { enter } from './shape.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a map',
  array: 'a list',
};

/** The message of an issue. Issues with a message of their own never come here. */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type': {
      if (input === undefined) return describeMissing(issue.inst);
      const advice = typeof input === 'boolean' && hasSwitch(issue.inst) ? `; write { enabled: ${input} }` : '';
      return describeWrongKind(isWhole(issue) ? 'int' : issue.expected, input) + advice;
    }
    case 'invalid_value':
      return input === undefined ? describeMissing(issue.inst) : describeChoices(issue.values.map(String), input);
    case 'invalid_union':
      return describeChoices(listChoices(issue), findChoice(input, issue.discriminator));
    case 'too_small':
      if (typeof input === 'number') return `too small; at least ${issue.minimum}`;
      return Number(issue.minimum) === 1 ? 'empty' : `too short; at least ${issue.minimum} long`;
    case 'too_big':
      if (typeof input === 'number') return `too large; at most ${issue.maximum}`;
      return `too long; at most ${issue.maximum} long`;
    default:
      return undefined;
  }
};

const hasSwitch = (schema: unknown) => enter(schema, 'enabled', {}) !== undefined;

const isWhole = ({ inst }: z.core.$ZodRawIssue) =>
  inst !== undefined && 'format' in inst._zod.def && inst._zod.def.format === 'safeint';

const findChoice = (input: unknown, key: string | undefined): unknown =>
  // A record: the schema has looked for its discriminator in it.
  key === undefined ? input : (input as Readonly<Record<string, unknown>>)[key];

const listChoices = ({ options }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>) =>
  Array.isArray(options) ? options.map(String) : [];

function describeMissing(schema: unknown): string {
  const description = member(schema, 'description');
  return typeof description === 'string' ? `missing (${description})` : 'missing';
}

function describeWrongKind(expected: string, input: unknown): string {
  return `expected ${KINDS[expected] ?? expected}, got ${nameKind(expected, input)}${suggestQuotes(expected, input)}`;
}

/** What was found instead. A text is repeated only where a flag or number belongs, and only a short one. */
function nameKind(expected: string, input: unknown): string {
  if (input === null) return 'nothing; remove it, or write what belongs to it';
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  const isFlagOrNumber = ['boolean', 'int', 'number'].includes(expected);
  if (typeof input === 'string')
    return isFlagOrNumber && /^[\w.:+-]{1,16}$/.test(input) ? `the text "${input}"` : 'text';
  return isFlagOrNumber ? String(input) : typeof input === 'number' ? 'a number' : 'true or false';
}

function suggestQuotes(expected: string, input: unknown): string {
  if (expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')) return '; quote it';
  if (expected === 'array' && typeof input === 'string') return '; write a list, even for one item: [ … ]';
  if (typeof input !== 'string') return '';
  const isQuoted = expected === 'boolean' ? /^(true|false)$/.test(input) : /^-?\d+$/.test(input);
  return isQuoted && ['boolean', 'int', 'number'].includes(expected) ? '; remove the quotes' : '';
}

function describeChoices(allowed: readonly string[], input: unknown): string {
  const list = `one of ${allowed.join(', ')}`;
  if (input === undefined) return `missing; ${list}`;
  if (typeof input !== 'string') return `expected ${list}, got ${nameKind('', input)}`;
  return `expected ${list}${suggest(input, allowed)}`;
}

export function suggest(written: string, allowed: readonly string[]): string {
  const meant = nearest(written, allowed);
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}
