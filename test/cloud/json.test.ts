// What is refused before it is parsed, and what is not.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/cloud/json.ts';

const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}0${'}]'.repeat(levels / 2)}`;
const said = (text: string) => {
  try {
    parseJson(text);
    return 'parsed';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('depth', () => {
  test('is limited to 32 levels', () => {
    expect(parseJson(nested(32))).toEqual(JSON.parse(nested(32)));
    expect(said(nested(34))).toBe('is nested deeper than 32 levels, the most that is read');
    expect(said('['.repeat(7_000_000))).toMatch(/nested deeper/);
  });

  test.each([
    ['in texts', JSON.stringify('[{'.repeat(100))],
    ['behind an escaped quote', `"\\"${'['.repeat(100)}"`],
    ['in keys', `{${JSON.stringify('{'.repeat(100))}:1}`],
    ['side by side', `[${'[],{},'.repeat(1000)}0]`],
  ])('is not made by brackets %s', (_, text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  test('is not hidden by a text that ends in a backslash', () => {
    expect(said(`["\\\\",${'['.repeat(100)}`)).toMatch(/nested deeper/);
    expect(said(`["\\\\\\"",${'['.repeat(100)}`)).toMatch(/nested deeper/);
  });
});

describe('the number of values', () => {
  test.each([
    ['fields', (count: number) => `{${Array.from({ length: count }, (_, i) => `"${i}":0`).join(',')}}`],
    ['elements', (count: number) => `[${'0,'.repeat(count - 1)}0]`],
    ['objects', (count: number) => `[${'{},'.repeat(count / 2 - 1)}{}]`],
  ])('is limited to 200,000: %s', (_, of) => {
    expect(said(of(199_998))).toBe('parsed');
    expect(said(of(200_004))).toBe('holds more than 200000 values, the most that is read');
  });

  test('does not count what is in texts', () => {
    expect(said(JSON.stringify(','.repeat(300_000)))).toBe('parsed');
  });
});

test('whatever is JSON within the limits is parsed, and what is none is said to be none', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
  for (const text of ['', '<html>', '{"a":', '"', '"\\', ']]]'])
    expect(said(text)).toBe('is not JSON; is the endpoint right, or is a proxy in between?');
});
