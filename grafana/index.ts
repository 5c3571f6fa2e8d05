// All dashboards of a place, with the files that they are generated into.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { stringify } from 'yaml';
import { defaults, type Mixin } from '../prometheus/mixin.ts';
import { exporter } from './exporter.ts';
import { createKit } from './kit.ts';
import { onePool } from './one-pool.ts';
import { overview } from './overview.ts';

export interface DashboardFile {
  readonly uid: string;
  readonly title: string;
  /** Of the file. */
  readonly name: string;
  /** From the root of the repository. */
  readonly path: string;
  /** Classic JSON, as plain data. */
  readonly json: Dashboard;
}

const file = (name: string, json: Dashboard): DashboardFile => ({
  uid: json.uid ?? '',
  title: json.title ?? '',
  name: `${name}.json`,
  path: `grafana/dashboards/${name}.json`,
  json,
});

export function dashboardsOf(mixin: Mixin): readonly DashboardFile[] {
  const kit = createKit(mixin);
  return [file('capacity-overview', overview(kit)), file('one-pool', onePool(kit)), file('exporter', exporter(kit))];
}

/** As it is written to a file. */
export const textOf = (json: unknown) => `${JSON.stringify(json, undefined, 2)}\n`;

/** A ConfigMap each, with the label that the sidecar of Grafana's chart collects them by. */
export const configMaps = (all: readonly DashboardFile[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    all.map(({ name, json }) => {
      const own = name.replace(/\.json$/, '');
      const map = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `huaweicloud-workspace-${own}`, labels: { grafana_dashboard: '1' } },
        data: { [name]: JSON.stringify(json) },
      };
      return [`${own}.yaml`, stringify(map, { lineWidth: 0 })];
    }),
  );

/** What is committed. */
export const dashboards = dashboardsOf(defaults);
