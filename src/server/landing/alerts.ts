// The shipped alerts that one moment's numbers decide, so that page and pager agree: without their `for`, and without those that need a trend, a
// window or what another collector reads.
import { type ThresholdName, thresholds } from '../../../prometheus/thresholds.ts';
import type { PoolOverview } from '../../scrape/overview.ts';

/** What several predicates ask for. */
export type Facts = ReturnType<typeof factsOf>;

export function factsOf(pool: PoolOverview, now: number) {
  const { summary, readAt = now } = pool;
  /** What the configuration sets for the pool, else the preset of the rules. */
  const threshold = (name: ThresholdName) => pool.alerts?.[name] ?? thresholds[name];
  const { desktops, used, minIdle = 0 } = summary;
  const isAutoscaled = summary.isAutoscaled === true;
  const isMaintained = summary.isInMaintenance === true;
  /** Keeps idle desktops ready. */
  const createsAhead = isAutoscaled && summary.autoscaleType === 'AUTO_CREATED';
  const idle = desktops === undefined || used === undefined ? undefined : Math.max(desktops - used, 0);
  const age = now - readAt;
  return {
    ...summary,
    pool,
    isAutoscaled,
    isMaintained,
    createsAhead,
    createsOnAccess: isAutoscaled && summary.autoscaleType === 'ACCESS_CREATED',
    isDynamic: summary.type === 'DYNAMIC',
    idle,
    /** How many idle desktops are missing; 0 where the pool keeps none ready. Autoscaling rests during maintenance. */
    deficit: createsAhead && !isMaintained && idle !== undefined ? Math.max(minIdle - idle, 0) : 0,
    utilization: ratio(used, desktops),
    isNearLimit: !isMaintained && isAbove(ratio(desktops, pool.capacityLimit), threshold('capacity_limit')),
    age,
    isOld: age > thresholds.data_age_seconds * 1000,
    threshold,
  };
}

export const ratio = (part: number | undefined, whole: number | undefined) =>
  part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole;

/** A cell of the table that an alert may mark. */
export type Cell = 'read' | 'use' | 'minIdle' | 'limit' | 'status' | 'product';

export interface LandingAlert {
  readonly name: `Workspace${string}`;
  /** Its severity; `info` asks for nobody's attention. */
  readonly level: 'critical' | 'warning' | 'muted';
  readonly marks?: Cell;
  /** Beside the number that it marks. */
  readonly word?: string;
  readonly isMet: (facts: Facts) => boolean;
}

const isAbove = (value: number | undefined, limit: number) => value !== undefined && value > limit;
const cannotScale = ({ isDynamic, isMaintained, isAutoscaled }: Facts) => isDynamic && !isMaintained && !isAutoscaled;
/** How many desktops such a pool created within a week is not known here: only its capacity_limit ends its growth. */
const growsOnAccess = ({ createsOnAccess, desktops = 0, pool: { capacityLimit = Infinity } }: Facts) =>
  createsOnAccess && desktops < capacityLimit;

/** Of those that mark the same cell, the worst first. */
export const ALERTS: readonly LandingAlert[] = [
  { name: 'WorkspacePoolNotFound', level: 'warning', marks: 'read', isMet: ({ pool }) => pool.state === 'gone' },
  {
    name: 'WorkspacePoolScrapeFailing',
    level: 'warning',
    marks: 'read',
    // A pool that was never asked for has not failed.
    isMet: ({ pool: { state, failure } }) => state !== 'fresh' && (state !== 'never' || failure !== undefined),
  },
  { name: 'WorkspacePoolDataStale', level: 'warning', marks: 'read', isMet: ({ isOld }) => isOld },
  {
    name: 'WorkspacePoolEmpty',
    level: 'critical',
    marks: 'use',
    word: 'empty',
    isMet: ({ desktops, minIdle, createsAhead, isMaintained }) =>
      desktops === 0 && isAbove(minIdle, 0) && createsAhead && !isMaintained,
  },
  {
    name: 'WorkspacePoolExhausted',
    level: 'critical',
    marks: 'use',
    word: 'exhausted',
    isMet: (facts) =>
      isAbove(facts.desktops, 0) && facts.idle === 0 && facts.isDynamic && !facts.isMaintained && !growsOnAccess(facts),
  },
  {
    name: 'WorkspacePoolUtilizationCritical',
    level: 'critical',
    marks: 'use',
    word: 'critical',
    isMet: (facts) => isAbove(facts.utilization, facts.threshold('utilization_critical')) && cannotScale(facts),
  },
  {
    name: 'WorkspacePoolUtilizationHigh',
    level: 'warning',
    marks: 'use',
    word: 'high',
    isMet: (facts) => isAbove(facts.utilization, facts.threshold('utilization_high')) && cannotScale(facts),
  },
  { name: 'WorkspacePoolIdleBelowMinimum', level: 'warning', marks: 'minIdle', isMet: ({ deficit }) => deficit > 0 },
  {
    name: 'WorkspacePoolCapacityLimitNear',
    level: 'warning',
    marks: 'limit',
    isMet: ({ isNearLimit }) => isNearLimit,
  },
  {
    name: 'WorkspacePoolHasFrozenDesktops',
    level: 'critical',
    marks: 'status',
    isMet: ({ status }) => status === 'EXIST_FROZEN',
  },
  {
    name: 'WorkspacePoolStatusUnknown',
    level: 'warning',
    marks: 'status',
    isMet: ({ status = 'STEADY' }) => !['STEADY', 'TEMPORARY', 'EXIST_FROZEN'].includes(status),
  },
  {
    name: 'WorkspacePoolProductUnavailable',
    level: 'warning',
    marks: 'product',
    isMet: ({ productStatus = '', isAutoscaled }) => isAutoscaled && ['sellout', 'abandon'].includes(productStatus),
  },
  {
    name: 'WorkspacePoolDesktopsIsolated',
    level: 'warning',
    isMet: ({ isolated, threshold }) => isAbove(isolated, threshold('isolated')),
  },
  {
    name: 'WorkspacePoolMaintenanceWithUsers',
    level: 'muted',
    isMet: ({ used, isMaintained }) => isMaintained && isAbove(used, 0),
  },
  {
    name: 'WorkspacePoolAutoscalePolicyTight',
    level: 'muted',
    isMet: ({ minIdle, maxAutoCreated = 0, isAutoscaled }) =>
      isAutoscaled && maxAutoCreated > 0 && isAbove(minIdle, maxAutoCreated),
  },
];
