// The PromQL that all rules have in common: names that are checked by the compiler, and one series per pool.
import type { MetricName } from '../src/app/catalog.ts';

/** A label and what it has to be, like `status="ERROR"`. */
export type Matcher = `${string}${'=' | '!=' | '=~' | '!~'}"${string}"`;

/** A metric of the exporter; a misspelt name does not compile, a misspelt label is a red test. */
export const metric = (name: MetricName, ...matchers: readonly Matcher[]) =>
  matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`;

/** How long a value outlives its last sample: one missed scrape must not start every `for` anew. */
const MEMORY = '3m';

const latest =
  (operation: 'max' | 'min', ...labels: readonly string[]) =>
  (name: MetricName, ...matchers: readonly Matcher[]) =>
    `${operation} by (${labels.join(', ')}) (last_over_time(${metric(name, ...matchers)}[${MEMORY}]))`;

/**
 * One series per pool, of all exporters that read it. Everything that is compared goes through this first: a pair of exporters, or a restart under
 * another `instance`, would else be "many-to-many matching".
 */
export const perPool = latest('max', 'project', 'pool_id', 'pool_name');

/** The same for series about the read of a pool, which have no name. */
export const perPoolRead = latest('max', 'project', 'pool_id');
export const perProject = latest('max', 'project');
export const perCollector = latest('max', 'project', 'collector');
export const perQuota = latest('max', 'project', 'site_id', 'resource', 'unit');
/** The first to end counts: every exporter has its own. */
export const perCredential = latest('min', 'project', 'kind');

/** An hour ago, of an expression that is one of the above. */
export const anHourBefore = (latestValue: string) => latestValue.replace(`[${MEMORY}]`, `[${MEMORY}] offset 1h`);

/** True for a moment is true for as long: what alternates, like a block between two tries, must not end an alert. */
export const lately = (name: MetricName) => `max by (project) (max_over_time(${metric(name)}[${MEMORY}]))`;

/** Parts of an expression on lines of their own. */
export const lines = (...parts: readonly string[]) => parts.join('\n');
