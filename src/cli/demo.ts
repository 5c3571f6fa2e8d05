// `demo`: the simulated cloud and the exporter in one process, with a stand-in for Prometheus that keeps the page fresh.

import type { Logger } from '../app/logger.ts';
import { collectors } from '../collectors/index.ts';
import { loadConfig } from '../config/load.ts';
import { nearestWorkingMorning } from '../simulator/rhythm.ts';
import { HAPPENS_MS, type Scene, scenes } from '../simulator/scenes.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { type Flags, routePrefixOf } from './flags.ts';
import { startExporter } from './serve.ts';
import { startCloud } from './simulate.ts';
import type { Terminal } from './terminal.ts';

const SPEED = 60;
const REFRESH_SECONDS = 5;

export async function demo(flags: Flags, { env, out, stopped }: Terminal, log: Logger): Promise<number> {
  const scene: Scene | undefined = flags.scene === undefined ? undefined : scenes[flags.scene];
  const speed = flags.speed ?? (scene === undefined ? SPEED : 1);
  const cloud = await startCloud(flags, { port: 0, speed, ...companyOf(scene, flags.seed) });
  const happening = setTimeout(() => scene?.happens?.(cloud), HAPPENS_MS / speed);
  try {
    const config = await loadConfig(demoConfig(cloud), 'demo', collectors);
    const facts = { simulatedTime: cloud.now, refreshSeconds: REFRESH_SECONDS };
    const exporter = await startExporter({ read: async () => config, flags, log, env, demo: facts });
    const scrape = () => exporter.app.running().pages.page({ withOwn: false, format: 'text', patience: 5000 });
    await scrape();
    const timer = setInterval(() => void scrape(), REFRESH_SECONDS * 1000);
    for (const base of exporter.server.urls) {
      const url = `${base}${routePrefixOf(flags)}`;
      out(
        `\n  A simulated company is at work: ${url}/\n  Metrics for Prometheus:         ${url}${flags.telemetryPath}\n`,
      );
    }
    if (scene !== undefined) out(announcementOf(scene));
    out(`\n  One second here is ${speed} s there (--speed); Ctrl-C ends it.\n\n`);
    await stopped;
    clearInterval(timer);
    await exporter.close();
    return 0;
  } finally {
    clearTimeout(happening);
    await cloud.close();
  }
}

function companyOf(scene: Scene | undefined, seed: number) {
  if (scene === undefined) return {};
  const [hours, minutes] = scene.startsAt;
  const now = nearestWorkingMorning(Date.now());
  const startAt = now - (now % 86_400_000) + (60 * hours + minutes) * 60_000;
  return { startAt, ...(scene.stateOf === undefined ? {} : { stateOf: scene.stateOf(seed) }) };
}

const announcementOf = ({ says, alerts }: Scene) =>
  `\n  ${says}.\n  Alerts to expect of the rules (prometheus/rules), beside those about pools that are always sick:\n${alerts
    .map((alert) => `    ${alert}\n`)
    .join('')}`;

/** Two projects of one company, signed in in two ways; JSON, because it quotes whatever the values hold. */
export function demoConfig({ url, credentials }: Pick<Simulator, 'url' | 'credentials'>): string {
  const { accessKey, secretKey, username, domain, password, projectId, projectId2 } = credentials;
  const common = { region: 'ap-southeast-3', endpoint: url, iam_endpoint: url, discovery: { enabled: true } };
  return JSON.stringify({
    scrape: { min_interval: `${REFRESH_SECONDS}s`, max_staleness: '10m' },
    defaults: {
      // A minute here is an hour there. Both projects together stay below the 200 a minute of the simulated cloud.
      http: { requests_per_minute: 400 },
      pool_tags: ['cost-center'],
      // Nobody pays it: it lets the dashboards show what idle desktops cost.
      alerts: { price_per_desktop_hour: 0.1 },
      collectors: {
        users: { enabled: true, from: 'list', max_users: 100, interval: '30s' },
        sessions: { enabled: true },
        quotas: { enabled: true, interval: '30s' },
        creations: { enabled: true, interval: '1m' },
        supply: { enabled: true, interval: '30s' },
        tenant: { enabled: true, interval: '30s' },
      },
    },
    projects: [
      {
        ...common,
        name: 'headquarters',
        project_id: projectId,
        auth: { type: 'aksk', access_key: accessKey, secret_key: secretKey },
        pools: [{ id: 'a130ab3a-72bf-4b71-baa9-af4987c8e338', capacity_limit: 80 }],
      },
      { ...common, name: 'branch', project_id: projectId2, auth: { type: 'password', username, domain, password } },
    ],
  });
}
