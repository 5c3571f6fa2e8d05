// Judges the numbers of a pool by the same thresholds as the alerts, so that page and pager agree.
import { type ThresholdName, thresholds } from '../../../prometheus/thresholds.ts';
import { FAILURES } from '../../cloud/errors.ts';
import type { PoolSummary } from '../../collectors/collector.ts';
import type { PoolOverview } from '../../scrape/overview.ts';
import { calm, critical, LEVELS, type Level, muted, type Remark, span, warning, whole } from './words.ts';

/** What the rules take for a pool: what the configuration sets, else their preset. */
const threshold = (name: ThresholdName, { alerts }: Pick<PoolOverview, 'alerts'>) => alerts?.[name] ?? thresholds[name];

export type Judged = ReturnType<typeof judge>;

export function judge(pool: PoolOverview, now: number) {
  const { summary } = pool;
  const { desktops, used } = summary;
  const idle = desktops === undefined || used === undefined ? undefined : Math.max(desktops - used, 0);
  /** How many idle desktops are missing from min idle; 0 where the pool keeps none ready. */
  const deficit = keepsIdle(summary) && idle !== undefined ? Math.max((summary.minIdle ?? 0) - idle, 0) : 0;
  const utilization = ratio(used, desktops);
  const [read, status, product] = [readRemark(pool, now), statusRemark(summary), productRemark(summary)];
  const [use, limit] = [useRemark(pool, utilization), limitRemark(pool)];
  const worst = worstOf([read, status, product, use, limit, deficit > 0 ? warning('') : undefined]);
  const level: Level = worst === 'calm' && summary.isInMaintenance === true ? 'muted' : worst;
  return { pool, level, idle, deficit, utilization, read, status, product, use, limit };
}

const worstOf = (remarks: readonly (Remark | undefined)[]): Level =>
  LEVELS.find((level) => remarks.some((remark) => remark?.level === level)) ?? 'calm';

export const ratio = (part: number | undefined, whole: number | undefined) =>
  part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole;

/** A pool that creates desktops at access keeps none ready; autoscaling rests during maintenance. */
const keepsIdle = ({ isAutoscaled, autoscaleType, isInMaintenance }: PoolSummary) =>
  isAutoscaled === true && autoscaleType !== 'ACCESS_CREATED' && isInMaintenance !== true;

/** The count says nothing about `max_auto_created`, which limits what autoscaling creates; how many were bought is unknown. */
const growsAtAccess = ({ summary, capacityLimit = Infinity }: PoolOverview) =>
  summary.isAutoscaled === true &&
  summary.autoscaleType === 'ACCESS_CREATED' &&
  (summary.desktops ?? 0) < capacityLimit;

/** A pool that scales by itself may be nearly full: how many desktops it keeps idle is its policy's. */
function useRemark(pool: PoolOverview, utilization: number | undefined): Remark | undefined {
  const { type, desktops, minIdle = 0, isAutoscaled, isInMaintenance } = pool.summary;
  if (desktops === 0 && minIdle > 0 && keepsIdle(pool.summary)) return critical('empty');
  if (utilization === undefined || isInMaintenance === true) return undefined;
  if (type === 'STATIC') return utilization < 1 ? undefined : muted('all assigned');
  if (utilization >= 1) return growsAtAccess(pool) ? muted('grows at access') : critical('exhausted');
  if (utilization <= threshold('utilization_high', pool) || isAutoscaled === true) return undefined;
  return utilization > threshold('utilization_critical', pool) ? critical('critical') : warning('high');
}

function limitRemark(pool: PoolOverview): Remark | undefined {
  const { summary, capacityLimit } = pool;
  const { desktops = 0, isInMaintenance } = summary;
  if (capacityLimit === undefined) return undefined;
  const text = `limit ${whole(capacityLimit)}`;
  if (desktops <= threshold('capacity_limit', pool) * capacityLimit || isInMaintenance === true) return muted(text);
  return warning(`${desktops < capacityLimit ? 'near' : 'at'} ${text}`);
}

function statusRemark({ status }: PoolSummary): Remark | undefined {
  if (status === undefined || status === 'STEADY') return status && calm(status);
  if (status === 'TEMPORARY') return muted(status);
  return status === 'EXIST_FROZEN' ? critical(status) : warning(status);
}

/** A product that is no longer sold matters only to a pool that grows. */
function productRemark({ productStatus, isAutoscaled }: PoolSummary): Remark | undefined {
  if (productStatus !== 'sellout' && productStatus !== 'abandon') return undefined;
  const text = productStatus === 'sellout' ? 'sold out' : 'product withdrawn';
  return isAutoscaled === true ? warning(text) : muted(text);
}

/** Without the cause, which many pools may have in common: `causeOf`. */
function readRemark({ state, readAt, failure }: PoolOverview, now: number): Remark {
  const age = readAt === undefined ? undefined : span(now - readAt);
  const isOld = readAt !== undefined && now - readAt > thresholds.data_age_seconds * 1000;
  switch (state) {
    case 'fresh':
      return isOld ? warning(`${age} ago, not read since`) : calm(age === undefined ? 'read' : `${age} ago`);
    case 'stale':
      return warning(`last good values${age === undefined ? '' : `, ${age} old`}`);
    case 'ended':
      return critical(`values ended${age === undefined ? '' : `, last read ${age} ago`}`);
    case 'never':
      return failure === undefined ? muted('not read yet') : critical('never read');
    case 'gone':
      return warning('gone: the cloud does not know this pool');
  }
}

/** Why the latest read of a pool failed. */
export const causeOf = ({ state, failure }: PoolOverview): string | undefined =>
  failure === undefined || state === 'fresh' || state === 'gone' ? undefined : FAILURES[failure].words;

// Order

const collator = new Intl.Collator('en', { numeric: true });
export const nameOf = ({ summary }: PoolOverview) => (summary.name?.trim() ? summary.name : undefined);
const titleOf = (pool: PoolOverview) => nameOf(pool) ?? pool.id;
const byName = (a: Judged, b: Judged) =>
  collator.compare(titleOf(a.pool), titleOf(b.pool)) || (a.pool.id < b.pool.id ? -1 : 1);

/** Pools in need first, the worst before the others; the rest by name, so that a refresh moves none of them. */
export function neediestFirst(a: Judged, b: Judged): number {
  const need = ({ level }: Judged) => ['critical', 'warning'].indexOf(level) + 1 || 3;
  const state = ({ read, status, product }: Judged) => LEVELS.indexOf(worstOf([read, status, product]));
  const pressure = ({ utilization = 0, use }: Judged) => (use?.level === 'muted' ? 0 : utilization);
  const byNeed = need(a) - need(b);
  if (byNeed !== 0 || need(a) === 3) return byNeed || byName(a, b);
  return state(a) - state(b) || b.deficit - a.deficit || pressure(b) - pressure(a) || byName(a, b);
}
