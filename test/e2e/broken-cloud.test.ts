// A cloud that breaks in every way it can: what that costs, and what it must not cost.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { branchOf, GPU, household, mainOf, OFFICE, world } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ofPool = { path: `/desktop-pools/${OFFICE}` };
const both: Parameters<typeof world>[0] = { projects: (cloud) => [mainOf(cloud), branchOf(cloud)] };

/** A fault, and how the read that it hits fails: the reason that is counted, and what is logged. */
interface Broken {
  readonly fault: FaultRule;
  readonly reason: string;
  readonly said: string;
  readonly http?: { timeout: string };
  /** No answer, so no request id. */
  readonly isSilent?: true;
  /** Tried again only after minutes. */
  readonly isResting?: true;
}

const impatient = { timeout: '400ms' };
const BROKEN: readonly (readonly [string, Broken])[] = [
  ['answers 500', { fault: { status: 500 }, reason: 'server', said: 'HTTP 500 APIGW.0201' }],
  ['answers 503', { fault: { status: 503 }, reason: 'server', said: 'HTTP 503 APIGW.0613' }],
  ['answers 409', { fault: { status: 409 }, reason: 'server', said: 'HTTP 409 WKS.00010032' }],
  [
    'resets connections',
    { fault: { kind: 'reset' }, reason: 'network', said: 'lost the connection to 127.0.0.1', isSilent: true },
  ],
  [
    'never answers',
    { fault: { kind: 'hang' }, reason: 'timeout', said: 'within 400ms', http: impatient, isSilent: true },
  ],
  [
    'is too slow',
    { fault: { delayMs: 1200 }, reason: 'timeout', said: 'within 400ms', http: impatient, isSilent: true },
  ],
  ['ends in the middle of an answer', { fault: { kind: 'truncate' }, reason: 'network', said: '', isSilent: true }],
  ['sends 64 MiB', { fault: { kind: 'huge' }, reason: 'schema', said: 'longer than 1 MiB', isSilent: true }],
  ['sends a page of a proxy', { fault: { kind: 'html' }, reason: 'server', said: 'HTTP 502: 502 Bad Gateway' }],
  ['sends HTML as a success', { fault: { kind: 'html', status: 200 }, reason: 'schema', said: 'is not JSON' }],
  ['sends JSON that breaks off', { fault: { kind: 'notJson' }, reason: 'schema', said: 'is not JSON' }],
  ['sends a list for a pool', { fault: { body: '[]' }, reason: 'schema', said: 'not as documented' }],
  ['sends another pool', { fault: { body: { id: GPU } }, reason: 'schema', said: `asked for pool ${OFFICE}` }],
  ['knows no such path', { fault: { status: 404 }, reason: 'not_found', said: 'wrong endpoint or region?' }],
  [
    'finds the request wrong',
    {
      fault: { status: 400, body: { error_code: 'APIGW.0106', error_msg: 'no' } },
      reason: 'bad_request',
      said: 'HTTP 400',
    },
  ],
  [
    'forbids',
    { fault: { status: 403 }, reason: 'forbidden', said: 'grant workspace:desktopPools:get', isResting: true },
  ],
];

describe.each(BROKEN)('for one pool, a cloud that %s', (_, { fault, reason, said, http, isSilent, isResting }) => {
  it('costs this pool its freshness, nothing else, and is said once', async () => {
    const one = await world({ ...both, http: http ?? {} });
    const good = await one.page();
    const remove = one.cloud.fault({ ...fault, match: ofPool });
    const broken = await one.page();
    const again = await one.page();

    for (const page of [broken, again]) {
      expect(page.value('desktop_pool_up', { pool_id: OFFICE })).toBe(0);
      expect(page.value('desktop_pool_up', { pool_id: GPU })).toBe(1);
      expect(page.value('exporter_collector_success', { project: 'main' })).toBe(0);
      expect(page.value('exporter_collector_success', { project: 'branch' })).toBe(1);
      expect(page.value('desktop_pool_found', { pool_id: OFFICE })).toBe(1);
      expect(page.lines('desktop_pool_desktops')).toEqual(good.lines('desktop_pool_desktops'));
      expect(page.lines('desktop_pool_info')).toEqual(good.lines('desktop_pool_info'));
      expect(page.lines('desktop_pool_desktops').length).toBeGreaterThan(8);
    }
    const lastRead = { pool_id: OFFICE };
    expect(again.value('desktop_pool_last_success_timestamp_seconds', lastRead)).toBe(
      good.value('desktop_pool_last_success_timestamp_seconds', lastRead),
    );
    const failed = { project: 'main', operation: 'show_desktop_pool' };
    expect(good.value('exporter_api_errors_total', { ...failed, reason })).toBe(0);
    expect(again.value('exporter_api_errors_total', { ...failed, reason })).toBe(isResting ? 1 : 2);
    const errors = again.values('exporter_api_errors_total').reduce((sum, count) => sum + count, 0);
    expect(errors).toBe(isResting ? 1 : 2);

    const lines = one.log.filter((line) => line.includes('msg="reads failed"'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('project=main collector=pools reads=1');
    expect(lines[0]).toContain(`example=${OFFICE}`);
    expect(lines[0]).toContain(said);
    expect(/request_id=[0-9a-f]{32}$/.test(lines[0] ?? '')).toBe(!isSilent);
    expect(one.log.join('\n')).not.toContain(one.cloud.credentials.secretKey);
    expect(one.log.join('\n')).not.toContain('U0VBTEVEIFJFQVNPTg');

    remove();
    if (isResting) return;
    expect((await one.page()).value('desktop_pool_up', { pool_id: OFFICE })).toBe(1);
    expect(one.log.at(-1)).toContain('msg="all reads succeed again" project=main collector=pools');
  });
});

describe('a field of the wrong type', () => {
  it('costs its own series of its own pool, and is counted', async () => {
    const one = await world();
    const good = await one.page();
    one.cloud.fault({ kind: 'wrongType', field: 'desktop_count', match: ofPool });
    const page = await one.page();
    expect(page.value('desktop_pool_desktops', { pool_id: OFFICE })).toBeUndefined();
    expect(page.value('desktop_pool_desktops', { pool_id: GPU })).toBe(
      good.value('desktop_pool_desktops', { pool_id: GPU }),
    );
    expect(page.values('desktop_pool_desktops_used')).toEqual(good.values('desktop_pool_desktops_used'));
    expect(page.values('desktop_pool_up')).toEqual([1, 1]);
    expect(page.value('exporter_collector_success', {})).toBe(1);
    expect(page.value('exporter_schema_violations_total', { operation: 'show_desktop_pool' })).toBe(1);
    expect(page.values('exporter_schema_violations_total').reduce((sum, count) => sum + count, 0)).toBe(1);
    // One series per operation, from the start, whatever the field.
    const operations = ['show_desktop_pool', 'list_desktop_pools'].map((operation) => ({ operation }));
    for (const any of [good, page]) expect(any.labels('exporter_schema_violations_total')).toEqual(operations);
  });
});

describe('a list that fails', () => {
  it.each<[string, FaultRule, string]>([
    ['as a whole', { status: 500 }, 'server'],
    ['because its count is a text', { kind: 'wrongType', field: 'total_count' }, 'schema'],
    ['because it lacks pools', { body: { total_count: 3, desktop_pools: [{ id: 'a' }] } }, 'schema'],
    ['because it has no pools at all', { body: { total_count: 0 } }, 'schema'],
  ])('is no empty project: %s', async (_, fault, reason) => {
    const one = await world({ projects: (cloud) => [branchOf(cloud)] });
    const good = await one.page();
    one.cloud.fault({ ...fault, match: { path: /desktop-pools$/ } });
    for (let scrape = 0; scrape < 3; scrape += 1) {
      const page = await one.page();
      expect(page.lines('desktop_pool_desktops')).toEqual(good.lines('desktop_pool_desktops'));
      expect(page.values('desktop_pool_up')).toEqual([0, 0, 0, 0]);
      expect(page.values('desktop_pool_found')).toEqual([1, 1, 1, 1]);
      expect(page.value('exporter_api_errors_total', { operation: 'list_desktop_pools', reason })).toBeGreaterThan(
        scrape,
      );
    }
  });

  it('is replaced by details when it is forbidden and pools are configured', async () => {
    const one = await world({
      projects: (cloud) => [mainOf(cloud, { collectors: { pools: { source: 'list' } } })],
      cloud: { faults: [{ status: 403, match: { path: /desktop-pools$/ } }] },
    });
    for (let scrape = 0; scrape < 3; scrape += 1) {
      const page = await one.page();
      expect(page.values('desktop_pool_up')).toEqual([1, 1]);
      expect(page.value('exporter_collector_success', {})).toBe(1);
    }
    // Not once per scrape: neither the refused request nor the line that tells of it.
    expect(one.cloud.counts()['GET /v2/{project_id}/desktop-pools']).toBe(1);
    const told = one.log.filter((line) => line.includes('forbidden'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('grant workspace:desktopPools:list');
  });
});

describe('a pool that is removed', () => {
  it('loses its values after the second answer that says so, and stays known as gone', async () => {
    const one = await world();
    await one.page();
    one.cloud.control.removePool(OFFICE);
    const first = await one.page();
    expect(first.value('desktop_pool_desktops', { pool_id: OFFICE })).toBeGreaterThan(0);
    expect(first.value('desktop_pool_up', { pool_id: OFFICE })).toBe(0);
    const second = await one.page();
    expect(
      second.samples.filter(({ labels }) => labels.pool_id === OFFICE).map(({ name, value }) => [name, value]),
    ).toEqual([
      ['huaweicloud_workspace_desktop_pool_configured', 1],
      ['huaweicloud_workspace_desktop_pool_up', 0],
      ['huaweicloud_workspace_desktop_pool_found', 0],
    ]);
    expect(second.value('exporter_collector_success', {})).toBe(1);
    one.cloud.control.restorePool(OFFICE);
    const back = await one.page();
    expect(back.value('desktop_pool_found', { pool_id: OFFICE })).toBe(1);
    expect(back.value('desktop_pool_desktops', { pool_id: OFFICE })).toBeGreaterThan(0);
  });

  it('disappears whole where it was discovered', async () => {
    const one = await world({ projects: (cloud) => [mainOf(cloud, { pools: [], discovery: { enabled: true } })] });
    await one.page();
    one.cloud.control.removePool(OFFICE);
    await one.page();
    expect((await one.page()).text).not.toContain(OFFICE);
  });

  it.each([
    ['configured', {}],
    ['discovered', { pools: [], discovery: { enabled: true } }],
  ])('is named in the log once, where it was %s', async (_, selection) => {
    const one = await world({ projects: (cloud) => [mainOf(cloud, selection)] });
    await one.page();
    one.cloud.control.removePool(OFFICE);
    for (let scrape = 0; scrape < 4; scrape += 1) await one.page();
    const told = one.log.filter((line) => line.includes('pools are gone'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`project=main count=1 pools=${OFFICE}`);
  });
});

describe('a renamed pool', () => {
  it('has one name on the page, whichever collector speaks of it', async () => {
    const one = await world({ projects: (cloud) => [mainOf(cloud, { collectors: { sessions: { enabled: true } } })] });
    await one.page();
    one.cloud.control.renamePool(OFFICE, 'Head office');
    const { samples } = await one.page();
    const names = samples.flatMap(({ labels }) => (labels.pool_id === OFFICE ? (labels.pool_name ?? []) : []));
    expect([...new Set(names)]).toEqual(['Head office']);
  });
});

describe('last good values', () => {
  it('end when they are max_staleness old, while what is asked for stays on the page', async () => {
    const clock = createFakeClock();
    const { cloud, page } = await household(clock, { ...both, scrape: { max_staleness: '10m' } });
    const good = await page();
    cloud.fault({ status: 500, match: ofPool });
    await clock.advance(10 * MINUTE);
    const last = await page();
    expect(last.value('desktop_pool_desktops', { pool_id: OFFICE })).toBe(
      good.value('desktop_pool_desktops', { pool_id: OFFICE }),
    );
    await clock.advance(1);
    const ended = await page();
    const left = ended.samples
      .filter(({ labels }) => labels.pool_id === OFFICE)
      .map(({ name, value }) => [name, value]);
    expect(left).toEqual([
      ['huaweicloud_workspace_desktop_pool_configured', 1],
      ['huaweicloud_workspace_desktop_pool_up', 0],
      ['huaweicloud_workspace_desktop_pool_last_success_timestamp_seconds', (clock.now() - 10 * MINUTE - 1) / 1000],
      ['huaweicloud_workspace_desktop_pool_found', 1],
    ]);
    expect(ended.value('desktop_pool_desktops', { pool_id: GPU })).toBeGreaterThan(0);
  });

  it('of a collector that is read seldom live for twice its interval', async () => {
    const clock = createFakeClock();
    const quotas = { quotas: { enabled: true, interval: '30m' } };
    const { cloud, page } = await household(clock, { projects: (its) => [mainOf(its, { collectors: quotas })] });
    const good = await page();
    expect(good.values('quota_used').length).toBeGreaterThan(5);
    cloud.fault({ status: 500, match: { path: '/quotas' } });
    await clock.advance(60 * MINUTE);
    expect((await page()).lines('quota')).toEqual(good.lines('quota'));
    await clock.advance(1);
    expect((await page()).lines('quota')).toEqual([]);
  });
});

describe('a cloud that says 429', () => {
  it('is left alone for as long as it asks, and no scrape waits for that', async () => {
    const clock = createFakeClock();
    const { cloud, log, page } = await household(clock);
    await page();
    cloud.fault({ status: 429, headers: { 'retry-after': '120' }, times: 1 });
    const held = await page();
    const asked = cloud.requests.length;
    expect(held.value('exporter_api_throttled_until_timestamp_seconds', {})).toBe(clock.now() / 1000 + 120);
    expect(held.value('exporter_api_errors_total', { operation: 'show_desktop_pool', reason: 'throttled' })).toBe(1);
    expect(held.values('desktop_pool_desktops')).toHaveLength(2);
    // Six seconds are left, and a collection is no longer than five.
    await clock.advance(114 * SECOND);
    await page();
    expect(cloud.requests).toHaveLength(asked);
    expect(log.filter((line) => line.includes('msg="the cloud asked for a pause'))).toHaveLength(1);
    await clock.advance(6 * SECOND);
    const after = await page();
    expect(after.values('desktop_pool_up')).toEqual([1, 1]);
    expect(after.value('exporter_api_throttled_until_timestamp_seconds', {})).toBeUndefined();
  });
});

describe('a cloud that says 401', () => {
  it('hears no more of the credential, keeps its values, and is asked again after a minute', async () => {
    const clock = createFakeClock();
    const { app, cloud, log, page } = await household(clock, both);
    await page();
    const remove = cloud.fault({ status: 401 });
    const before = cloud.requests.length;
    const blocked = await page();
    expect(cloud.requests).toHaveLength(before + 1);
    expect(blocked.values('exporter_auth_blocked')).toEqual([1, 1]);
    expect(blocked.values('desktop_pool_desktops').length).toBeGreaterThan(4);
    remove();
    await clock.advance(59 * SECOND);
    await page();
    const failures = app
      .running()
      .projects.flatMap(({ collections }) =>
        [...collections.values()].flatMap((one) => [...(one.finished()?.failures.keys() ?? [])]),
      );
    for (const why of failures) expect(why).toMatch(/HTTP 401.*; next try at 2026-01-14T08:01:00/);
    expect(failures.length).toBeGreaterThan(0);
    expect(cloud.requests).toHaveLength(before + 1);
    await clock.advance(SECOND);
    const good = await page();
    expect(good.values('exporter_auth_blocked')).toEqual([0, 0]);
    expect(good.values('desktop_pool_up')).toEqual([1, 1, 1, 1, 1, 1]);
    expect(log.filter((line) => line.includes('the cloud refused the credential'))).toHaveLength(1);
  });
});

describe('a 403', () => {
  it('is asked again after five minutes', async () => {
    const clock = createFakeClock();
    const { cloud, page } = await household(clock);
    cloud.fault({ status: 403, match: ofPool, times: 1 });
    await page();
    await clock.advance(5 * MINUTE - 1);
    expect((await page()).value('desktop_pool_up', { pool_id: OFFICE })).toBe(0);
    await clock.advance(1);
    expect((await page()).value('desktop_pool_up', { pool_id: OFFICE })).toBe(1);
  });
});

describe('a place where nobody listens', () => {
  it('costs its own project only', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    // Reason: a TCP server that listens has an address of this form.
    const endpoint = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    const one = await world({ projects: (cloud) => [mainOf(cloud, { endpoint }), branchOf(cloud)] });
    const page = await one.page();
    expect(page.values('desktop_pool_up', { project: 'main' })).toEqual([0, 0]);
    expect(page.values('desktop_pool_up', { project: 'branch' })).toEqual([1, 1, 1, 1]);
    expect(
      page.value('exporter_api_errors_total', { operation: 'show_desktop_pool', reason: 'network', project: 'main' }),
    ).toBe(2);
    expect(page.value('exporter_api_requests_total', { code: 'none', project: 'main' })).toBe(2);
    const lines = one.log.filter((line) => line.includes('reads failed'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('reads=2');
    expect(lines[0]).toContain(`cannot reach ${new URL(endpoint).host} (ECONNREFUSED)`);
  });
});

describe('a passing failure', () => {
  it('is tried again within the collection, and nobody sees it but the counters', async () => {
    const one = await world({ http: { max_retries: 2 }, projects: (cloud) => [mainOf(cloud, { pools: [OFFICE] })] });
    // What has worked before is tried again; a credential that nothing has proven is not.
    await one.page();
    one.cloud.fault({ status: 503, times: 1 });
    const page = await one.page();
    expect(page.values('desktop_pool_up')).toEqual([1]);
    expect(page.value('exporter_api_retries_total', { operation: 'show_desktop_pool', reason: 'server' })).toBe(1);
    expect(page.value('exporter_collector_success', {})).toBe(1);
    expect(one.log.filter((line) => line.includes('failed'))).toEqual([]);
  });
});

describe('the budget', () => {
  it('leaves out what does not fit, counts it, and reads the oldest first', async () => {
    const clock = createFakeClock();
    const { page } = await household(clock, { http: { requests_per_minute: 3 } });
    await page();
    await clock.advance(SECOND);
    // One request is left of the three, and a collection is no longer than five seconds.
    const second = await page();
    const times = second.values('desktop_pool_last_success_timestamp_seconds').map((at) => clock.now() / 1000 - at);
    expect(times.toSorted()).toEqual([0, 1]);
    expect(second.value('exporter_api_errors_total', { operation: 'show_desktop_pool', reason: 'budget' })).toBe(1);
    expect(second.values('desktop_pool_up')).toEqual([1, 1]);
    await clock.advance(60 * SECOND);
    const third = await page();
    expect(third.values('desktop_pool_last_success_timestamp_seconds').map((at) => clock.now() / 1000 - at)).toEqual([
      0, 0,
    ]);
  });
});
