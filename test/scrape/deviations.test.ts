// What is kept of an answer that is not as documented: enough to find it, and never more than a person reads.
import { describe, expect, it } from 'vitest';
import type { Sighting } from '../../src/collectors/collector.ts';
import { Secret } from '../../src/option-types/secret.ts';
import { createGatherer } from '../../src/scrape/deviations.ts';

function gathering() {
  const gatherer = createGatherer();
  const wrong = (field: string, sighting: Partial<Sighting> = {}) =>
    gatherer.violation('show_desktop_pool', field, { value: 'x', expected: 'int', ...sighting });
  return { wrong, gatherer, all: () => gatherer.all().deviations };
}
const poolsOf = (all: ReturnType<ReturnType<typeof gathering>['all']>) =>
  all.map(({ places }) => places.map(({ pool }) => pool));

describe('deviations', () => {
  it('are told by operation and field, with their pools and an example', () => {
    const { wrong, gatherer, all } = gathering();
    wrong('desktop_count', { pool: 'b', value: '12' });
    wrong('desktop_count', { pool: 'a', value: '13' });
    wrong('name', { pool: 'b', value: {}, expected: () => 'string' });
    gatherer.violation('show_quotas', 'name', { value: 1, expected: 'string' });
    expect(all()).toMatchObject([
      { of: 'form', operation: 'show_desktop_pool', field: 'desktop_count', times: 2, found: '"12"', expected: 'int' },
      { field: 'name', times: 1, found: 'an object', expected: 'string' },
      { operation: 'show_quotas', field: 'name', times: 1, found: '1' },
    ]);
    expect(poolsOf(all())).toEqual([['a', 'b'], ['b'], [undefined]]);
  });

  it('tell values outside an enumeration by pool and value', () => {
    const { gatherer, all } = gathering();
    for (const value of ['REBOOTING', 'MIGRATING', 'REBOOTING'])
      gatherer.unknownValue('status', { pool: 'a', value, expected: () => 'STEADY' });
    expect(all()).toMatchObject([{ of: 'value', field: 'status', times: 3, found: '"REBOOTING"', expected: 'STEADY' }]);
    expect(all()[0]?.places).toHaveLength(2);
  });

  it('keep the twenty lowest pools, in whichever order they come', () => {
    const ids = Array.from({ length: 50 }, (_, i) => `pool-${String(i).padStart(2, '0')}`);
    for (const order of [ids, ids.toReversed(), [...ids.slice(25), ...ids.slice(0, 25)]]) {
      const { wrong, all } = gathering();
      for (const pool of [...order, ...order]) wrong('name', { pool });
      expect(poolsOf(all())).toEqual([ids.slice(0, 20)]);
      expect(all()[0]?.times).toBe(100);
    }
  });

  it('count every time, and make words for one example of each field alone', () => {
    const { wrong, all } = gathering();
    let made = 0;
    const expected = () => {
      made += 1;
      return 'int';
    };
    for (let i = 0; i < 100_000; i += 1) wrong(`field ${i % 500}`, { pool: `${i % 1000}`, expected });
    expect(all().map(({ times }) => times)).toEqual(Array.from({ length: 500 }, () => 200));
    expect(made).toBe(500);
  });

  it('do not change any more once they were asked for', () => {
    const { wrong, all } = gathering();
    wrong('name', { pool: 'b' });
    const before = all();
    wrong('name', { pool: 'a' });
    expect(before).toMatchObject([{ times: 1, places: [{ pool: 'b' }] }]);
  });
});

describe('the rest of a report', () => {
  it('sums what was dropped by reason, and keeps notices in their order', () => {
    const { gatherer } = gathering();
    gatherer.dropped('list_length', 2);
    gatherer.dropped('max_pools', 1);
    gatherer.dropped('list_length', 3);
    gatherer.notice('b');
    gatherer.notice('a');
    const { dropped, notices } = gatherer.all();
    expect([...dropped]).toEqual([
      ['list_length', 5],
      ['max_pools', 1],
    ]);
    expect(notices).toEqual(['b', 'a']);
  });
});

describe('what was found', () => {
  const found = (sighting: Partial<Sighting>) => {
    const { wrong, all } = gathering();
    wrong('name', sighting);
    return all()[0]?.found;
  };

  it.each<[string, unknown, string]>([
    ['a text', 'say "hi"', '"say \\"hi\\""'],
    ['a number', 1.5, '1.5'],
    ['a truth', true, 'true'],
    ['a list', [1, 2], 'a list of 2'],
    ['an object', { a: 1 }, 'an object'],
    ['a field that is missing', undefined, 'nothing'],
    ['a long text, cut', 'x'.repeat(500), `"${'x'.repeat(199)}…"`],
    ['a longer one, by its length alone', 'x'.repeat(2_000_000), 'a text of 2000000 characters'],
    ['control characters, left out', 'a\u001b[31m\nb', '"a [31m b"'],
  ])('is told in words: %s', (_, value, words) => {
    expect(found({ value })).toBe(words);
  });

  it('is told without known secrets', () => {
    new Secret('a-secret-of-the-deviations');
    expect(found({ value: 'it is a-secret-of-the-deviations' })).toBe('"it is <secret>"');
  });

  it.each<[unknown, string]>([
    ['somebody@example.com', 'a string'],
    [5551234, 'a number'],
    [['somebody@example.com'], 'a list of 1'],
  ])('is told by its kind alone where it may be personal: %j', (value, words) => {
    expect(found({ value, isPrivate: true })).toBe(words);
  });
});
