// Which pools are asked for.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { choose, type Listed, type Selection, selectionOptions } from '../../src/collectors/pool-selection.ts';

const options = z.strictObject(selectionOptions);
const selection = (given: object): Selection => options.parse(given);
const row = (id: string, name = id, type = 'DYNAMIC') => ({ id, name, type });
const rows = [row('c', 'prod-c'), row('a', 'prod-a-test'), row('d', 'lab-d', 'STATIC'), row('b', 'prod-b', 'STATIC')];
const chosen = async (given: object, of: readonly Listed[] = rows) => {
  const { pools, listed, dropped } = await choose(of, selection(given), (one) => one);
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
  ])('%s', async (_, discovery, ids) => {
    expect(await chosen({ discovery: { enabled: true, ...discovery } })).toEqual({ ids, listed: 4, dropped: 0 });
  });

  test.each([
    ['include', { include: ['prod'] }, ['x', 'y']],
    ['exclude', { exclude: ['prod'] }, ['x']],
    ['exclude, of everything', { exclude: ['.*'] }, ['x']],
    ['type', { type: 'DYNAMIC' }, ['x', 'y']],
  ])('keeps a pool whose name and type were never known: %s', async (_, discovery, ids) => {
    const nameless = [{ id: 'x' }, { id: 'y', name: 'prod' }];
    expect((await chosen({ discovery: { enabled: true, ...discovery } }, nameless)).ids).toEqual(ids);
  });

  test('does not choose when it is off, whatever its filters', async () => {
    expect((await chosen({ discovery: { enabled: false, include: ['.'] } })).ids).toEqual([]);
  });
});

describe('a configured pool', () => {
  test('is chosen without discovery', async () => {
    expect(await chosen({ pools: ['c', 'not-listed'] })).toEqual({ ids: ['c'], listed: 4, dropped: 0 });
  });

  test('beats every filter', async () => {
    const discovery = { enabled: true, include: ['^lab'], exclude: ['.'], type: 'DYNAMIC' };
    expect((await chosen({ pools: ['b'], discovery })).ids).toEqual(['b']);
  });

  test('comes before the discovered ones', async () => {
    expect((await chosen({ pools: ['d', 'c'], discovery: { enabled: true } })).ids).toEqual(['c', 'd', 'a', 'b']);
  });
});

describe('max_pools', () => {
  const discovery = { enabled: true };

  test('keeps the lowest ids and counts the rest', async () => {
    expect(await chosen({ max_pools: 3, discovery })).toEqual({ ids: ['a', 'b', 'c'], listed: 4, dropped: 1 });
  });

  test('keeps configured pools before the lowest ids', async () => {
    expect(await chosen({ max_pools: 2, pools: ['d'], discovery })).toEqual({ ids: ['d', 'a'], listed: 4, dropped: 2 });
  });

  test('drops nothing where there is room for all', async () => {
    expect((await chosen({ max_pools: 4, discovery })).dropped).toBe(0);
  });

  test('does not count as dropped what no one asked for', async () => {
    expect(await chosen({ max_pools: 1, discovery: { enabled: true, include: ['^lab'] } })).toEqual({
      ids: ['d'],
      listed: 4,
      dropped: 0,
    });
  });

  test('keeps the same pools in whatever order the cloud names them', async () => {
    const shuffled = [rows[3], rows[0], rows[2], rows[1]].filter((one) => one !== undefined);
    expect((await chosen({ max_pools: 2, discovery }, shuffled)).ids).toEqual(
      (await chosen({ max_pools: 2, discovery })).ids,
    );
  });
});

test('the rows of the cloud are not changed', async () => {
  expect((await chosen({ discovery: { enabled: true } }, Object.freeze([...rows]))).listed).toBe(4);
});
