// Durations as Prometheus writes them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { duration, formatDuration, parseDuration } from '../../src/option-types/duration.ts';

describe('a duration', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1y', 31_536_000_000],
    ['1y1w1d1h1m1s1ms', 31_536_000_000 + 604_800_000 + 86_400_000 + 3_600_000 + 60_000 + 1_000 + 1],
  ])('%s is %i ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    '5',
    '1.5s',
    '-5s',
    '5 s',
    ' 5s',
    '5s ',
    '5S',
    '30s1m',
    '1m1m',
    'm',
    '5s\n',
    '293y',
    `${'9'.repeat(400)}s`,
  ])('is not %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('a duration for people', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [90_000, '1m30s'],
    [5_400_000, '1h30m'],
    [86_400_000, '1d'],
    [1_000_000_000, '11d13h46m40s'],
    [1499.6, '1s500ms'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  it('is read as what was written', () => {
    fc.assert(fc.property(fc.nat(), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});

describe('the option', () => {
  const option = duration({ min: '100ms', max: '5m' });
  const messageFor = (input: unknown) => option.safeParse(input).error?.issues.map(({ message }) => message);

  it('gives milliseconds, its limits included', () => {
    expect([option.parse('100ms'), option.parse('5m')]).toEqual([100, 300_000]);
  });

  it.each([
    ['99ms', 'too short; at least 100ms'],
    ['5m1ms', 'too long; at most 5m'],
    ['soon', 'not a duration; write one like 500ms, 30s, 5m or 1h30m'],
    [5, 'expected a duration with its unit, like 500ms, 30s, 5m or 1h30m'],
  ])('refuses %j: %s', (input, message) => {
    expect(messageFor(input)).toEqual([message]);
  });

  it('has a pattern in the JSON schema that agrees with the parser', () => {
    const { pattern = '' } = z.toJSONSchema(option, { io: 'input' });
    for (const text of ['30s', '1h30m', '500ms']) expect(text).toMatch(new RegExp(pattern));
    for (const text of ['30', '30m1h', 'soon']) expect(text).not.toMatch(new RegExp(pattern));
  });
});
