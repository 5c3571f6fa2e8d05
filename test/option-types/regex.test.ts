// Regular expressions of the configuration.
import { describe, expect, it } from 'vitest';
import { regex } from '../../src/option-types/regex.ts';

describe('an expression', () => {
  it.each([
    ['prod', 'my-prod-1', true],
    ['^prod', 'my-prod', false],
    ['(?i)^PROD', 'prod-1', true],
    ['^(?:a|b)$', 'b', true],
    ['', 'anything', true],
  ])('%j on %j: %s, unanchored as in Prometheus', (source, text, matches) => {
    expect(regex().parse(source).matches(text)).toBe(matches);
  });

  it('keeps its source', () => {
    expect(regex().parse('^prod-').source).toBe('^prod-');
  });

  it.each(['(', '(?=a)', '\\1', 'a**', '[b-a]'])('is not %j, and the message says RE2', (source) => {
    const { error } = regex().safeParse(source);
    expect(error?.issues).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^not an RE2 expression: /) }),
    ]);
  });

  it('takes time linear in the text, whatever the pattern', () => {
    const started = performance.now();
    expect(
      regex()
        .parse('^(a+)+$')
        .matches(`${'a'.repeat(10_000)}!`),
    ).toBe(false);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
