// Which pools of a project are selected: configured ids, and what discovery finds after its filters.
import * as z from 'zod';
import { thresholdList } from '../../prometheus/thresholds.ts';
import { mapInSlices } from '../async/in-slices.ts';
import { canonicalId, POOL_ID } from '../option-types/pool-id.ts';
import { type Pattern, regexes } from '../option-types/regex.ts';

const poolId = () =>
  z
    .string()
    .regex(POOL_ID, 'not a pool id; the console shows it, like a130ab3a-72bf-4b71-baa9-af4987c8e338')
    .overwrite(canonicalId)
    .describe('Id of the pool');

const thresholds = z.strictObject(
  Object.fromEntries(
    thresholdList.flatMap(({ name, preset, says, isPerPool, isShare }) => {
      const number = z.number().min(0);
      const option = isShare ? number.max(1) : number;
      return isPerPool
        ? [[name, option.optional().describe(`${says} (${preset} unless the rules were made with another)`)]]
        : [];
    }),
  ),
);
/** Thresholds of the shipped alerts by name: only those that are set. */
export type Alerts = Readonly<Record<string, number | undefined>>;

const configuredPool = z.strictObject({
  id: poolId(),
  capacity_limit: z.int().min(1).optional().describe('Your own ceiling of desktops for this pool'),
  alerts: thresholds.optional().describe('Thresholds of the shipped alerts for this pool'),
});
export interface ConfiguredPool {
  readonly id: string;
  readonly capacity_limit?: number | undefined;
  readonly alerts?: Alerts | undefined;
}

/** Project settings: which pools, and which of their tags. */
export const selectionOptions = {
  pools: z
    .array(z.union([poolId().transform((id): ConfiguredPool => ({ id })), configuredPool]))
    .prefault([])
    .describe('Configured pools: ids, or objects with an id, a capacity_limit, alerts'),
  discovery: z
    .strictObject({
      enabled: z.boolean().prefault(false).describe('Export every pool of the project that passes the filters'),
      include: regexes().describe('RE2 expressions on the pool name; one must match (none given: all)'),
      exclude: regexes().describe('RE2 expressions on the pool name; none may match'),
      type: z.enum(['DYNAMIC', 'STATIC']).optional().describe('Only pools of this type'),
    })
    .prefault({})
    .describe('All pools of the project; a configured id beats every filter'),
  max_pools: z
    .int()
    .min(1)
    .prefault(5000)
    .describe('Safety limit: the lowest ids are kept, the rest is dropped, counted and logged'),
  pool_tags: z.array(z.string().min(1)).prefault([]).describe('Tag keys to export'),
  alerts: thresholds.prefault({}).describe('Thresholds of the shipped alerts, for all pools of the project'),
};

export interface Selection {
  readonly pools: readonly ConfiguredPool[];
  readonly discovery: {
    readonly enabled: boolean;
    readonly include: readonly Pattern[];
    readonly exclude: readonly Pattern[];
    readonly type?: 'DYNAMIC' | 'STATIC' | undefined;
  };
  readonly max_pools: number;
  readonly pool_tags: readonly string[];
  readonly alerts?: Alerts;
  /** Configured pools beyond `max_pools`, left out already. */
  readonly cut?: number;
}

/** Keeps the configured pools with the lowest ids, as many as `max_pools` allows. */
export function withinLimit(given: Selection): Selection {
  const byId = [...given.pools].sort((a, b) => (a.id < b.id ? -1 : 1));
  const pools = byId.slice(0, given.max_pools);
  return { ...given, pools, cut: byId.length - pools.length };
}

/** The thresholds of each pool: its own before those of the project. */
export function alertsOf({ pools, alerts }: Selection): (id: string) => Alerts {
  const own = new Map(pools.map((pool) => [pool.id, pool.alerts]));
  return (id) => ({ ...alerts, ...own.get(id) });
}

export interface Chosen<Pool> {
  readonly pools: ReadonlyMap<string, Pool>;
  readonly listed: number;
  readonly dropped: number;
}

/** What discovery filters by, as last known; undefined where it never was. */
export interface Listed {
  readonly id: string;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
}

/** Applies the selection to the pools of a list. Configured ids come first, then the lowest. */
export async function choose<Pool>(
  pools: readonly Pool[],
  selection: Selection,
  listedOf: (pool: Pool) => Listed,
): Promise<Chosen<Pool>> {
  const configured = new Set(selection.pools.map(({ id }) => id));
  const judge = createJudge(selection);
  // In slices, because expressions are slow: 1,000 pools take them 20 ms each.
  const rows = await mapInSlices(pools, (pool) => {
    const listed = listedOf(pool);
    return { pool, id: listed.id, isConfigured: configured.has(listed.id), isWanted: judge(listed).isWanted };
  });
  const wanted = rows
    .filter((row) => row.isWanted)
    .sort((a, b) => Number(b.isConfigured) - Number(a.isConfigured) || (a.id < b.id ? -1 : 1));
  const kept = wanted.slice(0, selection.max_pools);
  return {
    pools: new Map(kept.map(({ id, pool }) => [id, pool])),
    listed: rows.length,
    dropped: wanted.length - kept.length,
  };
}

export interface Verdict {
  readonly isWanted: boolean;
  /** In words, for `check --explain`. */
  readonly why: string;
}

/** Whether a pool is selected. A name or a type that was never known does not rule it out. */
export function createJudge({ pools, discovery }: Selection): (pool: Listed) => Verdict {
  const configured = new Set(pools.map(({ id }) => id));
  const { enabled, include, exclude } = discovery;
  const keep = (why: string) => ({ isWanted: true, why });
  const drop = (why: string) => ({ isWanted: false, why });
  return ({ id, name, type }) => {
    if (configured.has(id)) return keep('configured by id');
    if (!enabled) return drop('discovery is off');
    if (discovery.type !== undefined && type !== undefined && discovery.type !== type)
      return drop(`its type is ${type}, not ${discovery.type}`);
    if (name === undefined) return keep('its name is not known');
    const excluded = exclude.find((pattern) => pattern.matches(name));
    if (excluded !== undefined) return drop(`exclude ${excluded.source} matches`);
    if (include.length === 0) return keep('no include is set');
    const included = include.find((pattern) => pattern.matches(name));
    return included === undefined ? drop('no include matches') : keep(`include ${included.source} matches`);
  };
}
