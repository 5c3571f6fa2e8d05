// The same day in VictoriaMetrics, which reads PromQL in its own way, and a comparison of what both say.
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { launchVictoriaMetrics, type PrometheusProcess } from '../support/prometheus-process.ts';
import type { Series } from './server.ts';

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

/** Points by series, to be compared; the last digits depend on the order of a sum. */
export const comparable = (series: readonly Series[]) =>
  Object.fromEntries(
    series.map((one) => [labelsOf(one), one.points.map(([at, value]) => `${at} ${value.toPrecision(9)}`)]),
  );
