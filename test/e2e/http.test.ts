// Scrapes as Prometheus makes them, from the socket of the exporter to the socket of the cloud.
import { readdirSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ReadPage, readPage } from '../scrape/read-page.ts';
import { eventually } from '../support/eventually.ts';
import { validPage } from './valid-page.ts';
import { BRANCH, branchOf, GPU, mainOf, OFFICE, world } from './world.ts';

const ALL = {
  users: { enabled: true, from: 'list', max_users: 100 },
  sessions: { enabled: true },
  quotas: { enabled: true },
};
const P = 'huaweicloud_workspace_';

describe('a deadline', () => {
  it('ends the wait of the scraper, not the collection', async () => {
    const one = await world({ projects: (cloud) => [mainOf(cloud), branchOf(cloud)] });
    // Not the first, which goes alone.
    one.cloud.fault({ delayMs: 1900, match: { path: '/desktop-pools/' }, every: 2, times: 1 });
    const began = performance.now();
    const page = await one.page('/metrics', { 'x-prometheus-scrape-timeout-seconds': '1.5' });
    expect(performance.now() - began).toBeLessThan(1890);
    // What was finished is there, of the neighbour and of the same project.
    expect(page.values('desktop_pool_up', { project: 'branch' })).toEqual([1, 1, 1, 1]);
    expect(page.values('desktop_pool_up', { project: 'main' }).toSorted()).toEqual([0, 1]);
    expect(page.values('desktop_pool_desktops', { project: 'main' })).toHaveLength(1);
    expect(page.value('exporter_scrape_deadline_exceeded_total')).toBe(1);
    await eventually('the rest of the collection', async () => {
      const later = await one.page('/metrics?collect[]=pools');
      return later.values('desktop_pool_desktops', { project: 'main' })[1];
    });
    const late = one.cloud.requests.filter(({ faulted }) => faulted);
    expect(late.map(({ status }) => status)).toEqual([200]);
  });

  it('leaves last good values in place of what is late', async () => {
    const one = await world();
    const good = await one.page();
    one.cloud.fault({ delayMs: 400 });
    const late = await one.page('/metrics', { 'x-prometheus-scrape-timeout-seconds': '0.55' });
    expect(late.lines('desktop_pool_desktops')).toEqual(good.lines('desktop_pool_desktops'));
    expect(late.values('desktop_pool_up')).toEqual([1, 1]);
  });
});

describe('two scrapes at once', () => {
  it('cost one collection and see the same', async () => {
    const one = await world({ cloud: { faults: [{ delayMs: 60 }] } });
    const data = '/metrics?collect[]=pools';
    const pages = await Promise.all([one.get(data), one.get(data), one.get('/probe?project=main&collect[]=pools')]);
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
    expect(one.cloud.requests).toHaveLength(2);
    expect((await one.page('/metrics?collect[]=exporter')).value('exporter_scrapes_coalesced_total')).toBe(2);
  });

  it('of which one comes a little later cost one collection, too', async () => {
    const one = await world({ scrape: { min_interval: '10s' } });
    await one.page();
    await one.page();
    expect(one.cloud.requests).toHaveLength(2);
  });
});

describe('collect[]', () => {
  const asked = async (query: string) => {
    const one = await world({ projects: (cloud) => [mainOf(cloud, { collectors: ALL })] });
    const page = await one.page(`/metrics${query}`);
    const routes = Object.keys(one.cloud.counts()).map((route) => route.replace('GET /v2/{project_id}/', ''));
    const has = (name: string) => page.samples.some((sample) => sample.name.startsWith(P + name));
    return { routes: routes.sort(), has, page };
  };
  const DETAIL = 'desktop-pools/{pool_id}';

  it('exporter asks the cloud nothing', async () => {
    const { routes, has, page } = await asked('?collect[]=exporter');
    expect(routes).toEqual([]);
    expect([has('exporter_build_info'), has('project_info')]).toEqual([true, false]);
    expect(page.values('process_start_time_seconds')).toHaveLength(1);
  });

  it.each<[string, string[], string[], string[]]>([
    ['pools', [DETAIL], ['desktop_pool_desktops', 'desktop_pool_up'], ['quota_', 'users', 'exporter_build_info']],
    // Their series carry names, which only the pools know.
    ['sessions', [DETAIL, 'statistics'], ['desktop_pool_login_state'], ['desktop_pool_desktops', 'desktop_pool_up']],
    ['quotas', ['quotas'], ['quota_used'], ['desktop_pool']],
    ['users', ['desktop-pools/statistics/by-users', DETAIL, 'users'], ['users'], ['desktop_pool_up', 'quota_']],
  ])('%s reads and shows these alone', async (name, routes, shown, hidden) => {
    const got = await asked(`?collect[]=${name}`);
    expect(got.routes).toEqual(routes);
    for (const one of shown) expect([one, got.has(one)]).toEqual([one, true]);
    for (const one of hidden) expect([one, got.has(one)]).toEqual([one, false]);
    const names = got.page.samples.flatMap(({ labels }) => labels.pool_name ?? []);
    expect(names).not.toContain('');
  });

  it('may be given several times', async () => {
    const { routes, has } = await asked('?collect[]=quotas&collect[]=exporter');
    expect(routes).toEqual(['quotas']);
    expect([has('quota_used'), has('exporter_build_info'), has('desktop_pool')]).toEqual([true, true, false]);
  });
});

describe('/probe', () => {
  it('shows one project, and none of the exporter’s own metrics', async () => {
    const one = await world({ projects: (cloud) => [mainOf(cloud), branchOf(cloud)] });
    const page = await one.page('/probe?project=branch');
    expect(new Set(page.samples.map(({ labels }) => labels.project))).toEqual(new Set(['branch']));
    expect(page.values('desktop_pool_up')).toEqual([1, 1, 1, 1]);
    expect(page.value('exporter_collector_success', {})).toBe(1);
    expect(page.samples.some(({ name }) => name.startsWith(`${P}exporter_api`))).toBe(false);
    expect(one.cloud.requests.every(({ path }) => path.includes(one.cloud.credentials.projectId2))).toBe(true);
  });

  it('shows the pools that are asked for; one that is not there has no data', async () => {
    const one = await world({
      projects: (cloud) => [branchOf(cloud, { collectors: { sessions: { enabled: true } } })],
    });
    const page = await one.page(`/probe?project=branch&pool=${BRANCH[0]}&pool=not-there`);
    const ids = page.samples.flatMap(({ labels }) => labels.pool_id ?? []);
    expect(new Set(ids)).toEqual(new Set([BRANCH[0]]));
    expect(page.values('desktop_pool_login_state_desktops')).toHaveLength(5);
  });

  it('is 503 with the reasons where it is strict, and 200 once all is well', async () => {
    const one = await world({
      scrape: { strict: true },
      cloud: { faults: [{ status: 500, match: { path: GPU }, times: 2 }] },
    });
    const { status, text } = await one.get('/probe?project=main');
    expect(status).toBe(503);
    expect(text).toMatch(/^main, pools: show_desktop_pool: HTTP 500 APIGW\.0201: Backend unavailable\n$/);
    expect((await one.get('/metrics')).status).toBe(200);
    expect((await one.get('/probe?project=main')).status).toBe(200);
  });

  it('is 503 where it is strict and the deadline came first', async () => {
    const one = await world({ scrape: { strict: true }, cloud: { faults: [{ delayMs: 200 }] } });
    const headers = { 'x-prometheus-scrape-timeout-seconds': '0.55' };
    const { status, text } = await one.get('/probe?project=main', { headers });
    expect([status, text]).toEqual([503, 'the deadline came before every read was done\n']);
  });
});

describe('flags and settings', () => {
  it('--web.telemetry-path, --web.disable-exporter-metrics and --timeout-offset', async () => {
    const one = await world({
      flags: ['--web.telemetry-path=/m', '--web.disable-exporter-metrics', '--timeout-offset=10ms'],
      cloud: { faults: [{ delayMs: 300 }] },
    });
    expect((await one.get('/metrics')).status).toBe(404);
    const began = performance.now();
    const page = await one.page('/m', { 'x-prometheus-scrape-timeout-seconds': '0.1' });
    expect(performance.now() - began).toBeLessThan(250);
    const names = new Set(page.samples.map(({ name }) => name));
    expect(names).toContain(`${P}desktop_pool_configured`);
    for (const name of names) expect(name).toMatch(/^huaweicloud_workspace_(?!exporter_(?!collector_))/);
    expect((await one.get('/')).text).toContain('href="./m"');
  });

  it('--web.max-requests: the scrape too many is told so', async () => {
    const one = await world({ flags: ['--web.max-requests=1'], cloud: { faults: [{ delayMs: 100 }] } });
    const first = one.get('/metrics');
    await eventually('the first scrape', () => one.cloud.requests[0]);
    expect((await one.get('/metrics')).status).toBe(503);
    expect((await first).status).toBe(200);
    expect((await one.page()).value('exporter_http_requests_total', { handler: 'metrics', code: '503' })).toBe(1);
  });

  it('--web.external-url: /sd names it, and its path is before every page', async () => {
    const one = await world({ flags: ['--web.external-url=https://mon.example.com/ws/'] });
    expect(JSON.parse((await one.get('/ws/sd')).text)).toEqual([
      {
        targets: ['mon.example.com'],
        labels: {
          __scheme__: 'https',
          __metrics_path__: '/ws/probe',
          __param_project: 'main',
          instance: 'mon.example.com/main',
        },
      },
    ]);
  });

  it('--web.route-prefix: pages have it, the landing page leads to them, and the log says where they are', async () => {
    const one = await world({ flags: ['--web.route-prefix=/ws/', '--web.external-url=https://example.com/outside'] });
    expect((await one.get('/metrics')).status).toBe(404);
    const landing = await one.get('/ws/');
    for (const [, link = ''] of landing.text.matchAll(/<a href="(\.[^"]+)"/g)) {
      const { pathname, search } = new URL(link, 'http://host/ws/');
      expect((await one.get(pathname + search)).status, link).toBe(200);
    }
    expect(one.log.join('\n')).toMatch(/msg=listening url=http:\S+\/ws\/ metrics=\/ws\/metrics/);
    const slash = await world({ flags: ['--web.route-prefix=/', '--web.external-url=https://example.com/outside'] });
    expect((await slash.get('/metrics')).status).toBe(200);
  });

  it('metrics.allow and metrics.deny choose families by their full names', async () => {
    const one = await world({ metrics: { allow: ['_desktop_pool_', '^process_'], deny: ['_info$', 'status'] } });
    const page = await one.page();
    const names = [...page.types.keys()];
    expect(names).toContain(`${P}desktop_pool_desktops`);
    expect(names.some((name) => name.startsWith('process_'))).toBe(true);
    expect(names.filter((name) => !/_desktop_pool_|^process_/.test(name) || /_info$|status/.test(name))).toEqual([]);
  });
});

describe('the pages for people', () => {
  it('/config is the running configuration, masked', async () => {
    const one = await world({
      projects: (cloud) => [mainOf(cloud, { http: { proxy_url: 'http://me:hidden@127.0.0.1:1' } })],
    });
    const { text } = await one.get('/config');
    expect(text).toContain('access_key: <secret>');
    expect(text).toContain('proxy_url: http://<secret>@127.0.0.1:1/');
    expect(text).toContain('timeout: 2s');
    expect(text).not.toMatch(/SIMULATED|hidden/);
  });

  it('/ names projects and pools, and says what is wrong', async () => {
    const one = await world({ cloud: { faults: [{ status: 500, match: { path: GPU } }] } });
    await one.page();
    const { text, headers } = await one.get('/');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(text).toContain('Office Singapore');
    expect(text).toContain('HTTP 500');
    expect(text).not.toMatch(/<script/i);
  });
});

describe('the wire', () => {
  it('compresses a page, and it is the same page', async () => {
    const one = await world({ scrape: { min_interval: '1m' }, projects: (cloud) => [branchOf(cloud)] });
    const plain = await one.get('/metrics?collect[]=pools');
    const zipped = await one.get('/metrics?collect[]=pools', { headers: { 'accept-encoding': 'gzip' } });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.bytes).toString()).toBe(plain.text);
    expect(zipped.headers['content-length']).toBe(String(zipped.bytes.length));
  });

  it('ends an OpenMetrics page with its mark, and a text page without', async () => {
    const one = await world();
    const openmetrics = await one.get('/metrics', {
      headers: { accept: 'application/openmetrics-text;version=1.0.0' },
    });
    expect(openmetrics.text.endsWith('\n# EOF\n')).toBe(true);
    expect(openmetrics.text).toContain(`# TYPE ${P}exporter_scrapes_coalesced counter\n`);
    expect((await one.get('/metrics')).text).not.toContain('# EOF');
  });

  it('bears a scraper that goes away', async () => {
    const one = await world({ cloud: { faults: [{ delayMs: 50 }] } });
    const { hostname, port } = new URL(one.url);
    const leaving = request({ hostname, port, path: '/metrics', agent: false });
    leaving.on('error', () => {});
    leaving.end();
    await eventually('its request', () => one.cloud.requests[0]);
    leaving.destroy();
    expect((await one.page()).values('desktop_pool_up')).toEqual([1, 1]);
    expect(one.log.filter((line) => /level=(warn|error)/.test(line))).toEqual([]);
  });
});

describe('many scrapes', () => {
  it('write no line while all is well', async () => {
    const one = await world({ projects: (cloud) => [mainOf(cloud, { pools: [OFFICE] })] });
    await one.page();
    const before = one.log.length;
    for (let scrape = 0; scrape < 50; scrape += 1) await one.get('/metrics');
    expect(one.log.slice(before)).toEqual([]);
    expect(one.cloud.requests).toHaveLength(51);
  });

  it('leave no timer, socket or series behind', async () => {
    const one = await world();
    await one.page();
    const first = await one.page();
    const handles = () => readdirSync('/proc/self/fd').length;
    const before = handles();
    for (let scrape = 0; scrape < 30; scrape += 1) await one.get('/metrics');
    await sleep(20);
    expect(handles()).toBeLessThanOrEqual(before + 3);
    const last = readPage(validPage((await one.get('/metrics')).text));
    const own = ({ samples }: ReadPage) => samples.filter(({ name }) => name.startsWith(P)).length;
    expect(own(last)).toBe(own(first));
  });
});

describe('counters', () => {
  it('whose labels are known are there, at 0, before anything went wrong', async () => {
    const one = await world();
    const page = await one.page();
    for (const reason of [
      'timeout',
      'network',
      'tls',
      'unauthorized',
      'forbidden',
      'not_found',
      'throttled',
      'bad_request',
      'server',
      'schema',
      'aborted',
      'budget',
    ])
      expect([
        reason,
        page.value('exporter_api_errors_total', { project: 'main', operation: 'show_desktop_pool', reason }),
      ]).toEqual([reason, 0]);
    expect(page.value('exporter_api_requests_total', { operation: 'show_desktop_pool', code: '200' })).toBe(2);
    expect(page.value('exporter_api_requests_in_flight')).toBe(0);
    expect(page.value('exporter_auth_blocked')).toBe(0);
    expect(page.value('exporter_scrape_deadline_exceeded_total')).toBe(0);
  });
});
