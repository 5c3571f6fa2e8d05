// Users of the pools: GET /v2/{project_id}/desktop-pools/statistics/by-users, at most ten users a request.
import * as z from 'zod';
import { mapInSlices } from '../async/in-slices.ts';
import { mapConcurrently } from '../async/map-concurrently.ts';
import { baseLabels, describe, type Family, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { duration } from '../option-types/duration.ts';
import { canonicalId } from '../option-types/pool-id.ts';
import { member } from '../option-types/record.ts';
import { filePath } from '../option-types/secret-file.ts';
import type { Collector, Context, Reading, Snapshot } from './collector.ts';
import { fieldsOf, type Losses, lossesTo, parseLeniently } from './lenient.ts';
import { requestsForIds, userIds } from './user-ids.ts';

/** The documented maximum of the API. */
const BATCH = 10;
const OPERATION = 'list_desktop_pools_by_users';

const userSchema = z.object({
  user_id: z.string().min(1).max(256),
  desktop_pool_count: z.int().nonnegative().optional(),
  desktop_pools: z
    .array(
      z.object({
        desktop_pool_id: z.string().min(1).max(128).overwrite(canonicalId),
        is_attached: z.boolean().optional(),
      }),
    )
    .optional(),
});
const pageSchema = z.object({ users: z.array(z.unknown()) });

/** More pools than any person has. */
const MOST_POOLS = 100;

interface User {
  /** As the cloud counts them, if it does. */
  readonly poolCount: number | undefined;
  /** Undefined where the cloud did not answer for the id: such a user is not invented. */
  readonly pools: ReadonlyMap<string, boolean | undefined> | undefined;
  /** False where there are pools that could not be read, or too many of them. */
  readonly isWhole: boolean;
}
type KnownUser = User & { readonly pools: ReadonlyMap<string, boolean | undefined> };
const UNKNOWN: User = { poolCount: undefined, pools: undefined, isWhole: true };
const isKnown = (one: User): one is KnownUser => one.pools !== undefined;

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

const user = rowsOf<KnownUser>('project', 'user_id');
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
  operations: [OPERATION, 'list_users'],
  actions: { [OPERATION]: 'workspace:desktopPools:listByUsers', list_users: 'workspace:users:list' },
  fields: fieldsOf(userSchema).map((field) => `users[].${field}`),
  enums: [],
  dropReasons: ['max_users', 'list_length'],
  metrics: [...describe(userCountRows), ...describe(poolUserRows), ...describe(userRows), ...describe(attachmentRows)],
  // A batch costs a second request where the cloud does not answer for everybody. How many a list or a file names is not
  // known here: max_users stands for it.
  requests(chosen) {
    const named = chosen.from === 'list' || chosen.user_ids_file !== undefined ? chosen.max_users : 0;
    return requestsForIds(chosen, named) + 2 * Math.ceil((chosen.user_ids.length + named) / BATCH);
  },
  async collect(context) {
    const { options: chosen, report } = context;
    await context.read('all', async () => {
      const { ids, unlisted } = await userIds(chosen, context);
      if (unlisted > 0) report.notice(unlistedWords(unlisted));
      return asked(ids, unlisted);
    });
    const ids = context.ids();
    if (chosen.per_user) report.dropped('max_users', Math.max(ids.length - chosen.max_users, 0));
    const batches = Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, i) =>
      ids.slice(i * BATCH, (i + 1) * BATCH),
    );
    await mapConcurrently(batches, context.width, (batch) => context.read(batch, () => readBatch(context, batch)));
  },
  families(snapshot) {
    const { options: chosen } = snapshot;
    const limit = Number(member(chosen, 'max_users') ?? 0);
    return [...aggregates(snapshot), ...(member(chosen, 'per_user') === true ? perUser(snapshot, limit) : [])];
  },
};

/** Remembers who is asked for; who is not any more is forgotten at once. */
const asked = (ids: readonly string[], unlisted: number): Reading<User> => ({
  records: new Map(ids.map((id) => [id, undefined])),
  isWhole: true,
  tally: { unlisted },
});

const unlistedWords = (unlisted: number) =>
  `the cloud counts ${unlisted} users more than it shows, so the users of a pool are not counted; if they should be seen, allow the user or agency all enterprise projects (docs/permissions.md)`;

async function readBatch(
  { api, deadline, report }: Context<Options, User>,
  ids: readonly string[],
): Promise<Reading<User>> {
  const found = new Map<string, UserInProgress>();
  const losses = lossesTo(report, OPERATION, 'users[].', { isPrivate: true });
  let isOver = false;
  for (let offset = 0; !isOver; ) {
    const query = { user_ids: ids, limit: BATCH, offset };
    // Hundreds of users must not keep the pools waiting.
    const path = ['desktop-pools', 'statistics', 'by-users'];
    const call = { operation: OPERATION, path, query, isPatient: true, isList: true } as const;
    const before = weightOf(found);
    offset += await api.get(call, deadline, async (json) => {
      const { users: rows } = pageSchema.parse(json);
      await mapInSlices(rows, (row) => {
        const one = parseLeniently(userSchema, row, losses);
        if (!ids.includes(one.user_id)) return;
        const user = found.get(one.user_id) ?? { poolCount: undefined, pools: new Map(), isWhole: true };
        found.set(one.user_id, user);
        merge(user, one, member(row, 'desktop_pools'), losses);
      });
      return rows.length;
    });
    // The API gives no total: while somebody is missing it is asked on, until a page brings nothing new.
    isOver = found.size === ids.length || weightOf(found) === before;
  }
  return { records: new Map(ids.map((id) => [id, found.get(id) ?? UNKNOWN])) };
}

/** Grows with every user and every pool of a user. */
const weightOf = (found: ReadonlyMap<string, UserInProgress>) =>
  [...found.values()].reduce((sum, { pools }) => sum + 1 + pools.size, 0);

interface UserInProgress {
  poolCount: number | undefined;
  readonly pools: Map<string, boolean | undefined>;
  isWhole: boolean;
}

/** A user may come in several rows, and a pool twice: what is said once stays said. `given` is the list as it was sent. */
function merge(
  user: UserInProgress,
  { desktop_pool_count, desktop_pools = [] }: z.infer<typeof userSchema>,
  given: unknown,
  losses: Losses,
): void {
  user.poolCount = desktop_pool_count ?? user.poolCount;
  const sent = Array.isArray(given)
    ? given.filter((one) => one !== null)
    : given === undefined || given === null
      ? []
      : [given];
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
function aggregates({ project: name, records, tally, isComplete, directory, shows }: Snapshot<User>): Family[] {
  if (!isComplete || records.size === 0) return [];
  const known = [...records.values()].filter(isKnown);
  // Of a pool there may be more users than those that were asked for or could be read.
  const isWhole = tally.unlisted === 0 && known.every((one) => one.isWhole);
  const counted = isWhole ? [...directory.pools].filter(shows) : [];
  const counts = new Map(counted.map((id) => [id, { attached: 0, unattached: 0 }]));
  for (const { pools } of known)
    for (const [id, isAttached] of pools) {
      const count = counts.get(id);
      if (count === undefined) continue;
      // Whoever may or may not hold a desktop leaves both sums open.
      if (isAttached === undefined) counts.delete(id);
      else if (isAttached) count.attached += 1;
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
  const shown = [...records].slice(0, limit).flatMap(([id, one]) => (isKnown(one) ? [{ id, item: one }] : []));
  const items = shown.map(({ id, item }) => ({ labels: baseLabels(userRows.base, [name, id]), item }));
  const attachments = shown.flatMap(({ id, item: { pools } }) =>
    [...pools].flatMap(([poolId, item]) =>
      item !== undefined && directory.pools.has(poolId) && shows(poolId)
        ? [{ labels: baseLabels(attachmentRows.base, [name, poolId, directory.nameOf(poolId), id]), item }]
        : [],
    ),
  );
  return [...familiesOf(userRows, items), ...familiesOf(attachmentRows, attachments)];
}
