// Login, power and assignment states per pool: one request, its two possible types, and what is exported.

import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/cloud/client.ts';
import { pools } from '../../src/collectors/pools.ts';
import { sessions } from '../../src/collectors/sessions.ts';
import { fixture } from '../fixtures/read.ts';
import {
  broken,
  discovering,
  enabled,
  forbidden,
  type HouseOptions,
  house,
  listOf,
  MINUTE,
  poolOf,
  refused,
  SECOND,
  selectionOf,
} from '../scrape/house.ts';

const answer = (name: string) => fixture('sessions', name);
const SUCCESS = ['exporter_collector_success', { collector: 'sessions' }] as const;

/** A project with the pools a and b; `statistics` answers for their desktops. */
function office(statistics: (type: string, call: Call) => unknown, more: Partial<HouseOptions> = {}) {
  const built = house({
    selection: { pools: [{ id: 'a' }, { id: 'b' }] },
    collectors: [enabled(pools, { source: 'list' }), enabled(sessions, { enabled: true })],
    script: (call) =>
      call.operation === 'list_desktop_pools'
        ? listOf([poolOf('a'), poolOf('b')])
        : statistics(String(call.query?.desktop_type), call),
    ...more,
  });
  const asked = () => built.api.calls.filter(({ operation }) => operation === 'list_desktops_statistics');
  return { ...built, asked, types: () => asked().map(({ query }) => query?.desktop_type) };
}

describe('the states', () => {
  test('of all pools are one request', async () => {
    const { read, asked } = office(() => answer('two-pools'));
    await read();
    expect(asked()).toEqual([
      {
        operation: 'list_desktops_statistics',
        path: ['statistics'],
        query: { desktop_type: 'POOLED', statistics_type: ['attach-state', 'login-state', 'run-state'] },
        isList: true,
      },
    ]);
  });

  test('are exported under their own names, for the pools of the page alone', async () => {
    const { read, report } = office(() => answer('two-pools'));
    const page = await read();
    const base = 'project="prod",pool_id="a",pool_name="name of a"';
    const states = (metric: string, of: readonly (readonly [string, number])[]) =>
      of.map(
        ([state, value]) =>
          `huaweicloud_workspace_desktop_pool_${metric}_state_desktops{${base},state="${state}"} ${value}`,
      );
    expect(page.lines('desktop_pool_run_state_desktops')).toEqual(
      states('run', [
        ['active', 21],
        ['stopped', 22],
        ['hibernated', 23],
        ['error', 24],
      ]),
    );
    expect(page.lines('desktop_pool_login_state_desktops')).toEqual(
      states('login', [
        ['in_use', 31],
        ['ready', 32],
        ['disconnected', 33],
        ['unregistered', 34],
        ['unable_to_connect', 35],
      ]),
    );
    expect(page.lines('desktop_pool_attach_state_desktops')).toEqual(
      states('attach', [
        ['attached', 11],
        ['unattached', 12],
        ['attaching', 13],
        ['attach_error', 14],
      ]),
    );
    expect(page.text).not.toContain('elsewhere');
    expect(report.violations).toEqual([]);
  });

  test('belong to the pool whose id they write in the other case', async () => {
    const id = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
    const row = { desktop_pool_id: id.toUpperCase(), run_state_statistics: { active_num: 1 } };
    const { read } = office(() => ({ desktop_pool_statistics: [row] }), {
      selection: { pools: [{ id }] },
      script: ({ operation }) =>
        operation === 'list_desktop_pools' ? listOf([poolOf(id)]) : { desktop_pool_statistics: [row] },
    });
    expect((await read()).labels('desktop_pool_run_state_desktops')).toMatchObject([{ pool_id: id }]);
  });

  test('carry the name that the pools collector knows, not their own', async () => {
    const { read } = office(() => ({
      desktop_pool_statistics: [
        { desktop_pool_id: 'a', desktop_pool_name: 'old name', run_state_statistics: { active_num: 1 } },
      ],
    }));
    const page = await read({ collectors: ['sessions'] });
    expect(page.labels('desktop_pool_run_state_desktops')).toMatchObject([{ pool_name: 'name of a' }]);
  });

  test('are not taken from an answer with two rows for a pool: which one is true cannot be known', async () => {
    const row = (active: number) => ({ desktop_pool_id: 'a', run_state_statistics: { active_num: active } });
    const { read } = office(() => ({ desktop_pool_statistics: [row(3), row(9)] }));
    const page = await read();
    expect(page.lines('desktop_pool_run_state_desktops')).toEqual([]);
    expect(page.value('exporter_collector_success', { collector: 'sessions' })).toBe(0);
  });

  test('are restricted to the pools that discovery selects', async () => {
    const { read } = office(() => answer('two-pools'), {
      selection: {
        discovery: { ...discovering, exclude: [{ source: 'a', matches: (text: string) => text.endsWith('a') }] },
      },
    });
    const page = await read();
    expect(page.labels('desktop_pool_desktops').map(({ pool_id }) => pool_id)).toEqual(['b']);
    expect(page.lines('desktop_pool_run_state_desktops')).toEqual([]);
  });

  test('are restricted to the pools that a page is asked for', async () => {
    const { read } = office(() => answer('two-pools'));
    expect((await read({ pools: ['b'] })).lines('desktop_pool_run_state_desktops')).toEqual([]);
    expect((await read({ pools: ['a'] })).lines('desktop_pool_run_state_desktops')).toHaveLength(4);
  });

  test('that are absent or null have no series', async () => {
    const { read, report } = office(() => answer('parts'));
    const page = await read();
    expect(page.lines('desktop_pool_run_state').map((line) => line.replace(/.*state=/, ''))).toEqual(['"active"} 3']);
    expect(page.lines('desktop_pool_login_state')).toEqual([]);
    expect(page.lines('desktop_pool_attach_state')).toEqual([]);
    expect(report.violations).toEqual([]);
    expect(page.value(...SUCCESS)).toBe(1);
  });

  test('of wrong types are named and missing; their neighbours stay', async () => {
    const { read, report } = office(() => answer('wrong-types'));
    const page = await read();
    expect([...report.violations].sort()).toEqual(
      ['attach_statistics', 'login_state_statistics.ready_num', 'run_state_statistics.active_num'].map(
        (field) => `list_desktops_statistics desktop_pool_statistics[].${field}`,
      ),
    );
    const of = (metric: string) =>
      page.labels(`desktop_pool_${metric}_state_desktops`).map(({ pool_id, state }) => `${pool_id} ${state}`);
    expect(of('run')).toEqual(['a stopped', 'b active']);
    expect(of('login')).toEqual(['a in_use']);
    expect(of('attach')).toEqual([]);
  });

  const half = { desktop_pool_statistics: [{ desktop_pool_id: 'b', run_state_statistics: { active_num: 1 } }] };

  test.each([
    ['half an answer', half],
    ['an empty one', {}],
  ])('of a pool stay when %s lacks them once, and end when the next one lacks them, too', async (_, lacking) => {
    let rows: object = answer('two-pools');
    const { read, clock } = office(() => rows);
    const states = async () => (await read()).labels('desktop_pool_run_state_desktops').map(({ pool_id }) => pool_id);
    expect(await states()).toContain('a');
    rows = lacking;
    await clock.advance(10 * SECOND);
    expect(await states()).toContain('a');
    await clock.advance(10 * SECOND);
    expect(await states()).not.toContain('a');
  });

  test('of a pool that came back stay after the next answer that lacks them', async () => {
    let rows: object = answer('two-pools');
    const { read, clock } = office(() => rows);
    for (rows of [answer('two-pools'), half, answer('two-pools'), half]) {
      const page = await read();
      expect(page.labels('desktop_pool_run_state_desktops').map(({ pool_id }) => pool_id)).toContain('a');
      await clock.advance(10 * SECOND);
    }
  });
});

describe('without rows for the type POOLED', () => {
  const rowsFor = (known: string) => (type: string) => answer(type === known ? 'two-pools' : 'no-rows');

  test('the type POOL is tried', async () => {
    const { read, types } = office(rowsFor('POOL'));
    expect((await read()).lines('desktop_pool_run_state_desktops')).toHaveLength(4);
    expect(types()).toEqual(['POOLED', 'POOL']);
  });

  test('the type that worked is remembered', async () => {
    const { read, types, clock } = office(rowsFor('POOL'));
    await read();
    await clock.advance(10 * SECOND);
    expect((await read()).lines('desktop_pool_run_state_desktops')).toHaveLength(4);
    expect(types()).toEqual(['POOLED', 'POOL', 'POOL']);
  });

  test('nor for POOL the other try is not repeated', async () => {
    const { read, types, clock } = office(rowsFor('neither'));
    const page = await read();
    expect(page.value(...SUCCESS)).toBe(1);
    expect(page.lines('desktop_pool_run_state_desktops')).toEqual([]);
    await clock.advance(10 * SECOND);
    await read();
    expect(types()).toEqual(['POOLED', 'POOL', 'POOLED']);
  });

  test('a cloud that does not know POOL has said that there are none', async () => {
    const { read, types, clock } = office((type) =>
      type === 'POOLED' ? { desktop_pool_statistics: [] } : refused('bad_request', 400, 'WKS.0001'),
    );
    expect((await read()).value(...SUCCESS)).toBe(1);
    await clock.advance(10 * SECOND);
    await read();
    expect(types()).toEqual(['POOLED', 'POOL', 'POOLED']);
  });

  test('after there were some, the pools have left: nothing else is tried', async () => {
    let isEmpty = false;
    const { read, types, clock } = office((type) => answer(isEmpty || type === 'POOL' ? 'no-rows' : 'two-pools'));
    await read();
    isEmpty = true;
    await clock.advance(10 * SECOND);
    await read();
    await clock.advance(10 * SECOND);
    expect((await read()).lines('desktop_pool_run_state_desktops')).toEqual([]);
    expect(types()).toEqual(['POOLED', 'POOLED', 'POOLED']);
  });

  test.each([
    ['fails', broken],
    ['is forbidden', forbidden],
  ])('and a try that %s nothing is known, and it is tried again', async (_, error) => {
    const { read, types, clock } = office((type) => (type === 'POOLED' ? answer('no-rows') : error()));
    expect((await read()).value(...SUCCESS)).toBe(0);
    await clock.advance(10 * SECOND);
    await read();
    expect(types()).toEqual(['POOLED', 'POOL', 'POOLED', 'POOL']);
  });

  test('that is the worst case', () => {
    expect(sessions.requests(sessions.options.parse({ enabled: true }), selectionOf())).toBe(2);
  });
});

describe('a failure', () => {
  test.each([
    ['an answer that is a list', []],
    ['rows that are no list', { desktop_pool_statistics: {} }],
    ['rows that are a text', { desktop_pool_statistics: 'none' }],
    ['a row that is none', { desktop_pool_statistics: [7] }],
    ['a row without a pool', { desktop_pool_statistics: [{ total_num: 3 }] }],
    ['an error of the cloud', broken()],
  ])('(%s) costs the states their freshness, and the pools nothing', async (_, json) => {
    let isBroken = false;
    const { read, clock } = office(() => (isBroken ? json : answer('two-pools')));
    await read();
    isBroken = true;
    await clock.advance(9 * MINUTE);
    const page = await read();
    expect(page.value(...SUCCESS)).toBe(0);
    expect(page.lines('desktop_pool_run_state_desktops')).toHaveLength(4);
    expect(page.values('desktop_pool_up')).toEqual([1, 1]);
    expect(page.value('exporter_collector_success', { collector: 'pools' })).toBe(1);
    await clock.advance(MINUTE + SECOND);
    expect((await read()).lines('desktop_pool_run_state_desktops')).toEqual([]);
  });
});

test('the collector is off until it is enabled', () => {
  expect(sessions.options.parse({})).toEqual({ enabled: false });
});
