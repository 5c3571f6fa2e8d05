// How long answers ask to wait, in every way that servers write it.
import { describe, expect, it } from 'vitest';
import { parseHttpDate } from '../../src/cloud/http-date.ts';
import { retryAfterOf } from '../../src/cloud/retry-after.ts';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 0);
const waitOf = (header: string | undefined, date?: string, status = 429) =>
  retryAfterOf(
    {
      status,
      body: '',
      headers: {
        ...(header === undefined ? {} : { 'retry-after': header }),
        ...(date === undefined ? {} : { date }),
      },
    },
    NOW,
  );

describe('Retry-After', () => {
  it.each<[string, number]>([
    ['30', 30_000],
    [' 30 ', 30_000],
    ['0', 0],
    ['120.5', 121_000],
    ['1.5', 2000],
    ['1.', 1000],
    ['+120', 120_000],
    ['Sat, 31 Jan 2026 12:01:30 GMT', 90_000],
    ['Saturday, 31-Jan-26 12:01:30 GMT', 90_000],
    ['Sat Jan 31 12:01:30 2026', 90_000],
    // The header twice, joined.
    ['5, 30', 30_000],
    ['30, 5', 30_000],
    ['5, Sat, 31 Jan 2026 12:01:30 GMT', 90_000],
    ['Saturday, 31-Jan-26 12:01:30 GMT, 5', 90_000],
    ['soon, 7', 7000],
    ['-1, 7', 7000],
    ['7,', 7000],
  ])('“%s” is %d ms', (header, milliseconds) => {
    expect(waitOf(header)).toBe(milliseconds);
  });

  it.each([
    undefined,
    '',
    'soon',
    '-1',
    '1.5x',
    '1e9',
    '0x10',
    'NaN',
    'Infinity',
    ',',
    'Sat, 31 Jan 2026 11:00:00 GMT',
    'Sat, 31 Foo 2026 12:01:30 GMT',
    '2026-01-31T12:01:30Z',
  ])('“%s” is as if absent', (header) => {
    expect(waitOf(header)).toBeUndefined();
  });

  it('of any length is a number: the gate has the limit', () => {
    expect(waitOf('9'.repeat(400))).toBe(Number.POSITIVE_INFINITY);
    expect(waitOf('Fri, 31 Dec 9999 23:59:59 GMT')).toBeGreaterThan(1e14);
  });

  it('as a date counts from the Date of the answer, whose clock wrote both', () => {
    expect(waitOf('Sat, 31 Jan 2026 09:01:00 GMT', 'Sat, 31 Jan 2026 09:00:00 GMT')).toBe(60_000);
  });
});

describe('a date of HTTP', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
    ['Monday, 06-Nov-75 08:49:37 GMT', '2075-11-06T08:49:37.000Z'],
    ['Monday, 06-Nov-77 08:49:37 GMT', '1977-11-06T08:49:37.000Z'],
  ])('%s', (text, iso) => {
    expect(new Date(parseHttpDate(text, NOW) ?? 0).toISOString()).toBe(iso);
  });
});
