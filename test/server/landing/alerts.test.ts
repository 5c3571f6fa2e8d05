// The alerts that the landing page names are those that Prometheus would find at the same moment in the same numbers.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { alerts as shipped } from '../../../prometheus/rules.ts';
import { createApp } from '../../../src/app/app.ts';
import { createLogger } from '../../../src/app/logger.ts';
import { readClocks } from '../../../src/async/clock.ts';
import { demoConfig } from '../../../src/cli/demo.ts';
import type { Transport } from '../../../src/cloud/transport.ts';
import { collectors } from '../../../src/collectors/index.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { overview } from '../../../src/scrape/overview.ts';
import { ALERTS } from '../../../src/server/landing/alerts.ts';
import { judge } from '../../../src/server/landing/judge.ts';
import type { Autoscale, PoolProfile } from '../../../src/simulator/cast.ts';
import { type Cloud, createCloud } from '../../../src/simulator/cloud.ts';
import { type PoolState, poolAt } from '../../../src/simulator/estate.ts';
import { keyOf, unit } from '../../../src/simulator/noise.ts';
import { products } from '../../../src/simulator/products.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { hasPrometheus } from '../../support/prometheus.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.UTC(2026, 0, 15, 3);
/** Pools beside the cast, of all kinds. */
const BENT = 300;
/** What the story does to the cloud, and what it reads a moment later. */
const STORY: readonly (readonly [after: number, what: (cloud: Cloud) => void])[] = [
  [0, () => undefined],
  [4 * HOUR, () => undefined],
  [3.5 * HOUR, () => undefined],
  [
    MINUTE,
    ({ fault, control, truth }) => {
      fault({ match: { path: /desktop-pools\/[0-7]/ }, status: 503 });
      const last = truth().pools.findLast(({ id }) => /^[89]/.test(id));
      control.removePool(last?.id ?? '');
    },
  ],
  [5 * MINUTE, () => undefined],
  [6 * MINUTE, () => undefined],
];

interface Moment {
  readonly at: number;
  readonly page: string;
  /** Ids of the pools by the alert that they are named for. */
  readonly named: ReadonlyMap<string, readonly string[]>;
}

describe.skipIf(!hasPrometheus())('the alerts that pools are named for', () => {
  let moments: readonly Moment[];
  beforeAll(async () => {
    moments = await play();
  }, 60_000);

  it('are those whose shipped expressions hold, with the numbers of the moment alone', () => {
    expect(tested(moments)).toBe('');
  }, 60_000);

  it.each(ALERTS.map(({ name }) => name))('meet %s somewhere, and not everywhere', (name) => {
    const counts = moments.map(({ named }) => named.get(name)?.length ?? 0);
    expect(Math.max(...counts)).toBeGreaterThan(0);
    expect(Math.max(...counts)).toBeLessThan(BENT);
  });
});

describe('the table of alerts', () => {
  it('has the severities of the rules', () => {
    const severityOf = new Map<string, string>(shipped.map(({ name, severity }) => [name, severity]));
    const levels = ALERTS.map(({ name, level }) => [name, level === 'muted' ? 'info' : level]);
    expect(levels).toEqual(ALERTS.map(({ name }) => [name, severityOf.get(name)]));
  });

  it('leaves out only alerts that look back or ask what another collector knows', () => {
    const names = new Set<string>(ALERTS.map(({ name }) => name));
    const others = shipped.filter(({ name }) => name.startsWith('WorkspacePool') && !names.has(name));
    const looksElsewhere = / offset |\b(delta|deriv|min_over_time)\(|7d|tomorrow|_(users|login_state_desktops)\b/;
    expect(others.filter(({ expr }) => !looksElsewhere.test(expr)).map(({ name }) => name)).toEqual([]);
  });
});

async function play(): Promise<readonly Moment[]> {
  const clock = createFakeClock(START);
  const cloud = createCloud({
    clock,
    startAt: START,
    pools: BENT,
    stateOf: bent,
    throttle: { requestsPerMinute: 10_000 },
  });
  const log = createLogger({ level: 'error', format: 'logfmt', write: (line) => void process.stderr.write(line) });
  const config = await loadConfig(configOf(cloud), 'demo', collectors);
  const app = createApp(config, { log, clock, transport: () => transportTo(cloud, clock) });
  const moments: Moment[] = [];
  for (const [after, what] of STORY) {
    what(cloud);
    await clock.advance(after);
    const { parts } = await clock.finish(
      app.running().pages.page({ withOwn: false, format: 'text', patience: MINUTE }),
    );
    const now = readClocks(clock);
    const judged = app
      .running()
      .projects.flatMap((project) => overview(project, now).pools.map((pool) => judge(pool, now.wall)));
    const idsWith = (name: string) =>
      judged.flatMap(({ pool, alerts }) => (alerts.some((alert) => alert.name === name) ? [pool.id] : []));
    const named = new Map(ALERTS.map(({ name }) => [name, idsWith(name)]));
    moments.push({ at: now.wall, page: Buffer.concat(parts).toString(), named });
  }
  await app.close();
  return moments;
}

/** The demo's, but each pool of the first project is asked for by itself, and some have settings of their own. */
function configOf(cloud: Cloud): string {
  const config = JSON.parse(demoConfig({ url: 'http://127.0.0.1:1', credentials: cloud.credentials }));
  const ids = cloud.truth().pools.flatMap(({ id, profile }) => (profile.project === 'main' ? [id] : []));
  Object.assign(config.projects[0], {
    discovery: { enabled: false },
    http: { requests_per_minute: 10_000, max_retries: 0 },
    collectors: { pools: { source: 'details' } },
    pools: ids.map((id, i) => ({
      id,
      ...(i % 3 === 0 ? { capacity_limit: [10, 42, 100][(i % 9) / 3] } : {}),
      ...(i % 5 === 0 ? { alerts: { utilization_high: 0.5, utilization_critical: 0.8, isolated: 1 } } : {}),
    })),
  });
  return JSON.stringify(config);
}

const AUTO = { type: 'AUTO_CREATED', minIdle: 5, max: 40, step: 1, minRetention: 0, idleRetention: 30 } as const;
const ON_ACCESS = { ...AUTO, type: 'ACCESS_CREATED' } as const;

/** The cast is as it is. Of the others many are full or nearly so, and in a bad way besides. */
function bent(profile: PoolProfile, at: number): PoolState {
  if (!profile.name.startsWith('team-')) return poolAt(profile, 1, at);
  let rest = unit(1, keyOf(profile.id), 1);
  const pick = <T>(...from: readonly [T, ...T[]]): T => {
    rest = (rest * from.length) % 1;
    return from[Math.floor(rest * 997) % from.length] ?? from[0];
  };
  const { autoscale: _, ...common } = profile;
  const autoscale = pick<Autoscale | undefined>(undefined, AUTO, ON_ACCESS, { ...AUTO, max: 2 });
  const changed: PoolProfile = {
    ...common,
    type: pick('DYNAMIC', 'DYNAMIC', 'STATIC'),
    product: pick(products.office, products.office, products.soldOut, { ...products.office, status: 'abandon' }),
    ...(autoscale === undefined ? {} : { autoscale }),
    ...(pick(true, false, false, false, false) ? { inMaintenance: true } : {}),
  };
  const desktops = pick(20, 100, 40, 0);
  return {
    ...poolAt(changed, 1, at),
    desktops,
    used: Math.round(desktops * pick(1, 0, 0.5, 0.8, 0.85, 0.9, 0.95, 0.96, 1.1)),
    isolated: pick(0, 0, 0, 1, 2),
    status: pick('STEADY', 'STEADY', 'TEMPORARY', 'EXIST_FROZEN', 'ERROR', 'UNHEARD_OF'),
  };
}

const transportTo = (cloud: Cloud, clock: FakeClock): Transport => ({
  send: ({ method, url, headers, body = '' }) =>
    new Promise((resolve) => {
      clock.after(10, () => {
        const request = { method, url: url.pathname + url.search, headers: { host: url.host, ...headers }, body };
        const { status, headers: answered, body: text } = cloud.answer(request);
        resolve({ status, headers: answered, body: text });
      });
    }),
  renew: async () => undefined,
  close: async () => {},
});

/** What promtool finds wrong with what the page names; empty if nothing. */
function tested(moments: readonly Moment[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'landing-alerts-'));
  const file = join(folder, 'tests.yml');
  const tests = moments.map(({ at, page, named }, index) => ({
    name: `moment ${index}`,
    interval: '1m',
    input_series: page.split('\n').flatMap((line) => seriesIn(line, at)),
    promql_expr_test: shipped.flatMap(({ name, expr }) => {
      const ids = named.get(name);
      if (ids === undefined) return [];
      const expected = ids.map((id) => ({ labels: `{pool_id="${id}"}`, value: 1 }));
      return [{ expr: `count by (pool_id) (\n${expr}\n)`, eval_time: '1m', exp_samples: expected }];
    }),
  }));
  const rules = resolve('prometheus/rules/recording.yml');
  writeFileSync(file, JSON.stringify({ rule_files: [rules], evaluation_interval: '1m', tests }));
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

/** promtool's tests begin at the epoch, and look a minute later. */
function seriesIn(line: string, at: number) {
  if (!line.startsWith('huaweicloud_workspace_desktop_pool_')) return [];
  const end = line.lastIndexOf(' ');
  const value = Number(line.slice(end + 1));
  const since = line.includes('_timestamp_seconds{') ? (at - MINUTE) / 1000 : 0;
  return [{ series: line.slice(0, end).replace('{', `{job="x", instance="y", `), values: `${value - since}x1` }];
}
