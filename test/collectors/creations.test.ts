// Desktops under construction, and those that could not be built: who is asked for, at what cost, and what is exported.

import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/cloud/client.ts';
import { creations } from '../../src/collectors/creations.ts';
import { pools } from '../../src/collectors/pools.ts';
import {
  broken,
  discovering,
  enabled,
  forbidden,
  house,
  listOf,
  MINUTE,
  poolOf,
  SECOND,
  selectionOf,
  unsent,
} from '../scrape/house.ts';

const SUCCESS = ['exporter_collector_success', { collector: 'creations' }] as const;
const COUNTS: Readonly<Record<string, number>> = {
  'createDesktopPool WAITING': 1,
  'expandDesktopPool WAITING': 2,
  'createDesktopPool RUNNING': 4,
  'expandDesktopPool RUNNING': 8,
  'createDesktopPool FAILED': 16,
  'expandDesktopPool FAILED': 32,
};
const counted = ({ query }: Call) => ({
  total_count: COUNTS[`${query?.job_type} ${query?.status}`],
  jobs: [{ attach_user: 'ann' }],
});

/** Lacks one of the three idle desktops that its policy wants. */
const short = { enable_autoscale: true, desktop_count: 10, desktop_used: 8, autoscale_policy: { min_idle: 3 } };

function estate(list: () => readonly object[], jobs: (call: Call) => unknown = counted, options: object = {}) {
  const built = house({
    selection: { discovery: discovering },
    collectors: [enabled(pools), enabled(creations, { enabled: true, interval: '10s', ...options })],
    script: (call) => (call.operation === 'list_sub_jobs' ? jobs(call) : listOf(list())),
  });
  const asked = () => built.api.calls.filter(({ operation }) => operation === 'list_sub_jobs');
  return { ...built, asked, askedPools: () => [...new Set(asked().map(({ query }) => query?.desktop_pool_id))] };
}

describe('creations', () => {
  test('are counted by the total of each kind of task, in requests that can wait and bring one row', async () => {
    const { read, asked, report } = estate(() => [poolOf('a', short)]);
    const page = await read();
    const labels = 'project="prod",pool_id="a",pool_name="name of a"';
    expect(page.lines('desktop_pool_desktops_pending')).toEqual([
      `huaweicloud_workspace_desktop_pool_desktops_pending{${labels}} 15`,
    ]);
    expect(page.lines('desktop_pool_creations_failed')).toEqual([
      `huaweicloud_workspace_desktop_pool_creations_failed{${labels}} 48`,
    ]);
    expect(asked()).toHaveLength(6);
    expect(asked()[0]).toEqual({
      operation: 'list_sub_jobs',
      path: ['workspace-sub-jobs'],
      query: { desktop_pool_id: 'a', job_type: 'createDesktopPool', status: 'WAITING', limit: 1 },
      isPatient: true,
    });
    expect(report.violations).toEqual([]);
    expect(page.text).not.toContain('ann');
  });

  test.each([
    ['too few idle desktops', short],
    ['no idle desktop, whatever its policy wants', { enable_autoscale: true, desktop_count: 2, desktop_used: 2 }],
    ['a status that says that it changes', { status: 'TEMPORARY' }],
  ])('are asked for where a pool has %s', async (_, part) => {
    const { read, askedPools } = estate(() => [poolOf('a', part), poolOf('b')]);
    await read();
    expect(askedPools()).toEqual(['a']);
  });

  test.each([
    ['enough idle desktops', { ...short, desktop_used: 7 }],
    ['no autoscaling', { ...short, enable_autoscale: false }],
    ['no count of desktops', { ...short, desktop_count: null }],
    ['no count of used ones', { ...short, desktop_used: null }],
  ])('cost nothing where a pool has %s', async (_, part) => {
    const { read, asked } = estate(() => [poolOf('a', part)]);
    const page = await read();
    expect(asked()).toEqual([]);
    expect(page.values('desktop_pool_desktops_pending')).toEqual([]);
    expect(page.value(...SUCCESS)).toBe(1);
  });

  test('end at once for a pool that is at ease again', async () => {
    let part: object = short;
    const { read, clock } = estate(() => [poolOf('a', part), poolOf('b', short)]);
    expect((await read()).values('desktop_pool_desktops_pending')).toHaveLength(2);
    part = { ...short, desktop_used: 1 };
    await clock.advance(10 * SECOND);
    expect((await read()).labels('desktop_pool_creations_failed').map(({ pool_id }) => pool_id)).toEqual(['b']);
  });

  test('of more than ten pools in need are read by turns, which is said', async () => {
    const all = Array.from({ length: 14 }, (_, index) => poolOf(`p${index + 10}`, short));
    const { read, clock, asked, askedPools, report } = estate(() => all);
    expect((await read()).values('desktop_pool_desktops_pending')).toHaveLength(10);
    expect(asked()).toHaveLength(60);
    await clock.advance(10 * SECOND);
    expect((await read()).values('desktop_pool_desktops_pending')).toHaveLength(14);
    expect(askedPools()).toHaveLength(14);
    expect(report.notices[0]).toBe(
      'more than 10 pools lack idle desktops: each collection reads the creations of 10, by turns',
    );
  });

  test('announce what they cost at worst', () => {
    const options = creations.options.parse({ enabled: true });
    expect(creations.requests(options, selectionOf({ discovery: discovering }))).toBe(60);
    expect(creations.requests(options, selectionOf({ pools: [{ id: 'a' }, { id: 'b' }] }))).toBe(12);
  });
});

describe('the collector', () => {
  test('is off until it is enabled, and read every minute', () => {
    expect(creations.options.parse({})).toEqual({ enabled: false, interval: MINUTE });
  });

  test.each([
    ['nothing', {}],
    ['null', null],
    ['a text', 'jobs'],
    ['a list', []],
    ['no total', { total_count: null, jobs: [] }],
    ['a negative total', { total_count: -1 }],
    ['a total that is no number', { total_count: '3' }],
    ['a total beyond all numbers', { total_count: 1e300 }],
    ['an error of the cloud', broken()],
    ['403', forbidden()],
  ])('that is answered %s for one status keeps the last sums, and leaves other pools alone', async (_, json) => {
    let isBroken = false;
    const isHit = ({ query }: Call) => isBroken && query?.desktop_pool_id === 'a' && query.status === 'FAILED';
    const { read, clock } = estate(
      () => [poolOf('a', short), poolOf('b', short)],
      (call) => (isHit(call) ? json : counted(call)),
    );
    await read();
    isBroken = true;
    await clock.advance(9 * MINUTE);
    const page = await read();
    expect(page.value(...SUCCESS)).toBe(0);
    expect(page.values('desktop_pool_desktops_pending')).toEqual([15, 15]);
    expect(page.value('exporter_collector_success', { collector: 'pools' })).toBe(1);
    await clock.advance(MINUTE + SECOND);
    // Not one sum without the other.
    expect((await read()).labels('desktop_pool_desktops_pending').map(({ pool_id }) => pool_id)).toEqual(['b']);
  });

  test('that may not ask for lack of budget shows nothing it does not know', async () => {
    const { read } = estate(
      () => [poolOf('a', short)],
      () => unsent(),
    );
    const page = await read();
    expect(page.values('desktop_pool_desktops_pending')).toEqual([]);
    expect(page.value('desktop_pool_up')).toBe(1);
  });
});
