// Login, power and assignment states per pool: GET /v2/{project_id}/statistics, one request for all pools.
import * as z from 'zod';
import { mapInSlices } from '../async/in-slices.ts';
import { CloudError } from '../cloud/errors.ts';
import { describe, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { type Collector, type Context, enabled, labelPools, type Reporter } from './collector.ts';
import { attachStates, byAttachState, byLoginState, byRunState, loginStates, runStates } from './desktop-states.ts';
import { idIn, indexRows, lossesTo, parseLeniently } from './lenient.ts';
import { poolId } from './pool.ts';

const rowSchema = z.object({
  desktop_pool_id: poolId(),
  run_state_statistics: runStates,
  login_state_statistics: loginStates,
  attach_statistics: attachStates,
});
const answerSchema = z.object({ desktop_pool_statistics: z.array(z.unknown()).nullish() });
type States = z.infer<typeof rowSchema>;

const { gauges, group } = rowsOf<States>('project', 'pool_id', 'pool_name');

export const sessionRows = group({
  desktop_pool_run_state_desktops: gauges(
    'Desktops by power state (desktop_pool_statistics[].run_state_statistics).',
    ['state'],
    ({ run_state_statistics }) => byRunState(run_state_statistics),
  ),
  desktop_pool_login_state_desktops: gauges(
    'Desktops by login state; a powered-off desktop is unregistered (desktop_pool_statistics[].login_state_statistics).',
    ['state'],
    ({ login_state_statistics }) => byLoginState(login_state_statistics),
  ),
  desktop_pool_attach_state_desktops: gauges(
    'Desktops by assignment to users (desktop_pool_statistics[].attach_statistics).',
    ['state'],
    ({ attach_statistics }) => byAttachState(attach_statistics),
  ),
});

const options = z.strictObject({
  enabled: enabled('Read login, power and assignment states per pool, in one request'),
});

/** The documentation calls the type `POOLED` in one place and `POOL` in another. */
const TYPES = ['POOLED', 'POOL'] as const;
const WORKING = 'working';
const OPERATION = 'list_desktops_statistics';

export const sessions: Collector<z.infer<typeof options>, States, NamesOf<typeof sessionRows>> = {
  name: 'sessions',
  subject: 'pools',
  options: options.prefault({}),
  operations: [OPERATION],
  actions: { [OPERATION]: 'workspace:statistics:listDesktopStatus' },
  metrics: describe(sessionRows),
  requests: () => TYPES.length,
  async collect(context) {
    await context.read('all', async () => ({ records: await readStates(context) }));
  },
  families: (snapshot) => familiesOf(sessionRows, labelPools(snapshot)),
};

type StatesContext = Context<unknown, States>;

/** Asks for the type that gave rows before. Without rows it tries the other one, once. */
async function readStates(context: StatesContext): Promise<ReadonlyMap<string, States>> {
  const { memory } = context;
  const known = TYPES.find((type) => type === memory.get(WORKING)?.type);
  const [usual, other] = TYPES;
  const rows = await readType(context, known ?? usual);
  if (known !== undefined) return rows;
  const others = rows.size > 0 ? undefined : await readType(context, other).catch(ignoreBadRequest);
  memory.set(WORKING, { type: others === undefined || others.size === 0 ? usual : other });
  return others ?? rows;
}

/** The cloud does not know the type: a mere try may fail in that way. */
function ignoreBadRequest(error: unknown): undefined {
  if (!(error instanceof CloudError) || error.kind !== 'bad_request') throw error;
}

async function readType({ api, report }: StatesContext, type: (typeof TYPES)[number]) {
  const query = { desktop_type: type, statistics_type: ['attach-state', 'login-state', 'run-state'] };
  return api.get({ operation: OPERATION, path: ['statistics'], query, isList: true }, (json) =>
    parseStates(json, report),
  );
}

async function parseStates(json: unknown, report: Reporter) {
  const lossesOf = (row: unknown) =>
    lossesTo(report, OPERATION, 'desktop_pool_statistics[].', { pool: idIn(row, 'desktop_pool_id') });
  // Strictly: anything but a list must not pass for a list without rows.
  const rows = answerSchema.parse(json).desktop_pool_statistics ?? [];
  const states = await mapInSlices(rows, (row) => parseLeniently(rowSchema, row, lossesOf(row)));
  return indexRows(states, ({ desktop_pool_id }) => desktop_pool_id, 'pool');
}
