// Judges the numbers of a pool by the same thresholds as the alerts, so that page and pager agree.
import { FAILURES } from '../../cloud/errors.ts';
import type { PoolSummary } from '../../collectors/collector.ts';
import type { PoolOverview } from '../../scrape/overview.ts';
import { calm, critical, LEVELS, type Level, muted, type Remark, span, warning, whole } from './words.ts';

export const HIGH = 0.85;
export const CRITICAL = 0.95;
/** The age at which WorkspacePoolDataStale fires. */
const OLD_MS = 5 * 60_000;

export type Judged = ReturnType<typeof judge>;

export function judge(pool: PoolOverview, now: number) {
  const { summary } = pool;
  const { desktops, used } = summary;
  const idle = desktops === undefined || used === undefined ? undefined : Math.max(desktops - used, 0);
  /** How many idle desktops are missing from min idle; 0 where the pool keeps none ready. */
  const deficit = keepsIdle(summary) && idle !== undefined ? Math.max((summary.minIdle ?? 0) - idle, 0) : 0;
  const utilization = ratio(used, desktops);
  const [read, status, product] = [readRemark(pool, now), statusRemark(summary), productRemark(summary)];
  const [use, caps] = [useRemark(summary, utilization), capRemarks(pool, deficit)];
  const worst = worstOf([read, status, product, use, ...caps, deficit > 0 ? warning('') : undefined]);
  const level: Level = worst === 'calm' && summary.isInMaintenance === true ? 'muted' : worst;
  return { pool, level, idle, deficit, utilization, read, status, product, use, caps };
}

const worstOf = (remarks: readonly (Remark | undefined)[]): Level =>
  LEVELS.find((level) => remarks.some((remark) => remark?.level === level)) ?? 'calm';

export const ratio = (part: number | undefined, whole: number | undefined) =>
  part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole;

/** A pool that creates desktops at access keeps none ready; autoscaling rests during maintenance. */
const keepsIdle = ({ isAutoscaled, autoscaleType, isInMaintenance }: PoolSummary) =>
  isAutoscaled === true && autoscaleType !== 'ACCESS_CREATED' && isInMaintenance !== true;

const growsAtAccess = ({ isAutoscaled, autoscaleType, desktops = 0, maxAutoCreated = 0 }: PoolSummary) =>
  isAutoscaled === true && autoscaleType === 'ACCESS_CREATED' && desktops < maxAutoCreated;

function useRemark(summary: PoolSummary, utilization: number | undefined): Remark | undefined {
  const { type, desktops, minIdle = 0 } = summary;
  if (desktops === 0 && minIdle > 0 && keepsIdle(summary)) return critical('empty');
  if (utilization === undefined || utilization <= HIGH || summary.isInMaintenance === true) return undefined;
  if (type === 'STATIC') return utilization < 1 ? undefined : muted('all assigned');
  if (growsAtAccess(summary)) return muted('grows at access');
  if (utilization >= 1) return critical('exhausted');
  return utilization > CRITICAL ? critical('critical') : warning('high');
}

function capRemarks({ summary, capacityLimit }: PoolOverview, deficit: number): readonly Remark[] {
  const { desktops = 0, minIdle = 0, maxAutoCreated = 0, isAutoscaled, isInMaintenance } = summary;
  const remarks: Remark[] = [];
  if (isAutoscaled === true && maxAutoCreated > 0 && minIdle > maxAutoCreated) remarks.push(muted('below min idle'));
  else if (deficit > 0 && maxAutoCreated > 0 && desktops >= maxAutoCreated) remarks.push(warning('reached'));
  if (capacityLimit === undefined) return remarks;
  const isNear = desktops > 0.9 * capacityLimit && isInMaintenance !== true;
  return [...remarks, isNear ? warning(`near limit ${whole(capacityLimit)}`) : muted(`limit ${whole(capacityLimit)}`)];
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

function readRemark({ state, readAt, failure }: PoolOverview, now: number): Remark {
  const age = readAt === undefined ? undefined : span(now - readAt);
  const isOld = readAt !== undefined && now - readAt > OLD_MS;
  const why = failure === undefined ? '' : `: ${FAILURES[failure].words}`;
  switch (state) {
    case 'fresh':
      return isOld ? warning(`${age} ago, not read since`) : calm(age === undefined ? 'read' : `${age} ago`);
    case 'stale':
      return warning(`last good values${age === undefined ? '' : `, ${age} old`}${why}`);
    case 'ended':
      return critical(`values ended${age === undefined ? '' : `, last read ${age} ago`}${why}`);
    case 'never':
      return failure === undefined ? muted('not read yet') : critical(`never read${why}`);
    case 'gone':
      return warning('gone: the cloud does not know this pool');
  }
}

// Order

const collator = new Intl.Collator('en', { numeric: true });
export const nameOf = ({ summary }: PoolOverview) => (summary.name?.trim() ? summary.name : undefined);
const titleOf = (pool: PoolOverview) => nameOf(pool) ?? pool.id;
export const byName = (a: Judged, b: Judged) =>
  collator.compare(titleOf(a.pool), titleOf(b.pool)) || (a.pool.id < b.pool.id ? -1 : 1);

/** By state, then deficit, then utilization; a pool that is full as it should be does not push others out. */
export function worstFirst(a: Judged, b: Judged): number {
  const state = ({ read, status, product }: Judged) => LEVELS.indexOf(worstOf([read, status, product]));
  const pressure = ({ utilization = 0, use }: Judged) => (use?.level === 'muted' ? 0 : utilization);
  return state(a) - state(b) || b.deficit - a.deficit || pressure(b) - pressure(a) || byName(a, b);
}
