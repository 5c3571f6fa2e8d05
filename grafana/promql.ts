// Writes the expressions of the dashboards; a metric or a record that does not exist does not compile.
import type { Place } from '../prometheus/mixin.ts';
import type { RecordName } from '../prometheus/records.ts';
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
type PoolMetric = Extract<WithoutPrefix<MetricName>, `desktop_pool_${string}`>;
export type Metric = WithoutPrefix<MetricName> | HistogramPart;

export type Matchers = readonly string[];
const selector = (name: string, matchers: Matchers) =>
  matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`;

/** Series of a metric of this exporter. */
export const metric = (name: Metric, matchers: Matchers = []) => selector(`huaweicloud_workspace_${name}`, matchers);

/** The most lines and rows of time that a reader tells apart. Which ones, `busiest` and `gravest` say. */
export const MOST_LINES = 20;
/** The most rows of a table that is not about every pool. */
export const MOST_ROWS = 100;

/** Over the range of the dashboard, as seen from its end. */
export const overRange = (operation: 'max' | 'min', expression: string) =>
  `${operation}_over_time((${expression})[$__range:$__rate_interval] @ end())`;

/** Of all series the ones that were the largest at some time of the dashboard's range, all along; `size` says what is large, if not the value. */
export const busiest = (expression: string, size = expression) =>
  `(${expression}) and topk(${MOST_LINES}, ${overRange('max', size)})`;
/** The same where the smallest are the ones to look at. */
export const gravest = (expression: string) =>
  `(${expression}) and bottomk(${MOST_LINES}, ${overRange('min', expression)})`;

/** Keeps the series that were above 0 at some time of the dashboard's range, all along: the others would only fill the legend. */
export const everAboveZero = (expression: string) => `${expression} and ${overRange('max', expression)} > 0`;

/**
 * How many series are left; 0 where none is and yet something is `known`. Nothing where nothing is known: an exporter that is dead, or
 * rules that are not loaded, must not look like a fleet that is well.
 */
export const counted = (expression: string, known: string) => `count(${expression}) or 0 * count(${known})`;

/** Events per second, summed by labels. */
export const rateBy = (labels: string, counter: string) => `sum by (${labels}) (rate(${counter}[$__rate_interval]))`;

/** Events within the interval of a point, summed by labels. Whole ones: Prometheus estimates what the edges of the interval hide. */
export const increaseBy = (labels: string, counter: string) =>
  `round(sum by (${labels}) (increase(${counter}[$__rate_interval])))`;

/** Events within the interval of a point, summed. Counters with known labels are there from the start, at 0. */
export const increaseOf = (counter: string) => `round(sum(increase(${counter}[$__rate_interval])))`;

export const percentile = (quantile: number, labels: string, buckets: string) =>
  `histogram_quantile(${quantile}, ${rateBy(labels === '' ? 'le' : `le, ${labels}`, buckets)})`;

export function createQueries({ by, threshold, memory }: Place) {
  const kept: Matchers = by.map((label) => `${label}=~"$${label}"`);
  const OF_PROJECT: Matchers = ['project=~"$project"', ...kept];
  const OF_POOL: Matchers = ['project=~"$project"', 'pool_id=~"$pool"', ...kept];
  const OF_EXPORTER: Matchers = ['job=~"$job"', 'instance=~"$instance"', ...kept];
  const OF_BOTH: Matchers = [...OF_EXPORTER, 'project=~"$project"'];
  /** Labels to group or match by: these, and those that the place keeps. */
  const labels = (...own: readonly string[]) => [...own, ...by].join(', ');
  const ID = labels('project', 'pool_id');
  const IDENTITY = labels('project', 'pool_id', 'pool_name');

  /** Series of the chosen pools, as recorded. */
  const record = (name: Recorded, matchers: Matchers = []) =>
    selector(`huaweicloud_workspace_desktop_pool:${name}`, [...OF_POOL, ...matchers]);
  /** One series for each of the chosen pools (and each value of the further labels), however many exporters read them. */
  const perPool = (name: PoolMetric, matchers: Matchers = [], ...further: readonly string[]) =>
    `max by (${[IDENTITY, ...further].join(', ')}) (${metric(name, [...OF_POOL, ...matchers])})`;
  /** As `perPool`, without the name: of the metrics that do not know it, and where rows are joined. */
  const perRead = (name: PoolMetric, matchers: Matchers = []) =>
    `max by (${ID}) (${metric(name, [...OF_POOL, ...matchers])})`;
  /** Keeps the pools of `expression` that have these attributes. */
  const having = (expression: string, ...matchers: Matchers) =>
    `${expression} and on (${ID}) ${metric('desktop_pool_info', [...OF_POOL, ...matchers])}`;
  const names = record('name:info');
  const isShared = `on (${labels('pool_name')}) (count by (${labels('pool_name')}) (${names}) > 1)`;
  /** Puts the names of the pools on series that are made of records, which have none; with the project where two of the chosen pools share a name. */
  const named = (expression: string) =>
    `(${expression}) * on (${ID}) group_left (pool_name) (${names} unless ${isShared} or label_join(${names} and ${isShared}, "pool_name", " / ", "project", "pool_name"))`;

  const desktops = record('desktops:max');
  const idle = record('desktops_idle:max');
  const isAutoscaled = `${record('autoscale_enabled:max')} == 1`;
  const isMaintained = `${record('in_maintenance:max')} == 1`;
  /**
   * One series of this name and value where `expression` finds no pool and yet pools are known: an empty panel does not tell whether all is
   * well or nothing is known.
   */
  const orNone = (expression: string, name: string, { known = desktops, value = 0 } = {}) =>
    `${expression} or on () label_replace(0 * count(${known}) + ${value}, "pool_name", "${name}", "", "")`;
  const limit = perRead('desktop_pool_capacity_limit_desktops');
  const mayCreate = record('autoscale_max_auto_created:max');
  const created = record('auto_created:min');

  /** Idle desktops that the policies want and do not have, as the alerts count them: not of pools in maintenance, nor of those that
   * create a desktop for whoever connects. */
  const missingIdle = `(${having(
    `${record('idle_deficit:max')} and ${isAutoscaled}`,
    'autoscale_type="AUTO_CREATED"',
  )} unless ${isMaintained})`;
  /** The evidence that a pool may create no more, as the alerts see it. */
  const isUsedUp = `(${created} >= (${mayCreate} > 0) or ${desktops} >= ${limit})`;
  /** Where whoever connects next is turned away: not the STATIC pools, whose desktops have owners, and no pool that still creates on access. */
  const exhausted = [
    `(${having(`${desktops} > 0 and ${idle} == 0`, 'pool_type="DYNAMIC"')})`,
    `unless (${having(desktops, 'autoscale_type="ACCESS_CREATED"')} and ${isAutoscaled} unless ${isUsedUp})`,
    `unless ${isMaintained}`,
  ].join(' ');
  const ownThreshold = (name: 'utilization_high' | 'utilization_critical') =>
    `(${perRead('desktop_pool_alert_threshold', [`threshold="${name}"`])} or 0 * ${desktops} + ${threshold(name)})`;
  /** Utilization says something only of a pool that does not scale by itself. */
  const fuller = (name: 'utilization_high' | 'utilization_critical') =>
    `(${having(`${record('utilization:ratio')} > ${ownThreshold(name)}`, 'pool_type="DYNAMIC"')} unless ${isAutoscaled} unless ${isMaintained})`;

  /** A product is sold out by its own word, or by that of the zone. */
  const offer = labels('project', 'product_id', 'availability_zone');
  const soldOutIn = `max by (${ID}) (${metric('desktop_pool_info', OF_POOL)} * on (${offer}) group_left () max by (${offer}) (${metric('product_sold_out', OF_PROJECT)}))`;
  const withdrawn = perRead('desktop_pool_product_status', ['status=~"sellout|abandon"']);
  const subnet = labels('project', 'subnet_id');
  const failed = metric('desktop_pool_creations_failed', OF_POOL);
  /** Of what is read now and then only: as long as the rules remember it, whatever looks at the series. */
  const lately = (series: string) => `last_over_time(${series}[${memory}])`;
  const quota = labels('project', 'site_id', 'resource', 'unit');

  return {
    OF_PROJECT,
    OF_POOL,
    OF_EXPORTER,
    OF_BOTH,
    labels,
    ID,
    record,
    perPool,
    perRead,
    having,
    named,
    orNone,
    missingIdle,
    exhausted,
    /** Legend of a line per pool. */
    eachPool: [...by, 'pool_name'].map((label) => `{{${label}}}`).join(' '),
    /** Series of the exporter's process or of its scrapes. */
    ofProcess: (name: ProcessMetric | ScrapeMetric, matchers: Matchers = OF_EXPORTER) => selector(name, matchers),
    /** Seconds since a pool was read successfully. */
    dataAge: `time() - ${perRead('desktop_pool_last_success_timestamp_seconds')}`,
    /** A position in `ROOM`, the gravest that is true. */
    room: [
      `0 * (${exhausted})`,
      `0 * ${fuller('utilization_critical')} + 1`,
      `0 * ${fuller('utilization_high')} + 2`,
      `0 * (${missingIdle} > 0) + 3`,
      `0 * (${isMaintained}) + 4`,
      `0 * ${desktops} + 5`,
    ].join(' or '),
    soldOut: `(${soldOutIn} > 0) or ${withdrawn} or ${soldOutIn}`,
    pending: `max by (${ID}) (${lately(metric('desktop_pool_desktops_pending', OF_POOL))})`,
    /** What the cloud still lists goes back for hours; what was added within the last one is news. */
    failedLately: `max by (${ID}) (${lately(failed)} - min_over_time(${failed}[1h]))`,
    created,
    mayCreate,
    /** At best: more may have been created before the week. */
    stillPossible: `clamp_min(${mayCreate} - ${created}, 0)`,
    belowLimit: `${limit} - ${desktops}`,
    freeAddresses: `sum by (${ID}) (max by (${labels('project', 'pool_id', 'subnet_id')}) (${metric('desktop_pool_subnet_info', OF_POOL)}) * on (${subnet}) group_left () max by (${subnet}) (${metric('subnet_free_addresses', OF_PROJECT)}))`,
    /** Used share of each quota that has a limit, with a name that tells it from the others. */
    quotaUse: `label_replace(label_join(max by (${quota}) (${metric('quota_used', OF_PROJECT)}) / (max by (${quota}) (${metric('quota_limit', OF_PROJECT)}) > 0), "quota", " ", ${[...by, 'project', 'site_id', 'resource'].map((label) => `"${label}"`).join(', ')}), "quota", "$1 $2", "quota", "(.+)  (.+)")`,
    /** Of a record that is made once an hour. */
    hourly: (name: Recorded) => `last_over_time(${record(name)}[2h])`,
    /** The number of the state that a state set is in: its position in `states`. Of two exporters that differ, the first state wins. */
    stateNumber: (name: 'desktop_pool_status' | 'desktop_pool_product_status', states: readonly string[]) =>
      states.map((state, number) => `(${perRead(name, [`status="${state}"`])} == 1) * ${number}`).join(' or '),
  };
}
