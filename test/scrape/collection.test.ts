// When the cloud is asked, who waits for it, and what is on the page meanwhile.
import { describe, expect, test } from 'vitest';
import type { BaseOptions, Collector } from '../../src/collectors/collector.ts';
import {
  after,
  askedId,
  broken,
  discovering,
  enabled,
  type House,
  type HouseOptions,
  house,
  later,
  listOf,
  MINUTE,
  poolOf,
  SECOND,
  unsent,
} from './house.ts';

const one = { selection: { pools: [{ id: 'a' }] } };
const two = { selection: { pools: [{ id: 'a' }, { id: 'b' }] } };

/** A house whose reads take `latency` each, and give a higher count every time. */
function slow(latency: number, options: Partial<HouseOptions> = {}) {
  let count = 0;
  const built: House = house({
    ...one,
    ...options,
    script: (call) => {
      count += 1;
      const answer = poolOf(askedId(call) ?? '', { desktop_count: count });
      return latency === 0 ? answer : after(built.clock, latency, answer);
    },
  });
  return built;
}
const countOf = (page: { value: (name: string) => number | undefined }) => page.value('desktop_pool_desktops');

describe('a result', () => {
  test.each([
    [0, 1],
    [5 * SECOND, 1],
    [9.499 * SECOND, 1],
    [9.5 * SECOND, 2],
    [10 * SECOND, 2],
    [MINUTE, 2],
  ])(
    '%d ms after the start of its collection has been asked for %d times (10 s, and 500 ms of tolerance)',
    async (age, requests) => {
      const { read, clock, api } = slow(0);
      await read();
      await clock.advance(age);
      expect(countOf(await read())).toBe(requests);
      expect(api.calls).toHaveLength(requests);
    },
  );

  test('ages from the start of its collection, not from its end', async () => {
    const { read, clock, api } = slow(4 * SECOND);
    await read();
    await clock.advance(5.6 * SECOND);
    await read();
    expect(api.calls).toHaveLength(2);
  });

  test('of a collector with an interval is served until then', async () => {
    const collector = counting('seldom', { interval: 5 * MINUTE });
    const { read, clock } = house({ ...one, script: () => poolOf('a'), collectors: [collector] });
    await read();
    await clock.advance(4 * MINUTE);
    await read();
    expect(collector.collected()).toBe(1);
    await clock.advance(MINUTE);
    await read();
    expect(collector.collected()).toBe(2);
  });

  test('is served until then though the wall clock was set back, and asked for again after a sleep of the machine', async () => {
    const { read, clock, api } = slow(0);
    await read();
    clock.jump(-60 * MINUTE);
    await read();
    expect(api.calls).toHaveLength(1);
    await clock.advance(9.5 * SECOND);
    expect(countOf(await read())).toBe(2);
    // The monotonic clock stands still meanwhile.
    clock.jump(30 * MINUTE);
    expect(countOf(await read())).toBe(3);
    expect(api.calls).toHaveLength(3);
  });
});

describe('scrapes at the same time', () => {
  test('join one collection', async () => {
    const { scrape, clock, api, waits } = slow(SECOND);
    const pages = Promise.all([scrape(), scrape(), scrape()]);
    const [first, ...others] = await clock.finish(pages);
    expect(api.calls).toHaveLength(1);
    expect(others).toEqual([first, first]);
    expect(waits.filter(({ isCoalesced }) => isCoalesced)).toHaveLength(2);
  });

  test('join a collection that began long ago', async () => {
    const { scrape, clock, api } = slow(20 * SECOND);
    const first = scrape({ patience: 25 * SECOND });
    await clock.advance(15 * SECOND);
    const second = scrape({ patience: 25 * SECOND });
    expect(await clock.finish(second)).toBe(await clock.finish(first));
    expect(api.calls).toHaveLength(1);
  });

  test('have a deadline each', async () => {
    const { scrape, clock, waits } = slow(5 * SECOND);
    const hasty = scrape({ patience: 2 * SECOND });
    const patient = scrape({ patience: 8 * SECOND });
    await clock.advance(2 * SECOND);
    expect(await hasty).not.toContain('desktop_pool_desktops{');
    await clock.advance(3 * SECOND);
    expect(await patient).toContain('desktop_pool_desktops{');
    expect(waits.map(({ isCut }) => isCut)).toEqual([true, false]);
  });

  test('see the values of one moment each: two overlapping scrapes never mix', async () => {
    const { scrape, clock, project } = slow(SECOND, two);
    const first = scrape();
    await clock.advance(SECOND);
    const second = scrape();
    const pages = [await clock.finish(first), await clock.finish(second)];
    expect(pages[0]).toBe(pages[1]);
    const values = [...(pages[0] ?? '').matchAll(/desktop_pool_desktops\{.*\} (\d+)/g)].map(([, value]) =>
      Number(value),
    );
    expect(values.sort()).toEqual([1, 2]);
    expect(project.collections.get('pools')?.finished()?.isSuccess).toBe(true);
  });
});

describe("the scraper's deadline", () => {
  test('ends its wait, never the collection', async () => {
    const { read, clock, api } = slow(15 * SECOND);
    const cut = await read();
    expect(cut.values('desktop_pool_desktops')).toEqual([]);
    expect(cut.value('desktop_pool_configured')).toBe(1);
    expect(cut.value('desktop_pool_up')).toBe(0);
    expect(cut.values('exporter_collector_success')).toEqual([]);
    await clock.advance(5 * SECOND);
    expect(countOf(await read())).toBe(1);
    expect(api.calls.length).toBeLessThanOrEqual(2);
  });

  test('may have passed already: then it gets what is there, and the collection begins', async () => {
    const { read, api, clock } = slow(SECOND);
    expect((await read({ patience: -SECOND })).values('desktop_pool_desktops')).toEqual([]);
    await clock.advance(SECOND);
    expect(api.calls).toHaveLength(1);
    expect(countOf(await read())).toBe(1);
  });

  test('shows the finished reads of the collection under way, and last good values for the rest', async () => {
    let round = 1;
    const built: House = house({
      ...two,
      script: (call) => {
        const id = askedId(call) ?? '';
        const answer = poolOf(id, { desktop_count: round, name: `${id} ${round}` });
        return round === 2 && id === 'b' ? after(built.clock, 20 * SECOND, answer) : answer;
      },
    });
    await built.read();
    round = 2;
    await built.clock.advance(MINUTE);
    const page = await built.read();
    expect(page.value('desktop_pool_desktops', { pool_id: 'a' })).toBe(2);
    expect(page.value('desktop_pool_desktops', { pool_id: 'b' })).toBe(1);
    expect(page.labels('desktop_pool_desktops').map(({ pool_name }) => pool_name)).toEqual(['a 2', 'b 1']);
    // Nothing failed yet: the latest completed read of b was a success.
    expect(page.values('desktop_pool_up')).toEqual([1, 1]);
    expect(built.waits.at(-1)?.isCut).toBe(true);
    await built.clock.advance(10 * SECOND);
    expect((await built.read()).values('desktop_pool_desktops')).toEqual([2, 2]);
  });

  test('is not exceeded where the result came in the same moment', async () => {
    const { read, waits } = slow(0);
    await read({ patience: 0 });
    expect(waits).toMatchObject([{ isCut: false, isCoalesced: false }]);
  });
});

describe('a result that came after its waiters had left', () => {
  test('is served to the next scrape without a wait, while its successor is collected behind it', async () => {
    const { read, scrape, clock, api, waits } = slow(15 * SECOND);
    await read();
    await clock.advance(50 * SECOND);
    expect(api.calls).toHaveLength(1);
    const page = scrape();
    await clock.settle();
    expect(await page).toMatch(/desktop_pool_desktops\{.*\} 1\n/);
    expect(api.calls).toHaveLength(2);
    expect(waits.at(-1)).toMatchObject({ isCut: false, isCoalesced: false, collections: [{ how: 'late' }] });
  });

  test('is served once: the next one waits for a new one', async () => {
    let latency = 15 * SECOND;
    let count = 0;
    const built: House = house({
      ...one,
      script: () => after(built.clock, latency, poolOf('a', { desktop_count: ++count })),
    });
    await built.read();
    await built.clock.advance(50 * SECOND);
    latency = 100;
    expect(countOf(await built.read())).toBe(1);
    await built.clock.advance(MINUTE);
    expect(countOf(await built.read())).toBe(3);
  });

  test('is seen by one that comes while it is young', async () => {
    const { read, clock, api } = slow(5 * SECOND);
    await read({ patience: SECOND });
    await clock.advance(5 * SECOND);
    await read();
    await clock.advance(5 * SECOND);
    expect(countOf(await read())).toBe(2);
    expect(api.calls).toHaveLength(2);
  });

  test('is not what somebody has waited for in time', async () => {
    const { scrape, clock, read } = slow(5 * SECOND);
    const pages = [scrape({ patience: SECOND }), scrape()];
    await clock.finish(Promise.all(pages));
    await clock.advance(MINUTE);
    expect(countOf(await read())).toBe(2);
  });
});

describe('scrape.timeout', () => {
  test('ends a collection whose reads never answer, with last good values kept', async () => {
    let isStuck = false;
    const { read, clock, project, api, failures } = house({
      ...one,
      script: () => (isStuck ? new Promise(() => {}) : poolOf('a')),
    });
    await read();
    isStuck = true;
    await clock.advance(MINUTE);
    const cut = await read();
    expect(cut.value('desktop_pool_up')).toBe(1);
    await clock.advance(20.2 * SECOND);
    expect(failures).toHaveLength(2);
    expect([...(failures[1]?.failures.keys() ?? [])]).toEqual([
      'scrape.timeout (30s) ended the collection; what it had not read keeps its last good values',
    ]);
    const finished = project.collections.get('pools')?.finished();
    expect(finished?.took).toBeLessThan(30.5 * SECOND);
    const page = await read();
    expect(page.value('desktop_pool_up')).toBe(0);
    expect(page.value('desktop_pool_desktops')).toBe(10);
    expect(page.value('exporter_collector_success')).toBe(0);
    expect(api.calls.length).toBeGreaterThanOrEqual(3);
  });

  test('is told to the reads, which know better why they failed', async () => {
    const { read, clock, failures } = house({
      ...one,
      script: (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(broken()))),
    });
    await read();
    await clock.advance(25 * SECOND);
    expect([...(failures[0]?.failures.keys() ?? [])]).toEqual(['HTTP 500 ']);
  });

  test('leaves alone what is answered after it', async () => {
    const answers = [later<unknown>(), later<unknown>()];
    let turn = 0;
    const { read, clock } = house({
      ...one,
      script: () => answers[turn++]?.promise ?? poolOf('a', { desktop_count: 7 }),
    });
    await read();
    await clock.advance(31 * SECOND);
    answers[0]?.resolve(poolOf('a', { desktop_count: 99 }));
    await clock.settle();
    const page = await read();
    expect(page.values('desktop_pool_desktops')).toEqual([]);
    expect(page.value('desktop_pool_up')).toBe(0);
  });

  test('leaves no timer behind', async () => {
    const { read, clock } = slow(SECOND, two);
    await read();
    expect(clock.pending()).toBe(0);
  });
});

/** A collector that brings one record, or does what it is told. */
function counting(name: string, options: BaseOptions = {}, collect?: Collector['collect']) {
  let collected = 0;
  const collector: Collector = {
    name,
    options: {} as Collector['options'], // Reason: only the loader of the configuration reads it.
    subject: 'project',
    operations: [],
    actions: {},
    metrics: [],
    requests: () => 1,
    collect: async (context) => {
      collected += 1;
      await collect?.(context);
    },
    families: () => [],
  };
  return { collector, options, collected: () => collected };
}

describe('a collector that', () => {
  test.each<[string, Collector['collect']]>([
    [
      'throws',
      async () => {
        throw new Error('it threw');
      },
    ],
    [
      'throws at once',
      () => {
        throw new Error('it threw');
      },
    ],
    ['never settles', () => new Promise(() => {})],
    [
      'reads what throws at once',
      async (context) =>
        void (await context.read('all', () => {
          throw new Error('it threw');
        })),
    ],
    ['reads nonsense', async (context) => void (await context.read('all', async () => ({}) as never))],
  ])('%s costs only itself', async (what, collect) => {
    const bad = counting('bad', {}, collect);
    const built: House = house({
      ...one,
      script: () => poolOf('a'),
      collectors: [...poolsAlone(), bad],
    });
    const page = await built.read();
    expect(page.value('desktop_pool_up')).toBe(1);
    expect(page.value('desktop_pool_desktops')).toBe(10);
    expect(page.value('exporter_collector_success', { collector: 'pools' })).toBe(1);
    await built.clock.advance(40 * SECOND);
    const later = await built.read();
    expect(later.value('desktop_pool_desktops')).toBe(10);
    expect(later.value('exporter_collector_success', { collector: 'bad' })).toBe(0);
    const { failures = new Map() } = built.failures.find(({ collector }) => collector === 'bad') ?? {};
    if (what.includes('throw')) expect([...failures.keys()]).toEqual(['it threw']);
    if (what === 'never settles') expect([...failures.keys()]).toEqual([expect.stringContaining('scrape.timeout')]);
    await built.clock.advance(40 * SECOND);
    await built.read();
    expect(bad.collected()).toBeGreaterThanOrEqual(2);
  });
});

test.each([
  ['brings something', 'resolve'],
  ['fails', 'reject'],
] as const)('a read that %s after its collection has ended changes nothing any more', async (_, how) => {
  let end: () => void = () => {};
  const hasty = counting('hasty', {}, async (context) => {
    void context.read('all', () => {
      return new Promise((resolve, reject) => {
        const reading = { records: new Map([['late', {}]]) };
        end = () => (how === 'resolve' ? resolve(reading) : reject(new Error('late')));
      });
    });
  });
  const { read, clock, project } = house({ ...one, script: () => poolOf('a'), collectors: [hasty] });
  await read();
  end();
  await clock.settle();
  const collection = project.collections.get('hasty');
  expect(collection?.finished()?.isSuccess).toBe(true);
  expect(collection?.finished()?.failures.size).toBe(0);
  expect([...(collection?.store.entries() ?? [])]).toEqual([]);
  expect(collection?.store.version()).toBe(0);
});

test('a scrape that starts one collection and joins another is not coalesced', async () => {
  const { read, clock, waits } = house({
    ...one,
    script: () => poolOf('a'),
    collectors: [...poolsAlone(), counting('seldom', { interval: 5 * MINUTE })],
  });
  await read();
  await clock.advance(MINUTE);
  await read();
  await read();
  expect(waits.map(({ isCoalesced }) => isCoalesced)).toEqual([false, false, true]);
});

function poolsAlone() {
  const { project } = house({ script: () => poolOf('a'), ...one });
  return [...project.collections.values()].map(({ collector }) => enabled(collector));
}

describe('a credential that cannot be made ready', () => {
  test('leaves everything as it was, and is a failure', async () => {
    let isBlocked = false;
    const { read, clock } = house({
      ...one,
      script: () => poolOf('a'),
      openSession: async () => {
        if (isBlocked) throw unsent('secret');
        return () => {};
      },
    });
    await read();
    isBlocked = true;
    await clock.advance(MINUTE);
    const page = await read();
    expect(page.value('desktop_pool_up')).toBe(1);
    expect(page.value('desktop_pool_desktops')).toBe(10);
    expect(page.value('exporter_collector_success')).toBe(0);
  });

  test('is given back after every collection, whatever became of it', async () => {
    const log: string[] = [];
    const { read, clock } = house({
      ...one,
      script: () => broken(),
      openSession: async () => {
        log.push('open');
        return () => void log.push('close');
      },
    });
    await read();
    await clock.advance(MINUTE);
    await read();
    expect(log).toEqual(['open', 'close', 'open', 'close']);
  });
});

describe('how a collection went', () => {
  test('has a duration, a success and the time of the newest success', async () => {
    let isBroken = false;
    const built: House = house({
      ...one,
      script: () => after(built.clock, 2.5 * SECOND, isBroken ? broken() : poolOf('a')),
    });
    const start = built.clock.now();
    const good = await built.read();
    expect(good.value('exporter_collector_success', { project: 'prod', collector: 'pools' })).toBe(1);
    expect(good.value('exporter_collector_duration_seconds')).toBe(2.5);
    expect(good.value('exporter_collector_last_success_timestamp_seconds')).toBe((start + 2.5 * SECOND) / 1000);
    isBroken = true;
    await built.clock.advance(MINUTE);
    const bad = await built.read();
    expect(bad.value('exporter_collector_success')).toBe(0);
    expect(bad.value('exporter_collector_last_success_timestamp_seconds')).toBe((start + 2.5 * SECOND) / 1000);
  });

  test('has no time of a success before the first', async () => {
    const page = await house({ ...one, script: () => broken() }).read();
    expect(page.value('exporter_collector_success')).toBe(0);
    expect(page.values('exporter_collector_last_success_timestamp_seconds')).toEqual([]);
  });

  test('calls a mistake of this program by its name and place, not an answer of the cloud', async () => {
    const { read, failures, project } = house({
      selection: { pools: [{ id: 'a' }] },
      script: () => new TypeError('x is not a function'),
    });
    await read();
    expect([...(failures[0]?.failures.keys() ?? [])]).toEqual([
      expect.stringMatching(
        /^a bug in the exporter, please report it: TypeError: x is not a function at .*test\.ts:\d+/,
      ),
    ]);
    expect(project.collections.get('pools')?.store.entries().get('a')?.outcome).toBe('bug');
  });

  test('names each distinct failure once, with an example and how often it came', async () => {
    const { read, failures } = house({
      selection: { pools: ['a', 'b', 'c'].map((id) => ({ id })) },
      script: (call) => (askedId(call) === 'c' ? unsent() : broken()),
    });
    await read();
    expect([...(failures[0]?.failures ?? [])]).toEqual([
      ['HTTP 500 ', { count: 2, id: 'a', requestId: undefined }],
      ['not sent: budget', { count: 1, id: 'c', requestId: undefined }],
    ]);
  });
});

describe('what is read first', () => {
  const ids = ['a', 'b', 'c', 'd'];

  test('is what was never read, then what was read longest ago', async () => {
    const turn: Record<string, unknown> = {};
    const { read, clock, api } = house({
      selection: { pools: ids.map((id) => ({ id })) },
      script: (call) => {
        const id = askedId(call) ?? '';
        return turn[id] ?? poolOf(id);
      },
    });
    const order = async () => {
      api.calls.length = 0;
      await clock.advance(MINUTE);
      await read();
      return api.calls.map(askedId).join('');
    };
    Object.assign(turn, { b: unsent(), d: broken() });
    expect(await order()).toBe('abcd');
    Object.assign(turn, { b: unsent(), d: undefined, a: broken() });
    expect(await order()).toBe('bdac');
    Object.assign(turn, { b: undefined, a: undefined });
    expect(await order()).toBe('bacd');
  });

  test('holds for discovered pools as well', async () => {
    let isBudgetSpent = true;
    const { read, clock, api } = house({
      source: 'details',
      selection: { discovery: discovering },
      script: (call) => {
        const id = askedId(call);
        if (id === undefined) return listOf(ids.map((one) => poolOf(one)));
        return isBudgetSpent && id >= 'c' ? unsent() : poolOf(id);
      },
    });
    await read();
    isBudgetSpent = false;
    api.calls.length = 0;
    await clock.advance(MINUTE);
    await read();
    expect(api.calls.map((call) => askedId(call) ?? '')).toEqual(['', 'c', 'd', 'a', 'b']);
  });
});
