// Whether two settings mean the same, secrets included: what tells a reload which projects it leaves alone.
import { isRecord } from '../option-types/record.ts';
import { Secret } from '../option-types/secret.ts';

/** Compares data; functions, which settings carry beside what they were made from, say nothing. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (a instanceof Secret || b instanceof Secret)
    return a instanceof Secret && b instanceof Secret && a.reveal() === b.reveal();
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isEqual(item, b[i]));
  if (!isRecord(a) || !isRecord(b)) return Object.is(a, b) || (typeof a === 'function' && typeof b === 'function');
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isEqual(a[key], b[key]));
}
