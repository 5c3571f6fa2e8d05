// Which pools are asked for.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { choose, type Selection, selectionOptions } from '../../src/collectors/pool-selection.ts';

const options = z.strictObject(selectionOptions);
const selection = (given: object): Selection => options.parse(given);
const row = (id: string, name = id, type = 'DYNAMIC') => ({ id, name, type });
const rows = [row('c', 'prod-c'), row('a', 'prod-a-test'), row('d', 'lab-d', 'STATIC'), row('b', 'prod-b', 'STATIC')];
const chosen = (given: object, of: readonly ReturnType<typeof row>[] = rows) => {
  const { pools, listed, dropped } = choose(of, selection(given));
  return { ids: [...pools.keys()], listed, dropped };
};

describe('discovery', () => {
  test.each([
    ['chooses every pool, the lowest id first', {}, ['a', 'b', 'c', 'd']],
    ['includes what one expression matches', { include: ['^lab', 'a'] }, ['a', 'd']],
    ['matches anywhere in the name, as Prometheus does not', { include: ['od-'] }, ['a', 'b', 'c']],
    ['excludes what one expression matches', { exclude: ['-test$', '^lab'] }, ['b', 'c']],
    ['excludes even what is included', { include: ['^prod-'], exclude: ['-test$'] }, ['b', 'c']],
    ['takes pools of one type', { type: 'STATIC' }, ['b', 'd']],
    ['needs the type and the name', { type: 'STATIC', include: ['^prod-'] }, ['b']],
    ['may find nothing', { include: ['^$'] }, []],
  ])('%s', (_, discovery, ids) => {
    expect(chosen({ discovery: { enabled: true, ...discovery } })).toEqual({ ids, listed: 4, dropped: 0 });
  });

  test('takes a pool without a name for one with an empty name, and one without a type for none of both', () => {
    const nameless = [{ id: 'x' }, { id: 'y', name: 'prod' }];
    const of = (discovery: object) => [
      ...choose(nameless, selection({ discovery: { enabled: true, ...discovery } })).pools.keys(),
    ];
    expect(of({})).toEqual(['x', 'y']);
    expect(of({ include: ['prod'] })).toEqual(['y']);
    expect(of({ type: 'DYNAMIC' })).toEqual([]);
  });

  test('does not choose when it is off, whatever its filters', () => {
    expect(chosen({ discovery: { enabled: false, include: ['.'] } }).ids).toEqual([]);
  });
});

describe('a configured pool', () => {
  test('is chosen without discovery', () => {
    expect(chosen({ pools: ['c', 'not-listed'] })).toEqual({ ids: ['c'], listed: 4, dropped: 0 });
  });

  test('beats every filter', () => {
    const discovery = { enabled: true, include: ['^lab'], exclude: ['.'], type: 'DYNAMIC' };
    expect(chosen({ pools: ['b'], discovery }).ids).toEqual(['b']);
  });

  test('comes before the discovered ones', () => {
    expect(chosen({ pools: ['d', 'c'], discovery: { enabled: true } }).ids).toEqual(['c', 'd', 'a', 'b']);
  });
});

describe('max_pools', () => {
  const discovery = { enabled: true };

  test('keeps the lowest ids and counts the rest', () => {
    expect(chosen({ max_pools: 3, discovery })).toEqual({ ids: ['a', 'b', 'c'], listed: 4, dropped: 1 });
  });

  test('keeps configured pools before the lowest ids', () => {
    expect(chosen({ max_pools: 2, pools: ['d'], discovery })).toEqual({ ids: ['d', 'a'], listed: 4, dropped: 2 });
  });

  test('drops nothing where there is room for all', () => {
    expect(chosen({ max_pools: 4, discovery }).dropped).toBe(0);
  });

  test('does not count as dropped what no one asked for', () => {
    expect(chosen({ max_pools: 1, discovery: { enabled: true, include: ['^lab'] } })).toEqual({
      ids: ['d'],
      listed: 4,
      dropped: 0,
    });
  });

  test('keeps the same pools in whatever order the cloud names them', () => {
    const shuffled = [rows[3], rows[0], rows[2], rows[1]].filter((one) => one !== undefined);
    expect(chosen({ max_pools: 2, discovery }, shuffled).ids).toEqual(chosen({ max_pools: 2, discovery }).ids);
  });
});

test('the rows of the cloud are not changed', () => {
  const frozen = Object.freeze([...rows]);
  expect(() => choose(frozen, selection({ discovery: { enabled: true } }))).not.toThrow();
});
