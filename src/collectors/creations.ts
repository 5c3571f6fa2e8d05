// Desktops that pools in need are waiting for: GET /v2/{project_id}/workspace-sub-jobs, of whose answers only total_count is kept.
import * as z from 'zod';
import { mapConcurrently } from '../async/map-concurrently.ts';
import { describe, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { type Collector, type Context, enabled, interval, labelPools } from './collector.ts';
import { lossesTo, parseLeniently } from './lenient.ts';
import type { PoolRecord } from './pool.ts';

const OPERATION = 'list_sub_jobs';
/** The tasks that make desktops for a pool: its first ones, and those of its growth. */
const JOB_TYPES = ['createDesktopPool', 'expandDesktopPool'] as const;
const PENDING = ['WAITING', 'RUNNING'] as const;
/** Pools of one collection; the others follow in the next ones. */
const MOST_POOLS = 10;
const REQUESTS_OF_POOL = JOB_TYPES.length * (PENDING.length + 1);

// The tasks themselves name users and desktops, and are not read.
const answerSchema = z.object({ total_count: z.int().nonnegative() });

interface Creations {
  readonly pending: number;
  readonly failed: number;
}
const { gauge, group } = rowsOf<Creations>('project', 'pool_id', 'pool_name');

export const creationRows = group({
  desktop_pool_desktops_pending: gauge(
    'Desktops that are being created, of pools that lack idle ones or are TEMPORARY (total_count of workspace-sub-jobs of job_type createDesktopPool and expandDesktopPool with status WAITING or RUNNING).',
    ({ pending }) => pending,
  ),
  desktop_pool_creations_failed: gauge(
    'Failed creations of desktops that the cloud still lists, of the same pools: what grows is new (total_count of the same with status FAILED).',
    ({ failed }) => failed,
  ),
});

const options = z.strictObject({
  enabled: enabled('Count desktops being created and failed creations, of pools that lack idle desktops'),
  interval: interval('1m'),
});

export const creations: Collector<z.infer<typeof options>, Creations, NamesOf<typeof creationRows>> = {
  name: 'creations',
  subject: 'pools',
  needs: ['pools'],
  options: options.prefault({}),
  operations: [OPERATION],
  actions: { [OPERATION]: 'workspace:jobs:listSubJobs' },
  metrics: describe(creationRows),
  requests: (_, { discovery, pools }) =>
    REQUESTS_OF_POOL * (discovery.enabled ? MOST_POOLS : Math.min(pools.length, MOST_POOLS)),
  async collect(context) {
    const { keep, pools, read, report, width } = context;
    const inNeed = pools().filter(isInNeed);
    keep(new Set(inNeed.map(({ id }) => id)));
    if (inNeed.length > MOST_POOLS)
      report.notice(
        `more than ${MOST_POOLS} pools lack idle desktops: each collection reads the creations of ${MOST_POOLS}, by turns`,
      );
    await mapConcurrently(inNeed.slice(0, MOST_POOLS), width, ({ id }) =>
      read([id], async () => ({ records: new Map([[id, await readCreations(context, id)]]) })),
    );
  },
  families: (snapshot) => familiesOf(creationRows, labelPools(snapshot)),
};

/** Only these are asked for, so that an estate at ease costs nothing. */
function isInNeed({ status, enable_autoscale, desktop_count, desktop_used, autoscale_policy }: PoolRecord): boolean {
  if (status === 'TEMPORARY') return true;
  if (enable_autoscale !== true || desktop_count === undefined || desktop_used === undefined) return false;
  return desktop_count - desktop_used < Math.max(autoscale_policy?.min_idle ?? 0, 1);
}

async function readCreations({ api, report }: Context<unknown, Creations>, pool: string): Promise<Creations> {
  const losses = lossesTo(report, OPERATION, '', { pool });
  async function count(...statuses: readonly string[]): Promise<number> {
    let sum = 0;
    for (const status of statuses)
      for (const job_type of JOB_TYPES) {
        const query = { desktop_pool_id: pool, job_type, status, limit: 1 };
        const call = { operation: OPERATION, path: ['workspace-sub-jobs'], query, isPatient: true };
        sum += await api.get(call, (json) => parseLeniently(answerSchema, json, losses).total_count);
      }
    return sum;
  }
  return { pending: await count(...PENDING), failed: await count('FAILED') };
}
