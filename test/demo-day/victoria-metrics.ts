// The same day in VictoriaMetrics, which reads PromQL in its own way, and a comparison of what both say.
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { launchVictoriaMetrics, type PrometheusProcess } from '../support/prometheus-process.ts';
import type { Point, Series } from './server.ts';

/** With every sample of Prometheus' blocks in `data`. */
export async function copyToVictoriaMetrics(data: string): Promise<PrometheusProcess> {
  const copy = await launchVictoriaMetrics({ config: {} });
  try {
    await importInto(copy.url, data);
    return copy;
  } catch (error) {
    await copy.stop();
    throw error;
  }
}

async function importInto(url: string, data: string): Promise<void> {
  const dump = spawn('promtool', ['tsdb', 'dump-openmetrics', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sending = request(`${url}/api/v1/import/prometheus`, { method: 'POST' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sending.once('error', reject);
    dump.stdout.pipe(sending);
  });
  if (status !== 204) throw new Error(`VictoriaMetrics does not take the samples: HTTP ${status}`);
  // What has just come in is not found before.
  await fetch(`${url}/internal/force_flush`);
}

/** It keeps the name of a metric where Prometheus drops it. */
const labelsOf = ({ labels: { __name__, ...labels } }: Series) => JSON.stringify(Object.entries(labels).toSorted());

/** Points by series. */
export const pointsOf = (series: readonly Series[]): Readonly<Record<string, readonly Point[]>> =>
  Object.fromEntries(series.map((one) => [labelsOf(one), one.points]));

/**
 * Where `ours` and `theirs` differ, in words. The last digits depend on the order of a sum, and digits cannot be rounded away: of two numbers
 * that are as good as equal, one is rounded up and the other down, sooner or later.
 */
export function differences(ours: readonly Point[], theirs: readonly Point[]): readonly string[] {
  if (ours.length !== theirs.length) return [`${ours.length} points here, ${theirs.length} there`];
  return ours.flatMap(([at, value], index) => {
    const [time, other] = theirs[index] ?? [];
    return at === time && isSame(value, other) ? [] : [`${at} ${value}, but ${time} ${other}`];
  });
}

const isSame = (a: number, b = Number.NaN) =>
  Object.is(a, b) || Math.abs(a - b) <= 1e-8 * Math.max(1, Math.abs(a), Math.abs(b));
