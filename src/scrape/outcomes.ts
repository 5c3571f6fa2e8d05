// Rows about the reads themselves: what is asked for, whether it was read, when, and how collecting went.

import type { Alerts } from '../collectors/pool-selection.ts';
import { rowsOf } from '../metrics/metric.ts';
import type { Finished } from './collection.ts';
import { type Entry, isGone } from './store.ts';

const seconds = (milliseconds: number | undefined) => (milliseconds === undefined ? undefined : milliseconds / 1000);

interface ProjectFacts {
  readonly projectId: string;
  readonly region: string;
}
const project = rowsOf<ProjectFacts>('project');
export const projectRows = project.group({
  project_info: project.info('Project of the configuration.', ['project_id', 'region'], ({ projectId, region }) => [
    { project_id: projectId, region },
  ]),
});

/** `hasData`: the page shows what the pools collector read of it. */
export type PoolRead = Entry<unknown> & { readonly hasData: boolean; readonly alerts: Alerts };
const pool = rowsOf<PoolRead>('project', 'pool_id');
export const poolReadRows = pool.group({
  desktop_pool_configured: pool.gauge('1 while the pool is asked for by configuration or discovery.', () => 1),
  desktop_pool_up: pool.gauge(
    'Whether the latest completed read of the pool succeeded; 0 before the first, and while no data of the pool are shown.',
    ({ outcome, hasData }) => outcome === 'ok' && hasData,
  ),
  desktop_pool_last_success_timestamp_seconds: pool.gauge('When the pool was last read successfully.', (entry) =>
    seconds(entry.good?.at.wall),
  ),
  desktop_pool_found: pool.gauge(
    '1 if the pool was seen, 0 if it is confirmed to be gone; absent while unknown.',
    (entry) => (isGone(entry) ? 0 : entry.good !== undefined || entry.wasSeen === true ? 1 : undefined),
  ),
  desktop_pool_alert_threshold: pool.gauges(
    'Threshold of the shipped alerts that the configuration sets for the pool (alerts of the pool, its project or defaults).',
    ['threshold'],
    ({ alerts }) => Object.entries(alerts).map(([threshold, value]) => [value, threshold] as const),
  ),
});

const collector = rowsOf<Finished>('project', 'collector');
export const collectorRows = collector.group({
  exporter_collector_success: collector.gauge(
    'Whether every read of the latest collection succeeded or fell back.',
    ({ isSuccess }) => isSuccess,
  ),
  exporter_collector_duration_seconds: collector.gauge('Duration of the latest collection.', ({ took }) =>
    seconds(took),
  ),
  exporter_collector_last_success_timestamp_seconds: collector.gauge(
    'When a collection last succeeded as a whole.',
    ({ lastSuccessAt }) => seconds(lastSuccessAt),
  ),
});
