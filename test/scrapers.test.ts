// Every scraper that is likely, against the exporter: each format that it negotiates, TLS, discovery, limits, a deadline of a fraction of a second.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mainOf, startWorld, type World, type WorldOptions } from './e2e/world.ts';
import { readPage } from './scrape/read-page.ts';
import { createAuthority, scratch } from './support/certificates.ts';
import { everything } from './support/everything.ts';
import { asPrometheus, hasPrometheus, type Prometheus, type Sample } from './support/prometheus.ts';
import { launchPrometheus, launchVictoriaMetrics } from './support/prometheus-process.ts';
import { isBuilt, works } from './support/tools.ts';

const P = 'huaweicloud_workspace_';
const WAIT = { timeout: 30_000, interval: 100 };
/** Prometheus of Debian 12, where it is installed. It is not needed: the newest one is always here. */
const DEBIAN = '/usr/bin/prometheus';

/** What a scraper can be told, beside what all can. */
const LIMITS = { sample_limit: 2000, label_limit: 30, label_name_length_limit: 60, label_value_length_limit: 200 };
const PROTOCOLS = ['OpenMetricsText1.0.0', 'OpenMetricsText0.0.1', 'PrometheusText1.0.0', 'PrometheusText0.0.4'];

/** As a text. How long a collection took, and when it was, differs from exporter to exporter; empty labels are none to Prometheus. */
function line(name: string, labels: Sample['labels'], value: number): string {
  const pairs = Object.entries(labels).filter(([, one]) => one !== '');
  const moves = /_(duration|timestamp)_seconds$/.test(name);
  return `${name} ${JSON.stringify(pairs.toSorted())} ${moves ? '' : value}`;
}

interface Scraper {
  readonly launch: typeof launchPrometheus;
  readonly isHere: boolean;
  /** Jobs of its own, by name. */
  readonly jobs: Readonly<Record<string, object>>;
}
const scrapers: Readonly<Record<string, Scraper>> = {
  'Prometheus 3': {
    launch: launchPrometheus,
    isHere: hasPrometheus(),
    jobs: {
      ...Object.fromEntries(PROTOCOLS.map((one) => [one, { scrape_protocols: [one] }])),
      'all of them': { scrape_protocols: ['PrometheusProto', ...PROTOCOLS] },
      limits: { ...LIMITS, body_size_limit: '1MB' },
    },
  },
  'Prometheus of Debian': {
    launch: (options) => launchPrometheus({ ...options, program: DEBIAN }),
    isHere: works(DEBIAN, '--version'),
    jobs: { limits: { ...LIMITS, body_size_limit: '1MB' } },
  },
  VictoriaMetrics: {
    launch: launchVictoriaMetrics,
    isHere: isBuilt('tests with VictoriaMetrics', 'victoria-metrics'),
    jobs: { limits: { sample_limit: 2000, label_limit: 30, max_scrape_size: '1MB' } },
  },
};

describe.skipIf(!hasPrometheus())('scrapers', () => {
  const closing: (() => unknown)[] = [];
  let cloud: World;
  let overTls: World;
  let late: World;
  let authority: string;

  const projects: WorldOptions['projects'] = (its) => [
    mainOf(its, { pools: [], discovery: { enabled: true }, collectors: everything() }),
  ];
  const begin = async (options: WorldOptions) => {
    const world = await startWorld(options);
    closing.push(world.close);
    return world;
  };

  beforeAll(async () => {
    const folder = scratch((end) => closing.push(end));
    const signer = createAuthority(folder);
    const { certFile, keyFile } = signer.issue('exporter', ['IP:127.0.0.1']);
    authority = signer.certFile;
    const web = join(folder, 'web.yml');
    writeFileSync(web, JSON.stringify({ tls_server_config: { cert_file: certFile, key_file: keyFile } }));
    const scrape = { min_interval: '5m' };
    cloud = await begin({ projects, scrape });
    overTls = await begin({ projects, scrape, flags: [`--web.config.file=${web}`] });
    late = await begin({ projects, cloud: { faults: [{ match: { path: /statistics/ }, kind: 'hang' }] } });
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  describe.each(Object.entries(scrapers).filter(([, { isHere }]) => isHere))('%s', (_, { launch, jobs }) => {
    let prometheus: Prometheus;
    const targetsOf = ({ url }: World) => ({ static_configs: [{ targets: [new URL(url).host] }] });
    const sameEverywhere = ['defaults', 'honour', 'tls', 'found', ...Object.keys(jobs)];

    beforeAll(async () => {
      const tls = { scheme: 'https', tls_config: { ca_file: authority } };
      const all = {
        defaults: targetsOf(cloud),
        honour: { ...targetsOf(cloud), honor_labels: true },
        tls: { ...targetsOf(overTls), ...tls },
        found: { http_sd_configs: [{ url: `${cloud.url}/sd`, refresh_interval: '1s' }] },
        'too few': { ...targetsOf(cloud), sample_limit: 10 },
        late: { ...targetsOf(late), scrape_timeout: '900ms' },
        ...Object.fromEntries(Object.entries(jobs).map(([name, more]) => [name, { ...targetsOf(cloud), ...more }])),
      };
      const launched = await launch({
        config: {
          global: { scrape_interval: '1s', scrape_timeout: '1s' },
          scrape_configs: Object.entries(all).map(([job_name, its]) => ({ job_name, ...its })),
        },
      });
      prometheus = asPrometheus(launched);
      const scraped = () => prometheus.query('count_over_time(up[5m]) >= 2');
      await vi.waitFor(async () => expect(await scraped()).toHaveLength(Object.keys(all).length), WAIT);
    }, 60_000);
    afterAll(() => prometheus?.stop());

    it('scrapes with success, unless it was told to take less than there is', async () => {
      const lowest = await prometheus.query('min_over_time(up[5m])');
      const ups = Object.fromEntries(lowest.map(({ labels, value }) => [labels.job, value]));
      expect(ups).toEqual({
        ...Object.fromEntries([...sameEverywhere, 'late'].map((job) => [job, 1])),
        'too few': 0,
      });
    });

    it.each(sameEverywhere)('%s: has every sample with its value and labels, and no other', async (job) => {
      const { samples } = readPage((await cloud.get('/probe?project=main')).text);
      const expected = samples.map(({ name, labels, value }) => line(name, labels, value));
      const names = new Set(samples.map(({ name }) => name));
      const found = await prometheus.query(`{__name__=~"${[...names].join('|')}", job="${job}"}`);
      const pairs = found.map(({ labels: { __name__ = '', job: _, instance, ...labels }, value }) =>
        line(__name__, labels, value),
      );
      expect(expected.length).toBeGreaterThan(500);
      expect(pairs.toSorted()).toEqual(expected.toSorted());
    });

    it('is answered within a deadline of a fraction of a second, with what is there', async () => {
      const [took] = await prometheus.query('max_over_time(scrape_duration_seconds{job="late"}[5m])');
      expect(took?.value).toBeLessThan(0.9);
      expect(await prometheus.query(`${P}desktop_pool_desktops{job="late"}`)).not.toEqual([]);
      expect(await prometheus.query(`${P}desktop_pool_login_state_desktops{job="late"}`)).toEqual([]);
    });
  });

  it.skipIf(!isBuilt('tests with vmalert', 'vmalert'))('vmalert takes the rules', () => {
    expect(readFileSync('prometheus/rules/alerts.yml', 'utf8')).toContain('alert:');
    for (const file of ['alerts', 'recording'])
      expect(works('vmalert', '-dryRun', `-rule=prometheus/rules/${file}.yml`), file).toBe(true);
  });
});
