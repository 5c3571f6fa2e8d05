// The exporter under a real Prometheus, in both formats, against the simulated cloud whose truth is known.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../src/app/logger.ts';
import { parseFlags } from '../src/cli/flags.ts';
import { type Exporter, startExporter } from '../src/cli/serve.ts';
import { collectors } from '../src/collectors/index.ts';
import { loadConfig } from '../src/config/load.ts';
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts';
import {
  type AcceptProxy,
  hasPrometheus,
  type Prometheus,
  parseOpenMetrics,
  promtool,
  type Sample,
  startAcceptProxy,
  startPrometheus,
} from './support/prometheus.ts';

const P = 'huaweicloud_workspace_';
const TEXT = 'text/plain;version=0.0.4';
const OPENMETRICS = 'application/openmetrics-text;version=1.0.0';
const FORMATS = ['text', 'openmetrics'] as const;
/** A Wednesday at work, at which the simulated time stands still: what Prometheus says must be exactly what the cloud says. */
const NOON = Date.UTC(2026, 0, 14, 11, 0, 30);
const queries = [...readFileSync('README.md', 'utf8').matchAll(/^```promql\n([\s\S]*?)^```/gm)].map(([, query = '']) =>
  query.trim(),
);
const WAIT = { timeout: 20_000, interval: 100 };

const startCloud = () => startSimulator({ startAt: NOON, speed: 0 });

async function exporterOf({ url, credentials }: Simulator, minInterval: string): Promise<Exporter> {
  const { accessKey, secretKey, username, domain, password, projectId, projectId2 } = credentials;
  const common = { region: 'ap-southeast-3', endpoint: url, iam_endpoint: url, discovery: { enabled: true } };
  const aksk = { type: 'aksk', access_key: accessKey, secret_key: secretKey };
  const projects = [
    { ...common, name: 'main', project_id: projectId, auth: aksk },
    { ...common, name: 'branch', project_id: projectId2, auth: { type: 'password', username, domain, password } },
  ];
  const defaults = { http: { max_retries: 0 }, pool_tags: ['cost-center'] };
  const text = JSON.stringify({ scrape: { min_interval: minInterval }, defaults, projects });
  const flags = parseFlags(['serve', '--web.listen-address=127.0.0.1:0']);
  const log = createLogger({ level: 'error', format: 'logfmt', write: (line) => void process.stderr.write(line) });
  return startExporter({ read: () => loadConfig(text, 'test', collectors), flags, log, env: {} });
}

const urlOf = ({ server }: Exporter) => server.urls[0] ?? '';
const hostOf = (exporter: Exporter) => new URL(urlOf(exporter)).host;
const pageOf = async (exporter: Exporter, accept: string) =>
  (await fetch(`${urlOf(exporter)}/metrics`, { headers: { accept } })).text();

/** `project/pool` to value. */
const byPool = (samples: readonly Sample[]) =>
  Object.fromEntries(samples.map(({ labels, value }) => [`${labels.project}/${labels.pool_id}`, value]));

type Pools = ReturnType<Simulator['truth']>['pools'];
const truthOf = <T>(cloud: Simulator, value: (pool: Pools[number]) => T) =>
  Object.fromEntries(cloud.truth().pools.map((pool) => [`${pool.profile.project}/${pool.id}`, value(pool)]));

describe.skipIf(!hasPrometheus())('under a real Prometheus', () => {
  const closing: (() => Promise<void>)[] = [];
  let cloud: Simulator;
  let exporter: Exporter;
  let failingCloud: Simulator;
  let proxy: AcceptProxy;
  let prometheus: Prometheus;

  beforeAll(async () => {
    const keep = <T>(made: T, close: () => Promise<void>): T => {
      closing.unshift(close);
      return made;
    };
    cloud = await startCloud();
    keep(cloud, cloud.close);
    failingCloud = await startCloud();
    keep(failingCloud, failingCloud.close);
    exporter = await exporterOf(cloud, '5m');
    keep(exporter, exporter.close);
    const failing = await exporterOf(failingCloud, '1s');
    keep(failing, failing.close);
    proxy = await startAcceptProxy(urlOf(exporter), TEXT);
    keep(proxy, proxy.close);
    const job = (name: string, target: string) => ({ job_name: name, static_configs: [{ targets: [target] }] });
    prometheus = await startPrometheus({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        job('text', proxy.target),
        job('openmetrics', hostOf(exporter)),
        job('failing', hostOf(failing)),
      ],
    });
    keep(prometheus, prometheus.stop);
    await vi.waitFor(async () => expect(await prometheus.query('count_over_time(up[5m]) >= 3')).toHaveLength(3), WAIT);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('every scrape succeeds', async () => {
    expect((await prometheus.query('min_over_time(up[5m])')).map(({ value }) => value)).toEqual([1, 1, 1]);
    expect((await prometheus.targets()).map(({ health, lastError }) => [health, lastError])).toEqual(
      Array(3).fill(['up', '']),
    );
    expect(prometheus.log()).not.toMatch(/level=(warn|error) component="scrape/);
  });

  describe.each(FORMATS)('as %s', (job) => {
    const ask = async (expression: string) => byPool(await prometheus.query(expression));

    it('has the desktops of every pool', async () => {
      const answer = await ask(`${P}desktop_pool_desktops{job="${job}"}`);
      expect(answer).toEqual(truthOf(cloud, ({ desktops }) => desktops));
      expect(Object.keys(answer).length).toBeGreaterThan(10);
    });

    it('has the used desktops of every pool', async () => {
      expect(await ask(`${P}desktop_pool_desktops_used{job="${job}"}`)).toEqual(truthOf(cloud, ({ used }) => used));
    });

    it('has one status for every pool, and it is the true one', async () => {
      const statuses = await prometheus.query(`${P}desktop_pool_status{job="${job}"} == 1`);
      expect(Object.fromEntries(statuses.map(({ labels }) => [labels.pool_name, labels.status]))).toEqual(
        Object.fromEntries(cloud.truth().pools.map(({ name, status }) => [name, status])),
      );
      expect(statuses).toHaveLength(cloud.truth().pools.length);
    });

    it('was read completely', async () => {
      expect(await ask(`${P}desktop_pool_up{job="${job}"}`)).toEqual(truthOf(cloud, () => 1));
    });

    it('joins values with attributes of the pool', async () => {
      const answer = await prometheus.query(
        `sum by (availability_zone) (${P}desktop_pool_desktops{job="${job}"} * on (project, pool_id) group_left (availability_zone) ${P}desktop_pool_info{job="${job}"})`,
      );
      const zones = new Map<string, number>();
      for (const { profile, desktops } of cloud.truth().pools)
        zones.set(profile.zone, (zones.get(profile.zone) ?? 0) + desktops);
      expect(new Map(answer.map(({ labels, value }) => [labels.availability_zone, value]))).toEqual(zones);
    });

    it('keeps every sample that was scraped', async () => {
      const [scraped] = await prometheus.query(`scrape_samples_scraped{job="${job}"}`);
      const [kept] = await prometheus.query(`scrape_samples_post_metric_relabeling{job="${job}"}`);
      expect(scraped?.value).toBeGreaterThan(500);
      expect(kept?.value).toBe(scraped?.value);
    });
  });

  it('gives the same samples in both formats', async () => {
    const counts = () => prometheus.query('count by (job) ({__name__=~"huaweicloud_.+", job=~"text|openmetrics"})');
    // Two scrapes apart, a new label value may be known to one of them only.
    await expect.poll(async () => new Set((await counts()).map(({ value }) => value)).size, WAIT).toBe(1);
    expect(await counts()).toHaveLength(2);
  });

  it('knows the types of the metrics from text', async () => {
    const known = await prometheus.metadata('text');
    expect(known.get(`${P}desktop_pool_desktops`)?.type).toBe('gauge');
    expect(known.get(`${P}desktop_pool_info`)?.type).toBe('gauge');
    expect(known.get(`${P}exporter_api_requests_total`)?.type).toBe('counter');
    expect(known.get(`${P}exporter_api_request_duration_seconds`)?.type).toBe('histogram');
  });

  it('knows the types and units of the metrics from OpenMetrics', async () => {
    const known = await prometheus.metadata('openmetrics');
    expect(known.get(`${P}desktop_pool_desktops`)?.type).toBe('gauge');
    expect(known.get(`${P}desktop_pool`)?.type).toBe('info');
    expect(known.get(`${P}exporter_api_requests`)?.type).toBe('counter');
    expect(known.get(`${P}exporter_api_request_duration_seconds`)).toMatchObject({
      type: 'histogram',
      unit: 'seconds',
    });
    expect(known.get(`${P}desktop_pool_root_volume_size_bytes`)).toMatchObject({ type: 'gauge', unit: 'bytes' });
  });

  it('two scrapers of one exporter cost the cloud one collection', async () => {
    const scrapes = await prometheus.query('count_over_time(up{job=~"text|openmetrics"}[5m])');
    expect(Math.min(...scrapes.map(({ value }) => value))).toBeGreaterThanOrEqual(3);
    // One list for each of the two projects, one token for the one that signs in with a password.
    expect(cloud.counts()).toEqual({ 'GET /v2/{project_id}/desktop-pools': 2, 'POST /v3/auth/tokens': 1 });
  });

  it('while the cloud fails, the last good values stay, and it is said of every pool', async () => {
    const heal = failingCloud.fault({ match: { path: '/desktop-pools' }, status: 500 });
    const ask = async (metric: string) => byPool(await prometheus.query(`${P}${metric}{job="failing"}`));
    await expect.poll(() => ask('desktop_pool_up'), WAIT).toEqual(truthOf(failingCloud, () => 0));
    expect(await ask('desktop_pool_desktops')).toEqual(truthOf(failingCloud, ({ desktops }) => desktops));
    expect((await prometheus.query('min_over_time(up{job="failing"}[5m])')).map(({ value }) => value)).toEqual([1]);
    heal();
    await expect.poll(() => ask('desktop_pool_up'), WAIT).toEqual(truthOf(failingCloud, () => 1));
  });

  it('promtool finds nothing to improve in the text', async () => {
    const page = await pageOf(exporter, TEXT);
    expect(page).toContain(`# TYPE ${P}desktop_pool_desktops gauge\n`);
    expect(promtool(['check', 'metrics'], page)).toBe('');
  });

  it('the strict parser accepts the OpenMetrics page', async () => {
    const page = await pageOf(exporter, OPENMETRICS);
    const families = parseOpenMetrics(page);
    expect(families[`${P}desktop_pool`]).toEqual({ type: 'info', unit: '', samples: cloud.truth().pools.length });
    expect(families[`${P}exporter_http_requests`]?.type).toBe('counter');
    const samples = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(Object.values(families).reduce((sum, family) => sum + family.samples, 0)).toBe(samples.length);
  });

  it.each(queries)('the query of the README is understood, and its metrics exist: %s', async (query) => {
    const names = new RegExp(`${P}\\w+`, 'g');
    const ofOneExporter = query.replaceAll(names, '$&{job="text"}');
    await expect(prometheus.query(ofOneExporter)).resolves.toBeInstanceOf(Array);
    for (const [name] of query.matchAll(names)) expect(await prometheus.query(name), name).not.toEqual([]);
  });

  it('the example scrape configuration is valid', () => {
    expect(promtool(['check', 'config', 'prometheus/prometheus.yml'])).toBe('');
  });
});
