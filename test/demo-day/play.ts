// Plays a day of the demo without sockets: the simulated cloud, the exporter and a scraper share one clock that a test moves.
import { createApp } from '../../src/app.ts';
import type { Transport } from '../../src/cloud/transport.ts';
import { collectors } from '../../src/collectors/index.ts';
import { demoConfig } from '../../src/commands/demo.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createLogger } from '../../src/logger.ts';
import { type Cloud, createCloud } from '../../src/simulator/cloud.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;
/** Thursday, 2026-01-15 11:00 UTC: after a night, in the late working morning, when most is going on. */
export const END = Date.UTC(2026, 0, 15, 11);
export const START = END - 26 * HOUR_MS;
/** What Prometheus would add to every sample, as the example scrape configuration has it. */
export const TARGET = { job: 'huaweicloud-workspace', instance: 'localhost:10054' } as const;
/**
 * The choice where a dashboard shows one project or one pool: it has a policy, an own limit, users and tags, so that all
 * panels speak.
 */
export const SHOWN = ['headquarters', 'a130ab3a-72bf-4b71-baa9-af4987c8e338'];
/** Nobody listens here, and nobody is asked. */
const URL_OF_CLOUD = 'http://127.0.0.1:1';

/** Takes the sample lines of one scrape, as OpenMetrics with time stamp. */
export type OnScrape = (lines: readonly string[]) => void;

/** Scrapes every minute from `START` to `END`; `keeps` says by name which metrics are worth it. */
export async function playDay(keeps: (metric: string) => boolean, onScrape: OnScrape): Promise<void> {
  const clock = createFakeClock(START);
  const cloud = createCloud({ clock, startAt: START });
  const config = await loadConfig(
    demoConfig({ url: URL_OF_CLOUD, credentials: cloud.credentials }),
    'demo',
    collectors,
  );
  const log = createLogger({ level: 'error', format: 'logfmt', write: (line) => void process.stderr.write(line) });
  const random = sequence();
  const app = createApp(config, { log, clock, random, transport: () => transportTo(cloud, clock, random) });
  for (let at = START; at <= END; at += STEP_MS) {
    await clock.advance(at - clock.now());
    const asked = { withOwn: true, format: 'openmetrics', until: at + 10_000 } as const;
    const { parts } = await clock.finish(app.pages.page(asked));
    const seconds = (clock.now() - at) / 1000;
    // The server is not part of this play; these are the counts that it would have made.
    app.telemetry.count('http_requests_total', { handler: 'metrics', code: '200' });
    app.telemetry.observe('http_request_duration_seconds', { handler: 'metrics' }, seconds);
    const text = Buffer.concat(parts).toString();
    onScrape(stamped(text, keeps, { seconds, at }));
  }
  await app.close();
}

function stamped(page: string, keeps: (metric: string) => boolean, { seconds, at }: { seconds: number; at: number }) {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const own = [`up 1`, `scrape_duration_seconds ${seconds}`, `scrape_samples_scraped ${lines.length}`];
  return [...lines, ...own].flatMap((line) => {
    const end = line.search(/[{ ]/);
    const name = line.slice(0, end);
    if (!keeps(name)) return [];
    const target = `job="${TARGET.job}",instance="${TARGET.instance}"`;
    const labels = line[end] === '{' ? `{${target},${line.slice(end + 1)}` : `{${target}}${line.slice(end)}`;
    // The process began with the play, whatever the machine's own clock says.
    const told = name === 'process_start_time_seconds' ? labels.replace(/\S+$/, String(START / 1000)) : labels;
    return [`${name}${told} ${at / 1000}`];
  });
}

/** Answers after a moment that differs from request to request, because a cloud without latency has no percentiles. */
function transportTo(cloud: Cloud, clock: FakeClock, random: () => number): Transport {
  return {
    send: ({ method, url, headers, body = '' }) =>
      new Promise((resolve) => {
        const milliseconds = Math.round(40 + 120 * random() + 600 * random() ** 12);
        clock.after(milliseconds, () => {
          const request = { method, url: url.pathname + url.search, headers: { host: url.host, ...headers }, body };
          const { status, headers: answered, body: text } = cloud.answer(request);
          resolve({ status, headers: answered, body: text });
        });
      }),
    close: async () => {},
  };
}

/** The same numbers in [0, 1) at every run (mulberry32). */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const last = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((last ^ (last >>> 14)) >>> 0) / 2 ** 32;
  };
}
