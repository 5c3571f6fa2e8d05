// All dashboards, with the files that they are generated into.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { exporter } from './exporter.ts';
import { onePool } from './one-pool.ts';
import { overview } from './overview.ts';

export interface DashboardFile {
  readonly uid: string;
  readonly title: string;
  /** From the root of the repository. */
  readonly path: string;
  /** Classic JSON, as plain data. */
  readonly json: Dashboard;
}

const file = (name: string, json: Dashboard): DashboardFile => ({
  uid: json.uid ?? '',
  title: json.title ?? '',
  path: `grafana/dashboards/${name}.json`,
  json,
});

export const dashboards: readonly DashboardFile[] = [
  file('capacity-overview', overview),
  file('one-pool', onePool),
  file('exporter', exporter),
];
