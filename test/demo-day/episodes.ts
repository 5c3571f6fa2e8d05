// When an alert would have been pending and when it would have fired: its expression over time, and how long it must hold.
import type { Alert } from './rules.ts';
import type { Labels, Series, Server, Span } from './server.ts';

export interface Episode {
  readonly alert: string;
  readonly severity: string;
  readonly labels: Labels;
  /** Seconds since the epoch: the expression held from here … */
  readonly from: number;
  /** … until here. */
  readonly to: number;
  /** Undefined where it did not hold for long enough. */
  readonly firesFrom: number | undefined;
}

/** Nothing in a day shows what a week needs; `promtool test rules` proves these. */
export const looksBackDays = ({ expr }: Alert) => /\b7d\b/.test(expr);

export async function episodesOf(alerts: readonly Alert[], server: Server, span: Span): Promise<readonly Episode[]> {
  const found: Episode[] = [];
  for (const rule of alerts.filter((one) => !looksBackDays(one)))
    for (const series of await server.queryRange(rule.expr, span)) found.push(...episodesIn(rule, series, span.step));
  return found;
}

function episodesIn({ alert, severity, holds }: Alert, { labels, points }: Series, step: number): Episode[] {
  const times = points.map(([at]) => at);
  const starts = times.filter((at, index) => at - (times[index - 1] ?? -Infinity) > step);
  const ends = times.filter((at, index) => (times[index + 1] ?? Infinity) - at > step);
  const { __name__: _, ...own } = labels;
  return starts.map((from, index) => {
    const to = ends[index] ?? from;
    return { alert, severity, labels: own, from, to, firesFrom: to - from >= holds ? from + holds : undefined };
  });
}

/** The series that Prometheus itself would have written of alerts, as lines of OpenMetrics: their state, and since when they are pending. */
export function* alertLines(episodes: readonly Episode[], step: number): Generator<string> {
  for (const { alert, severity, labels, from, to, firesFrom = Infinity } of episodes) {
    const own = { alertname: alert, ...labels, severity };
    for (let at = from; at <= to; at += step) {
      const alertstate = at >= firesFrom ? 'firing' : 'pending';
      yield `ALERTS{${written({ ...own, alertstate })}} 1 ${at}\n`;
      yield `ALERTS_FOR_STATE{${written(own)}} ${from} ${at}\n`;
    }
  }
}

/** Of the escapes of JSON, those of backslash, quote and line feed are the ones of OpenMetrics; names hold no others. */
const written = (labels: Labels) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
