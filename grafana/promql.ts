// Writes the expressions of the dashboards; a metric or a record that does not exist does not compile.
import type { RecordName } from '../prometheus/rules.ts';
import type { MetricName } from '../src/app/catalog.ts';

type WithoutPrefix<Name> = Name extends `huaweicloud_workspace_${infer Rest}` ? Rest : never;
/** Measures per pool that are recorded, one series for a pair of exporters. */
type Recorded = RecordName extends `huaweicloud_workspace_desktop_pool:${infer Rest}` ? Rest : never;
/** Of Node and the operating system; the catalogue knows their names only at run time, and a test compares. */
type ProcessMetric =
  | 'nodejs_eventloop_lag_p50_seconds'
  | 'nodejs_eventloop_lag_p99_seconds'
  | 'nodejs_eventloop_lag_max_seconds'
  | 'nodejs_heap_size_total_bytes'
  | 'nodejs_heap_size_used_bytes'
  | 'nodejs_external_memory_bytes'
  | 'process_cpu_seconds_total'
  | 'process_resident_memory_bytes'
  | 'process_start_time_seconds';
/** What Prometheus itself says of a scrape. */
type ScrapeMetric = 'up' | 'scrape_duration_seconds' | 'scrape_samples_scraped';
type HistogramPart = `${'exporter_api_request' | 'exporter_http_request'}_duration_seconds_bucket`;

export type Matchers = readonly string[];
export const OF_PROJECT: Matchers = ['project=~"$project"'];
export const OF_POOL: Matchers = [...OF_PROJECT, 'pool_id=~"$pool"'];
export const OF_EXPORTER: Matchers = ['job=~"$job"', 'instance=~"$instance"'];

const IDENTITY = 'project, pool_id, pool_name';
const selector = (name: string, matchers: Matchers) =>
  matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`;

/** Series of a metric of this exporter. */
export const metric = (name: WithoutPrefix<MetricName> | HistogramPart, matchers: Matchers = []) =>
  selector(`huaweicloud_workspace_${name}`, matchers);

/** Series of the chosen pools, as recorded. */
export const record = (name: Recorded, matchers: Matchers = []) =>
  selector(`huaweicloud_workspace_desktop_pool:${name}`, [...OF_POOL, ...matchers]);

/** Series of the exporter's process or of its scrapes. */
export const ofProcess = (name: ProcessMetric | ScrapeMetric, matchers: Matchers = OF_EXPORTER) =>
  selector(name, matchers);

type PoolMetric = Extract<WithoutPrefix<MetricName>, `desktop_pool_${string}`>;

/** One series for each of the chosen pools (and each value of the further labels), however many exporters read them. */
export const perPool = (name: PoolMetric, matchers: Matchers = [], labels = '') =>
  `max by (${IDENTITY}${labels && `, ${labels}`}) (${metric(name, [...OF_POOL, ...matchers])})`;

/** As `perPool`, of the metrics that do not know the name of the pool. */
export const perRead = (name: PoolMetric) => `max by (project, pool_id) (${metric(name, OF_POOL)})`;

/** Seconds since a pool was read successfully. */
export const dataAge = `time() - ${perRead('desktop_pool_last_success_timestamp_seconds')}`;

/** Puts the names of the pools on series that are made of records, which have none. */
export const named = (expression: string) =>
  `(${expression}) * on (project, pool_id) group_left (pool_name) ${record('name:info')}`;

/** Keeps the pools of `expression` that have these attributes. */
export const having = (expression: string, ...matchers: Matchers) =>
  `${expression} and on (project, pool_id) ${metric('desktop_pool_info', [...OF_POOL, ...matchers])}`;

/**
 * Idle desktops that the policies want and do not have, as the alerts count them: not of pools in maintenance, nor of those that create a
 * desktop for whoever connects.
 */
export const missingIdle = `(${having(
  `${record('idle_deficit:max')} and ${record('autoscale_enabled:max')} == 1`,
  'autoscale_type="AUTO_CREATED"',
)} unless ${record('in_maintenance:max')} == 1)`;

/** How many series are left; 0 where none is, so that a stat always has a value. */
export const counted = (expression: string) => `count(${expression}) or vector(0)`;

/** The number of the state that a state set is in: its position in `states`. Of two exporters that differ, the first state wins. */
export const stateNumber = (name: 'desktop_pool_status' | 'desktop_pool_product_status', states: readonly string[]) =>
  states.map((state, number) => `(${perPool(name, [`status="${state}"`])} == 1) * ${number}`).join(' or ');

/** Events per second, summed by labels. */
export const rateBy = (labels: string, counter: string) => `sum by (${labels}) (rate(${counter}[$__rate_interval]))`;

/** Events within the interval of a point, summed by labels. */
export const increaseBy = (labels: string, counter: string) =>
  `sum by (${labels}) (increase(${counter}[$__rate_interval]))`;

/** Events within the interval of a point, summed; 0 where nothing was ever counted. */
export const increaseOf = (counter: string) => `sum(increase(${counter}[$__rate_interval])) or vector(0)`;

/** Keeps the series that were above 0 at some time of the dashboard's range, all along: the others would only fill the legend. */
export const everAboveZero = (expression: string) =>
  `${expression} and max_over_time((${expression})[$__range:$__rate_interval] @ end()) > 0`;

export const percentile = (quantile: number, labels: string, buckets: string) =>
  `histogram_quantile(${quantile}, ${rateBy(labels === '' ? 'le' : `le, ${labels}`, buckets)})`;
