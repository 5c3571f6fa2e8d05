// Users of the pools: GET /v2/{project_id}/desktop-pools/statistics/by-users, at most ten users a request.
import { z } from 'zod';
import { baseLabels, describe, type Family, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { duration } from '../options/duration.ts';
import { filePath } from '../options/secret-file.ts';
import type { Collector, Context, Reading, Snapshot } from './collector.ts';
import { parseLeniently } from './lenient.ts';
import { userIds } from './user-ids.ts';

/** The documented maximum of the API. */
const BATCH = 10;
const ENDPOINT = 'list_desktop_pools_by_users';

const userSchema = z.object({
  user_id: z.string().min(1).max(256),
  desktop_pool_count: z.int().nonnegative().optional(),
  desktop_pools: z
    .array(z.object({ desktop_pool_id: z.string().min(1).max(128), is_attached: z.boolean().optional() }))
    .optional(),
});
const pageSchema = z.object({ users: z.array(z.unknown()) });

interface User {
  /** Undefined where the cloud did not answer for the id: such a user is not invented. */
  readonly poolCount: number | undefined;
  readonly pools: ReadonlyMap<string, boolean | undefined>;
}
const UNKNOWN: User = { poolCount: undefined, pools: new Map() };

const project = rowsOf<number>('project');
export const userCountRows = project.group({
  users: project.gauge('Users that the cloud answered for (users[]).', (count) => count),
});

interface PoolUsers {
  readonly attached: number;
  readonly unattached: number;
}
const pool = rowsOf<PoolUsers>('project', 'pool_id', 'pool_name');
export const poolUserRows = pool.group({
  desktop_pool_users: pool.gauges(
    'Users of the pool, by whether they hold a desktop in it (users[].desktop_pools[].is_attached).',
    ['attached'],
    ({ attached, unattached }) => [
      [attached, 'true'],
      [unattached, 'false'],
    ],
  ),
});

const user = rowsOf<User>('project', 'user_id');
export const userRows = user.group({
  user_desktop_pools: user.gauge(
    'Pools of the user (users[].desktop_pool_count, else the length of desktop_pools); only with per_user.',
    ({ poolCount }) => poolCount,
  ),
});

const attachment = rowsOf<boolean>('project', 'pool_id', 'pool_name', 'user_id');
export const attachmentRows = attachment.group({
  user_desktop_pool_attached: attachment.gauge(
    'Whether the user holds a desktop in the pool (users[].desktop_pools[].is_attached); only with per_user.',
    (isAttached) => isAttached,
  ),
});

const options = z.strictObject({
  enabled: z.boolean().prefault(false).describe('Read which users have which pools'),
  from: z.enum(['ids', 'list']).prefault('ids').describe('ids: the users named here; list: every user of the tenant'),
  user_ids: z.array(z.string().min(1).max(256)).prefault([]).describe('Ids of users'),
  user_ids_file: filePath().optional().describe('File with one user id a line, read again at each collection'),
  per_user: z.boolean().prefault(false).describe('Export series per user; their ids are personal data'),
  max_users: z.int().min(1).prefault(1000).describe('Users with series of their own at most; the lowest ids are kept'),
  interval: duration({ min: '1s' })
    .prefault('5m')
    .describe('How often at most; between reads the last values are served'),
});
type Options = z.infer<typeof options>;

type Names = NamesOf<typeof userCountRows | typeof poolUserRows | typeof userRows | typeof attachmentRows>;

export const users: Collector<Options, User, Names> = {
  name: 'users',
  options: options
    .refine(
      ({ enabled, from, user_ids, user_ids_file }) =>
        !enabled || from === 'list' || user_ids.length > 0 || user_ids_file !== undefined,
      {
        message: 'nobody is asked for; name users in user_ids or user_ids_file, or set from: list',
      },
    )
    .prefault({}),
  needsPools: true,
  endpoints: [ENDPOINT, 'list_users'],
  fields: [
    'user_id',
    'desktop_pool_count',
    'desktop_pools',
    'desktop_pools[].desktop_pool_id',
    'desktop_pools[].is_attached',
  ].map((field) => `users[].${field}`),
  enums: [],
  dropReasons: ['max_users'],
  metrics: [...describe(userCountRows), ...describe(poolUserRows), ...describe(userRows), ...describe(attachmentRows)],
  requests: ({ from, user_ids, max_users }) =>
    2 * Math.ceil(Math.max(user_ids.length, from === 'list' ? max_users : 0) / BATCH),
  async collect(context) {
    const { options: chosen, report } = context;
    await context.read('all', async () => asked(await userIds(chosen, context)));
    const ids = context.ids();
    if (chosen.per_user) report.dropped('max_users', Math.max(ids.length - chosen.max_users, 0));
    const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, i) =>
      ids.slice(i * BATCH, (i + 1) * BATCH),
    );
    await Promise.all(batches.map((batch) => context.read(batch, () => readBatch(context, batch))));
  },
  families(snapshot) {
    const { options: chosen } = snapshot;
    const isPerUser = typeof chosen === 'object' && chosen !== null && 'per_user' in chosen && chosen.per_user === true;
    const limit = typeof chosen === 'object' && chosen !== null && 'max_users' in chosen ? Number(chosen.max_users) : 0;
    return [...aggregates(snapshot), ...(isPerUser ? perUser(snapshot, limit) : [])];
  },
};

/** Remembers who is asked for; who is not any more is forgotten at once. */
const asked = (ids: readonly string[]): Reading<User> => ({
  records: new Map(ids.map((id) => [id, undefined])),
  isWhole: true,
});

async function readBatch(
  { api, deadline, report }: Context<Options, User>,
  ids: readonly string[],
): Promise<Reading<User>> {
  const found = new Map<string, User>();
  for (let offset = 0; ; ) {
    const query = { user_ids: ids, limit: BATCH, offset };
    const call = { endpoint: ENDPOINT, path: ['desktop-pools', 'statistics', 'by-users'], query } as const;
    const received = await api.get(call, deadline, (json) => {
      const { users: rows } = pageSchema.parse(json);
      for (const row of rows) {
        const one = parseLeniently(userSchema, row, (field) => report.violation(ENDPOINT, `users[].${field}`));
        if (ids.includes(one.user_id)) found.set(one.user_id, merged(found.get(one.user_id), one));
      }
      return rows.length;
    });
    offset += received;
    // The API gives no total: a page that brings less than was asked for is followed until nothing comes.
    if (received === 0 || offset >= ids.length) break;
  }
  return { records: new Map(ids.map((id) => [id, found.get(id) ?? UNKNOWN])) };
}

function merged(
  before: User | undefined,
  { desktop_pool_count, desktop_pools = [] }: z.infer<typeof userSchema>,
): User {
  const pools = new Map(before?.pools);
  for (const { desktop_pool_id, is_attached } of desktop_pools) pools.set(desktop_pool_id, is_attached);
  return { pools, poolCount: desktop_pool_count ?? pools.size };
}

/** Only while every user has a live value: else the sums would be silently too low. */
function aggregates({ project: name, records, isComplete, directory, shows }: Snapshot<User>): Family[] {
  if (!isComplete || records.size === 0) return [];
  const known = [...records.values()].filter(({ poolCount }) => poolCount !== undefined);
  const counts = new Map([...directory.pools].filter(shows).map((id) => [id, { attached: 0, unattached: 0 }]));
  for (const { pools } of known)
    for (const [id, isAttached] of pools) {
      const count = counts.get(id);
      if (count === undefined || isAttached === undefined) continue;
      if (isAttached) count.attached += 1;
      else count.unattached += 1;
    }
  const items = [...counts].map(([id, item]) => ({
    labels: baseLabels(poolUserRows.base, [name, id, directory.nameOf(id)]),
    item,
  }));
  return [
    ...familiesOf(userCountRows, [{ labels: baseLabels(userCountRows.base, [name]), item: known.length }]),
    ...familiesOf(poolUserRows, items),
  ];
}

function perUser({ project: name, records, directory, shows }: Snapshot<User>, limit: number): Family[] {
  const shown = [...records].slice(0, limit).filter(([, { poolCount }]) => poolCount !== undefined);
  const items = shown.map(([id, item]) => ({ labels: baseLabels(userRows.base, [name, id]), item }));
  const attachments = shown.flatMap(([id, { pools }]) =>
    [...pools].flatMap(([poolId, item]) =>
      item !== undefined && directory.pools.has(poolId) && shows(poolId)
        ? [{ labels: baseLabels(attachmentRows.base, [name, poolId, directory.nameOf(poolId), id]), item }]
        : [],
    ),
  );
  return [...familiesOf(userRows, items), ...familiesOf(attachmentRows, attachments)];
}
