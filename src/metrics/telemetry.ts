// The exporter's own counters and process metrics: the only file that knows prom-client, so that its successor is a change here.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { digits, type Family, labelText, type MetricInfo, type MetricType, PREFIX } from './metric.ts';
import type { PageWriter } from './page-writer.ts';

const API_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PAGE_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const define = <const Labels extends readonly string[]>(
  type: MetricType,
  help: string,
  labels: Labels,
  buckets: readonly number[] = [],
) => ({ type, help, labels, buckets });

/** The exporter's own metrics, below `huaweicloud_workspace_exporter_`. */
export const telemetryRows = {
  build_info: define('info', 'Version of the exporter that made this page.', ['version', 'revision', 'node_version']),
  config_last_reload_successful: define('gauge', 'Whether the latest load of the configuration succeeded.', []),
  config_last_reload_success_timestamp_seconds: define(
    'gauge',
    'When the configuration was last loaded successfully.',
    [],
  ),
  api_requests_total: define('counter', 'Requests to the cloud by HTTP status; code is none where no answer came.', [
    'project',
    'operation',
    'code',
  ]),
  api_errors_total: define(
    'counter',
    'Failed attempts by reason; budget counts requests that were not sent because requests_per_minute was spent.',
    ['project', 'operation', 'reason'],
  ),
  api_request_duration_seconds: define(
    'histogram',
    'Time of one attempt, from sending to the whole answer.',
    ['project', 'operation'],
    API_SECONDS,
  ),
  api_retries_total: define('counter', 'Further attempts, by the reason of the failure before.', [
    'project',
    'operation',
    'reason',
  ]),
  api_requests_in_flight: define('gauge', 'Requests under way.', ['project']),
  api_budget_wait_seconds_total: define('counter', 'Time that requests waited for the client-side budget.', [
    'project',
  ]),
  api_ratelimit_remaining: define(
    'gauge',
    'Requests that the gateway still allows, as its latest answer says; absent where it does not tell.',
    ['project', 'operation'],
  ),
  clock_skew_seconds: define(
    'gauge',
    'How far this clock is ahead of the cloud, by the Date of its latest answer; 15 minutes are tolerated.',
    ['project'],
  ),
  token_requests_total: define('counter', 'Attempts to obtain a token or temporary keys.', ['project', 'result']),
  scrapes_coalesced_total: define(
    'counter',
    'Scrapes that joined a collection under way or were served a result younger than min_interval.',
    [],
  ),
  scrape_deadline_exceeded_total: define(
    'counter',
    'Scrapes whose deadline ended their wait before the collection was done.',
    [],
  ),
  schema_violations_total: define(
    'counter',
    'Fields of answers that were not as documented; each costs its own series only. The log names them.',
    ['operation'],
  ),
  unknown_enum_values_total: define('counter', 'Values outside the documented enumeration, by field.', ['field']),
  series_dropped_total: define('counter', 'Objects left out to protect the page, counted at every collection.', [
    'collector',
    'reason',
  ]),
  log_writes_failed_total: define(
    'counter',
    'Log lines that were lost, because they could not be written or nobody read them.',
    [],
  ),
  http_requests_total: define('counter', 'Requests that this exporter answered.', ['handler', 'code']),
  http_request_duration_seconds: define('histogram', 'Time to answer a request.', ['handler'], PAGE_SECONDS),
} as const;

type Rows = typeof telemetryRows;
export type TelemetryName = keyof Rows;
type LabelsOf<Name extends TelemetryName> = Readonly<Record<Rows[Name]['labels'][number], string>>;
const EXPORTER = `${PREFIX}exporter_`;

/** Gauges that fail promtool's lint, or are nonsense before the first tick. */
const LEFT_OUT = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
  'nodejs_active_handles',
  'nodejs_active_requests',
  'nodejs_active_resources',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
];

export interface Telemetry {
  /** Counts; 0 makes the series exist, so that an alert on the first failure can fire. */
  count<Name extends TelemetryName>(name: Name, labels: LabelsOf<Name>, by?: number): void;
  set<Name extends TelemetryName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  add<Name extends TelemetryName>(name: Name, labels: LabelsOf<Name>, by: number): void;
  observe<Name extends TelemetryName>(name: Name, labels: LabelsOf<Name>, value: number): void;
  /** Ends every series of a project that is no longer configured. */
  forget(project: string): Promise<void>;
  families(): Promise<Family[]>;
}

/** `processMetrics` adds the usual `process_*` and `nodejs_*` families. */
export function createTelemetry({ processMetrics }: { readonly processMetrics: boolean }): Telemetry {
  const registry = new Registry();
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { type, help, labels, buckets }] of Object.entries(telemetryRows)) {
    const common = { name: EXPORTER + name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') counters.set(name, new Counter(common));
    else if (type === 'histogram') histograms.set(name, new Histogram({ ...common, buckets: [...buckets] }));
    else gauges.set(name, new Gauge(common));
  }
  if (processMetrics) {
    collectDefaultMetrics({ register: registry });
    for (const name of LEFT_OUT) registry.removeSingleMetric(name);
  }
  return {
    count: (name, labels, by = 1) => counters.get(name)?.inc(labels, by),
    set: (name, labels, value) => gauges.get(name)?.set(labels, value),
    add: (name, labels, by) => gauges.get(name)?.inc(labels, by),
    observe: (name, labels, value) => histograms.get(name)?.observe(labels, value),
    async forget(project) {
      for (const metric of [...counters.values(), ...gauges.values(), ...histograms.values()]) {
        const { values } = await metric.get();
        for (const { labels } of values) {
          if (!('project' in labels) || labels.project !== project) continue;
          const { le: _, ...own } = { le: undefined, ...labels };
          metric.remove(own);
        }
      }
    },
    families: async () => (await registry.getMetricsAsJSON()).map(asFamily),
  };
}

type Printed = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];

/** prom-client's own form to ours: histogram values carry their suffix in a name of their own, `le` may be a number. */
function asFamily(metric: Printed): Family {
  const type = typeNamed(String(metric.type), metric.name);
  const values: readonly Value[] = 'values' in metric ? metric.values : [];
  // NaN must not stand for "missing": a gauge that is not a number is left out.
  const printable = type === 'gauge' ? values.filter(({ value }) => Number.isFinite(value)) : values;
  const write = (page: PageWriter) => {
    for (const { value, labels, metricName = metric.name } of printable) {
      const entries = Object.entries(labels);
      const names = entries.map(([name]) => name);
      const texts = entries.map(([name, text]) => (name === 'le' ? bound(text) : String(text)));
      const braced = names.length === 0 ? '' : `{${labelText(names, texts)}}`;
      page.text(`${metricName}${braced} ${digits(value)}\n`);
    }
  };
  return { name: metric.name, help: metric.help, type, write };
}

interface Value {
  readonly value: number;
  readonly labels: object;
  readonly metricName?: string;
}

const typeNamed = (type: string, name: string): MetricType => {
  if (type === 'counter' || type === 'histogram') return type;
  return name === `${EXPORTER}build_info` ? 'info' : 'gauge';
};

/** OpenMetrics wants `1.0`, and Prometheus 3 stores it so from either format. */
const bound = (le: unknown) => (Number.isInteger(Number(le)) ? Number(le).toFixed(1) : String(le));

/** For the catalogue: own metrics. */
export const describeTelemetry = (): MetricInfo[] =>
  Object.entries(telemetryRows).map(([name, { help, type, labels }]) => ({
    name: EXPORTER + name,
    help,
    type,
    labels,
  }));

/** For the catalogue: the process metrics of prom-client that are exported. */
export async function describeProcessMetrics(): Promise<MetricInfo[]> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of LEFT_OUT) registry.removeSingleMetric(name);
  const metrics = await registry.getMetricsAsJSON();
  const described = metrics.map((metric) => ({
    name: metric.name,
    help: metric.help,
    type: typeNamed(String(metric.type), metric.name),
    labels: labelNamesOf(registry.getSingleMetric(metric.name)),
  }));
  registry.clear();
  return described;
}

/** prom-client knows its label names, but does not declare that it does. */
const labelNamesOf = (metric: object | undefined): string[] =>
  metric !== undefined && 'labelNames' in metric && Array.isArray(metric.labelNames)
    ? metric.labelNames.map(String)
    : [];
