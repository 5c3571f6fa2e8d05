// Users of the pools: GET /v2/{project_id}/desktop-pools/statistics/by-users, at most ten users a request.
import * as z from 'zod';
import { mapConcurrently } from '../async/map-concurrently.ts';
import { describe, type Family, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { member } from '../option-types/record.ts';
import { filePath } from '../option-types/secret-file.ts';
import {
  type Collector,
  type Context,
  enabled,
  interval,
  labelPools,
  type Reading,
  type Snapshot,
} from './collector.ts';
import { type Losses, lossesTo, parseLeniently } from './lenient.ts';
import { poolId } from './pool.ts';
import { readUserIds, requestsForIds } from './user-ids.ts';

/** The documented maximum of the API. */
const BATCH = 10;
const OPERATION = 'list_desktop_pools_by_users';

const userSchema = z.object({
  user_id: z.string().min(1).max(256),
  desktop_pool_count: z.int().nonnegative().optional(),
  desktop_pools: z
    .array(
      z.object({
        desktop_pool_id: poolId(),
        is_attached: z.boolean().optional(),
      }),
    )
    .optional(),
});

/** More pools than any person has. */
const MOST_POOLS = 100;

interface User {
  /** As the cloud counts them, if it does. */
  poolCount?: number | undefined;
  /** Whether the user holds a desktop, by pool. */
  readonly pools: Map<string, boolean | undefined>;
  /** False where there are pools that could not be read, or too many of them. */
  isWhole: boolean;
}
/** `unknown`: the cloud did not answer for the id. Such a user is not invented. */
type Answered = User | 'unknown';

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
    ({ poolCount, pools, isWhole }) => poolCount ?? (isWhole ? pools.size : undefined),
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
  enabled: enabled('Read which users have which pools'),
  from: z.enum(['ids', 'list']).prefault('ids').describe('ids: the users named here; list: every user of the tenant'),
  user_ids: z.array(z.string().min(1).max(256)).prefault([]).describe('Ids of users'),
  user_ids_file: filePath().optional().describe('File with one user id a line, read again at each collection'),
  per_user: z.boolean().prefault(false).describe('Export series per user; their ids are personal data'),
  max_users: z.int().min(1).prefault(1000).describe('Users with series of their own at most; the lowest ids are kept'),
  interval: interval('5m'),
});
type Options = z.infer<typeof options>;

type Names = NamesOf<typeof userCountRows | typeof poolUserRows | typeof userRows | typeof attachmentRows>;

export const users: Collector<Options, Answered, Names> = {
  name: 'users',
  subject: 'users',
  options: options
    .refine(
      ({ enabled, from, user_ids, user_ids_file }) =>
        !enabled || from === 'list' || user_ids.length > 0 || user_ids_file !== undefined,
      {
        message: 'no user ids are configured; set user_ids or user_ids_file, or from: list',
      },
    )
    .prefault({}),
  operations: [OPERATION, 'list_users'],
  actions: { [OPERATION]: 'workspace:desktopPools:listByUsers', list_users: 'workspace:users:list' },
  dropReasons: ['max_users', 'list_length'],
  metrics: [...describe(userCountRows), ...describe(poolUserRows), ...describe(userRows), ...describe(attachmentRows)],
  // A batch costs a second request where the cloud does not answer for every user. How many users a list or a file names is
  // not known here: max_users stands for that.
  requests(chosen) {
    const named = chosen.from === 'list' || chosen.user_ids_file !== undefined ? chosen.max_users : 0;
    return requestsForIds(chosen, named) + 2 * Math.ceil((chosen.user_ids.length + named) / BATCH);
  },
  async collect(context) {
    const { options: chosen, report } = context;
    await context.read('all', async () => {
      const { ids, unlisted } = await readUserIds(chosen, context);
      if (unlisted > 0) report.notice(unlistedWords(unlisted));
      // Users that are no longer configured or listed are forgotten at once.
      return { records: new Map(ids.map((id) => [id, undefined])), isWhole: true, tally: { unlisted } };
    });
    const ids = context.ids();
    if (chosen.per_user) report.dropped('max_users', Math.max(ids.length - chosen.max_users, 0));
    const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, i) =>
      ids.slice(i * BATCH, (i + 1) * BATCH),
    );
    await mapConcurrently(batches, context.width, (batch) => context.read(batch, () => readBatch(context, batch)));
  },
  families(snapshot) {
    const { per_user, max_users } = snapshot.options;
    return [...countUsers(snapshot), ...(per_user ? describeUsers(snapshot, max_users) : [])];
  },
};

const unlistedWords = (unlisted: number) =>
  `the cloud counts ${unlisted} more users than it shows, so desktop_pool_users is missing; to see them, grant the user or agency all enterprise projects (docs/permissions.md)`;

async function readBatch(
  { api, report }: Context<Options, Answered>,
  ids: readonly string[],
): Promise<Reading<Answered>> {
  const found = new Map<string, User>();
  const losses = lossesTo(report, OPERATION, 'users[].', { isPrivate: true });
  const path = ['desktop-pools', 'statistics', 'by-users'];
  // Patient: hundreds of users must not keep the pools waiting.
  const call = { operation: OPERATION, path, query: { user_ids: ids }, rows: 'users', limit: BATCH, isPatient: true };
  const take = (row: unknown) => {
    const one = parseLeniently(userSchema, row, losses);
    if (!ids.includes(one.user_id)) return one.user_id;
    const user = found.get(one.user_id) ?? { pools: new Map(), isWhole: true };
    found.set(one.user_id, user);
    merge(user, one, member(row, 'desktop_pools'), losses);
    return one.user_id;
  };
  // The API gives no total: while a user is missing, pages are read until one brings nothing new.
  let weight = 0;
  await api.pages(call, take, () => {
    const before = weight;
    weight = weigh(found);
    return found.size === ids.length || weight === before;
  });
  return { records: new Map(ids.map((id) => [id, found.get(id) ?? 'unknown'])) };
}

/** Grows with every user and every pool of a user. */
const weigh = (found: ReadonlyMap<string, User>) =>
  [...found.values()].reduce((sum, { pools }) => sum + 1 + pools.size, 0);

/** A user may come in several rows, and a pool twice: a later row does not take back what an earlier one said. `given` is the list as it was sent. */
function merge(
  user: User,
  { desktop_pool_count, desktop_pools = [] }: z.infer<typeof userSchema>,
  given: unknown,
  losses: Losses,
): void {
  user.poolCount = desktop_pool_count ?? user.poolCount;
  const sent = [given].flat().filter((one) => one !== undefined && one !== null);
  if (sent.length > desktop_pools.length) user.isWhole = false;
  for (const { desktop_pool_id: id, is_attached } of desktop_pools) {
    if (user.pools.size < MOST_POOLS || user.pools.has(id)) user.pools.set(id, is_attached ?? user.pools.get(id));
    else {
      user.isWhole = false;
      losses.cut(1);
    }
  }
}

/** Only while every user has a live value: else the sums would be silently too low. */
function countUsers(snapshot: Snapshot<Options, Answered>): Family[] {
  const { project, records, tally, isComplete, pools } = snapshot;
  if (!isComplete || records.size === 0) return [];
  const known = [...records.values()].filter((one) => one !== 'unknown');
  // A pool may have more users than those that were asked for or could be read.
  const isWhole = tally.unlisted === 0 && known.every((one) => one.isWhole);
  const counts = new Map((isWhole ? [...pools.keys()] : []).map((id) => [id, { attached: 0, unattached: 0 }]));
  for (const user of known)
    for (const [id, isAttached] of user.pools) {
      const count = counts.get(id);
      if (count === undefined) continue;
      // A user who may or may not hold a desktop leaves both sums open.
      if (isAttached === undefined) counts.delete(id);
      else if (isAttached) count.attached += 1;
      else count.unattached += 1;
    }
  const items = labelPools({ ...snapshot, records: counts });
  return [...familiesOf(userCountRows, [[[project], known.length]]), ...familiesOf(poolUserRows, items)];
}

function describeUsers({ project, records, pools }: Snapshot<Options, Answered>, limit: number): Family[] {
  const shown = [...records].slice(0, limit).flatMap(([id, user]) => (user === 'unknown' ? [] : [[id, user] as const]));
  const attachments = shown.flatMap(([id, user]) =>
    [...user.pools].flatMap(([pool, isAttached]) => {
      const name = pools.get(pool);
      return isAttached === undefined || name === undefined ? [] : [[[project, pool, name, id], isAttached] as const];
    }),
  );
  return [
    ...familiesOf(
      userRows,
      shown.map(([id, user]) => [[project, id], user]),
    ),
    ...familiesOf(attachmentRows, attachments),
  ];
}
