// What of everything is on a page, and when its bytes are made anew.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataOrder } from '../../src/app/catalog.ts';
import type { Collector } from '../../src/collectors/collector.ts';
import { pools } from '../../src/collectors/pools.ts';
import { sessions } from '../../src/collectors/sessions.ts';
import { createTelemetry } from '../../src/metrics/telemetry.ts';
import { createPages, type Pages } from '../../src/scrape/page.ts';
import type { Project } from '../../src/scrape/project.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import {
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
  type Script,
  SECOND,
} from './house.ts';

/** The pools collector, counting how often its families are made. */
function watched() {
  let made = 0;
  const collector: typeof pools = {
    ...pools,
    families(snapshot) {
      made += 1;
      return pools.families(snapshot);
    },
  };
  return { collectors: [enabled(collector)], made: () => made };
}

const ab = {
  selection: { pools: [{ id: 'a' }, { id: 'b' }] },
  script: ((call) => poolOf(askedId(call) ?? '')) as HouseOptions['script'],
};

/** Pages that know none before them. */
const pagesOver = (clock: FakeClock, project: Project): Pages =>
  createPages({
    clock,
    projects: [project],
    order: dataOrder,
    own: async () => [],
    keeps: () => true,
    onWaited: () => {},
    onBroken: () => {},
  });

describe('the bytes of a page', () => {
  test('are kept until something changes', async () => {
    const { collectors, made } = watched();
    const { read, clock } = house({ ...ab, collectors });
    const first = await read();
    await clock.advance(5 * SECOND);
    expect((await read()).text).toBe(first.text);
    expect(made()).toBe(1);
    await clock.advance(5 * SECOND);
    await read();
    expect(made()).toBe(2);
  });

  test('are the same object until then, which nobody copies', async () => {
    const { pages, clock } = house(ab);
    const first = async () => {
      return (await clock.finish(pages.page({ withOwn: true, format: 'text', patience: SECOND }))).parts[0];
    };
    const before = await first();
    expect(await first()).toBe(before);
    await clock.advance(MINUTE);
    expect(await first()).not.toBe(before);
  });

  test('are made anew when a value ends', async () => {
    const { collectors, made } = watched();
    const { read, clock } = house({ ...ab, collectors, minInterval: 60 * MINUTE, maxStaleness: 5 * MINUTE });
    await read();
    await clock.advance(4 * MINUTE);
    await read();
    expect(made()).toBe(1);
    await clock.advance(2 * MINUTE);
    expect((await read()).values('desktop_pool_desktops')).toEqual([]);
    expect(made()).toBe(2);
    await clock.advance(MINUTE);
    await read();
    expect(made()).toBe(2);
  });

  test('are made anew in the middle of a collection, when a read ended', async () => {
    const { collectors, made } = watched();
    const built: House = house({
      ...ab,
      collectors,
      script: (call) =>
        new Promise((resolve) =>
          built.clock.after(askedId(call) === 'a' ? SECOND : 20 * SECOND, () => resolve(poolOf(askedId(call) ?? ''))),
        ),
    });
    const values = [];
    for (let i = 0; i < 3; i++)
      values.push((await built.read({ patience: 900 })).values('desktop_pool_desktops').length);
    expect(values).toEqual([0, 1, 1]);
    expect(made()).toBe(2);
  });

  test('are made anew when only the outcome of a collection changed', async () => {
    let isThrowing = false;
    const { collectors } = watched();
    const { read, clock } = house({
      ...ab,
      collectors,
      openSession: async () => {
        if (isThrowing) throw new Error('no credential');
        return () => {};
      },
    });
    await read();
    isThrowing = true;
    await clock.advance(MINUTE);
    expect((await read()).value('exporter_collector_success')).toBe(0);
  });

  test('are the same whether pools are copied from the page before or written anew', async () => {
    const pool = fc.record({
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      name: fc.constantFrom('x', 'y', 7),
      desktop_count: fc.constantFrom(1, 200, 'many', undefined),
      type: fc.constantFrom('DYNAMIC', 'STATIC', 'NEW'),
      tags: fc.constantFrom([{ key: 't', value: '1' }], []),
    });
    const estates = fc.array(fc.uniqueArray(pool, { selector: ({ id }) => id }), { minLength: 1, maxLength: 6 });
    const source = fc.constantFrom('list' as const, 'details' as const);
    await fc.assert(
      fc.asyncProperty(estates, source, async (all, from) => {
        let estate = all[0] ?? [];
        const script: Script = (call) => estate.find(({ id }) => id === askedId(call)) ?? listOf(estate);
        const { clock, project, pages, report } = house({
          source: from,
          selection: { discovery: discovering, pool_tags: ['t'] },
          script,
        });
        const bytesOf = async (some: Pages) => {
          const asked = { withOwn: false, format: 'text', patience: SECOND } as const;
          return Buffer.concat([...(await clock.finish(some.page(asked))).parts]).toString();
        };
        for (estate of all) {
          const copied = await bytesOf(pages);
          expect(copied).toBe(await bytesOf(pagesOver(clock, project)));
          const told = report.violations.splice(0).length;
          const bad = estate.flatMap(({ name, desktop_count }) => [name === 7, desktop_count === 'many']);
          // By details a pool that is no longer listed is asked for, too.
          if (from === 'list') expect(told).toBe(bad.filter(Boolean).length);
          await clock.advance(MINUTE);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('are kept for each way to ask', async () => {
    const { collectors, made } = watched();
    const { scrape, clock } = house({ ...ab, collectors });
    const ways = [{}, { format: 'openmetrics' }, { pools: ['a'] }, { pools: ['b'] }, { project: 'prod' }] as const;
    const first = [];
    for (const way of ways) first.push(await clock.finish(scrape(way)));
    expect(made()).toBe(ways.length);
    expect(new Set(first).size).toBe(ways.length - 1);
    for (const [index, way] of ways.entries()) expect(await clock.finish(scrape(way))).toBe(first[index]);
    expect(made()).toBe(ways.length);
  });

  test('are the same however often and in which order pools and collectors are named', async () => {
    const { collectors, made } = watched();
    const { scrape, clock } = house({ ...ab, collectors });
    const first = await clock.finish(scrape({ pools: ['a', 'b'], collectors: ['pools'] }));
    expect(await clock.finish(scrape({ pools: ['b', 'a', 'b'], collectors: ['pools', 'pools'] }))).toBe(first);
    expect(made()).toBe(1);
  });

  test('are not kept for ever, so that asking in many ways fills no memory', async () => {
    const { collectors, made } = watched();
    const { read } = house({ ...ab, collectors });
    await read({ pools: ['a'] });
    for (let i = 0; i < 100; i++) await read({ pools: [`x${i}`] });
    expect(made()).toBe(101);
    await read({ pools: ['a'] });
    expect(made()).toBe(102);
  });
});

describe('collect[]', () => {
  test('of exporter alone asks the cloud nothing', async () => {
    const telemetry = createTelemetry({ processMetrics: false });
    const { read, api, waits } = house({ ...ab, own: telemetry.families });
    const page = await read({ collectors: ['exporter'], withOwn: true });
    expect(api.calls).toEqual([]);
    expect(waits).toEqual([]);
    expect(page.value('exporter_scrapes_coalesced_total')).toBe(0);
    expect([...page.types.keys()].filter((name) => !name.includes('_exporter_'))).toEqual([]);
  });

  test('of a collector shows that one alone', async () => {
    const { read } = house({
      ...ab,
      collectors: [...watched().collectors, { collector: other('other'), options: {} }],
    });
    const page = await read({ collectors: ['other'] });
    expect(page.labels('exporter_collector_success')).toEqual([{ project: 'prod', collector: 'other' }]);
    expect(page.lines('desktop_pool')).toEqual([]);
    const both = await read();
    expect(both.labels('exporter_collector_success').map(({ collector }) => collector)).toEqual(['pools', 'other']);
  });

  test('of a collector whose series carry pool names reads the pools too', async () => {
    const { read, api } = house({
      ...ab,
      collectors: [...watched().collectors, { collector: other('other'), options: {} }],
    });
    await read({ collectors: ['other'] });
    expect(api.calls.map(askedId)).toEqual(['a', 'b']);
  });

  test('of a collector without pool names does not', async () => {
    const collector = { ...other('other'), metrics: [] };
    const { read, api } = house({ ...ab, collectors: [...watched().collectors, { collector, options: {} }] });
    await read({ collectors: ['other'] });
    expect(api.calls).toEqual([]);
  });

  test('of a collector that is off shows the project, and asks nothing', async () => {
    const { read, api } = house(ab);
    const page = await read({ collectors: ['users'] });
    expect(api.calls).toEqual([]);
    expect([...page.types.keys()]).toEqual(['huaweicloud_workspace_project_info']);
  });
});

function other(name: string): Collector {
  return {
    ...sessions,
    name,
    collect: async () => {},
    families: () => [],
  };
}

describe('a page of some pools', () => {
  test('has their series alone', async () => {
    const { read } = house({
      selection: { discovery: discovering },
      script: () => listOf(['a', 'b', 'c'].map((id) => poolOf(id))),
    });
    const page = await read({ pools: ['a', 'c', 'nobody knows'] });
    expect(new Set(page.samples.flatMap(({ labels }) => labels.pool_id ?? []))).toEqual(new Set(['a', 'c']));
    expect(page.values('desktop_pool_up')).toEqual([1, 1]);
    expect(page.value('exporter_collector_success')).toBe(1);
  });

  test('costs the cloud the same', async () => {
    const { read, api } = house(ab);
    await read({ pools: ['a'] });
    expect(api.calls.map(askedId)).toEqual(['a', 'b']);
    await read();
    expect(api.calls).toHaveLength(2);
  });
});

describe('several projects', () => {
  const two = () => {
    const clock = house(ab).clock;
    const neighbour = house({ ...ab, name: 'test', clock, script: () => broken() });
    return { ...house({ ...ab, clock, neighbours: [neighbour.project] }), neighbour };
  };

  test('are on one page, each family once', async () => {
    const page = await two().read();
    expect(page.labels('project_info').map(({ project }) => project)).toEqual(['prod', 'test']);
    expect(page.values('desktop_pool_up')).toEqual([1, 1, 0, 0]);
    const headers = page.text.split('\n').filter((line) => line.startsWith('# TYPE'));
    expect(new Set(headers).size).toBe(headers.length);
  });

  test('fail on their own', async () => {
    const page = await two().read();
    expect(page.value('exporter_collector_success', { project: 'prod' })).toBe(1);
    expect(page.value('exporter_collector_success', { project: 'test' })).toBe(0);
  });

  test('are asked for one by one', async () => {
    const { read, neighbour, api } = two();
    const page = await read({ project: 'test' });
    expect(page.labels('project_info')).toEqual([
      { project: 'test', project_id: '0bec5db98280d2d02fd6c00c2de791ce', region: 'ap-southeast-3' },
    ]);
    expect(api.calls).toEqual([]);
    expect(neighbour.api.calls).toHaveLength(2);
    expect(page.text).not.toContain('"prod"');
  });

  test('are collected at the same time', async () => {
    const clock = house(ab).clock;
    const slowly: HouseOptions['script'] = (call) =>
      new Promise((resolve) => clock.after(5 * SECOND, () => resolve(poolOf(askedId(call) ?? ''))));
    const neighbour = house({ ...ab, name: 'test', clock, script: slowly });
    const { read, waits } = house({ ...ab, clock, neighbours: [neighbour.project], script: slowly });
    expect((await read({ patience: 6 * SECOND })).values('desktop_pool_desktops')).toHaveLength(4);
    expect(waits).toMatchObject([{ isCut: false, isCoalesced: false }]);
  });
});

describe('what is allowed on a page', () => {
  test('is what the configuration keeps, own metrics included', async () => {
    const telemetry = createTelemetry({ processMetrics: true });
    const { read } = house({
      ...ab,
      own: telemetry.families,
      keeps: (name) => /desktop_pool_up|coalesced|heap_size_used/.test(name),
    });
    const page = await read({ withOwn: true });
    expect([...page.types.keys()]).toEqual([
      'huaweicloud_workspace_desktop_pool_up',
      'huaweicloud_workspace_exporter_scrapes_coalesced_total',
      'nodejs_heap_size_used_bytes',
    ]);
  });

  test('may be nothing', async () => {
    const { scrape, clock } = house({ ...ab, keeps: () => false });
    expect(await clock.finish(scrape({ withOwn: true }))).toBe('');
    expect(await clock.finish(scrape({ withOwn: true, format: 'openmetrics' }))).toBe('# EOF\n');
  });
});

test.each([true, false])('an OpenMetrics page ends with its mark, once, own metrics: %s', async (withOwn) => {
  const telemetry = createTelemetry({ processMetrics: false });
  const { scrape, clock } = house({ ...ab, own: telemetry.families });
  const page = await clock.finish(scrape({ format: 'openmetrics', withOwn }));
  expect(page.split('# EOF')).toHaveLength(2);
  expect(page.endsWith('\n# EOF\n')).toBe(true);
  expect(page.includes('exporter_scrapes_coalesced')).toBe(withOwn);
});

test('own metrics are made after the wait, so that they count it', async () => {
  const telemetry = createTelemetry({ processMetrics: false });
  const { read, waits } = house({
    ...ab,
    own: () => {
      telemetry.set('config_last_reload_successful', {}, waits.length);
      return telemetry.families();
    },
  });
  expect((await read({ withOwn: true })).value('exporter_config_last_reload_successful')).toBe(1);
});

describe('the reasons why a page is not whole', () => {
  const reasonsOf = async ({ pages, clock }: House, patience: number, collectors?: readonly string[]) => {
    return (await clock.finish(pages.page({ withOwn: false, format: 'text', patience, collectors }))).reasons;
  };

  test('are none where every read succeeded', async () => {
    expect(await reasonsOf(house(ab), SECOND)).toEqual([]);
  });

  test('name the project, the collector and the failure', async () => {
    const built = house({ ...ab, script: (call) => (askedId(call) === 'a' ? broken() : poolOf('b')) });
    expect(await reasonsOf(built, SECOND)).toEqual(['prod, pools: HTTP 500 ']);
    expect(await reasonsOf(built, SECOND, ['exporter'])).toEqual([]);
  });

  test('tell that the deadline came first', async () => {
    const built = house({ ...ab, script: () => new Promise(() => {}) });
    expect(await reasonsOf(built, SECOND)).toEqual([expect.stringMatching(/deadline/)]);
  });
});

describe('a collector that cannot make its series', () => {
  const { name: _, ...rest } = pools;
  const faulty = (families: Collector['families']): Collector => ({ ...rest, name: 'faulty', families });
  const built = (families: Collector['families']) =>
    house({
      ...ab,
      collectors: [enabled(pools, { source: 'details' }), enabled(faulty(families), { source: 'details' })],
    });

  test.each<[string, Collector['families']]>([
    [
      'at all',
      () => {
        throw new Error('boom');
      },
    ],
    [
      'to the end',
      () => [
        {
          name: 'huaweicloud_workspace_desktop_pool_desktops',
          help: '',
          type: 'gauge',
          write(page) {
            page.text('half a li');
            throw new Error('boom');
          },
        },
      ],
    ],
  ])('%s costs only them, and is told', async (_how, families) => {
    const { read, mistakes } = built(families);
    const page = await read();
    expect(page.value('desktop_pool_desktops', { pool_id: 'a' })).toBe(10);
    expect(mistakes).toEqual(['prod, faulty']);
  });
});
