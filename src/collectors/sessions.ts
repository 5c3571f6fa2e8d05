// Login, power and assignment states per pool: GET /v2/{project_id}/statistics, one request for all pools.
import * as z from 'zod';
import { mapInSlices } from '../async/in-slices.ts';
import { CloudError } from '../cloud/errors.ts';
import { baseLabels, describe, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { canonicalId } from '../option-types/pool-id.ts';
import type { Collector, Context, Reporter } from './collector.ts';
import { fieldsOf, idIn, lossesTo, parseLeniently } from './lenient.ts';

const count = () => z.int().nonnegative().optional();

const rowSchema = z.object({
  desktop_pool_id: z.string().min(1).max(128).overwrite(canonicalId),
  run_state_statistics: z
    .object({ active_num: count(), stop_num: count(), hibernated_num: count(), error_num: count() })
    .optional(),
  login_state_statistics: z
    .object({
      in_use_num: count(),
      ready_num: count(),
      disconnected_num: count(),
      unregistered_num: count(),
      unable_to_connect_num: count(),
    })
    .optional(),
  attach_statistics: z
    .object({ attached_num: count(), unattached_num: count(), attaching_num: count(), attach_error_num: count() })
    .optional(),
});
const answerSchema = z.object({ desktop_pool_statistics: z.array(z.unknown()).nullish() });
type States = z.infer<typeof rowSchema>;

const { gauges, group } = rowsOf<States>('project', 'pool_id', 'pool_name');

export const sessionRows = group({
  desktop_pool_run_state_desktops: gauges(
    'Desktops by power state (desktop_pool_statistics[].run_state_statistics).',
    ['state'],
    ({ run_state_statistics: run }) => [
      [run?.active_num, 'active'],
      [run?.stop_num, 'stopped'],
      [run?.hibernated_num, 'hibernated'],
      [run?.error_num, 'error'],
    ],
  ),
  desktop_pool_login_state_desktops: gauges(
    'Desktops by login state; a powered-off desktop is unregistered (desktop_pool_statistics[].login_state_statistics).',
    ['state'],
    ({ login_state_statistics: login }) => [
      [login?.in_use_num, 'in_use'],
      [login?.ready_num, 'ready'],
      [login?.disconnected_num, 'disconnected'],
      [login?.unregistered_num, 'unregistered'],
      [login?.unable_to_connect_num, 'unable_to_connect'],
    ],
  ),
  desktop_pool_attach_state_desktops: gauges(
    'Desktops by assignment to users (desktop_pool_statistics[].attach_statistics).',
    ['state'],
    ({ attach_statistics: attach }) => [
      [attach?.attached_num, 'attached'],
      [attach?.unattached_num, 'unattached'],
      [attach?.attaching_num, 'attaching'],
      [attach?.attach_error_num, 'attach_error'],
    ],
  ),
});

const options = z.strictObject({
  enabled: z.boolean().prefault(false).describe('Read login, power and assignment states per pool, in one request'),
});

/** The documentation names the type `POOLED` in one place and `POOL` in another. */
const TYPES = ['POOLED', 'POOL'] as const;
const WORKING_TYPE = 'desktop_type';

export const sessions: Collector<z.infer<typeof options>, States, NamesOf<typeof sessionRows>> = {
  name: 'sessions',
  options: options.prefault({}),
  needsPools: true,
  operations: ['list_desktops_statistics'],
  actions: { list_desktops_statistics: 'workspace:statistics:listDesktopStatus' },
  fields: fieldsOf(rowSchema).map((field) => `desktop_pool_statistics[].${field}`),
  enums: [],
  dropReasons: [],
  metrics: describe(sessionRows),
  requests: () => TYPES.length,
  async collect(context) {
    await context.read('all', async () => ({ records: await readStates(context), isWhole: true }));
  },
  families({ project, records, directory, shows }) {
    const items = [...records].flatMap(([id, item]) =>
      directory.pools.has(id) && shows(id)
        ? [{ labels: baseLabels(sessionRows.base, [project, id, directory.nameOf(id)]), item }]
        : [],
    );
    return familiesOf(sessionRows, items);
  },
};

type StatesContext = Context<unknown, States>;

/** Asks with the type that gave rows before. Without rows the other one is tried, once for all. */
async function readStates(context: StatesContext): Promise<ReadonlyMap<string, States>> {
  const { memory } = context;
  const known = TYPES.find((type) => type === memory.get(WORKING_TYPE));
  const [usual, other] = TYPES;
  const rows = await statesOf(context, known ?? usual);
  if (known !== undefined) return rows;
  const others = rows.size > 0 ? undefined : await tried(statesOf(context, other));
  memory.set(WORKING_TYPE, others === undefined || others.size === 0 ? usual : other);
  return others ?? rows;
}

/** Undefined where the cloud does not know what it was asked for: that is no failure of a mere try. */
const tried = <T>(reading: Promise<T>): Promise<T | undefined> =>
  reading.catch((error: unknown) => {
    if (error instanceof CloudError && error.kind === 'bad_request') return undefined;
    throw error;
  });

async function statesOf({ api, deadline, report }: StatesContext, type: (typeof TYPES)[number]) {
  const query = { desktop_type: type, statistics_type: ['attach-state', 'login-state', 'run-state'] };
  const call = { operation: 'list_desktops_statistics', path: ['statistics'], query, isList: true } as const;
  const rows = await api.get(call, deadline, (json) => parseStates(json, report));
  return new Map(rows.map((row) => [row.desktop_pool_id, row]));
}

function parseStates(json: unknown, report: Reporter): Promise<States[]> {
  const lossesOf = (row: unknown) =>
    lossesTo(report, 'list_desktops_statistics', 'desktop_pool_statistics[].', { pool: idIn(row, 'desktop_pool_id') });
  // Strictly: a list that is none must not pass for one without rows.
  const rows = answerSchema.parse(json).desktop_pool_statistics ?? [];
  return mapInSlices(rows, (row) => parseLeniently(rowSchema, row, lossesOf(row)));
}
