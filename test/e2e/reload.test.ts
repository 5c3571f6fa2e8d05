// Another configuration while everything runs: what it changes at once, what it leaves alone, and what a wrong one costs.
import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { aksk, branchOf, GPU, household, mainOf, OFFICE, type Part, world } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const CREATE = 'POST /v3/auth/tokens';
const DETAIL = 'GET /v2/{project_id}/desktop-pools/{pool_id}';

const both = (cloud: Simulator) => [mainOf(cloud), branchOf(cloud)];
const only = (part: Part) => ({ projects: (cloud: Simulator) => [mainOf(cloud, part)] });
const wrongKey = ({ credentials: { accessKey } }: Simulator): Part => ({
  type: 'aksk',
  access_key: accessKey,
  secret_key: 'a-wrong-secret-key',
});
const passwordOf = ({ credentials: { username, domain, password } }: Simulator): Part => ({
  type: 'password',
  username,
  domain,
  password,
});
const broken = { status: 500 };

describe('a project', () => {
  it('that is added is read with the next scrape', async () => {
    const { page, apply } = await household(createFakeClock());
    expect((await page()).values('project_info', { project: 'branch' })).toEqual([]);
    await apply({ projects: both });
    const added = await page();
    expect(added.values('desktop_pool_up', { project: 'branch' })).toEqual([1, 1, 1, 1]);
    expect(
      added.value('exporter_api_errors_total', {
        project: 'branch',
        reason: 'server',
        operation: 'list_desktop_pools',
      }),
    ).toBe(0);
  });

  it('remembers by which names its pools were selected while it is the same, and no longer', async () => {
    const { page, apply, cloud } = await household(createFakeClock());
    const rows = (names: readonly unknown[]) => names.map((name, index) => ({ id: `p${index}`, name }));
    const answer = (...names: readonly unknown[]) =>
      cloud.fault({
        match: { path: /desktop-pools$/ },
        body: { total_count: names.length, desktop_pools: rows(names) },
      });
    const including = (start: string) => ({
      projects: (own: Simulator) => [mainOf(own, { pools: [], discovery: { enabled: true, include: [start] } })],
    });
    const selected = async () => (await page()).labels('desktop_pool_configured').map(({ pool_id }) => pool_id);
    const takeBack = answer('prod', 'lab');
    await apply(including('^prod'));
    expect(await selected()).toEqual(['p0']);
    takeBack();
    answer({}, {});
    await apply({ scrape: { timeout: '4s' } });
    expect(await selected()).toEqual(['p0']);
    await apply(including('^dev'));
    expect(await selected()).toEqual(['p0', 'p1']);
  });

  it('that is removed ends with all of its series, counters too', async () => {
    const { page, apply } = await household(createFakeClock(), { projects: both });
    expect((await page()).text).toContain('project="branch"');
    await apply({ projects: (cloud) => [mainOf(cloud)] });
    const { text } = await page();
    expect(text).not.toContain('branch');
    expect(text).toContain('project="main"');
  });

  it('that is removed while it is read does not come back when that ends', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud, app } = await household(clock, { projects: both });
    cloud.fault({ match: { path: cloud.credentials.projectId2 }, delayMs: 100 });
    const asked = { withOwn: true, format: 'text', patience: MINUTE } as const;
    const running = app.running().pages.page(asked);
    await eventually('the read to begin', () => cloud.requests[2]);
    await apply({ projects: (own) => [mainOf(own)] });
    expect((await page()).text).not.toContain('branch');
    // Who asked before is still answered by the configuration of then.
    const before = Buffer.concat([...(await running).parts]).toString();
    expect(before).toContain('desktop_pool_desktops{project="branch"');
    expect((await page()).text).not.toContain('branch');
  });

  it('that has not changed keeps its last good values, though another did', async () => {
    const { page, apply, cloud } = await household(createFakeClock(), { projects: both });
    const good = await page();
    cloud.fault(broken);
    await apply({ projects: (own) => [mainOf(own, { pools: [OFFICE] }), branchOf(own)] });
    const after = await page();
    const ofBranch = { project: 'branch' };
    expect(after.values('desktop_pool_up', ofBranch)).toEqual([0, 0, 0, 0]);
    expect(after.lines('desktop_pool_desktops{project="branch"')).toEqual(
      good.lines('desktop_pool_desktops{project="branch"'),
    );
    expect(after.values('desktop_pool_last_success_timestamp_seconds', ofBranch)).toEqual(
      good.values('desktop_pool_last_success_timestamp_seconds', ofBranch),
    );
  });

  it('that has changed begins anew: results of another question are not shown', async () => {
    const { page, apply, cloud } = await household(createFakeClock());
    await page();
    cloud.fault(broken);
    await apply(only({ pools: [OFFICE] }));
    const after = await page();
    expect(after.values('desktop_pool_desktops')).toEqual([]);
    expect(after.labels('desktop_pool_up')).toEqual([{ project: 'main', pool_id: OFFICE }]);
    // Counters go on: they belong to the name.
    expect(after.value('exporter_api_requests_total', { code: '200', operation: 'show_desktop_pool' })).toBe(2);
  });

  it('that has not changed keeps its running collection', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud, app } = await household(clock);
    cloud.fault({ delayMs: 100, times: 2 });
    const running = app.running().pages.page({ withOwn: false, format: 'text', patience: MINUTE });
    await eventually('the read to begin', () => cloud.requests[0]);
    await apply({ metrics: { deny: ['_info$'] } });
    const joined = await page();
    expect(joined.values('desktop_pool_up')).toEqual([1, 1]);
    expect(joined.values('desktop_pool_info')).toEqual([]);
    expect(cloud.counts()[DETAIL]).toBe(2);
    await running;
  });
});

describe('the settings of scraping', () => {
  it('change for all projects, whose values stay', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud } = await household(clock);
    await page();
    cloud.fault(broken);
    await clock.advance(9 * MINUTE);
    // In an outage, somebody wants the last values to stay for longer.
    await apply({ scrape: { max_staleness: '1h' } });
    await clock.advance(9 * MINUTE);
    expect((await page()).values('desktop_pool_desktops')).toHaveLength(2);
    await apply({ scrape: { max_staleness: '5m' } });
    expect((await page()).values('desktop_pool_desktops')).toEqual([]);
  });

  it('say how often the cloud is read, from the next scrape on', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud } = await household(clock, { scrape: { min_interval: '1h' } });
    await page();
    await clock.advance(MINUTE);
    await page();
    expect(cloud.counts()[DETAIL]).toBe(2);
    await apply({ scrape: { min_interval: '10s' } });
    await page();
    expect(cloud.counts()[DETAIL]).toBe(4);
  });
});

describe('a credential', () => {
  it('that has changed is used at once, though the former one was blocked', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud } = await household(clock, {
      projects: (own) => [mainOf(own, { auth: wrongKey(own) })],
    });
    expect((await page()).value('exporter_auth_blocked')).toBe(1);
    await apply({ projects: (own) => [mainOf(own, { auth: aksk(own) })] });
    const after = await page();
    expect(after.values('desktop_pool_up')).toEqual([1, 1]);
    expect(after.value('exporter_auth_blocked')).toBe(0);
    expect(cloud.refusals().signatures).toBe(1);
  });

  it('that is blocked stays so, whatever else changes, and though its project was away', async () => {
    const clock = createFakeClock();
    const wrong = (part: Part) => ({ projects: (own: Simulator) => [mainOf(own, { auth: wrongKey(own), ...part })] });
    const { page, apply, cloud } = await household(clock, wrong({}));
    await page();
    await apply(wrong({ pools: [GPU] }));
    await page();
    await apply({ projects: (own) => [branchOf(own, { auth: passwordOf(own) })] });
    await page();
    await apply(wrong({}));
    expect((await page()).value('exporter_auth_blocked')).toBe(1);
    expect(cloud.refusals().signatures).toBe(1);
  });

  it('keeps its tokens while another setting of its project changes', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud } = await household(clock, {
      projects: (own) => [mainOf(own, { auth: passwordOf(own) })],
    });
    await page();
    await apply({ projects: (own) => [mainOf(own, { auth: passwordOf(own), pools: [OFFICE] })] });
    expect((await page()).values('desktop_pool_up')).toEqual([1]);
    expect(cloud.counts()[CREATE]).toBe(1);
  });

  it('keeps its budget: a reload is no way around it', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud } = await household(clock, { http: { requests_per_minute: 3 } });
    await page();
    await apply({ ...only({ pools: [OFFICE, GPU], max_pools: 10 }), scrape: { timeout: '1s' } });
    await clock.finish(page());
    expect(cloud.counts()[DETAIL]).toBe(3);
  });

  it('counts the limits of a project no longer that is gone', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud } = await household(clock, {
      projects: (own) => [mainOf(own), branchOf(own, { http: { requests_per_minute: 3 } })],
    });
    await page();
    await apply({ projects: (own) => [mainOf(own)] });
    expect((await page()).values('desktop_pool_up')).toEqual([1, 1]);
    expect(cloud.counts()[DETAIL]).toBe(4);
  });
});

it('tries again what the cloud forbade, in projects that have not changed as well', async () => {
  const { page, apply, cloud } = await household(createFakeClock());
  const grant = cloud.fault({ status: 403, body: { error_code: 'WKS.0403', error_msg: 'no' } });
  await page();
  grant();
  expect((await page()).values('desktop_pool_up')).toEqual([0, 0]);
  await apply({});
  expect((await page()).values('desktop_pool_up')).toEqual([1, 1]);
});

describe('over HTTP', () => {
  const post = { method: 'POST' };
  const lifecycle = ['--web.enable-lifecycle'];

  it('a reload answers 200 and shows in /config, in /sd and in the gauges', async () => {
    const { get, page, write, log } = await world({ flags: lifecycle });
    const first = (await page()).value('exporter_config_last_reload_success_timestamp_seconds') ?? 0;
    write({ projects: both });
    expect((await get('/sd')).text).not.toContain('branch');
    expect(await get('/-/reload', post)).toMatchObject({ status: 200, text: 'Reloaded\n' });
    expect((await get('/config')).text).toContain('name: branch');
    expect((await get('/sd')).text).toContain('branch');
    expect((await get('/')).text).toContain('branch');
    expect((await get('/probe?project=branch')).status).toBe(200);
    const after = await page();
    expect(after.value('exporter_config_last_reload_successful')).toBe(1);
    expect(after.value('exporter_config_last_reload_success_timestamp_seconds')).toBeGreaterThanOrEqual(first);
    expect(log.filter((line) => line.includes('configuration reloaded'))).toHaveLength(1);
  });

  it('a configuration with mistakes changes nothing and is told with all of them', async () => {
    const { get, page, write, log, cloud } = await world({ flags: lifecycle });
    const success = (await page()).value('exporter_config_last_reload_success_timestamp_seconds');
    write({ projects: (own) => [mainOf(own, { region: 'NOWHERE!' }), mainOf(own, { auth: { type: 'key' } })] });
    const { status, text } = await get('/-/reload', post);
    expect(status).toBe(500);
    for (const problem of ['projects[0].region: not a region', 'projects[1].auth', 'projects[1].name'])
      expect(text).toContain(problem);
    expect(text).not.toContain(cloud.credentials.secretKey);
    const after = await page();
    expect(after.values('desktop_pool_up', { project: 'main' })).toEqual([1, 1]);
    expect(after.value('exporter_config_last_reload_successful')).toBe(0);
    expect(after.value('exporter_config_last_reload_success_timestamp_seconds')).toBe(success);
    expect(log.filter((line) => line.includes('configuration not reloaded')).length).toBeGreaterThanOrEqual(3);
    write({});
    expect((await get('/-/reload', post)).status).toBe(200);
    expect((await page()).value('exporter_config_last_reload_successful')).toBe(1);
  });

  it('secrets that only a reload brought are masked', async () => {
    const { get, write } = await world({ flags: lifecycle });
    write({ projects: (own) => [mainOf(own, { auth: { ...aksk(own), security_token: 'brought-by-a-reload' } })] });
    expect((await get('/-/reload', post)).status).toBe(200);
    const { text } = await get('/config');
    expect(text).toContain('security_token: <secret>');
    expect(text).not.toContain('brought-by-a-reload');
  });

  it('becomes strict, and stops being so', async () => {
    const { get, write, cloud } = await world({ flags: lifecycle });
    cloud.fault(broken);
    expect((await get('/probe?project=main')).status).toBe(200);
    write({ scrape: { strict: true } });
    await get('/-/reload', post);
    expect((await get('/probe?project=main')).status).toBe(503);
  });

  it('nothing is reloaded without --web.enable-lifecycle', async () => {
    const { get, write } = await world();
    write({ projects: both });
    expect((await get('/-/reload', post)).status).toBe(403);
    expect((await get('/sd')).text).not.toContain('branch');
  });
});

it('a project that is put in and out a hundred times leaves no connection behind', async () => {
  const clock = createFakeClock();
  let open = 0;
  const { app, apply, page } = await household(clock, { projects: both, onTransport: (by) => (open += by) });
  const few = open;
  for (let i = 0; i < 100; i += 1) {
    await apply({ projects: (cloud) => [mainOf(cloud)] });
    await apply({ projects: both });
  }
  await page();
  await eventually('the former connections to be closed', () => (open === few ? true : undefined));
  await app.close();
  expect(open).toBe(0);
});
