// Judges the numbers of a pool by the same thresholds as the alerts, so that page and pager agree.
import { FAILURES } from '../../cloud/errors.ts';
import type { PoolSummary } from '../../collectors/collector.ts';
import type { PoolOverview } from '../../scrape/overview.ts';
import { LEVELS, type Level, type Remark, span, whole } from './words.ts';

export const HIGH = 0.85;
export const CRITICAL = 0.95;
/** The age at which WorkspacePoolDataStale fires. */
const OLD_MS = 5 * 60_000;

export interface Judged {
  readonly pool: PoolOverview;
  readonly level: Level;
  readonly idle: number | undefined;
  /** Of min idle; 0 where none is wanted. */
  readonly deficit: number;
  readonly utilization: number | undefined;
  readonly read: Remark;
  readonly status: Remark | undefined;
  readonly product: Remark | undefined;
  readonly use: Remark | undefined;
  readonly caps: readonly Remark[];
}

export function judge(pool: PoolOverview, now: number): Judged {
  const { summary } = pool;
  const { desktops, used, isInMaintenance } = summary;
  const idle = desktops === undefined || used === undefined ? undefined : Math.max(desktops - used, 0);
  const deficit = deficitOf(summary, idle);
  const utilization = ratio(used, desktops);
  const read = readRemark(pool, now);
  const [status, product, use] = [statusRemark(summary), productRemark(summary), useRemark(summary, utilization)];
  const caps = capRemarks(pool, deficit);
  const all = [read, status, product, use, ...caps].flatMap((one) => one?.level ?? []);
  const level = worst(deficit > 0 ? [...all, 'warning'] : all);
  const isQuiet = level === 'calm' && isInMaintenance === true;
  return { pool, level: isQuiet ? 'muted' : level, idle, deficit, utilization, read, status, product, use, caps };
}

const worst = (levels: readonly Level[]): Level => LEVELS.find((level) => levels.includes(level)) ?? 'calm';

export const ratio = (part: number | undefined, whole: number | undefined) =>
  part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole;

/** A pool that creates desktops at access keeps none ready; autoscaling rests during maintenance. */
const keepsIdle = ({ isAutoscaled, autoscaleType, isInMaintenance }: PoolSummary) =>
  isAutoscaled === true && autoscaleType !== 'ACCESS_CREATED' && isInMaintenance !== true;

const deficitOf = (summary: PoolSummary, idle: number | undefined) =>
  keepsIdle(summary) && summary.minIdle !== undefined && idle !== undefined ? Math.max(summary.minIdle - idle, 0) : 0;

function useRemark(summary: PoolSummary, utilization: number | undefined): Remark | undefined {
  const { type, desktops, minIdle = 0 } = summary;
  if (desktops === 0 && minIdle > 0 && keepsIdle(summary)) return { level: 'critical', text: 'empty' };
  if (utilization === undefined || utilization <= HIGH || summary.isInMaintenance === true) return undefined;
  if (type === 'STATIC') return utilization < 1 ? undefined : { level: 'muted', text: 'all assigned' };
  if (growsAtAccess(summary)) return { level: 'muted', text: 'grows at access' };
  if (utilization >= 1) return { level: 'critical', text: 'exhausted' };
  return utilization > CRITICAL ? { level: 'critical', text: 'critical' } : { level: 'warning', text: 'high' };
}

const growsAtAccess = ({ isAutoscaled, autoscaleType, desktops = 0, maxAutoCreated = 0 }: PoolSummary) =>
  isAutoscaled === true && autoscaleType === 'ACCESS_CREATED' && desktops < maxAutoCreated;

function capRemarks({ summary, capacityLimit }: PoolOverview, deficit: number): Remark[] {
  const { desktops = 0, minIdle = 0, maxAutoCreated = 0, isInMaintenance } = summary;
  const isInfeasible = summary.isAutoscaled === true && maxAutoCreated > 0 && minIdle > maxAutoCreated;
  const isReached = deficit > 0 && maxAutoCreated > 0 && desktops >= maxAutoCreated;
  const remarks: Remark[] = [];
  if (isInfeasible) remarks.push({ level: 'muted', text: 'below min idle' });
  else if (isReached) remarks.push({ level: 'warning', text: 'reached' });
  if (capacityLimit !== undefined) {
    const isNear = desktops > 0.9 * capacityLimit && isInMaintenance !== true;
    remarks.push({
      level: isNear ? 'warning' : 'muted',
      text: `${isNear ? 'near ' : ''}limit ${whole(capacityLimit)}`,
    });
  }
  return remarks;
}

function statusRemark({ status }: PoolSummary): Remark | undefined {
  if (status === undefined) return undefined;
  if (status === 'STEADY') return { level: 'calm', text: status };
  if (status === 'TEMPORARY') return { level: 'muted', text: status };
  return { level: status === 'EXIST_FROZEN' ? 'critical' : 'warning', text: status };
}

/** A product that is no longer sold matters only to a pool that grows. */
function productRemark({ productStatus, isAutoscaled }: PoolSummary): Remark | undefined {
  if (productStatus !== 'sellout' && productStatus !== 'abandon') return undefined;
  const text = productStatus === 'sellout' ? 'sold out' : 'product withdrawn';
  return { level: isAutoscaled === true ? 'warning' : 'muted', text };
}

function readRemark({ state, readAt, failure }: PoolOverview, now: number): Remark {
  const age = readAt === undefined ? undefined : now - readAt;
  const why = failure === undefined ? '' : `: ${FAILURES[failure].words}`;
  switch (state) {
    case 'fresh':
      if (age === undefined) return { level: 'calm', text: 'read' };
      if (age <= OLD_MS) return { level: 'calm', text: `${span(age)} ago` };
      return { level: 'warning', text: `${span(age)} ago, not read since` };
    case 'stale':
      return { level: 'warning', text: `last good values${age === undefined ? '' : `, ${span(age)} old`}${why}` };
    case 'ended':
      return {
        level: 'critical',
        text: `values ended${age === undefined ? '' : `, last read ${span(age)} ago`}${why}`,
      };
    case 'never':
      return failure === undefined
        ? { level: 'muted', text: 'not read yet' }
        : { level: 'critical', text: `never read${why}` };
    case 'gone':
      return { level: 'warning', text: 'gone: the cloud does not know this pool' };
  }
}

// Order

const collator = new Intl.Collator('en', { numeric: true });
export const nameOf = ({ summary }: PoolOverview) => (summary.name?.trim() ? summary.name : undefined);
const titleOf = (pool: PoolOverview) => nameOf(pool) ?? pool.id;
export const byName = (a: Judged, b: Judged) =>
  collator.compare(titleOf(a.pool), titleOf(b.pool)) || (a.pool.id < b.pool.id ? -1 : 1);

/** By state, deficit, utilization; a pool that may be full does not push others out. */
export function worstFirst(a: Judged, b: Judged): number {
  const state = ({ read, status, product }: Judged) =>
    LEVELS.indexOf(worst([read, status, product].flatMap((one) => one?.level ?? [])));
  const pressure = ({ utilization = 0, use }: Judged) => (use?.level === 'muted' ? 0 : utilization);
  return state(a) - state(b) || b.deficit - a.deficit || pressure(b) - pressure(a) || byName(a, b);
}
