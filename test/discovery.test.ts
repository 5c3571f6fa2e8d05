// One target per project, found by the real Prometheus with the example configurations as they are but for their addresses.
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { createLogger } from '../src/app/logger.ts';
import { parseFlags } from '../src/cli/flags.ts';
import { type Exporter, startExporter } from '../src/cli/serve.ts';
import { collectors } from '../src/collectors/index.ts';
import { loadConfig } from '../src/config/load.ts';
import { type Simulator, startSimulator } from '../src/simulator/simulator.ts';
import { hasPrometheus, type Prometheus, promtool, startPrometheus } from './support/prometheus.ts';

const P = 'huaweicloud_workspace_';
const JOB = 'huaweicloud-workspace';
const OWN_JOB = 'huaweicloud-workspace-exporter';
const WAIT = { timeout: 20_000, interval: 100 };
/** A Wednesday at work, at which the simulated time stands still. */
const NOON = Date.UTC(2026, 0, 14, 11, 0, 30);
const LIST = 'GET /v2/{project_id}/desktop-pools';
const examples = readdirSync('prometheus').filter((file) => file.endsWith('.yml'));

/** Reads the projects once and for all: who is asked twice sends twice. */
async function exporterAt(address: string, cloud: Simulator, names: readonly string[]): Promise<Exporter> {
  const { accessKey, secretKey, projectId, projectId2 } = cloud.credentials;
  const projects = names.map((name, index) => ({
    name,
    project_id: index % 2 === 0 ? projectId : projectId2,
    region: 'ap-southeast-3',
    endpoint: cloud.url,
    discovery: { enabled: true },
  }));
  const auth = { type: 'aksk', access_key: accessKey, secret_key: secretKey };
  const text = JSON.stringify({ scrape: { min_interval: '5m' }, defaults: { auth }, projects });
  const log = createLogger({ level: 'error', format: 'logfmt', write: (line) => void process.stderr.write(line) });
  const flags = parseFlags(['serve', `--web.listen-address=${address}`]);
  return startExporter({ read: () => loadConfig(text, 'test', collectors), flags, log, env: {} });
}

/** An example, scraping every second, with each of the `addresses` (texts in it) replaced. */
function example(file: string, addresses: readonly (readonly [from: string, to: string])[]): unknown {
  const text = addresses.reduce(
    (changed, [from, to]) => {
      if (!changed.includes(from)) throw new Error(`${file} has no ${from}`);
      return changed.replaceAll(from, () => to);
    },
    readFileSync(`prometheus/${file}`, 'utf8'),
  );
  return { ...parse(text), global: { scrape_interval: '1s', scrape_timeout: '1s' } };
}

const hostOf = ({ server }: Exporter) => new URL(server.urls[0] ?? '').host;

describe.skipIf(!hasPrometheus())('an example configuration', () => {
  it('is there for one page, for discovery and for several exporters', () => {
    expect(examples).toEqual(expect.arrayContaining(['prometheus.yml', 'discovery.yml', 'sharding.yml']));
  });

  it.each(examples)('%s is valid', (file) => {
    expect(promtool(['check', 'config', `prometheus/${file}`])).toBe('');
  });
});

describe.skipIf(!hasPrometheus())('one exporter for many projects', () => {
  const closing: (() => Promise<void>)[] = [];
  let cloud: Simulator;
  let host: string;
  let prometheus: Prometheus;

  beforeAll(async () => {
    cloud = await startSimulator({ startAt: NOON, speed: 0 });
    closing.unshift(cloud.close);
    const exporter = await exporterAt('127.0.0.1:0', cloud, ['main', 'branch']);
    closing.unshift(exporter.close);
    host = hostOf(exporter);
    prometheus = await startPrometheus(example('discovery.yml', [['localhost:10054', host]]));
    closing.unshift(prometheus.stop);
    await vi.waitFor(async () => expect(await prometheus.query('count_over_time(up[5m]) >= 2')).toHaveLength(3), WAIT);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('is one target for each project, which is up, and one for itself', async () => {
    const up = await prometheus.query('up');
    expect(new Map(up.map(({ labels, value }) => [labels.instance, [labels.job, value]]))).toEqual(
      new Map([
        [`${host}/main`, [JOB, 1]],
        [`${host}/branch`, [JOB, 1]],
        [host, [OWN_JOB, 1]],
      ]),
    );
    expect(await prometheus.query('min_over_time(up[5m]) == 1')).toHaveLength(3);
    expect((await prometheus.targets()).map(({ lastError }) => lastError)).toEqual(['', '', '']);
  });

  it.each(['main', 'branch'])('the series of the target %s carry its project and no other', async (project) => {
    const counts = await prometheus.query(`count by (project) ({__name__=~"${P}.+", instance="${host}/${project}"})`);
    expect(counts.map(({ labels }) => labels.project)).toEqual([project]);
    expect(await prometheus.query(`{exported_project!=""}`)).toEqual([]);
  });

  it('has every pool once, with its true number of desktops', async () => {
    const desktops = await prometheus.query(`${P}desktop_pool_desktops`);
    const truth = cloud.truth().pools.map(({ id, profile, desktops: count }) => [`${profile.project}/${id}`, count]);
    expect(desktops).toHaveLength(truth.length);
    expect(
      Object.fromEntries(desktops.map(({ labels, value }) => [`${labels.project}/${labels.pool_id}`, value])),
    ).toEqual(Object.fromEntries(truth));
  });

  it("has the exporter's own metrics once, and asks the cloud nothing for them", async () => {
    const built = await prometheus.query(`${P}exporter_build_info`);
    expect(built.map(({ labels }) => labels.instance)).toEqual([host]);
    expect(await prometheus.query(`{__name__=~"${P}desktop_pool.*", job="${OWN_JOB}"}`)).toEqual([]);
    expect(cloud.counts()).toEqual({ [LIST]: 2 });
  });
});

describe.skipIf(!hasPrometheus())('several exporters for many projects', () => {
  const names = ['north', 'south', 'east', 'west', 'centre'];
  /** As the names of the example: alike but for the number. On Linux all of 127.0.0.0/8 is this machine. */
  const machine = (shard: number | string) => `127.0.0.1${shard}`;
  const closing: (() => Promise<void>)[] = [];
  let cloud: Simulator;
  let port: string;
  let prometheus: Prometheus;

  beforeAll(async () => {
    cloud = await startSimulator({ startAt: NOON, speed: 0 });
    closing.unshift(cloud.close);
    const first = await exporterAt(`${machine(0)}:0`, cloud, names);
    closing.unshift(first.close);
    port = new URL(first.server.urls[0] ?? '').port;
    const second = await exporterAt(`${machine(1)}:${port}`, cloud, names);
    closing.unshift(second.close);
    const addresses = ['0', '1', '$1'].map(
      (shard) => [`exporter-${shard}:10054`, `${machine(shard)}:${port}`] as const,
    );
    prometheus = await startPrometheus(example('sharding.yml', addresses));
    closing.unshift(prometheus.stop);
    const expected = names.length + 2;
    await vi.waitFor(
      async () => expect(await prometheus.query('count_over_time(up[5m]) >= 2')).toHaveLength(expected),
      WAIT,
    );
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('have each project on exactly one of them, and it is up', async () => {
    const up = await prometheus.query(`up{job="${JOB}"}`);
    expect(up.map(({ value }) => value)).toEqual(names.map(() => 1));
    expect(up.map(({ labels }) => labels.instance?.split('/')[1]).sort()).toEqual([...names].sort());
  });

  it('all have something to do', async () => {
    const up = await prometheus.query(`up{job="${JOB}"}`);
    const hosts = new Set(up.map(({ labels }) => labels.instance?.split('/')[0]));
    expect([...hosts].sort()).toEqual([`${machine(0)}:${port}`, `${machine(1)}:${port}`]);
  });

  it('are really asked: the instance is where the series came from', async () => {
    const served = await prometheus.query(
      `sum by (instance) (${P}exporter_http_requests_total{handler="probe", code="200"}) > 0`,
    );
    expect(served.map(({ labels }) => labels.instance).sort()).toEqual([
      `${machine(0)}:${port}`,
      `${machine(1)}:${port}`,
    ]);
    const read = await prometheus.query(`sum by (instance, project) (${P}exporter_api_requests_total{code="200"}) > 0`);
    const up = await prometheus.query(`up{job="${JOB}"}`);
    expect(read.map(({ labels }) => `${labels.instance}/${labels.project}`).sort()).toEqual(
      up.map(({ labels }) => labels.instance).sort(),
    );
  });

  it('cost the cloud one read for each project', () => {
    expect(cloud.counts()).toEqual({ [LIST]: names.length });
  });
});
