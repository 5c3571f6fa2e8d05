// Every metric of the exporter in one list: the order of the page, the docs, and the names that dashboards may use.
import { SIGN_IN_OPERATIONS } from '../cloud/auth/index.ts';
import { type CollectorMetric, collectors } from '../collectors/index.ts';
import { describe, type MetricInfo, type NamesOf, type PREFIX } from '../metrics/metric.ts';
import { describeProcessMetrics, describeTelemetry, type TelemetryName } from '../metrics/telemetry.ts';
import { credentialRows } from '../scrape/credentials.ts';
import { collectorRows, poolReadRows, projectRows } from '../scrape/outcomes.ts';

/** Values of the label `operation`. */
export const OPERATIONS: readonly string[] = [
  ...new Set([...collectors.flatMap(({ operations }) => operations), ...SIGN_IN_OPERATIONS]),
];

export interface Section {
  readonly title: string;
  readonly metrics: readonly MetricInfo[];
}

/** Data of the projects, in the order of the page; on /metrics and /probe. */
export const dataSections: readonly Section[] = [
  { title: 'Project', metrics: describe(projectRows) },
  ...collectors.map(({ name, metrics }) => ({ title: `Collector ${name}`, metrics })),
  { title: 'Reads', metrics: [...describe(poolReadRows), ...describe(collectorRows)] },
];

/** The exporter itself; on /metrics only. */
export const ownSections: readonly Section[] = [
  { title: 'Exporter', metrics: [...describe(credentialRows), ...describeTelemetry()] },
];

export const dataOrder: readonly string[] = dataSections.flatMap(({ metrics }) => metrics.map(({ name }) => name));

/** With the process metrics, which only prom-client can name. */
export const allSections = async (): Promise<readonly Section[]> => [
  ...dataSections,
  ...ownSections,
  { title: 'Process', metrics: await describeProcessMetrics() },
];

/** A metric of this exporter; a misspelt one does not compile. */
export type MetricName =
  | CollectorMetric
  | NamesOf<typeof projectRows | typeof poolReadRows | typeof collectorRows | typeof credentialRows>
  | `${typeof PREFIX}exporter_${TelemetryName}`;
