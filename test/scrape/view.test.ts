// Last good values, and when they end.
import { describe, expect, test } from 'vitest';
import type { Collector } from '../../src/collectors/collector.ts';
import { pools } from '../../src/collectors/pools.ts';
import { sessions } from '../../src/collectors/sessions.ts';
import { createProject } from '../../src/scrape/project.ts';
import { createTrace } from '../../src/scrape/trace.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import {
  after,
  askedId,
  broken,
  discovering,
  enabled,
  type House,
  type HouseOptions,
  house,
  listOf,
  MINUTE,
  poolOf,
  refused,
  SECOND,
  unsent,
} from './house.ts';

const one = { selection: { pools: [{ id: 'a' }] } };

/** A pool that was read once and then answers no more. */
async function sick(answer: () => unknown = broken, options: Partial<HouseOptions> = {}) {
  let isSick = false;
  const built: House = house({ ...one, script: () => (isSick ? answer() : poolOf('a')), ...options });
  await built.read();
  isSick = true;
  return {
    ...built,
    recover: () => {
      isSick = false;
    },
  };
}

test('thresholds of the alerts are shown as they are set, those of a pool before those of its project', async () => {
  const { read } = house({
    script: (call) => poolOf(askedId(call) ?? ''),
    selection: {
      pools: [{ id: 'a', alerts: { utilization_high: 0.9 } }, { id: 'b' }],
      alerts: { utilization_high: 0.8, shrunk_by: 3 },
    },
  });
  const page = await read();
  const value = (pool_id: string, threshold: string) =>
    page.value('desktop_pool_alert_threshold', { pool_id, threshold });
  expect([value('a', 'utilization_high'), value('b', 'utilization_high'), value('a', 'shrunk_by')]).toEqual([
    0.9, 0.8, 3,
  ]);
  expect(page.values('desktop_pool_alert_threshold')).toHaveLength(4);
});

describe('last good values', () => {
  test.each([
    ['the reads fail', broken],
    ['nothing is sent', unsent],
    ['the answers are nonsense', () => ({ id: 5 })],
  ])('stay until they are max_staleness old while %s, then end', async (_, answer) => {
    const { read, clock } = await sick(answer);
    await clock.advance(10 * MINUTE - 1);
    expect((await read()).value('desktop_pool_desktops')).toBe(10);
    await clock.advance(2);
    const page = await read();
    expect(page.values('desktop_pool_desktops')).toEqual([]);
    expect(page.values('desktop_pool_info')).toEqual([]);
  });

  test.each([
    ['nothing is sent', unsent],
    ['reads never finish', () => new Promise(() => {})],
  ])('end with up 0 where %s: the latest read that ended had succeeded, but there are no data', async (_, answer) => {
    const { read, clock } = await sick(answer);
    await clock.advance(9 * MINUTE);
    expect((await read()).value('desktop_pool_up')).toBe(1);
    await clock.advance(MINUTE + 1);
    const page = await read();
    expect([page.values('desktop_pool_desktops'), page.value('desktop_pool_up')]).toEqual([[], 0]);
  });

  test('of five pools end with up 0 for each where the first read of a collection was refused and nothing more was sent', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    let isRevoked = false;
    const { read, clock } = house({
      selection: { pools: ids.map((id) => ({ id })) },
      script: (call) => {
        if (!isRevoked) return poolOf(askedId(call) ?? '');
        return askedId(call) === 'a' ? refused('unauthorized', 401) : unsent('blocked');
      },
    });
    await read();
    isRevoked = true;
    await clock.advance(MINUTE);
    expect((await read()).values('desktop_pool_up')).toEqual([0, 1, 1, 1, 1]);
    await clock.advance(10 * MINUTE);
    const page = await read();
    expect([page.values('desktop_pool_desktops'), page.values('desktop_pool_up')]).toEqual([[], [0, 0, 0, 0, 0]]);
  });

  test('that cannot be shown, because the collector makes a mistake, are missing with up 0', async () => {
    const faulty: Collector = {
      ...pools,
      families() {
        throw new Error('a mistake');
      },
    };
    const { read } = house({
      ...one,
      script: () => poolOf('a'),
      collectors: [enabled(faulty, { source: 'auto' })],
    });
    const page = await read();
    expect([page.values('desktop_pool_desktops'), page.value('desktop_pool_up')]).toEqual([[], 0]);
  });

  test('stay while reads never finish, then end', async () => {
    const { read, clock } = await sick(() => new Promise(() => {}));
    const start = clock.now();
    while (clock.now() - start < 9 * MINUTE) {
      expect((await read()).value('desktop_pool_desktops')).toBe(10);
      await clock.advance(MINUTE);
    }
    await clock.advance(start + 10 * MINUTE + 1 - clock.now());
    expect((await read()).values('desktop_pool_desktops')).toEqual([]);
  });

  test('end, but what is told of the pool stays while it is asked for', async () => {
    const { read, clock } = await sick();
    const readAt = clock.now() / 1000;
    for (const minutes of [5, 30, 24 * 60]) {
      await clock.advance(minutes * MINUTE);
      const page = await read();
      expect(page.value('desktop_pool_configured')).toBe(1);
      expect(page.value('desktop_pool_up')).toBe(0);
      expect(page.value('desktop_pool_found')).toBe(1);
      expect(page.value('desktop_pool_last_success_timestamp_seconds')).toBe(readAt);
    }
  });

  test('of a discovered pool end alike', async () => {
    const { read, clock } = await sickList();
    await clock.advance(11 * MINUTE);
    const page = await read();
    expect(page.lines('desktop_pool_desktops')).toEqual([]);
    expect(page.value('desktop_pool_configured')).toBe(1);
    expect(page.value('desktop_pool_found')).toBe(1);
    expect(page.lines('pools')).toEqual([]);
  });

  test('come back with the next success', async () => {
    const { read, clock, recover } = await sick();
    await clock.advance(11 * MINUTE);
    await read();
    recover();
    await clock.advance(MINUTE);
    const page = await read();
    expect(page.value('desktop_pool_desktops')).toBe(10);
    expect(page.value('desktop_pool_up')).toBe(1);
  });

  test('end on a page that nobody changed in between', async () => {
    const { read, clock } = house({
      ...one,
      script: () => poolOf('a'),
      minInterval: 60 * MINUTE,
      maxStaleness: 5 * MINUTE,
    });
    await read();
    await clock.advance(5 * MINUTE - 1);
    expect((await read()).value('desktop_pool_desktops')).toBe(10);
    await clock.advance(2);
    expect((await read()).values('desktop_pool_desktops')).toEqual([]);
  });

  test('about the whole project end in their own time', async () => {
    let isListBroken = false;
    const { read, clock } = house({
      source: 'details',
      selection: { discovery: discovering },
      minInterval: 6 * MINUTE,
      script: (call) => {
        const id = askedId(call);
        if (id === undefined) return isListBroken ? broken() : listOf([poolOf('a')]);
        return poolOf(id);
      },
    });
    await read();
    isListBroken = true;
    await clock.advance(6 * MINUTE);
    expect((await read()).value('pools', { state: 'listed' })).toBe(1);
    await clock.advance(4 * MINUTE + 1);
    const page = await read();
    expect(page.values('pools')).toEqual([]);
    expect(page.value('desktop_pool_desktops')).toBe(10);
  });

  test('end one by one', async () => {
    const broke = new Set<string>();
    const { read, clock } = house({
      selection: { pools: [{ id: 'a' }, { id: 'b' }] },
      script: (call) => (broke.has(askedId(call) ?? '') ? broken() : poolOf(askedId(call) ?? '')),
    });
    await read();
    broke.add('a');
    await clock.advance(4 * MINUTE);
    await read();
    broke.add('b');
    await clock.advance(7 * MINUTE);
    const page = await read();
    expect(page.labels('desktop_pool_desktops').map(({ pool_id }) => pool_id)).toEqual(['b']);
  });

  test('age from the start of their read', async () => {
    const built: House = house({ ...one, script: () => after(built.clock, 8 * SECOND, poolOf('a')) });
    const start = built.clock.now();
    const page = await built.read();
    expect(page.value('desktop_pool_last_success_timestamp_seconds')).toBe(start / 1000);
  });

  test('of a collector with an interval live twice as long as it, if that is longer', () => {
    const collector = (name: string): Collector => ({ name, needs: [] as const }) as unknown as Collector; // Reason: nothing else of it is read.
    const project = createProject({
      name: 'p',
      projectId: 'p',
      region: 'r',
      selection: { pools: [], discovery: discovering, max_pools: 1, pool_tags: [] },
      scrape: () => ({ min_interval: 10 * SECOND, max_staleness: 10 * MINUTE, timeout: 30 * SECOND }),
      collectors: [
        { collector: collector('pools'), options: {} },
        { collector: collector('often'), options: { interval: 4 * MINUTE } },
        { collector: collector('seldom'), options: { interval: 15 * MINUTE } },
      ],
      api: { get: () => Promise.reject(new Error('nothing is asked')) },
      concurrency: 8,
      openSession: async () => () => {},
      credential: () => ({}),
      clock: createFakeClock(),
      onFinished() {},
      trace: createTrace(createFakeClock()),
    });
    expect([...project.collections.values()].map((one) => one.staleness())).toEqual([
      10 * MINUTE,
      10 * MINUTE,
      30 * MINUTE,
    ]);
  });

  test('live neither longer nor shorter because the clock was set back', async () => {
    const { read, clock } = await sick();
    clock.jump(-24 * 60 * MINUTE);
    await clock.advance(10 * MINUTE);
    expect((await read()).value('desktop_pool_desktops')).toBe(10);
    await clock.advance(1);
    expect((await read()).values('desktop_pool_desktops')).toEqual([]);
  });

  test('end with a sleep of the machine, though the monotonic clock stood still', async () => {
    const { read, clock } = await sick();
    clock.jump(10 * MINUTE + 1);
    expect((await read()).values('desktop_pool_desktops')).toEqual([]);
  });
});

/** The same for a pool that a list named. */
async function sickList() {
  let isSick = false;
  const built = house({
    selection: { discovery: discovering },
    script: () => (isSick ? broken() : listOf([poolOf('a')])),
  });
  await built.read();
  isSick = true;
  return built;
}

describe('the name of a pool', () => {
  test('is that of the newest read, on every series', async () => {
    let name = 'old';
    const { read, clock } = house({ ...one, script: () => poolOf('a', { name, status: 'STEADY', type: 'STATIC' }) });
    await read();
    name = 'new';
    await clock.advance(MINUTE);
    const page = await read();
    const names = new Set(page.samples.flatMap(({ labels }) => labels.pool_name ?? []));
    expect([...names]).toEqual(['new']);
  });

  test('is empty where it is not reported', async () => {
    const { read } = house({ ...one, script: () => ({ id: 'a', desktop_count: 1 }) });
    expect((await read()).labels('desktop_pool_desktops')).toMatchObject([{ pool_name: '' }]);
  });

  test('is known to other collectors, and outlives the data of the pool', async () => {
    const { read, clock } = await sick(broken, {
      maxStaleness: 5 * MINUTE,
      collectors: [...poolsOf(), { collector: nameTeller, options: {} }],
    });
    expect((await read()).labels('desktop_pool_desktops')).toMatchObject([{ pool_name: 'name of a' }]);
    await clock.advance(6 * MINUTE);
    const page = await read();
    expect(page.labels('desktop_pool_run_state_desktops')).toMatchObject([{ pool_name: 'name of a' }]);
    expect(page.values('desktop_pool_desktops')).toEqual([]);
  });
});

const poolsOf = () =>
  [...house({ ...one, script: () => poolOf('a') }).project.collections.values()].map(({ collector }) =>
    enabled(collector),
  );

/** A collector of another API, whose series carry the names that the pools collector knows. */
const nameTeller: Collector = {
  name: 'teller',
  options: {} as Collector['options'], // Reason: only the loader of the configuration reads it.
  subject: 'pools',
  operations: [],
  actions: {},
  metrics: sessions.metrics,
  requests: () => 1,
  collect: async () => {},
  families: ({ project, pools: known }) => [
    {
      name: 'huaweicloud_workspace_desktop_pool_run_state_desktops',
      help: 'x',
      type: 'gauge',
      write: (page) =>
        page.text(
          `huaweicloud_workspace_desktop_pool_run_state_desktops{project="${project}",pool_name="${known.get('a')}"} 1\n`,
        ),
    },
  ],
};

describe('the order of a page', () => {
  test('is that of the ids, whatever order the cloud answers in', async () => {
    let rows = ['c', 'a', 'b'];
    const { read, clock } = house({
      selection: { discovery: discovering },
      script: () => listOf(rows.map((id) => poolOf(id))),
    });
    const first = await read();
    rows = ['b', 'c', 'a'];
    await clock.advance(MINUTE);
    const second = await read();
    expect(first.labels('desktop_pool_desktops').map(({ pool_id }) => pool_id)).toEqual(['a', 'b', 'c']);
    expect(first.labels('desktop_pool_up').map(({ pool_id }) => pool_id)).toEqual(['a', 'b', 'c']);
    expect(second.lines('desktop_pool_desktops')).toEqual(first.lines('desktop_pool_desktops'));
  });
});
