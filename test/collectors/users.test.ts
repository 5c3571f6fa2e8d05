// Which users have which pools: what is asked, how answers are put together, and what is exported of them.

import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Call } from '../../src/cloud/client.ts';
import { pools } from '../../src/collectors/pools.ts';
import { users } from '../../src/collectors/users.ts';
import { fixture } from '../fixtures/read.ts';
import {
  broken,
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
import { deadlineOf, projectOf } from '../support/chain.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { fakeSend } from '../support/fake-send.ts';

const answer = (name: string) => fixture('users', name);
const idsOf = ({ query }: Call) => [query?.user_ids ?? []].flat().map(String);
const rowOf = (user_id: string, pool = 'a', is_attached = true) => ({
  user_id,
  desktop_pool_count: 1,
  desktop_pools: [{ desktop_pool_id: pool, is_attached }],
});
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `u${String(index).padStart(4, '0')}`);

type ByUsers = (ids: readonly string[], call: Call) => unknown;
type Options = z.input<typeof users.options>;

/** A project with the pools a and b; `byUsers` answers for the users, `list` for the list of users. */
function staff(
  options: Options,
  byUsers: ByUsers,
  more: Partial<HouseOptions> & { list?: (call: Call) => unknown } = {},
) {
  const { list = () => refused('server', 500), ...rest } = more;
  const built = house({
    selection: { pools: [{ id: 'a' }, { id: 'b' }] },
    collectors: [enabled(pools, { source: 'list' }), { collector: users, options: users.options.parse(options) }],
    script: (call) => {
      if (call.operation === 'list_desktop_pools') return listOf([poolOf('a'), poolOf('b')]);
      return call.operation === 'list_users' ? list(call) : byUsers(idsOf(call), call);
    },
    ...rest,
  });
  const asked = (operation = 'list_desktop_pools_by_users') =>
    built.api.calls.filter((call) => call.operation === operation);
  return { ...built, asked };
}

const everybody: ByUsers = (ids) => ({ users: ids.map((id) => rowOf(id)) });
const SUCCESS = ['exporter_collector_success', { collector: 'users' }] as const;

test('pools of a user are known in either case', async () => {
  const id = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
  const { read } = staff({ enabled: true, user_ids: ['u1'] }, () => ({}), {
    selection: { pools: [{ id }] },
    script: ({ operation }) =>
      operation === 'list_desktop_pools' ? listOf([poolOf(id)]) : { users: [rowOf('u1', id.toUpperCase())] },
  });
  expect((await read()).value('desktop_pool_users', { pool_id: id, attached: 'true' })).toBe(1);
});

describe('the configured users', () => {
  test('are asked for in batches of ten, ids as a repeated key, with limit and offset', async () => {
    const { read, asked } = staff({ enabled: true, user_ids: numbered(23) }, everybody);
    await read();
    expect(asked().map((call) => idsOf(call).length)).toEqual([10, 10, 3]);
    expect(asked().flatMap(idsOf)).toEqual(numbered(23));
    expect(asked()[2]).toEqual({
      operation: 'list_desktop_pools_by_users',
      path: ['desktop-pools', 'statistics', 'by-users'],
      query: { user_ids: ['u0020', 'u0021', 'u0022'], limit: 10, offset: 0 },
      // Hundreds of users do not keep the pools waiting.
      isPatient: true,
      isList: true,
    });
  });

  test('are asked for once each, however often they are named', async () => {
    const { read, asked } = staff({ enabled: true, user_ids: ['u2', 'u1', 'u2'] }, everybody);
    await read();
    expect(asked().map(idsOf)).toEqual([['u1', 'u2']]);
  });

  test('cost nothing while the collector is not enabled by name', () => {
    expect(users.options.parse({})).toMatchObject({ enabled: false, per_user: false, max_users: 1000 });
    expect(users.requests(users.options.parse({}), selectionOf())).toBe(0);
  });

  test('must be somebody', () => {
    const why = users.options.safeParse({ enabled: true }).error?.issues.map(({ message }) => message);
    expect(why).toEqual([expect.stringMatching(/^no user ids are configured; .*user_ids.*from: list/)]);
  });
});

test('a request on the wire repeats the key of the ids, and is sent again after a conflict (409)', async () => {
  const clock = createFakeClock();
  const { send, sent } = fakeSend(clock, [200, 409, { status: 200, body: JSON.stringify(answer('three-users')) }]);
  const { api, told, get } = projectOf({ clock, send });
  // A credential that has worked before.
  await get();
  const { read, api: asked } = staff({ enabled: true, user_ids: ['u1', 'u2', 'u3'] }, everybody);
  await read();
  const [call] = asked.calls.filter(({ operation }) => operation === 'list_desktop_pools_by_users');
  if (call === undefined) throw new Error('no request');
  const json = await clock.finish(api.get(call, deadlineOf(clock), (parsed) => parsed));
  expect(json).toEqual(answer('three-users'));
  expect(sent.slice(1).map(({ request }) => request.url.search)).toEqual(
    Array(2).fill('?user_ids=u1&user_ids=u2&user_ids=u3&limit=10&offset=0'),
  );
  expect(told).toContain('retried server');
});

describe('an answer', () => {
  test('makes sums per exported pool, and no series of persons', async () => {
    const { read } = staff({ enabled: true, user_ids: ['u1', 'u2', 'u3'] }, () => answer('three-users'));
    const page = await read();
    expect(page.lines('users')).toEqual(['huaweicloud_workspace_users{project="prod"} 3']);
    const base = (id: string) => `project="prod",pool_id="${id}",pool_name="name of ${id}"`;
    expect(page.lines('desktop_pool_users')).toEqual([
      `huaweicloud_workspace_desktop_pool_users{${base('a')},attached="true"} 2`,
      `huaweicloud_workspace_desktop_pool_users{${base('a')},attached="false"} 0`,
      `huaweicloud_workspace_desktop_pool_users{${base('b')},attached="true"} 0`,
      `huaweicloud_workspace_desktop_pool_users{${base('b')},attached="false"} 1`,
    ]);
    expect(page.lines('user_')).toEqual([]);
    expect(page.text).not.toMatch(/u1|elsewhere/);
  });

  test('makes series of persons where that is asked for: the count of the cloud, else the length of the array', async () => {
    const options = { enabled: true, per_user: true, user_ids: ['u1', 'u2', 'u3'] };
    const { read } = staff(options, () => answer('three-users'));
    const page = await read();
    expect(page.lines('user_desktop_pools')).toEqual([
      'huaweicloud_workspace_user_desktop_pools{project="prod",user_id="u1"} 3',
      'huaweicloud_workspace_user_desktop_pools{project="prod",user_id="u2"} 2',
      'huaweicloud_workspace_user_desktop_pools{project="prod",user_id="u3"} 0',
    ]);
    expect(page.lines('user_desktop_pool_attached')).toEqual([
      'huaweicloud_workspace_user_desktop_pool_attached{project="prod",pool_id="a",pool_name="name of a",user_id="u1"} 1',
      'huaweicloud_workspace_user_desktop_pool_attached{project="prod",pool_id="b",pool_name="name of b",user_id="u1"} 0',
      'huaweicloud_workspace_user_desktop_pool_attached{project="prod",pool_id="a",pool_name="name of a",user_id="u2"} 1',
    ]);
  });

  test("as the vendor's own example shows it is understood", async () => {
    const { read, report } = staff({ enabled: true, per_user: true, user_ids: ['user_id'] }, () => answer('sample'), {
      selection: { pools: [{ id: '1ad74b36-0de7-45fe-aed3-6cb047d69e99' }] },
    });
    const page = await read();
    expect(page.value('user_desktop_pools', { user_id: 'user_id' })).toBe(1);
    expect(page.value('desktop_pool_users', { attached: 'false' })).toBe(1);
    expect(report.violations).toEqual([]);
  });

  test('that brings a user in several rows is merged by id', async () => {
    const { read } = staff({ enabled: true, per_user: true, user_ids: ['u1'] }, () => answer('one-user-in-two-rows'));
    const page = await read();
    expect(page.value('users')).toBe(1);
    expect(page.value('user_desktop_pools')).toBe(2);
    expect(page.value('user_desktop_pool_attached', { pool_id: 'a' })).toBe(1);
    expect(page.value('desktop_pool_users', { pool_id: 'a', attached: 'true' })).toBe(1);
    expect(page.value('desktop_pool_users', { pool_id: 'b', attached: 'false' })).toBe(1);
  });

  test('without somebody does not invent him', async () => {
    const { read } = staff({ enabled: true, per_user: true, user_ids: ['u1', 'ghost'] }, (_, { query }) => ({
      users: query?.offset === 0 ? [rowOf('u1')] : [],
    }));
    const page = await read();
    expect(page.value('users')).toBe(1);
    expect(page.labels('user_desktop_pools').map(({ user_id }) => user_id)).toEqual(['u1']);
    expect(page.text).not.toContain('ghost');
    expect(page.value(...SUCCESS)).toBe(1);
  });

  test('about somebody who was not asked for is left out', async () => {
    const { read } = staff({ enabled: true, per_user: true, user_ids: ['u1'] }, () => ({
      users: [rowOf('stranger'), rowOf('u1')],
    }));
    const page = await read();
    expect(page.value('users')).toBe(1);
    expect(page.text).not.toContain('stranger');
  });

  test('without counts and pools has users without pools', async () => {
    const { read, report } = staff({ enabled: true, per_user: true, user_ids: ['u1', 'u2'] }, () => answer('nulls'));
    const page = await read();
    expect(page.values('user_desktop_pools')).toEqual([0, 1]);
    expect(report.violations).toEqual([]);
  });

  test('of wrong types costs what is wrong alone: the fields are named, and no sum is silently too low', async () => {
    const options = { enabled: true, per_user: true, user_ids: ['u1', 'u2'] };
    const { read, report } = staff(options, () => answer('wrong-types'));
    const page = await read();
    expect([...report.violations].sort()).toEqual(
      [
        'desktop_pool_count',
        'desktop_pool_count',
        'desktop_pools',
        'desktop_pools[]',
        'desktop_pools[].is_attached',
      ].map((field) => `list_desktop_pools_by_users users[].${field}`),
    );
    // Some of their pools could not be read: nobody knows how many they have, or how many users any pool has.
    expect(page.values('user_desktop_pools')).toEqual([]);
    expect(page.labels('user_desktop_pool_attached').map(({ pool_id }) => pool_id)).toEqual(['b']);
    expect(page.values('desktop_pool_users')).toEqual([]);
    expect(page.value('users')).toBe(2);
  });

  test('that does not say whether somebody holds a desktop leaves the sums of that pool open', async () => {
    const options = { enabled: true, user_ids: ['u1'] };
    const desktop_pools = [
      { desktop_pool_id: 'a', is_attached: 'yes' },
      { desktop_pool_id: 'b', is_attached: true },
    ];
    const { read } = staff(options, () => ({ users: [{ user_id: 'u1', desktop_pools }] }));
    const page = await read();
    expect(page.labels('desktop_pool_users').map(({ pool_id }) => pool_id)).toEqual(['b', 'b']);
    expect(page.value('desktop_pool_users', { pool_id: 'b', attached: 'true' })).toBe(1);
  });

  test.each([
    ['in one row', (pools: readonly object[]) => [{ user_id: 'u1', desktop_pools: pools }]],
    ['in many rows', (pools: readonly object[]) => pools.map((pool) => ({ user_id: 'u1', desktop_pools: [pool] }))],
  ])('with more pools of a user than are read is counted, and no sum is silently too low: %s', async (_, rowsOf) => {
    const options = { enabled: true, per_user: true, user_ids: ['u1'] };
    const pools = Array.from({ length: 120 }, (__, index) => ({ desktop_pool_id: `p${index}`, is_attached: true }));
    const { read, report } = staff(options, () => ({ users: rowsOf(pools) }));
    const page = await read();
    expect(report.drops).toContainEqual(['list_length', 20]);
    expect(page.values('user_desktop_pools')).toEqual([]);
    expect(page.values('desktop_pool_users')).toEqual([]);
    expect(page.value(...SUCCESS)).toBe(1);
  });

  test.each([
    ['nothing', {}],
    ['a list', []],
    ['users that are no list', { users: 'none' }],
    ['a row that is none', { users: [7] }],
    ['a row without an id', { users: [{ desktop_pool_count: 1 }] }],
    ['a pool without an id', { users: [{ user_id: 'u1', desktop_pools: [{ is_attached: true }] }] }],
  ])('of %s is a failed read', async (_, json) => {
    const { read, failures } = staff({ enabled: true, user_ids: ['u1'] }, () => json);
    const page = await read();
    expect(page.value(...SUCCESS)).toBe(0);
    expect(page.values('users')).toEqual([]);
    expect(failures.find(({ collector }) => collector === 'users')?.failures.size).toBe(1);
  });
});

describe('a page shorter than asked', () => {
  const pagesOf =
    (ids: readonly string[], size: number): ByUsers =>
    (_, { query }) => ({
      users: ids.slice(Number(query?.offset), Number(query?.offset) + size).map((id) => rowOf(id)),
    });

  test.each([
    [1, [0, 1, 2, 3, 4, 5, 6]],
    [3, [0, 3, 6]],
    [7, [0]],
    [10, [0]],
  ])('of %d is followed by offset until everybody is there', async (size, offsets) => {
    const { read, asked } = staff({ enabled: true, user_ids: numbered(7) }, pagesOf(numbered(7), size));
    const page = await read();
    expect(page.value('users')).toBe(7);
    expect(asked().map(({ query }) => query?.offset)).toEqual(offsets);
  });

  test('is followed by one empty page where somebody is unknown', async () => {
    const { read, asked } = staff({ enabled: true, user_ids: numbered(7) }, pagesOf(numbered(4), 10));
    expect((await read()).value('users')).toBe(4);
    expect(asked().map(({ query }) => query?.offset)).toEqual([0, 4]);
  });

  test('is followed even where rows of one user fill the page', async () => {
    const rows = [rowOf('u1', 'a'), rowOf('u1', 'b'), rowOf('u2', 'a')];
    const { read } = staff({ enabled: true, user_ids: ['u1', 'u2'] }, (_, { query }) => ({
      users: rows.slice(Number(query?.offset), Number(query?.offset) + 2),
    }));
    const page = await read();
    expect(page.value('users')).toBe(2);
    expect(page.value('desktop_pool_users', { pool_id: 'a', attached: 'true' })).toBe(2);
  });

  test('is followed even where strangers fill the page', async () => {
    const rows = [rowOf('stranger'), rowOf('u1'), rowOf('u2')];
    const { read } = staff({ enabled: true, user_ids: ['u1', 'u2'] }, (_, { query }) => ({
      users: rows.slice(Number(query?.offset), Number(query?.offset) + 2),
    }));
    expect((await read()).value('users')).toBe(2);
  });

  test('that comes again and again, because the cloud ignores the offset, ends the reading', async () => {
    const { read, asked } = staff({ enabled: true, user_ids: numbered(9) }, () => ({ users: [rowOf('u0001')] }));
    expect((await read()).value('users')).toBe(1);
    expect(asked()).toHaveLength(2);
  });
});

describe('sums over several batches', () => {
  /** Fails for the batch that has `u0015` while `isBroken`. */
  function halfBroken() {
    const state = { isBroken: true };
    const built = staff({ enabled: true, per_user: true, user_ids: numbered(20), interval: '10s' }, (ids) =>
      state.isBroken && ids.includes('u0015') ? broken() : { users: ids.map((id) => rowOf(id)) },
    );
    return { ...built, state };
  }

  test('appear only when every batch was read', async () => {
    const { read, clock, state } = halfBroken();
    const page = await read();
    expect(page.values('users')).toEqual([]);
    expect(page.values('desktop_pool_users')).toEqual([]);
    expect(page.values('user_desktop_pools')).toHaveLength(10);
    expect(page.value(...SUCCESS)).toBe(0);
    state.isBroken = false;
    await clock.advance(10 * SECOND);
    const healed = await read();
    expect(healed.value('users')).toBe(20);
    expect(healed.value('desktop_pool_users', { pool_id: 'a', attached: 'true' })).toBe(20);
  });

  test('stay on last good values while a batch fails, and end with its oldest value', async () => {
    const { read, clock, state } = halfBroken();
    state.isBroken = false;
    await read();
    state.isBroken = true;
    await clock.advance(9 * MINUTE);
    expect((await read()).value('users')).toBe(20);
    await clock.advance(MINUTE + SECOND);
    const page = await read();
    expect(page.values('users')).toEqual([]);
    expect(page.values('desktop_pool_users')).toEqual([]);
    expect(page.values('user_desktop_pools')).toHaveLength(10);
  });

  test('the batches whose values are oldest are asked for first', async () => {
    const { read, clock, asked, state } = halfBroken();
    await read();
    state.isBroken = false;
    await clock.advance(10 * SECOND);
    const before = asked().length;
    await read();
    expect(asked().slice(before).map(idsOf)[0]).toEqual(numbered(20).slice(10));
  });
});

describe('series of persons', () => {
  test('are capped; the lowest ids are kept, and what is cut is counted', async () => {
    const options = { enabled: true, per_user: true, max_users: 3, user_ids: numbered(15) };
    const { read, report } = staff(options, everybody);
    const page = await read();
    expect(page.labels('user_desktop_pools').map(({ user_id }) => user_id)).toEqual(['u0000', 'u0001', 'u0002']);
    expect(page.labels('user_desktop_pool_attached')).toHaveLength(3);
    expect(page.value('users')).toBe(15);
    expect(report.drops).toContainEqual(['max_users', 12]);
  });

  test('are not counted as cut where there are none', async () => {
    const { read, report } = staff({ enabled: true, max_users: 3, user_ids: numbered(15) }, everybody);
    await read();
    expect(report.drops.filter(([reason]) => reason === 'max_users')).toEqual([]);
  });

  test('and sums are restricted to the pools that a page is asked for', async () => {
    const { read } = staff({ enabled: true, per_user: true, user_ids: ['u1', 'u2', 'u3'] }, () =>
      answer('three-users'),
    );
    const page = await read({ pools: ['b'] });
    expect(page.labels('desktop_pool_users').map(({ pool_id }) => pool_id)).toEqual(['b', 'b']);
    expect(page.labels('user_desktop_pool_attached').map(({ pool_id }) => pool_id)).toEqual(['b']);
  });
});

describe('users from the list', () => {
  const list = () => answer('list');

  test('are asked for by the ids of the list and by those of the configuration', async () => {
    const { read, asked } = staff({ enabled: true, from: 'list', user_ids: ['u9'] }, everybody, { list });
    await read();
    expect(asked('list_users')).toHaveLength(1);
    expect(asked().map(idsOf)).toEqual([['u1', 'u2', 'u9']]);
  });

  test('leave nothing of themselves but the id', async () => {
    const options: Options = { enabled: true, from: 'list', per_user: true };
    const { read, project } = staff(options, everybody, { list });
    const page = await read();
    expect(page.value('users')).toBe(2);
    const kept = JSON.stringify([...(project.collections.get('users')?.store.entries() ?? [])]);
    for (const private_ of ['anna', 'Pepe', 'acme.example', '+65', 'S-1-5'])
      expect(page.text + kept).not.toContain(private_);
  });

  test('who left the list are forgotten at once', async () => {
    let rows = answer('list').users;
    const { read, clock, asked } = staff({ enabled: true, from: 'list', per_user: true, interval: '10s' }, everybody, {
      list: () => ({ total_count: rows.length, users: rows }),
    });
    await read();
    rows = rows.slice(0, 1);
    await clock.advance(10 * SECOND);
    const page = await read();
    expect(page.labels('user_desktop_pools').map(({ user_id }) => user_id)).toEqual(['u2']);
    expect(page.value('users')).toBe(1);
    expect(asked().map(idsOf)).toEqual([['u1', 'u2'], ['u2']]);
  });

  test('may be counted, but not shown: those who are shown are read, and no sum is silently too low', async () => {
    let total = 5;
    const { read, report, clock } = staff({ enabled: true, from: 'list', per_user: true, interval: '10s' }, everybody, {
      list: ({ query }) => ({ total_count: total, users: query?.offset === 0 ? answer('list').users : [] }),
    });
    const page = await read();
    expect(page.value(...SUCCESS)).toBe(1);
    expect(page.value('users')).toBe(2);
    expect(page.values('user_desktop_pools')).toEqual([1, 1]);
    expect(page.values('desktop_pool_users')).toEqual([]);
    expect(report.notices).toEqual([expect.stringMatching(/^the cloud counts 3 more users than it shows/)]);
    total = 2;
    await clock.advance(10 * SECOND);
    expect((await read()).values('desktop_pool_users', { pool_id: 'a' })).toEqual([2, 0]);
  });

  test('make no sum once it is too long ago that anybody knew who they are', async () => {
    let isForbidden = false;
    const { read, clock } = staff({ enabled: true, from: 'list', interval: '10s' }, everybody, {
      list: () => (isForbidden ? forbidden() : answer('list')),
    });
    await read();
    isForbidden = true;
    await clock.advance(11 * MINUTE);
    const page = await read();
    expect(page.value('users')).toBe(2);
    expect(page.values('desktop_pool_users')).toEqual([]);
  });

  test('who are new make no sum until they were read', async () => {
    let rows = [{ id: 'u1' }];
    const { read, clock } = staff(
      { enabled: true, from: 'list', interval: '10s' },
      (ids) => (ids.includes('u2') ? broken() : { users: ids.map((id) => rowOf(id)) }),
      { list: () => ({ total_count: rows.length, users: rows }) },
    );
    expect((await read()).value('users')).toBe(1);
    rows = [...rows, { id: 'u2' }];
    await clock.advance(10 * SECOND);
    expect((await read()).values('users')).toEqual([]);
  });

  test('are those of the last list while the list fails, which is said', async () => {
    let isForbidden = false;
    const { read, clock, failures } = staff({ enabled: true, from: 'list', interval: '10s' }, everybody, {
      list: () => (isForbidden ? forbidden() : answer('list')),
    });
    await read();
    isForbidden = true;
    await clock.advance(10 * SECOND);
    const page = await read();
    expect(page.value('users')).toBe(2);
    expect(page.value(...SUCCESS)).toBe(0);
    expect([...(failures.at(-1)?.failures.keys() ?? [])]).toEqual(['HTTP 403 WKS.0403']);
  });
});

describe('the collector', () => {
  test('is read at most once per interval; its values are served between', async () => {
    const { read, clock, asked } = staff({ enabled: true, user_ids: ['u1'], interval: '5m' }, everybody);
    await read();
    await clock.advance(4 * MINUTE);
    expect((await read()).value('users')).toBe(1);
    expect(asked()).toHaveLength(1);
    await clock.advance(MINUTE);
    await read();
    expect(asked()).toHaveLength(2);
  });

  test('keeps its values for twice its interval where that is longer than max_staleness', async () => {
    let isBroken = false;
    const { read, clock } = staff({ enabled: true, user_ids: ['u1'], interval: '30m' }, (ids, call) =>
      isBroken ? broken() : everybody(ids, call),
    );
    await read();
    isBroken = true;
    await clock.advance(59 * MINUTE);
    expect((await read()).value('users')).toBe(1);
    await clock.advance(MINUTE + SECOND);
    expect((await read()).values('users')).toEqual([]);
  });

  test.each([
    ['400 WKS.0001', () => refused('bad_request', 400, 'WKS.0001')],
    ['404 WKS.0202', () => refused('not_found', 404, 'WKS.0202')],
  ])('that is told %s of a single user has failed: nobody is gone', async (_, error) => {
    let isBroken = false;
    const { read, clock } = staff({ enabled: true, user_ids: ['u1'], interval: '10s' }, (ids, call) =>
      isBroken ? error() : everybody(ids, call),
    );
    await read();
    isBroken = true;
    for (let times = 0; times < 3; times += 1) {
      await clock.advance(10 * SECOND);
      const page = await read();
      expect(page.value(...SUCCESS)).toBe(0);
      expect(page.value('users')).toBe(1);
    }
  });

  test('that fails leaves the pools alone', async () => {
    const { read } = staff({ enabled: true, user_ids: ['u1', 'u2'] }, () => broken());
    const page = await read();
    expect(page.values('desktop_pool_desktops')).toEqual([10, 10]);
    expect(page.values('desktop_pool_up')).toEqual([1, 1]);
    expect(page.value('exporter_collector_success', { collector: 'pools' })).toBe(1);
    expect(page.value(...SUCCESS)).toBe(0);
  });

  test.each([
    [{ user_ids: numbered(10) }, 2],
    [{ user_ids: numbered(11) }, 4],
    [{ from: 'list' }, 10 + 200],
    [{ from: 'list', max_users: 1 }, 1 + 2],
    [{ from: 'list', max_users: 250, user_ids: numbered(10) }, 3 + 52],
    [{ user_ids_file: 'ids', max_users: 20 }, 4],
  ] as const)('with %j costs %d requests at worst', (options, requests) => {
    expect(users.requests(users.options.parse(structuredClone(options)), selectionOf())).toBe(requests);
  });
});
