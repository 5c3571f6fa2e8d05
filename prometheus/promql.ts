// The PromQL that all rules have in common: names that are checked by the compiler, one series per pool, thresholds, names of pools.
import type { MetricName } from '../src/app/catalog.ts';
import type { Place } from './mixin.ts';
import { type RecordName, record } from './records.ts';
import { THRESHOLDS, type ThresholdName } from './thresholds.ts';

/** A label and what it has to be, like `status="ERROR"`. */
export type Matcher = `${string}${'=' | '!=' | '=~' | '!~'}"${string}"`;

/** A metric of the exporter; a misspelt name does not compile, a misspelt label is a red test. */
export const metric = (name: MetricName, ...matchers: readonly Matcher[]) =>
  matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`;

/** Parts of an expression on lines of their own. */
export const lines = (...parts: readonly string[]) => parts.join('\n');

export function createPromql(place: Place) {
  const { memory } = place;
  /** Labels to group or match by: these, and those that the place keeps. */
  const labels = (...own: readonly string[]) => [...own, ...place.by].join(', ');
  const ID = labels('project', 'pool_id');
  const latest =
    (operation: 'max' | 'min', ...own: readonly string[]) =>
    (name: MetricName, ...matchers: readonly Matcher[]) =>
      `${operation} by (${labels(...own)}) (${lately(metric(name, ...matchers))})`;
  /** The newest value of each series, even if its latest scrape was missed. */
  const lately = (selector: string) => `last_over_time(${selector}[${memory}])`;
  /**
   * One series per pool, of all exporters that read it. Everything that is compared goes through this first: a pair of exporters, or a restart under
   * another `instance`, would else be "many-to-many matching". Without the name: a renamed pool would be two for as long as the memory lasts.
   */
  const perPool = latest('max', 'project', 'pool_id');
  const skew = `max by (${labels('project')}) (abs(${lately(metric('huaweicloud_workspace_exporter_clock_skew_seconds'))}))`;

  return {
    ...place,
    labels,
    ID,
    lately,
    perPool,
    perProject: latest('max', 'project'),
    perCollector: latest('max', 'project', 'collector'),
    perQuota: latest('max', 'project', 'site_id', 'resource', 'unit'),
    /** Of exporters that differ, the more careful one counts. */
    perSubnet: latest('min', 'project', 'subnet_id'),
    perPoolOfSubnet: latest('max', 'project', 'pool_id', 'subnet_id'),
    /** The first to end counts: every exporter has its own. */
    perCredential: latest('min', 'project', 'kind'),
    isClockWrong: `${skew} > ${place.threshold('clock_skew_seconds')}`,
    /** True for a moment is true for as long: what alternates, like a block between two tries, must not end an alert. */
    wasLately: (name: MetricName) => `max by (${labels('project')}) (max_over_time(${metric(name)}[${memory}]))`,
    /** An hour ago, of an expression that is one of the above. */
    anHourBefore: (latestValue: string) => latestValue.replace(`[${memory}]`, `[${memory}] offset 1h`),
    /** A number of the pools of `record`: what the exporter's configuration says of the pool, else what the rules were made with. */
    threshold: (name: ThresholdName, of: RecordName = record('desktops:max')) =>
      'isPerPool' in THRESHOLDS[name]
        ? `(${perPool('huaweicloud_workspace_desktop_pool_alert_threshold', `threshold="${name}"`)} or 0 * ${of} + ${place.threshold(name)})`
        : place.threshold(name),
    /** Puts the name of the pool on an alert. Last, so that nothing is matched by it. */
    named: (expr: string) => lines('(', indent(expr), `) * on (${ID}) group_left (pool_name) ${record('name:info')}`),
  };
}
export type Promql = ReturnType<typeof createPromql>;

const indent = (text: string) => text.replaceAll(/^/gm, '  ');
