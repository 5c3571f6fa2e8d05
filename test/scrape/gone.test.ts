// Gone, or only not answered: what each answer says of a pool, and what the page says then.
import { describe, expect, test } from 'vitest';
import type { CloudError } from '../../src/cloud/errors.ts';
import type { Selection } from '../../src/collectors/pool-selection.ts';
import {
  askedId,
  broken,
  discovering,
  forbidden,
  type House,
  house,
  listOf,
  MINUTE,
  notThere,
  notThereBy400,
  poolOf,
  refused,
  unsent,
  wrongPath,
} from './house.ts';
import type { ReadPage } from './read-page.ts';

const OK = 'ok';
type Step = typeof OK | (() => Error) | { readonly json: unknown };

/** What is told of a pool besides its data. */
const told = (page: ReadPage, pool_id: string) => ({
  configured: page.value('desktop_pool_configured', { pool_id }),
  up: page.value('desktop_pool_up', { pool_id }),
  found: page.value('desktop_pool_found', { pool_id }),
  hasData: page.values('desktop_pool_desktops', { pool_id }).length > 0,
  wasRead: page.values('desktop_pool_last_success_timestamp_seconds', { pool_id }).length > 0,
});
const FRESH = { configured: 1, up: 1, found: 1, hasData: true, wasRead: true };
const STALE = { configured: 1, up: 0, found: 1, hasData: true, wasRead: true };
const NEVER = { configured: 1, up: 0, found: undefined, hasData: false, wasRead: false };
const GONE = { configured: 1, up: 0, found: 0, hasData: false, wasRead: false };
const ABSENT = { configured: undefined, up: undefined, found: undefined, hasData: false, wasRead: false };

/** Plays answers for the pool `a` beside a healthy pool `b`, one collection each; returns what was told of `a` after each. */
async function played(steps: readonly Step[], selection: Partial<Selection> = { pools: [{ id: 'a' }, { id: 'b' }] }) {
  let step: Step = OK;
  const { read, clock } = house({
    source: 'details',
    selection,
    script: (call) => {
      const id = askedId(call) ?? '';
      if (id !== 'a' || step === OK) return poolOf(id);
      return typeof step === 'function' ? step() : step.json;
    },
  });
  const results: ReturnType<typeof told>[] = [];
  for (step of steps) {
    results.push(told(await read(), 'a'));
    await clock.advance(MINUTE);
  }
  return results;
}

describe('a configured pool', () => {
  const failures: [string, () => CloudError][] = [
    ['a gateway that does not know the path', wrongPath],
    ['a 404 without a code', () => refused('not_found', 404)],
    ['a 404 of somebody else', () => refused('not_found', 404, 'IAM.0004')],
    ['a 400 with another code', () => refused('bad_request', 400, 'WKS.0002')],
    ['a 400 without a code', () => refused('bad_request', 400)],
    ['a 403', forbidden],
    ['a 403 that names the pool', () => refused('forbidden', 403, 'WKS.0001')],
    ['a 500', broken],
    ['a 500 that names the pool', () => refused('server', 500, 'WKS.0001')],
    ['a time-out', () => refused('timeout', 0)],
  ];

  test.each([
    ['404 WKS.', notThere],
    ['400 WKS.0001', notThereBy400],
  ])('is gone after two times %s, not after one', async (_, gone) => {
    expect(await played([OK, gone, gone, gone])).toEqual([FRESH, STALE, GONE, GONE]);
  });

  test('is gone where one read said so by 404 and the next by 400', async () => {
    expect(await played([OK, notThere, notThereBy400])).toEqual([FRESH, STALE, GONE]);
  });

  test('that was never read is gone after two times as well, where others are there', async () => {
    expect(await played([notThere, notThere])).toEqual([NEVER, GONE]);
  });

  test.each(failures)('is not gone, however often %s is the answer', async (_, failure) => {
    expect(await played([OK, failure, failure, failure])).toEqual([FRESH, STALE, STALE, STALE]);
  });

  test.each(failures)('that was never read is unknown, however often %s is the answer', async (_, failure) => {
    expect(await played([failure, failure, failure])).toEqual([NEVER, NEVER, NEVER]);
  });

  test.each([
    ['an empty object', {}],
    ['another pool', poolOf('x')],
    ['a list', []],
    ['null', null],
    ['a text', 'gone'],
  ])('is not gone where the answer is %s', async (_, json) => {
    expect(await played([OK, { json }, { json }, { json }])).toEqual([FRESH, STALE, STALE, STALE]);
  });

  test('comes back', async () => {
    expect(await played([OK, notThere, notThere, OK, notThere])).toEqual([FRESH, STALE, GONE, FRESH, STALE]);
  });

  test('is not gone where a success came between', async () => {
    expect(await played([OK, notThere, OK, notThere])).toEqual([FRESH, STALE, FRESH, STALE]);
  });

  test('is not gone where another failure came between: the two were not in a row', async () => {
    expect(await played([OK, notThere, broken, notThere, notThere])).toEqual([FRESH, STALE, STALE, STALE, GONE]);
  });

  test('is gone though a read that was not sent came between: it says nothing', async () => {
    expect(await played([OK, notThere, unsent, notThere])).toEqual([FRESH, STALE, STALE, GONE]);
  });

  test('that is gone stays so, whatever fails then', async () => {
    expect(await played([OK, notThere, notThere, broken, unsent])).toEqual([FRESH, STALE, GONE, GONE, GONE]);
  });

  test('ends at once with all its data', async () => {
    let isGone = false;
    const { read, clock } = house({
      selection: { pools: [{ id: 'a', capacity_limit: 5 }, { id: 'b' }] },
      script: (call) =>
        isGone && askedId(call) === 'a' ? notThere() : poolOf(askedId(call) ?? '', { status: 'STEADY' }),
    });
    await read();
    isGone = true;
    for (let i = 0; i < 2; i++) {
      await clock.advance(MINUTE);
      await read();
    }
    const page = await read();
    expect(page.samples.filter(({ labels }) => labels.pool_id === 'a').map(({ name }) => name)).toEqual(
      ['configured', 'up', 'found'].map((name) => `huaweicloud_workspace_desktop_pool_${name}`),
    );
  });

  test('that is gone is no failure of the collector', async () => {
    const { read, clock } = house({
      selection: { pools: [{ id: 'a' }, { id: 'b' }] },
      script: (call) => (askedId(call) === 'a' ? notThere() : poolOf('b')),
    });
    for (let i = 0; i < 3; i++) {
      expect((await read()).value('exporter_collector_success')).toBe(1);
      await clock.advance(MINUTE);
    }
  });

  test('is not gone by two scrapes of one collection', async () => {
    let isGone = false;
    const { read, clock } = house({
      selection: { pools: [{ id: 'a' }, { id: 'b' }] },
      script: (call) => (isGone && askedId(call) === 'a' ? notThere() : poolOf(askedId(call) ?? '')),
    });
    await read();
    isGone = true;
    await clock.advance(MINUTE);
    for (let i = 0; i < 3; i++) expect(told(await read(), 'a')).toEqual(STALE);
  });
});

describe('a read that was not sent', () => {
  test('leaves the outcome of the one before, good or bad, and lets it age', async () => {
    expect(await played([OK, unsent, unsent])).toEqual([FRESH, FRESH, FRESH]);
    expect(await played([OK, broken, unsent])).toEqual([FRESH, STALE, STALE]);
    expect(await played([unsent, unsent])).toEqual([NEVER, NEVER]);
  });

  test('does not move the time of the last success', async () => {
    let isSpent = false;
    const { read, clock } = house({
      selection: { pools: [{ id: 'a' }] },
      script: () => (isSpent ? unsent() : poolOf('a')),
    });
    const before = (await read()).value('desktop_pool_last_success_timestamp_seconds');
    isSpent = true;
    await clock.advance(MINUTE);
    expect((await read()).value('desktop_pool_last_success_timestamp_seconds')).toBe(before);
    expect(before).toBe((clock.now() - MINUTE) / 1000);
  });
});

describe('when every configured pool is said to be gone', () => {
  const all = (answer: () => unknown, count = 3) => {
    const ids = ['a', 'b', 'c'].slice(0, count);
    return house({ selection: { pools: ids.map((id) => ({ id })) }, script: answer });
  };

  test.each([notThere, notThereBy400])(
    'and none was ever read, the question is wrong: nothing is gone',
    async (answer) => {
      const { read, clock, failures, project } = all(answer);
      for (let i = 0; i < 4; i++) {
        const page = await read();
        expect(told(page, 'a')).toEqual(NEVER);
        expect(page.value('exporter_collector_success')).toBe(0);
        await clock.advance(MINUTE);
      }
      expect([...(failures.at(-1)?.failures.keys() ?? [])]).toEqual([expect.stringMatching(/check project_id/)]);
      expect(project.collections.get('pools')?.store.entries().get('a')?.outcome).toBe('bad_request');
    },
  );

  test('the same holds for a single one', async () => {
    const { read, clock } = all(notThere, 1);
    for (let i = 0; i < 3; i++) {
      expect(told(await read(), 'a')).toEqual(NEVER);
      await clock.advance(MINUTE);
    }
  });

  test('and one was read before, they are gone', async () => {
    let isGone = false;
    const { read, clock } = house({
      selection: { pools: [{ id: 'a' }, { id: 'b' }] },
      script: (call) => (isGone || askedId(call) === 'b' ? notThere() : poolOf('a')),
    });
    await read();
    isGone = true;
    await clock.advance(MINUTE);
    await read();
    await clock.advance(MINUTE);
    const page = await read();
    expect([told(page, 'a'), told(page, 'b')]).toEqual([GONE, GONE]);
    expect(page.value('exporter_collector_success')).toBe(1);
  });

  test('but one only failed, the others are gone', async () => {
    const { read, clock } = house({
      selection: { pools: ['a', 'b', 'c'].map((id) => ({ id })) },
      script: (call) => (askedId(call) === 'c' ? broken() : notThere()),
    });
    await read();
    await clock.advance(MINUTE);
    const page = await read();
    expect([told(page, 'a'), told(page, 'c')]).toEqual([GONE, NEVER]);
  });
});

describe('a complete list', () => {
  const configured = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id }));
  type ListStep = readonly string[] | (() => Error);

  /** Plays lists that name these pools; returns what was told of `a` after each. */
  async function listed(steps: readonly ListStep[], selection: Partial<Selection>) {
    let step: ListStep = [];
    const { read, clock } = house({
      selection,
      script: () => (typeof step === 'function' ? step() : listOf(step.map((id) => poolOf(id)))),
    });
    const results: ReturnType<typeof told>[] = [];
    for (step of steps) {
      results.push(told(await read(), 'a'));
      await clock.advance(MINUTE);
    }
    return results;
  }
  const [withA, without] = [
    ['a', 'b'],
    ['b', 'c'],
  ];

  test('without a configured pool, twice, says that it is gone', async () => {
    const steps = [withA, without, without, without, withA];
    expect(await listed(steps, { pools: configured })).toEqual([FRESH, STALE, GONE, GONE, FRESH]);
  });

  test('without a discovered pool, twice, makes it disappear whole', async () => {
    const steps = [withA, without, without, withA];
    expect(await listed(steps, { discovery: discovering })).toEqual([FRESH, STALE, ABSENT, FRESH]);
  });

  test('with it between starts anew', async () => {
    expect(await listed([withA, without, withA, without], { pools: configured })).toEqual([FRESH, STALE, FRESH, STALE]);
  });

  test('may be empty', async () => {
    expect(await listed([withA, [], []], { discovery: discovering })).toEqual([FRESH, STALE, ABSENT]);
  });

  test('counts with the complete list before it, whatever failed between', async () => {
    const steps = [withA, without, broken, without];
    expect(await listed(steps, { pools: configured })).toEqual([FRESH, STALE, STALE, GONE]);
  });

  test.each([
    ['that is not there', notThere],
    ['that is a bad request', notThereBy400],
    ['whose path is not known', wrongPath],
    ['that is broken', broken],
  ])('is not one %s: it says nothing of any pool', async (_, failure) => {
    const steps = [withA, failure, failure, failure];
    expect(await listed(steps, { pools: configured })).toEqual([FRESH, STALE, STALE, STALE]);
    expect(await listed(steps, { discovery: discovering })).toEqual([FRESH, STALE, STALE, STALE]);
  });

  test('that is not there is a failure of the collector', async () => {
    const { read } = house({ selection: { discovery: discovering }, script: notThere });
    expect((await read()).value('exporter_collector_success')).toBe(0);
  });

  test('without configured pools that were never read says that they are gone', async () => {
    expect(await listed([without, without], { pools: configured })).toEqual([NEVER, GONE]);
  });

  test('a miss counts at the end of the collection', async () => {
    let isGone = false;
    const built: House = house({
      source: 'details',
      selection: { pools: [{ id: 'b' }], discovery: discovering },
      script: (call) => {
        const id = askedId(call);
        if (id === undefined) return listOf((isGone ? ['b'] : ['a', 'b']).map((one) => poolOf(one)));
        return isGone && id === 'a' ? notThere() : poolOf(id);
      },
    });
    await built.read();
    isGone = true;
    await built.clock.advance(MINUTE);
    // The list and the detail both say so: that is one collection, and one miss.
    expect(told(await built.read(), 'a')).toEqual(STALE);
    await built.clock.advance(MINUTE);
    expect(told(await built.read(), 'a')).toEqual(ABSENT);
  });

  test('that a detail contradicts is no miss', async () => {
    let said: 'everything' | 'only the detail' | 'nothing' = 'everything';
    const { read, clock } = house({
      source: 'details',
      selection: { pools: [{ id: 'b' }], discovery: discovering },
      script: (call) => {
        const id = askedId(call);
        if (id === undefined) return listOf((said === 'everything' ? ['a', 'b'] : ['b']).map((one) => poolOf(one)));
        return said === 'nothing' && id === 'a' ? notThere() : poolOf(id);
      },
    });
    const results: ReturnType<typeof told>[] = [];
    for (said of ['everything', 'only the detail', 'nothing', 'nothing'] as const) {
      results.push(told(await read(), 'a'));
      await clock.advance(MINUTE);
    }
    expect(results).toEqual([FRESH, FRESH, STALE, ABSENT]);
  });
});
