// Plays a day of the demo without sockets: the simulated cloud, the exporter and a scraper share one clock that a test moves.
import { createApp } from '../../src/app/app.ts';
import { createLogger } from '../../src/app/logger.ts';
import { demoConfig } from '../../src/cli/demo.ts';
import type { Transport } from '../../src/cloud/transport.ts';
import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type Cloud, type CloudOptions, createCloud } from '../../src/simulator/cloud.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;
/** A real token lives for a day: then the day would show one renewal at most. */
const TOKEN_LIFETIME_MS = 4 * HOUR_MS;
/** Thursday, 2026-01-15 11:00 UTC: after a night, in the late working morning, when most is going on. */
export const END = Date.UTC(2026, 0, 15, 11);
export const START = END - 27 * HOUR_MS;
/** What Prometheus would add to every sample, as the example scrape configuration has it. */
export const TARGET = { job: 'huaweicloud-workspace', instance: 'localhost:10054' } as const;
/**
 * The choice where a dashboard shows one project or one pool: it has a policy, an own limit, users and tags, so that all
 * panels speak.
 */
export const SHOWN = ['headquarters', 'a130ab3a-72bf-4b71-baa9-af4987c8e338'];
/** Little enough to be nobody's alarm: a retry helps, and the panels about errors have something to show. */
const MOST = { path: '/by-users' };
const BUSY: FaultRule = { match: MOST, status: 429, headers: { 'Retry-After': '1' }, every: 4, times: 2 };
const ILL: FaultRule = { match: MOST, status: 503, every: 5, times: 4 };
const TROUBLE = [
  { at: END - 13 * HOUR_MS, rule: ILL },
  { at: END - 10 * HOUR_MS, rule: BUSY },
  { at: END - 7 * HOUR_MS, rule: ILL },
  { at: END - 6 * HOUR_MS, rule: BUSY },
  { at: END - 4 * HOUR_MS, rule: BUSY },
];
/** Nobody listens here, and nobody is asked. */
const URL_OF_CLOUD = 'http://127.0.0.1:1';

/** Takes the sample lines of one scrape, as OpenMetrics with time stamp. */
export type OnScrape = (lines: readonly string[]) => void;

/** What is played: from when to when in epoch ms, in which company, and what happens in it. */
export interface Play {
  readonly from: number;
  readonly to: number;
  readonly company?: Omit<CloudOptions, 'clock' | 'startAt'>;
  /** Milliseconds between two scrapes. */
  readonly every?: number;
  /** Before each scrape. */
  readonly happens?: (cloud: Cloud, at: number) => void;
}

export const THE_DAY: Play = {
  from: START,
  to: END,
  happens(cloud, at) {
    for (const { rule } of TROUBLE.filter((one) => one.at === at)) cloud.fault(rule);
  },
};

/** `keeps` says by name which metrics are worth it. */
export async function playOut(
  { from, to, company = {}, every = STEP_MS, happens = () => {} }: Play,
  keeps: (metric: string) => boolean,
  onScrape: OnScrape,
): Promise<void> {
  const clock = createFakeClock(from);
  const cloud = createCloud({ ...company, clock, startAt: from });
  cloud.control.setLifetimes({ token: TOKEN_LIFETIME_MS });
  const config = await loadConfig(
    demoConfig({ url: URL_OF_CLOUD, credentials: cloud.credentials }),
    'demo',
    collectors,
  );
  const log = createLogger({ level: 'error', format: 'logfmt', write: (line) => void process.stderr.write(line) });
  const random = sequence();
  const app = createApp(config, { log, clock, random, transport: () => transportTo(cloud, clock, random) });
  for (let at = from; at <= to; at += every) {
    await clock.advance(at - clock.now());
    happens(cloud, at);
    const asked = { withOwn: true, format: 'openmetrics', patience: 10_000 } as const;
    const { parts } = await clock.finish(app.running().pages.page(asked));
    const seconds = (clock.now() - at) / 1000;
    // The server is not part of this play; these are the counts that it would have made.
    app.telemetry.count('http_requests_total', { handler: 'metrics', code: '200' });
    app.telemetry.observe('http_request_duration_seconds', { handler: 'metrics' }, seconds);
    const text = Buffer.concat(parts).toString();
    onScrape(stamped(text, keeps, { at, from, seconds, random }));
  }
  await app.close();
}

interface Moment {
  readonly at: number;
  /** When the process started. */
  readonly from: number;
  /** How long the scrape took. */
  readonly seconds: number;
  readonly random: () => number;
}

/** Between two major collections of garbage, in a process that does little. */
const GARBAGE_MS = 41 * 60_000;
const MB = 1e6;
const garbage = (at: number) => (at % GARBAGE_MS) / GARBAGE_MS;

/**
 * What the process would say of itself if the day were not over in seconds: when it began, how late its event loop is
 * (typical of an idle one: the timer's resolution of 10 ms, and a little), and its memory, which here would be that of the test.
 */
const TOLD: Readonly<Record<string, (random: () => number, at: number, from: number) => number>> = {
  process_start_time_seconds: (_, __, from) => from / 1000,
  nodejs_eventloop_lag_seconds: (random) => 0.0005 + 0.002 * random(),
  nodejs_eventloop_lag_p50_seconds: (random) => 0.0101 + 0.0001 * random(),
  nodejs_eventloop_lag_p90_seconds: (random) => 0.0104 + 0.0004 * random(),
  nodejs_eventloop_lag_p99_seconds: (random) => 0.011 + 0.002 * random(),
  nodejs_eventloop_lag_max_seconds: (random) => 0.014 + 0.02 * random() ** 4,
  nodejs_heap_size_used_bytes: (random, at) => (27 + 14 * garbage(at) + random()) * MB,
  nodejs_heap_size_total_bytes: (_, at) => (49 + 2 * Math.round(garbage(at))) * MB,
  nodejs_external_memory_bytes: (random) => (4 + 0.5 * random()) * MB,
  process_resident_memory_bytes: (random, at) => (112 + 5 * garbage(at) + random()) * MB,
};

function stamped(
  page: string,
  keeps: (metric: string) => boolean,
  { at, from, seconds, random }: Moment,
): readonly string[] {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const ofPrometheus = ['up 1', `scrape_duration_seconds ${seconds}`, `scrape_samples_scraped ${lines.length}`];
  const target = `job="${TARGET.job}",instance="${TARGET.instance}"`;
  return [...lines, ...ofPrometheus].flatMap((line) => {
    const end = line.search(/[{ ]/);
    const name = line.slice(0, end);
    if (!keeps(name)) return [];
    const labels = line[end] === '{' ? line.slice(end + 1, line.lastIndexOf('}')) : '';
    const value = TOLD[name]?.(random, at, from) ?? line.slice(line.lastIndexOf(' ') + 1);
    return [`${name}{${target}${labels && ','}${labels}} ${value} ${at / 1000}`];
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
    renew: async () => undefined,
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
