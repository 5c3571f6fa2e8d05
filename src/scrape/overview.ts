// What the landing page shows: every project and pool at a glance, from the same stores as the metrics page.
import { elapsed, type Moment } from '../async/clock.ts';
import type { Blocked } from '../cloud/auth/credential.ts';
import type { FailureKind } from '../cloud/errors.ts';
import type { Id } from '../collectors/collector.ts';
import { type PoolSummary, summarize } from '../collectors/pool.ts';
import { type Alerts, alertsOf } from '../collectors/pool-selection.ts';
import type { Failures, Finished } from './collection.ts';
import type { Deviation } from './deviations.ts';
import type { Project } from './project.ts';
import { isGone } from './store.ts';

/** `fresh`: the latest read succeeded; `stale`: last good values; `ended`: too old to be shown; `gone`: confirmed. */
export type ReadState = 'fresh' | 'stale' | 'ended' | 'never' | 'gone';

export interface PoolOverview {
  readonly id: Id;
  readonly state: ReadState;
  /** How the latest completed read failed, if it did. */
  readonly failure?: FailureKind | undefined;
  /** Milliseconds since the epoch, by the wall clock of now: its age is right though that may have jumped. */
  readonly readAt?: number | undefined;
  /** Empty where nothing may be shown. */
  readonly summary: PoolSummary;
  readonly capacityLimit?: number | undefined;
  /** Thresholds that the configuration sets for this pool. */
  readonly alerts?: Alerts;
}

export interface CollectorOverview {
  readonly name: string;
  /** Undefined before the first collection ended. */
  readonly finished?: Finished | undefined;
  readonly failures: Failures;
  readonly deviations: readonly Deviation[];
}

export interface ProjectOverview {
  readonly name: string;
  readonly projectId: string;
  readonly region: string;
  readonly collectors: readonly CollectorOverview[];
  readonly pools: readonly PoolOverview[];
  /** While nothing is sent because the cloud refused the credential. */
  readonly blocked?: Blocked | undefined;
  /** Nothing is sent until then, because the cloud asked for a pause. */
  readonly heldUntil?: number | undefined;
}

export function overview(project: Project, now: Moment): ProjectOverview {
  const { name, projectId, region, collections } = project;
  const collectors = [...collections].map(([of, collection]) => {
    const finished = collection.finished();
    return { name: of, finished, failures: finished?.failures ?? new Map(), deviations: finished?.deviations ?? [] };
  });
  return { name, projectId, region, collectors, pools: poolsOf(project, now), ...project.credential() };
}

function poolsOf({ pools: { collection, store }, selection }: Project, now: Moment): PoolOverview[] {
  if (collection === undefined) return [];
  const limits = new Map(selection.pools.map(({ id, capacity_limit }) => [id, capacity_limit]));
  const alerts = alertsOf(selection);
  return [...store.entries()].map(([id, entry]) => {
    const age = entry.good === undefined ? Infinity : elapsed(entry.good.at, now);
    const isLive = age <= collection.staleness();
    const summary: PoolSummary = entry.good === undefined ? {} : summarize(entry.good.record);
    return {
      id,
      state: stateOf(entry, isLive),
      failure: entry.outcome === 'ok' ? undefined : entry.outcome,
      readAt: entry.good === undefined ? undefined : now.wall - age,
      summary: isLive ? summary : { name: summary.name },
      capacityLimit: limits.get(id),
      alerts: alerts(id),
    };
  });
}

function stateOf(entry: Parameters<typeof isGone>[0], isLive: boolean): ReadState {
  if (isGone(entry)) return 'gone';
  if (entry.good === undefined) return 'never';
  if (!isLive) return 'ended';
  return entry.outcome === 'ok' ? 'fresh' : 'stale';
}
