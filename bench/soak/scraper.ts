// Scrapes as Prometheus does, with a deadline, and says what it got and how long that took beyond the deadline.
import { performance } from 'node:perf_hooks';
import type { SeenPage } from './check.ts';
import { BadPage, type Format, readPage } from './page.ts';

const accepts: Readonly<Record<Format, string>> = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
};
/** Beyond its deadline, on a busy machine; and where this process waits for a processor, the other one may have to wait longer. */
const graceMs = 1000;
const lagFactor = 4;

export interface Scraped {
  readonly page?: SeenPage;
  readonly bytes: number;
  readonly tookMs: number;
  readonly complaint?: { readonly what: string; readonly text: string; readonly about: string };
}

export interface Asked {
  readonly url: string;
  readonly path: string;
  readonly format: Format;
  readonly deadlineMs: number;
  /** Milliseconds that this process itself was late meanwhile. */
  readonly ownLagMs: () => number;
}

export async function scrape({ url, path, format, deadlineMs, ownLagMs }: Asked): Promise<Scraped> {
  const start = Date.now();
  const began = performance.now();
  const headers = {
    accept: accepts[format],
    'x-prometheus-scrape-timeout-seconds': String(deadlineMs / 1000),
  };
  const failed = (what: string, text = '', about = '') => ({
    bytes: text.length,
    tookMs: performance.now() - began,
    complaint: { what: `${path}: ${what}`, text, about },
  });
  try {
    const signal = AbortSignal.timeout(deadlineMs + 10_000);
    const answer = await fetch(url + path, { headers, signal });
    const text = await answer.text();
    const tookMs = performance.now() - began;
    if (answer.status !== 200) return failed(`HTTP ${answer.status}`, text);
    if (!(answer.headers.get('content-type') ?? '').startsWith(accepts[format].split(';')[0] ?? ''))
      return failed(`asked for ${format}, got ${answer.headers.get('content-type')}`);
    const late = tookMs - deadlineMs - graceMs - lagFactor * ownLagMs();
    if (late > 0) return failed(`answered ${Math.round(late + graceMs)} ms after its deadline of ${deadlineMs} ms`);
    const shown = new URLSearchParams(path.split('?')[1]);
    const page = {
      start,
      end: Date.now(),
      path,
      project: shown.get('project') ?? undefined,
      pool: shown.get('pool') ?? undefined,
      text,
      samples: readPage(text, format),
    };
    return { page, bytes: text.length, tookMs };
  } catch (error) {
    if (error instanceof BadPage) return failed(error.message, '', '');
    return failed(error instanceof Error ? `${error.message} ${error.cause ?? ''}` : String(error));
  }
}

/** How late timers of this process are: the largest of the last seconds. */
export function watchLag(): { worstMs(): number; stop(): void } {
  const every = 20;
  let last = performance.now();
  let recent: { at: number; lag: number }[] = [];
  const timer = setInterval(() => {
    const now = performance.now();
    const lag = now - last - every;
    if (lag > every) recent = [...recent.filter(({ at }) => now - at < 5000), { at: now, lag }];
    last = now;
  }, every);
  return {
    worstMs: () => Math.max(0, performance.now() - last - every, ...recent.map(({ lag }) => lag)),
    stop: () => clearInterval(timer),
  };
}
