// How pools are read: one by one, or as one complete list, whichever is cheaper and allowed.
import { mapConcurrently } from '../async/map-concurrently.ts';
import { CloudError } from '../cloud/errors.ts';
import { member } from '../option-types/record.ts';
import type { Context, Reading } from './collector.ts';
import { idIn, lossesTo, parseLeniently } from './lenient.ts';
import { ENUMS, type PoolRecord, poolSchema } from './pool.ts';
import { choose, createJudge, type Listed, type Selection } from './pool-selection.ts';

export const DETAIL = 'show_desktop_pool';
export const LIST = 'list_desktop_pools';

export type Source = 'auto' | 'details' | 'list';
interface SourceOptions {
  readonly source: Source;
}
type PoolsContext = Context<unknown, PoolRecord>;

/** The cloud's own maximum for one page. */
const PAGE_SIZE = 1000;
/** A list request costs as much as a detail request and brings a thousand pools, so only a few pools are read one by one. */
const FEW_POOLS = 5;

export function chooseSource({ source }: SourceOptions, { pools, discovery }: Selection): 'details' | 'list' {
  if (source !== 'auto') return source;
  return discovery.enabled || pools.length > FEW_POOLS ? 'list' : 'details';
}

/** Requests of one collection; a list is as long as `max_pools` allows. */
export function countRequests(options: SourceOptions, selection: Selection): number {
  const pages = Math.ceil(selection.max_pools / PAGE_SIZE);
  if (chooseSource(options, selection) === 'list') return pages;
  return selection.discovery.enabled ? pages + selection.max_pools : selection.pools.length;
}

export const readPools = (context: Context<SourceOptions, PoolRecord>): Promise<void> =>
  chooseSource(context.options, context.selection) === 'list' ? readList(context) : readEach(context);

async function readList(context: PoolsContext): Promise<void> {
  const { selection, report } = context;
  let refusal: CloudError | undefined;
  let inDetail: readonly string[] = [];
  await context.read('all', async () => {
    try {
      const found = await readSelected(context);
      inDetail = found.absent;
      return found.reading;
    } catch (error) {
      const canFallBack = error instanceof CloudError && error.kind === 'forbidden' && selection.pools.length > 0;
      if (!canFallBack) throw error;
      refusal = error;
      return undefined;
    }
  });
  if (refusal !== undefined) {
    report.notice(`listing pools is forbidden, so the configured pools are read one by one: ${refusal.message}`);
    const configured = new Set(selection.pools.map(({ id }) => id));
    const others = context.ids().filter((id) => !configured.has(id));
    inDetail = context.ids().filter((id) => configured.has(id));
    // What only the list could find is not read at all: that is a failure, not a fallback.
    if (selection.discovery.enabled) await context.read(others, () => Promise.reject(refusal));
  }
  await readDetails(context, inDetail);
}

async function readEach(context: PoolsContext): Promise<void> {
  const { selection, report } = context;
  const { cut = 0 } = selection;
  let listed: ReadonlySet<string> = new Set();
  if (!selection.discovery.enabled && cut > 0) {
    report.dropped('max_pools', cut);
    report.notice(droppedWords(cut, cut + selection.pools.length, selection));
  }
  if (selection.discovery.enabled)
    await context.read('all', async () => {
      const { reading } = await readSelected(context);
      listed = new Set(reading.records.keys());
      return { ...reading, records: new Map([...listed].map((id) => [id, undefined])) };
    });
  await readDetails(context, context.ids(), listed);
}

/** `listed`: pools that a list has just selected. */
async function readDetails(
  context: PoolsContext,
  ids: readonly string[],
  listed: ReadonlySet<string> = new Set(),
): Promise<void> {
  const judge = createJudge(context.selection);
  await mapConcurrently(ids, context.width, (id) =>
    context.read([id], async (): Promise<Reading<PoolRecord>> => {
      const pool = await showPool(context, id);
      // A pool that no list shows any more may have been renamed: the filters decide anew.
      const isSelected = listed.has(id) || judge(lastKnown(id, context)).isWanted;
      return isSelected ? { records: new Map([[id, pool]]) } : { records: new Map(), unwanted: new Set([id]) };
    }),
  );
}

const showPool = (context: PoolsContext, id: string): Promise<PoolRecord> =>
  context.api.get({ operation: DETAIL, path: ['desktop-pools', id], asksForPool: true }, (json) => {
    const pool = parsePool(json, DETAIL, context);
    if (pool.id !== id) throw new Error(`asked for pool ${id}, it is about another one; is a cache in between?`);
    return remember(pool, json, DETAIL, context);
  });

function parsePool(json: unknown, operation: string, { report }: PoolsContext): PoolRecord {
  const id = idIn(json, 'id');
  const pool = parseLeniently(poolSchema, json, lossesTo(report, operation, '', { pool: id }));
  for (const [field, known, read] of ENUMS) {
    const value = read(pool);
    if (value !== undefined && !known.includes(value))
      report.unknownValue(field, { pool: id, value, expected: () => known.join(', ') });
  }
  // Only the detail request is documented to know isolated desktops: a 0 in the list would be an invented one.
  return operation === LIST && pool.isolation_num !== undefined ? { ...pool, isolation_num: undefined } : pool;
}

/**
 * Remembers the name and the type, which discovery filters by: a bad one must not remove a pool. Returns the pool with its last
 * known name: a bad one must not rename it. A field that discovery filters by and that was never known is a violation, also where
 * it is missing.
 */
function remember(pool: PoolRecord, json: unknown, operation: string, context: PoolsContext): PoolRecord {
  const { selection, memory, report } = context;
  const { include, exclude, type } = selection.discovery;
  const before = memory.get(pool.id);
  const known = { name: pool.name ?? before?.name, type: pool.type ?? before?.type };
  memory.set(pool.id, known);
  const require = (field: 'name' | 'type') => {
    // One that is there, but is no text, was counted when it was parsed.
    if (known[field] !== undefined || (member(json, field) ?? undefined) !== undefined) return;
    report.violation(operation, field, {
      pool: pool.id,
      value: undefined,
      expected: 'a text, which discovery filters by',
    });
  };
  if (include.length + exclude.length > 0) require('name');
  if (type !== undefined) require('type');
  // Not in place: the same answer gives the same record again.
  return pool.name === known.name ? pool : { ...pool, name: known.name };
}

/** Of a pool that was listed or read, selected or not. */
const lastKnown = (id: string, { memory }: Pick<PoolsContext, 'memory'>): Listed => ({ id, ...memory.get(id) });

function forgetOthers(ids: ReadonlySet<string>, { memory }: Pick<PoolsContext, 'memory'>): void {
  for (const id of memory.keys()) if (!ids.has(id)) memory.delete(id);
}

interface Selected {
  readonly reading: Reading<PoolRecord>;
  /** Asked for, but missing from a list that does not show everything: only their details say whether they are gone. */
  readonly absent: readonly string[];
}

/** Lists every pool and keeps what the configuration selects. */
async function readSelected(context: PoolsContext): Promise<Selected> {
  const { api, selection, report } = context;
  const pools = new Map<string, PoolRecord>();
  const call = { operation: LIST, path: ['desktop-pools'], rows: 'desktop_pools', limit: PAGE_SIZE };
  const unlisted = await api.pages(call, (row) => {
    const pool = parsePool(row, LIST, context);
    pools.set(pool.id, remember(pool, row, LIST, context));
    return pool.id;
  });
  const chosen = await choose([...pools.values()], selection, ({ id }) => lastKnown(id, context));
  forgetOthers(new Set([...pools.keys(), ...context.ids()]), context);
  const hidden =
    unlisted === 0
      ? []
      : context
          .ids()
          .filter((id) => !pools.has(id))
          .sort();
  const configured = new Set(selection.pools.map(({ id }) => id));
  const room = selection.max_pools - chosen.pools.size;
  const absent = hidden.filter((id, index) => configured.has(id) || index < room);
  const dropped = chosen.dropped + (selection.cut ?? 0) + hidden.length - absent.length;
  const wanted = chosen.pools.size + absent.length;
  if (dropped > 0) report.dropped('max_pools', dropped);
  const remarks = [
    ...(dropped > 0 ? [droppedWords(dropped, dropped + wanted, selection)] : []),
    ...(selection.pools.length === 0 && dropped + wanted === 0 ? [nothingWords(chosen.listed)] : []),
    ...(unlisted > 0 ? [unlistedWords(unlisted, chosen.listed)] : []),
  ];
  if (remarks.length > 0) report.notice(remarks.join('; '));
  const unwanted = new Set([...pools.keys(), ...hidden]);
  for (const id of [...chosen.pools.keys(), ...absent]) unwanted.delete(id);
  const tally = { listed: chosen.listed, selected: wanted, dropped, unlisted };
  return { absent, reading: { records: chosen.pools, unwanted, isPartial: unlisted > 0, tally } };
}

const droppedWords = (dropped: number, wanted: number, { max_pools }: Selection) =>
  `${dropped} of ${wanted} pools are dropped because max_pools is ${max_pools}; raise it or select fewer`;

/** Neither a failure nor any series: mostly a filter that does not do what was meant. */
const nothingWords = (listed: number) =>
  listed === 0
    ? 'the cloud lists no pools; check project_id and region if there should be some'
    : `none of the ${listed} pools that the cloud lists is selected; check include, exclude and type of discovery`;

const unlistedWords = (unlisted: number, listed: number) =>
  `the cloud counts ${listed + unlisted} pools but shows ${listed}; to see the others, grant the user or agency all enterprise projects (docs/permissions.md)`;
