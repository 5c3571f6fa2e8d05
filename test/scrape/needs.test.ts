// A collector that needs the pools: it runs after them, is given their records, and forgets those that are gone.
import { describe, expect, test } from 'vitest';
import type { Collector, Context } from '../../src/collectors/collector.ts';
import { pools } from '../../src/collectors/pools.ts';
import { sessions } from '../../src/collectors/sessions.ts';
import { after, broken, discovering, enabled, house, listOf, MINUTE, notThere, poolOf, SECOND } from './house.ts';

type Collect = (context: Context<object, unknown>) => Promise<void>;

/** One request for each pool: `desktop-pools/{pool_id}/desktops`. */
const readEach: Collect = async (context) => {
  for (const { id } of context.pools())
    await context.read([id], () =>
      context.api.get({ operation: 'list_desktops', path: ['desktop-pools', id, 'desktops'] }, (json) => ({
        records: new Map([[id, json]]),
      })),
    );
};
const perPool = (collect: Collect = readEach, part: Partial<Collector> = {}): Collector => ({
  ...sessions,
  name: 'desktops',
  needs: ['pools'],
  collect,
  families: () => [],
  ...part,
});

interface Setting {
  readonly collector?: Collector;
  readonly list?: () => unknown;
  readonly desktops?: (id: string) => unknown;
}
function withPools({ collector = perPool(), list = () => listOf([poolOf('a'), poolOf('b')]), desktops }: Setting = {}) {
  const asked: string[] = [];
  const built = house({
    selection: { discovery: discovering },
    collectors: [enabled(collector), enabled(pools)],
    script: ({ operation, path }) => {
      asked.push(operation === 'list_desktops' ? `desktops of ${path[1]}` : operation);
      return operation === 'list_desktops' ? (desktops?.(path[1] ?? '') ?? {}) : list();
    },
  });
  const known = () => [...(built.project.collections.get('desktops')?.store.entries().keys() ?? [])].sort();
  return { ...built, asked, known };
}

describe('a collector that needs the pools', () => {
  test('runs after them within a scrape, wherever it stands in the list', async () => {
    const { read, asked } = withPools();
    await read();
    expect(asked).toEqual(['list_desktop_pools', 'desktops of a', 'desktops of b']);
  });

  test('reads the pools too when it is collected alone', async () => {
    const { read, asked } = withPools({ collector: perPool(readEach, { metrics: [] }) });
    await read({ collectors: ['desktops'] });
    expect(asked).toEqual(['list_desktop_pools', 'desktops of a', 'desktops of b']);
  });

  test('has its own time: the wait for the pools does not count', async () => {
    const built = withPools({ list: () => after(built.clock, 20 * SECOND, listOf([poolOf('a')])) });
    await built.read({ patience: MINUTE });
    expect(built.project.collections.get('desktops')?.finished()).toMatchObject({ isSuccess: true, took: 0 });
  });

  test('goes on with the last good records where the pools cannot be read', async () => {
    let isSick = false;
    const { read, asked, clock } = withPools({ list: () => (isSick ? broken() : listOf([poolOf('a')])) });
    await read();
    isSick = true;
    await clock.advance(MINUTE);
    await read();
    expect(asked).toEqual(['list_desktop_pools', 'desktops of a', 'list_desktop_pools', 'desktops of a']);
  });

  test('fails where the pools could not be read and none is known: it cannot know what to read', async () => {
    let isSick = true;
    const { read, asked, clock } = withPools({ list: () => (isSick ? broken() : listOf([])) });
    const success = async () => (await read()).value('exporter_collector_success', { collector: 'desktops' });
    expect(await success()).toBe(0);
    await clock.advance(MINUTE);
    isSick = false;
    // A project without pools is none that failed.
    expect(await success()).toBe(1);
    expect(asked).toEqual(['list_desktop_pools', 'list_desktop_pools']);
  });

  test('is given whole records, those first that it never read, then by its own oldest success', async () => {
    const given: (readonly [string, number | undefined])[][] = [];
    let isFirst = true;
    const collector = perPool(async (context) => {
      given.push(context.pools().map(({ id, desktop_count }) => [id, desktop_count] as const));
      const read = isFirst ? ['b', 'a'] : ['a'];
      isFirst = false;
      for (const id of read) await context.read([id], async () => ({ records: new Map([[id, {}]]) }));
    });
    const list = () => listOf([poolOf('a'), poolOf('b'), poolOf('c')]);
    const { read, clock } = withPools({ collector, list });
    for (let i = 0; i < 3; i += 1) {
      await read();
      await clock.advance(MINUTE);
    }
    expect(given.map((one) => one.map(([id]) => id))).toEqual([
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
      ['c', 'b', 'a'],
    ]);
    expect(given[0]).toEqual([
      ['a', 10],
      ['b', 10],
      ['c', 10],
    ]);
  });

  test('forgets a pool that is no longer there', async () => {
    let rows = [poolOf('a'), poolOf('b')];
    const { read, clock, known } = withPools({ list: () => listOf(rows) });
    await read();
    expect(known()).toEqual(['a', 'b']);
    rows = [poolOf('a')];
    for (let i = 0; i < 2; i += 1) {
      await clock.advance(MINUTE);
      await read();
    }
    expect(known()).toEqual(['a']);
  });

  test('that is told that a pool is gone names that pool alone', async () => {
    const { read, clock, known } = withPools({ desktops: (id) => (id === 'b' ? notThere() : {}) });
    await read();
    await clock.advance(MINUTE);
    const page = await read();
    expect(known()).toEqual(['a', 'b']);
    expect(page.values('desktop_pool_up')).toEqual([1, 1]);
  });
});

test('a collector that reads the pools without needing them is a bug, which says what to write', async () => {
  const { read, project } = withPools({ collector: perPool(readEach, { needs: [] }) });
  await read();
  const [why] = project.collections.get('desktops')?.finished()?.failures.keys() ?? [];
  expect(why).toMatch(/a bug in the exporter.*collector desktops reads pools without needs: \['pools'\]/);
});

test('a collector that needs no pools runs beside them', async () => {
  const built = house({
    selection: { discovery: discovering },
    collectors: [enabled(pools), enabled(sessions, { enabled: true })],
    script: ({ operation }) =>
      operation === 'list_desktop_pools'
        ? after(built.clock, 5 * SECOND, listOf([poolOf('a')]))
        : { desktop_pool_statistics: [] },
  });
  const page = built.read();
  await built.clock.settle();
  expect(built.api.calls.map(({ operation }) => operation)).toEqual([
    'list_desktop_pools',
    ...['list_desktops_statistics', 'list_desktops_statistics'],
  ]);
  await page;
});
