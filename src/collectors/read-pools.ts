// How pools are read: one by one, or as one complete list, whichever is cheaper and allowed.
import * as z from 'zod';
import { mapInSlices } from '../async/in-slices.ts';
import { mapConcurrently } from '../async/map-concurrently.ts';
import { CloudError } from '../cloud/errors.ts';
import { member } from '../option-types/record.ts';
import type { Context, Reading, Reporter } from './collector.ts';
import { createPageCount, totalCount } from './page-count.ts';
import { choose, type Listed, type Selection, wanting } from './pool-selection.ts';

export type Source = 'auto' | 'details' | 'list';
export type PoolOperation = 'show_desktop_pool' | 'list_desktop_pools';
/** One pool of an answer; throws where it is none. */
type Parse<Pool> = (json: unknown, operation: PoolOperation, report: Reporter) => Pool;

interface PoolRecord {
  readonly id: string;
  /** As last known: a bad one must not rename the pool. */
  name?: string | undefined;
  readonly type?: string | undefined;
}

/** The cloud's own maximum for one page. */
const PAGE_SIZE = 1000;
/** A list request costs as much as one detail request and brings up to a thousand pools; few pools are worth their details. */
const FEW_POOLS = 5;

export const chosenSource = (source: Source, { pools, discovery }: Selection): 'details' | 'list' => {
  if (source !== 'auto') return source;
  return discovery.enabled || pools.length > FEW_POOLS ? 'list' : 'details';
};

/** Requests of one collection; a list is as long as `max_pools` allows. */
export function requestsAtWorst(source: Source, selection: Selection): number {
  const pages = Math.ceil(selection.max_pools / PAGE_SIZE);
  if (chosenSource(source, selection) === 'list') return pages;
  return selection.discovery.enabled ? pages + selection.max_pools : selection.pools.length;
}

export async function readPools<Pool extends PoolRecord>(
  context: Context<unknown, Pool>,
  source: Source,
  parse: Parse<Pool>,
): Promise<void> {
  if (chosenSource(source, context.selection) === 'list') await readList(context, parse);
  else await readEach(context, parse);
}

async function readList<Pool extends PoolRecord>(context: Context<unknown, Pool>, parse: Parse<Pool>): Promise<void> {
  const { selection, report } = context;
  let forbidden: CloudError | undefined;
  let absent: readonly string[] = [];
  await context.read('all', async () => {
    try {
      const found = await selected(await listPools(context, parse), context);
      absent = found.absent;
      return found.reading;
    } catch (error) {
      const canFallBack = error instanceof CloudError && error.kind === 'forbidden' && selection.pools.length > 0;
      if (!canFallBack) throw error;
      forbidden = error;
      return undefined;
    }
  });
  await readDetails(context, parse, absent);
  if (forbidden === undefined) return;
  const refusal = forbidden;
  report.notice(`the list of pools is forbidden, so the configured pools are read one by one: ${refusal.message}`);
  const configured = new Set(selection.pools.map(({ id }) => id));
  const ids = context.ids();
  // What only the list could find is not read at all: that is a failure, and does not fall back.
  if (selection.discovery.enabled)
    await context.read(
      ids.filter((id) => !configured.has(id)),
      () => Promise.reject(refusal),
    );
  await readDetails(
    context,
    parse,
    ids.filter((id) => configured.has(id)),
  );
}

async function readEach<Pool extends PoolRecord>(context: Context<unknown, Pool>, parse: Parse<Pool>): Promise<void> {
  const { selection, report } = context;
  const { cut = 0 } = selection;
  let listed: ReadonlySet<string> = new Set();
  if (!selection.discovery.enabled && cut > 0) {
    report.dropped('max_pools', cut);
    report.notice(droppedWords(cut, cut + selection.pools.length, selection));
  }
  if (selection.discovery.enabled)
    await context.read('all', async () => {
      const { reading } = await selected(await listPools(context, parse), context);
      listed = new Set(reading.records.keys());
      return { ...reading, records: new Map([...listed].map((id) => [id, undefined])) };
    });
  await readDetails(context, parse, context.ids(), listed);
}

/** `listed` are those that a list just chose. */
async function readDetails<Pool extends PoolRecord>(
  context: Context<unknown, Pool>,
  parse: Parse<Pool>,
  ids: readonly string[],
  listed: ReadonlySet<string> = new Set(),
): Promise<void> {
  const isWanted = wanting(context.selection);
  await mapConcurrently(ids, context.width, (id) =>
    context.read([id], async (): Promise<Reading<Pool>> => {
      const pool = await showPool(context, parse, id);
      // What no list shows any more goes through the filters here: it may have been renamed.
      const isSelected = listed.has(id) || isWanted(lastKnown(id, context));
      return isSelected ? { records: new Map([[id, pool]]) } : { records: new Map(), unwanted: new Set([id]) };
    }),
  );
}

function showPool<Pool extends PoolRecord>(
  context: Context<unknown, Pool>,
  parse: Parse<Pool>,
  id: string,
): Promise<Pool> {
  const operation = 'show_desktop_pool';
  return context.api.get({ operation, path: ['desktop-pools', id], asksForPool: true }, context.deadline, (json) => {
    const pool = parse(json, operation, context.report);
    if (pool.id !== id) throw new Error(`asked for pool ${id}, got another one`);
    return remember(pool, json, operation, context);
  });
}

/**
 * Remembers the name and the type, which discovery filters by: a bad one must not remove a pool. A name stays on the page
 * as well. A filtered field that was never known is a violation, also where it is missing.
 */
function remember<Pool extends PoolRecord>(
  pool: Pool,
  json: unknown,
  operation: PoolOperation,
  context: Context<unknown, Pool>,
): Pool {
  const { selection, memory, report } = context;
  const { include, exclude, type } = selection.discovery;
  if (pool.name !== undefined) memory.set(`name ${pool.id}`, pool.name);
  if (pool.type !== undefined) memory.set(`type ${pool.id}`, pool.type);
  const known = lastKnown(pool.id, context);
  pool.name = known.name;
  // One that is there, but is no text, was counted where it was parsed.
  const isMissing = (field: 'name' | 'type') =>
    known[field] === undefined && (member(json, field) === undefined || member(json, field) === null);
  const miss = (field: 'name' | 'type') =>
    report.violation(operation, field, {
      pool: pool.id,
      value: undefined,
      expected: 'a text, which discovery filters by',
    });
  if (include.length + exclude.length > 0 && isMissing('name')) miss('name');
  if (type !== undefined && isMissing('type')) miss('type');
  return pool;
}

/** Of a pool that was listed or read, selected or not. */
const lastKnown = (id: string, { memory }: Pick<Context<unknown, unknown>, 'memory'>): Listed => ({
  id,
  name: memory.get(`name ${id}`),
  type: memory.get(`type ${id}`),
});

function forgetOthers(ids: ReadonlySet<string>, { memory }: Pick<Context<unknown, unknown>, 'memory'>): void {
  for (const key of memory.keys()) if (!ids.has(key.slice(key.indexOf(' ') + 1))) memory.delete(key);
}

const pageSchema = z.object({ total_count: totalCount(), desktop_pools: z.array(z.unknown()) });

interface PoolList<Pool> {
  readonly pools: readonly Pool[];
  /** How many more the cloud counts than it shows: a user of an enterprise project may not see all of them. */
  readonly unlisted: number;
}

/** Every page, or an error: an incomplete list must not make a pool look gone. */
async function listPools<Pool extends PoolRecord>(
  context: Context<unknown, Pool>,
  parse: Parse<Pool>,
): Promise<PoolList<Pool>> {
  const { api, deadline, report } = context;
  const operation = 'list_desktop_pools';
  const found = new Map<string, Pool>();
  const parsePool = (row: unknown) => {
    const pool = parse(row, operation, report);
    return remember(pool, row, operation, context);
  };
  const pages = createPageCount('pools');
  while (!pages.isOver()) {
    const query = { limit: PAGE_SIZE, offset: pages.offset() };
    await api.get({ operation, path: ['desktop-pools'], query, isList: true }, deadline, async (json) => {
      const page = pageSchema.parse(json);
      for (const pool of await mapInSlices(page.desktop_pools, parsePool)) found.set(pool.id, pool);
      pages.add(page.total_count, page.desktop_pools.length, found.size);
    });
  }
  return { pools: [...found.values()], unlisted: pages.unlisted() };
}

interface Selected<Pool> {
  readonly reading: Reading<Pool>;
  /** Asked for, but not shown by a list that does not show everything: only their details say whether they are gone. */
  readonly absent: readonly string[];
}

async function selected<Pool extends PoolRecord>(
  { pools, unlisted }: PoolList<Pool>,
  context: Context<unknown, Pool>,
): Promise<Selected<Pool>> {
  const { selection, report } = context;
  const chosen = await choose(pools, selection, ({ id }) => lastKnown(id, context));
  const listed = new Set(pools.map(({ id }) => id));
  forgetOthers(new Set([...listed, ...context.ids()]), context);
  const hidden = unlisted === 0 ? [] : [...context.ids()].filter((id) => !listed.has(id)).sort();
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
  const leftOut = new Set([...listed, ...hidden]);
  for (const id of [...chosen.pools.keys(), ...absent]) leftOut.delete(id);
  const tally = { listed: chosen.listed, selected: wanted, dropped, unlisted };
  return { absent, reading: { records: chosen.pools, unwanted: leftOut, isPartial: unlisted > 0, tally } };
}

const droppedWords = (dropped: number, wanted: number, { max_pools }: Selection) =>
  `${dropped} of ${wanted} pools are dropped, because max_pools is ${max_pools}; raise it, or ask for fewer`;

/** No failure, and no series either: mostly a filter that is not what was meant. */
const nothingWords = (listed: number) =>
  listed === 0
    ? 'the cloud lists no pools; check project_id and region if there should be some'
    : `none of the ${listed} pools that the cloud lists is selected; check include, exclude and type of discovery`;

const unlistedWords = (unlisted: number, listed: number) =>
  `the cloud counts ${listed + unlisted} pools, but shows ${listed}; if the others should be seen, allow the user or agency all enterprise projects (docs/permissions.md)`;
