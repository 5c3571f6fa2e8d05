// How pools are read: which requests are sent, and when a list is complete.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Call } from '../../src/cloud/client.ts';
import { type Selection, selectionOptions } from '../../src/collectors/pool-selection.ts';
import { chooseSource, countRequests, type Source } from '../../src/collectors/read-pools.ts';
import {
  askedId,
  broken,
  discovering,
  forbidden,
  type HouseOptions,
  house,
  listOf,
  MINUTE,
  notThereBy400,
  poolOf,
  type Script,
  selectionOf,
  unsent,
} from '../scrape/house.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `p${String(index).padStart(5, '0')}`);
const configured = (count: number) => numbered(count).map((id) => ({ id }));

/** What was asked: `list 0`, `list 1000` (offsets), or the id of a pool. */
const asked = (calls: readonly Call[]) => calls.map((call) => askedId(call) ?? `list ${String(call.query?.offset)}`);

/** The list of these rows, page by page, and their details. */
const cloudOf =
  (rows: readonly object[]): Script =>
  (call) => {
    const id = askedId(call);
    if (id !== undefined) return rows.find((row) => 'id' in row && row.id === id) ?? notThereBy400();
    const offset = Number(call.query?.offset);
    return listOf(rows.slice(offset, offset + Number(call.query?.limit)), rows.length);
  };

describe('the source', () => {
  test.each([
    ['auto', 1, false, 'details'],
    ['auto', 5, false, 'details'],
    ['auto', 6, false, 'list'],
    ['auto', 0, true, 'list'],
    ['auto', 1, true, 'list'],
    ['list', 1, false, 'list'],
    ['details', 6, false, 'details'],
    ['details', 0, true, 'details'],
  ] as const)('%s with %d configured pools, discovery %s, is %s', async (source, count, enabled, expected) => {
    const selection = { pools: configured(count), discovery: { ...discovering, enabled } };
    expect(chooseSource({ source }, selectionOf(selection))).toBe(expected);
    const { read, api } = house({ script: cloudOf(numbered(count).map((id) => poolOf(id))), selection, source });
    await read();
    const hasList = asked(api.calls).includes('list 0');
    const hasDetails = api.calls.some((call) => askedId(call) !== undefined);
    expect({ hasList, hasDetails }).toEqual({
      hasList: expected === 'list' || enabled,
      hasDetails: expected === 'details' && count > 0,
    });
  });

  test('without anything to ask for sends nothing', async () => {
    const { read, api } = house({ script: cloudOf([]) });
    await read();
    expect(api.calls).toEqual([]);
  });

  test.each([
    ['auto', { pools: configured(5) }, 5],
    ['auto', { pools: configured(6) }, 5],
    ['auto', { pools: configured(6), max_pools: 900 }, 1],
    ['auto', { discovery: discovering }, 5],
    ['list', { max_pools: 1001 }, 2],
    ['details', { pools: configured(9) }, 9],
    ['details', { discovery: discovering, max_pools: 300 }, 301],
  ] as const)('%s of %j costs %d requests at worst', (source: Source, selection, requests) => {
    expect(countRequests({ source }, selectionOf(selection))).toBe(requests);
  });
});

test('a detail request names the operation and the pool, and that it asks for one', async () => {
  const { read, api } = house({ script: cloudOf([poolOf('a b/c')]), selection: { pools: [{ id: 'a b/c' }] } });
  await read();
  expect(api.calls).toEqual([{ operation: 'show_desktop_pool', path: ['desktop-pools', 'a b/c'], asksForPool: true }]);
});

test('a detail answer of another pool is no answer', async () => {
  const { read, failures } = house({ script: () => poolOf('b'), selection: { pools: [{ id: 'a' }] } });
  const page = await read();
  expect(page.value('desktop_pool_up', { pool_id: 'a' })).toBe(0);
  expect(page.values('desktop_pool_desktops')).toEqual([]);
  expect([...(failures[0]?.failures.keys() ?? [])]).toEqual([expect.stringContaining('asked for pool a')]);
});

describe.each(['list', 'details'] as const)('a pool whose id comes in the other case, by %s,', (source) => {
  const id = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';

  test('is the one that is configured', async () => {
    const { pools } = z.strictObject(selectionOptions).parse({ pools: [id.toUpperCase()] });
    const cloud: Script = (call) => {
      const row = poolOf(id.toUpperCase());
      return askedId(call) === undefined ? listOf([row]) : row;
    };
    const { read, api } = house({ script: cloud, selection: { pools }, source });
    const page = await read();
    expect([page.value('exporter_collector_success'), page.value('desktop_pool_up', { pool_id: id })]).toEqual([1, 1]);
    expect(page.labels('desktop_pool_desktops')).toMatchObject([{ pool_id: id }]);
    expect(asked(api.calls)).toEqual([source === 'list' ? 'list 0' : id]);
  });
});

test('an id that is no UUID is the same in the same case alone', async () => {
  const { read } = house({ script: () => poolOf('A'), selection: { pools: [{ id: 'a' }] } });
  expect((await read()).value('desktop_pool_up', { pool_id: 'a' })).toBe(0);
});

describe('a list', () => {
  const listing = (script: Script, more: Partial<HouseOptions> = {}) =>
    house({ script, selection: { discovery: discovering }, ...more });

  test('of 2,500 pools is asked for in three pages of a thousand', async () => {
    const { read, api } = listing(cloudOf(numbered(2500).map((id) => poolOf(id))));
    const page = await read();
    expect(api.calls[0]).toEqual({
      operation: 'list_desktop_pools',
      path: ['desktop-pools'],
      query: { limit: 1000, offset: 0 },
      isList: true,
    });
    expect(asked(api.calls)).toEqual(['list 0', 'list 1000', 'list 2000']);
    expect(page.values('desktop_pool_up')).toHaveLength(2500);
    expect(page.value('pools', { state: 'listed' })).toBe(2500);
    expect(page.value('exporter_collector_success')).toBe(1);
  });

  test.each([
    [0, ['list 0']],
    [1, ['list 0']],
    [999, ['list 0']],
    [1000, ['list 0']],
    [1001, ['list 0', 'list 1000']],
    [2000, ['list 0', 'list 1000']],
  ])('of %d pools ends with its last row', async (count, calls) => {
    const { read, api } = listing(cloudOf(numbered(count).map((id) => poolOf(id))));
    const page = await read();
    expect(asked(api.calls)).toEqual(calls);
    expect(page.value('exporter_collector_success')).toBe(1);
    expect(page.values('desktop_pool_up')).toHaveLength(count);
  });

  test('may write total_count as text', async () => {
    const { read, report } = listing(() => ({ total_count: '2', desktop_pools: [poolOf('a'), poolOf('b')] }));
    const page = await read();
    expect([page.value('exporter_collector_success'), page.values('desktop_pool_up')]).toEqual([1, [1, 1]]);
    expect(report.violations).toEqual([]);
  });

  test('whose pages are shorter than asked for goes on where the rows ended', async () => {
    const rows = numbered(25).map((id) => poolOf(id));
    const { read, api } = listing(({ query }) => {
      const offset = Number(query?.offset);
      return listOf(rows.slice(offset, offset + 10), 25);
    });
    const page = await read();
    expect(asked(api.calls)).toEqual(['list 0', 'list 10', 'list 20']);
    expect(page.values('desktop_pool_up')).toHaveLength(25);
  });

  describe.each<[string, (offset: number) => unknown]>([
    ['total_count changes between pages', (offset) => listOf([poolOf(`p${offset}`)], offset === 0 ? 3 : 2)],
    [
      'fewer rows come than total_count says, and one twice',
      (offset) => listOf(offset === 0 ? [poolOf('p0'), poolOf('p0')] : [], 3),
    ],
    ['more rows come than total_count says', () => listOf([poolOf('p0'), poolOf('p1')], 1)],
    ['total_count is 0, but a row comes', () => listOf([poolOf('p0')], 0)],
    ['a page is repeated', () => listOf([poolOf('p0')], 3)],
    ['a row comes twice', () => listOf([poolOf('p0'), poolOf('p0')])],
    ['a row has no id', () => listOf([poolOf('p0'), { name: 'x' }])],
    ['a row has null for an id', () => listOf([poolOf('p0'), { id: null }])],
    ['a row is null', () => listOf([poolOf('p0'), null])],
    ['a row is a text', () => listOf([poolOf('p0'), 'p1'])],
    ['desktop_pools is missing', () => ({ total_count: 0 })],
    ['desktop_pools is null', () => ({ total_count: 0, desktop_pools: null })],
    ['desktop_pools is an object', () => ({ total_count: 0, desktop_pools: {} })],
    ['total_count is missing', () => ({ desktop_pools: [] })],
    ['total_count is a text', () => ({ total_count: 'none', desktop_pools: [] })],
    ['total_count is negative', () => ({ total_count: -1, desktop_pools: [] })],
    ['total_count is half', () => ({ total_count: 1.5, desktop_pools: [poolOf('p0')] })],
    ['the answer is a list', () => []],
    ['the answer is null', () => null],
    ['the second page fails', (offset) => (offset === 0 ? listOf([poolOf('p0')], 2) : broken())],
  ])('where %s', (_, answer) => {
    test('is a failed read, and nothing is gone however often it comes', async () => {
      let isBad = false;
      const good = listOf([poolOf('p0'), poolOf('p9')]);
      const { read, clock, api } = listing(({ query }) => (isBad ? answer(Number(query?.offset)) : good));
      const before = await read();
      isBad = true;
      for (let i = 0; i < 4; i++) {
        await clock.advance(MINUTE);
        api.calls.length = 0;
        const page = await read();
        expect(api.calls.length).toBeLessThanOrEqual(2);
        expect(page.value('exporter_collector_success')).toBe(0);
        expect(page.lines('desktop_pool_desktops')).toEqual(before.lines('desktop_pool_desktops'));
        expect(page.values('desktop_pool_found')).toEqual([1, 1]);
        expect(page.values('desktop_pool_up')).toEqual([0, 0]);
        expect(page.value('pools', { state: 'listed' })).toBe(2);
      }
    });
  });

  test('that is incomplete shows none of its rows', async () => {
    const { read } = listing(() => listOf([poolOf('p0')], 2));
    const page = await read();
    expect(page.lines('desktop_pool')).toEqual([]);
    expect(page.lines('pools')).toEqual([]);
  });

  test('is read whatever the sizes of its pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 })),
        async (count, sizes) => {
          const rows = numbered(count).map((id) => poolOf(id));
          let turn = 0;
          const { read, api } = listing(({ query }) => {
            const offset = Number(query?.offset);
            return listOf(rows.slice(offset, offset + (sizes[turn++ % Math.max(sizes.length, 1)] ?? 7)), count);
          });
          const page = await read();
          expect(page.values('desktop_pool_up')).toHaveLength(count);
          expect(api.calls.length).toBeLessThanOrEqual(Math.max(count, 1));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a list that counts more pools than it shows', () => {
  const FILTERED = {
    ...discovering,
    include: [{ source: '^name', matches: (name: string) => name.startsWith('name') }],
  };

  /** What the list shows, how many it counts, and what the details answer. */
  function limited(shown: readonly string[], total: number, there: readonly string[] = shown): Script {
    return (call, deadline) => {
      const id = askedId(call);
      if (id !== undefined) return cloudOf(there.map((one) => poolOf(one)))(call, deadline);
      const offset = Number(call.query?.offset);
      return listOf(offset === 0 ? shown.map((one) => poolOf(one)) : [], total);
    };
  }

  /** The first collection is answered by a whole list of these, the further ones by the script. */
  async function having(
    ids: readonly string[],
    selection: Partial<Selection>,
    script: Script,
    source: Source = 'list',
  ) {
    let answer = cloudOf(ids.map((id) => poolOf(id)));
    const opened = house({ script: (call, deadline) => answer(call, deadline), selection, source });
    await opened.read();
    answer = script;
    const next = async () => {
      await opened.clock.advance(MINUTE);
      opened.api.calls.length = 0;
      return opened.read();
    };
    return { ...opened, next };
  }
  const idsOf = (page: Awaited<ReturnType<ReturnType<typeof house>['read']>>) =>
    page.labels('desktop_pool_configured').map(({ pool_id }) => pool_id);

  test('is good: its rows are shown, and how many are missing', async () => {
    const { read, api, report } = house({ script: limited(['a', 'b'], 5), selection: { discovery: discovering } });
    const page = await read();
    expect(asked(api.calls)).toEqual(['list 0', 'list 2']);
    expect(page.value('exporter_collector_success')).toBe(1);
    expect(page.values('desktop_pool_up')).toEqual([1, 1]);
    expect(page.labels('pools').map(({ state = '' }) => [state, page.value('pools', { state })])).toEqual([
      ['listed', 2],
      ['selected', 2],
      ['dropped', 0],
      ['unlisted', 3],
    ]);
    expect(report.notices).toEqual([expect.stringMatching(/^the cloud counts 5 pools but shows 2; .*permissions\.md/)]);
  });

  test('may show nothing at all', async () => {
    const { read, api } = house({ script: limited([], 5), selection: { discovery: discovering } });
    const page = await read();
    expect(asked(api.calls)).toEqual(['list 0']);
    expect(page.value('exporter_collector_success')).toBe(1);
    expect(page.value('pools', { state: 'unlisted' })).toBe(5);
  });

  test('says nothing of a pool that was known: its detail does, and it stays', async () => {
    const { next, api } = await having(['a', 'b'], { discovery: FILTERED }, limited(['a'], 2, ['a', 'b']));
    for (let i = 0; i < 3; i++) {
      const page = await next();
      expect(asked(api.calls)).toEqual(['list 0', 'list 1', 'b']);
      expect(page.values('desktop_pool_up')).toEqual([1, 1]);
      expect(page.values('desktop_pool_found')).toEqual([1, 1]);
      expect(page.value('pools', { state: 'selected' })).toBe(2);
      expect(page.value('pools', { state: 'unlisted' })).toBe(1);
    }
  });

  test('lets a pool be gone after two details that say so', async () => {
    const { next } = await having(['a', 'b'], { discovery: discovering }, limited(['a'], 2, ['a']));
    expect(idsOf(await next())).toEqual(['a', 'b']);
    expect(idsOf(await next())).toEqual(['a']);
  });

  test.each([broken, forbidden])('lets no pool be gone whose detail fails: %o', async (failure) => {
    const script: Script = (call, deadline) => (askedId(call) === 'b' ? failure() : limited(['a'], 2)(call, deadline));
    const { next } = await having(['a', 'b'], { discovery: discovering }, script);
    for (let i = 0; i < 3; i++) {
      const page = await next();
      expect(page.values('desktop_pool_found')).toEqual([1, 1]);
      expect(page.values('desktop_pool_up')).toEqual([1, 0]);
      expect(page.value('desktop_pool_desktops', { pool_id: 'b' })).toBe(10);
    }
  });

  test('leaves a pool as it was whose detail was not sent', async () => {
    const script: Script = (call, deadline) => (askedId(call) === 'b' ? unsent() : limited(['a'], 2)(call, deadline));
    const { next } = await having(['a', 'b'], { discovery: discovering }, script);
    for (let i = 0; i < 3; i++) expect((await next()).values('desktop_pool_up')).toEqual([1, 1]);
  });

  test('asks for the details of configured pools that it does not show, known or not', async () => {
    const pools = ['a', 'b', 'c'].map((id) => ({ id }));
    const { read, api } = house({ script: limited(['a', 'x'], 4, ['a', 'b']), selection: { pools }, source: 'list' });
    const page = await read();
    expect(asked(api.calls)).toEqual(['list 0', 'list 2', 'b', 'c']);
    expect(page.values('desktop_pool_up')).toEqual([1, 1, 0]);
  });

  test('leaves out a pool whose detail no longer passes the filters', async () => {
    const script: Script = (call, deadline) =>
      askedId(call) === 'b' ? poolOf('b', { name: 'lab' }) : limited(['a'], 2)(call, deadline);
    const { next } = await having(['a', 'b'], { discovery: FILTERED }, script);
    expect(idsOf(await next())).toEqual(['a']);
  });

  test('never makes more pools than max_pools', async () => {
    const script = limited(['a', 'd'], 4, ['a', 'b', 'c', 'd']);
    const { next, report } = await having(['b', 'c'], { discovery: discovering, max_pools: 3 }, script);
    expect(idsOf(await next())).toEqual(['a', 'b', 'd']);
    expect(report.drops).toEqual([['max_pools', 1]]);
  });

  test('is followed by the usual details where these are the source', async () => {
    const script = limited(['a'], 2, ['a', 'b']);
    const { next, api } = await having(['a', 'b'], { discovery: discovering }, script, 'details');
    const page = await next();
    expect(asked(api.calls).sort()).toEqual(['a', 'b', 'list 0', 'list 1']);
    expect(page.values('desktop_pool_up')).toEqual([1, 1]);
  });

  test('between two whole lists neither confirms nor ends a miss', async () => {
    const { next } = await having(['a', 'b'], { discovery: discovering }, cloudOf([poolOf('a')]));
    expect(idsOf(await next())).toEqual(['a', 'b']);
    expect(idsOf(await next())).toEqual(['a']);
  });
});

describe('a list that is forbidden', () => {
  const rows = ['a', 'b', 'c', 'd', 'e', 'f', 'x'].map((id) => poolOf(id));
  const pools = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id }));
  const script: Script = (call, deadline) =>
    askedId(call) === undefined ? forbidden() : cloudOf(rows)(call, deadline);

  test('leads to the details of what is configured, which is no failure', async () => {
    const { read, api, report } = house({ script, selection: { pools } });
    const page = await read();
    expect(asked(api.calls)).toEqual(['list 0', 'a', 'b', 'c', 'd', 'e', 'f']);
    expect(page.values('desktop_pool_up')).toEqual([1, 1, 1, 1, 1, 1]);
    expect(page.value('exporter_collector_success')).toBe(1);
    expect(report.notices).toEqual([expect.stringMatching(/forbidden.*one by one/)]);
  });

  test('leaves discovered pools as they were, which is a failure', async () => {
    let isForbidden = false;
    const { read, clock } = house({
      script: (call, deadline) => (isForbidden ? script : cloudOf(rows))(call, deadline),
      selection: { pools, discovery: discovering },
    });
    await read();
    isForbidden = true;
    for (let i = 0; i < 3; i++) {
      await clock.advance(MINUTE);
      const page = await read();
      expect(page.value('desktop_pool_up', { pool_id: 'a' })).toBe(1);
      expect(page.value('desktop_pool_up', { pool_id: 'x' })).toBe(0);
      expect(page.value('desktop_pool_found', { pool_id: 'x' })).toBe(1);
      expect(page.value('desktop_pool_desktops', { pool_id: 'x' })).toBe(10);
      expect(page.value('exporter_collector_success')).toBe(0);
    }
  });

  test('is a failure where nothing was discovered yet', async () => {
    const { read } = house({ script, selection: { pools, discovery: discovering } });
    const page = await read();
    expect(page.values('desktop_pool_up')).toEqual([1, 1, 1, 1, 1, 1]);
    expect(page.value('exporter_collector_success')).toBe(0);
  });

  test('is a failure where nothing is configured', async () => {
    const { read, api } = house({ script, selection: { discovery: discovering } });
    const page = await read();
    expect(asked(api.calls)).toEqual(['list 0']);
    expect(page.value('exporter_collector_success')).toBe(0);
    expect(page.lines('desktop_pool')).toEqual([]);
  });

  test('leads to details that may fail themselves', async () => {
    const { read } = house({
      script: (call, deadline) => (askedId(call) === 'c' ? broken() : script(call, deadline)),
      selection: { pools },
    });
    const page = await read();
    expect(page.values('desktop_pool_up')).toEqual([1, 1, 0, 1, 1, 1]);
    expect(page.value('exporter_collector_success')).toBe(0);
  });

  test('is the only failure that does so', async () => {
    const { read, api } = house({ script: () => broken(), selection: { pools } });
    const page = await read();
    expect(asked(api.calls)).toEqual(['list 0']);
    expect(page.values('desktop_pool_up')).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('details with discovery', () => {
  const rows = [poolOf('a'), poolOf('b', { isolation_num: 2 }), poolOf('lab', { type: 'STATIC' })];

  test('asks for the list, then for each pool that was chosen', async () => {
    const { read, api } = house({
      script: cloudOf(rows),
      source: 'details',
      selection: {
        discovery: { ...discovering, exclude: [{ source: '', matches: (name) => name === 'name of lab' }] },
      },
    });
    const page = await read();
    expect(asked(api.calls)).toEqual(['list 0', 'a', 'b']);
    expect(page.value('desktop_pool_desktops_isolated', { pool_id: 'b' })).toBe(2);
    expect(page.value('pools', { state: 'listed' })).toBe(3);
    expect(page.value('pools', { state: 'selected' })).toBe(2);
  });

  test('knows of a pool whose detail failed that it is there', async () => {
    const { read } = house({
      script: (call, deadline) => (askedId(call) === 'a' ? broken() : cloudOf(rows)(call, deadline)),
      source: 'details',
      selection: { discovery: discovering },
    });
    const page = await read();
    expect(page.value('desktop_pool_found', { pool_id: 'a' })).toBe(1);
    expect(page.value('desktop_pool_up', { pool_id: 'a' })).toBe(0);
    expect(page.values('desktop_pool_last_success_timestamp_seconds', { pool_id: 'a' })).toEqual([]);
    expect(page.values('desktop_pool_desktops', { pool_id: 'a' })).toEqual([]);
    expect(page.value('desktop_pool_up', { pool_id: 'b' })).toBe(1);
  });

  test('reads what is known though the list fails', async () => {
    let isBroken = false;
    const { read, clock } = house({
      script: (call, deadline) => (isBroken && askedId(call) === undefined ? broken() : cloudOf(rows)(call, deadline)),
      source: 'details',
      selection: { pools: [{ id: 'a' }], discovery: discovering },
    });
    await read();
    isBroken = true;
    await clock.advance(MINUTE);
    const page = await read();
    expect(page.values('desktop_pool_up')).toEqual([1, 1, 1]);
    expect(page.value('exporter_collector_success')).toBe(0);
  });

  test('reads configured pools though the list is forbidden', async () => {
    const { read } = house({
      script: (call, deadline) => (askedId(call) === undefined ? forbidden() : cloudOf(rows)(call, deadline)),
      source: 'details',
      selection: { pools: [{ id: 'a' }], discovery: discovering },
    });
    const page = await read();
    expect(page.values('desktop_pool_up')).toEqual([1]);
    expect(page.value('exporter_collector_success')).toBe(0);
  });

  test('does not take the list for the death of a pool that its detail still knows', async () => {
    let isListed = true;
    const { read, clock } = house({
      script: (call, deadline) =>
        cloudOf(isListed || askedId(call) !== undefined ? rows : rows.slice(1))(call, deadline),
      source: 'details',
      selection: { discovery: discovering },
    });
    await read();
    isListed = false;
    for (let i = 0; i < 3; i++) {
      await clock.advance(MINUTE);
      expect((await read()).value('desktop_pool_up', { pool_id: 'a' })).toBe(1);
    }
  });
});

describe('discovery that selects nothing', () => {
  test.each([
    [['a', 'b'], /^none of the 2 pools that the cloud lists is selected; check include/],
    [[], /^the cloud lists no pools; check project_id/],
  ])('is no failure, but is said: %j', async (ids, words) => {
    const { read, report } = house({
      script: cloudOf(ids.map((id) => poolOf(id, { type: 'DYNAMIC' }))),
      selection: { discovery: { ...discovering, type: 'STATIC' } },
    });
    await read();
    expect(report.notices).toEqual([expect.stringMatching(words)]);
  });

  test('is not said where pools are configured by id', async () => {
    const { read, report } = house({
      script: cloudOf([poolOf('b')]),
      selection: { pools: [{ id: 'a' }], discovery: { ...discovering, type: 'STATIC' } },
    });
    await read();
    expect(report.notices).toEqual([]);
  });
});

describe('max_pools', () => {
  test('drops the highest ids at every collection, counts them, and says so', async () => {
    const { read, report, clock } = house({
      script: cloudOf(['c', 'a', 'd', 'b'].map((id) => poolOf(id))),
      selection: { discovery: discovering, max_pools: 3 },
    });
    const page = await read();
    expect(page.labels('desktop_pool_up').map(({ pool_id }) => pool_id)).toEqual(['a', 'b', 'c']);
    await clock.advance(MINUTE);
    await read();
    expect(report.drops.filter(([, count]) => count > 0)).toEqual([
      ['max_pools', 1],
      ['max_pools', 1],
    ]);
    expect(report.notices[0]).toMatch(/^1 of 4 pools .* max_pools is 3/);
  });

  test('drops a pool that was shown, when lower ids come', async () => {
    let rows = [poolOf('b'), poolOf('c')];
    const { read, clock } = house({
      script: (call, deadline) => cloudOf(rows)(call, deadline),
      selection: { discovery: discovering, max_pools: 2 },
    });
    await read();
    rows = [poolOf('a'), ...rows];
    await clock.advance(MINUTE);
    expect((await read()).labels('desktop_pool_up').map(({ pool_id }) => pool_id)).toEqual(['a', 'b']);
  });
});

describe('a discovered pool whose name is no text', () => {
  const named = (start: string) => ({ source: start, matches: (name: string) => name.startsWith(start) });
  const BAD: readonly (readonly [string, object])[] = [
    ['an object', { name: {} }],
    ['null', { name: null }],
    ['absent', { name: undefined }],
    ['half a character', { name: '\uD800' }],
  ];
  /** Pools `a`, `b` and `lab`, of which only the first has what is given in place of its name and type. */
  const companyOf =
    (part: () => object): Script =>
    (call, deadline) =>
      cloudOf([
        poolOf('a', { type: 'DYNAMIC', ...part() }),
        poolOf('b', { type: 'DYNAMIC' }),
        poolOf('lab', { name: 'lab', type: 'STATIC' }),
      ])(call, deadline);
  const idsOf = (page: Awaited<ReturnType<ReturnType<typeof house>['read']>>) =>
    page.labels('desktop_pool_configured').map(({ pool_id }) => pool_id);

  describe.each<Source>(['list', 'details'])('read by %s', (source) => {
    test.each(BAD)('%s: stays, by the name that was last known, under that name', async (_, bad) => {
      let part: object = {};
      const discovery = { ...discovering, include: [named('name')] };
      const { read, clock } = house({ script: companyOf(() => part), selection: { discovery }, source });
      const before = await read();
      part = bad;
      for (let i = 0; i < 3; i++) {
        await clock.advance(MINUTE);
        const page = await read();
        expect(page.lines('desktop_pool_desktops')).toEqual(before.lines('desktop_pool_desktops'));
        expect(page.values('desktop_pool_up')).toEqual([1, 1]);
      }
      // The name came back, and it is another one.
      part = { name: 'lab of a' };
      await clock.advance(MINUTE);
      expect(idsOf(await read())).toEqual(['b']);
    });

    test.each(BAD)('%s: stays out where the name that was last known is left out', async (_, bad) => {
      let part: object = { name: 'lab of a' };
      const discovery = { ...discovering, exclude: [named('lab')] };
      const { read, clock } = house({ script: companyOf(() => part), selection: { discovery }, source });
      expect(idsOf(await read())).toEqual(['b']);
      part = bad;
      await clock.advance(MINUTE);
      expect(idsOf(await read())).toEqual(['b']);
    });

    test.each(BAD)('%s from the start: is kept, and counted as a violation', async (_, bad) => {
      const discovery = { ...discovering, include: [named('name')] };
      const { read, report } = house({ script: companyOf(() => bad), selection: { discovery }, source });
      const page = await read();
      expect(idsOf(page)).toEqual(['a', 'b']);
      expect(page.value('desktop_pool_desktops', { pool_id: 'a', pool_name: '' })).toBe(10);
      expect(report.violations.filter((one) => one.startsWith('list'))).toEqual(['list_desktop_pools name']);
    });

    test('is no violation for want of a name where nothing is filtered by names', async () => {
      const { read, report } = house({
        script: companyOf(() => ({ name: null })),
        selection: { discovery: discovering },
        source,
      });
      await read();
      expect(report.violations).toEqual([]);
    });

    test.each([7, null, undefined])('and likewise one whose type is %j', async (bad) => {
      let part: object = {};
      const discovery = { ...discovering, type: 'DYNAMIC' as const };
      const { read, clock } = house({ script: companyOf(() => part), selection: { discovery }, source });
      await read();
      part = { type: bad };
      for (let i = 0; i < 3; i++) {
        await clock.advance(MINUTE);
        expect(idsOf(await read())).toEqual(['a', 'b']);
      }
      part = { type: 'STATIC' };
      await clock.advance(MINUTE);
      expect(idsOf(await read())).toEqual(['b']);
    });
  });
});

test('a discovered pool that passes the filters no longer disappears at once', async () => {
  let name = 'prod-1';
  const { read, clock } = house({
    script: () => listOf([poolOf('a', { name }), poolOf('b', { name: 'prod-2' })]),
    selection: {
      discovery: { ...discovering, include: [{ source: '^prod', matches: (of) => of.startsWith('prod') }] },
    },
  });
  await read();
  name = 'lab-1';
  await clock.advance(MINUTE);
  const page = await read();
  expect(page.labels('desktop_pool_configured').map(({ pool_id }) => pool_id)).toEqual(['b']);
  expect(page.text).not.toContain('pool_id="a"');
});
