// How pools are read: one by one, or as one complete list, whichever is cheaper and allowed.
import * as z from 'zod';
import { inTurn } from '../async/in-turn.ts';
import { CloudError } from '../cloud/errors.ts';
import type { Context, Reading, Reporter } from './collector.ts';
import { choose, type Selection } from './pool-selection.ts';

export type Source = 'auto' | 'details' | 'list';
export type PoolEndpoint = 'show_desktop_pool' | 'list_desktop_pools';
/** One pool of an answer; throws where it is none. */
type Parse<Pool> = (json: unknown, endpoint: PoolEndpoint, report: Reporter) => Pool;

interface Listed {
  readonly id: string;
  readonly name?: string | undefined;
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

export async function readPools<Pool extends Listed>(
  context: Context<unknown, Pool>,
  source: Source,
  parse: Parse<Pool>,
): Promise<void> {
  if (chosenSource(source, context.selection) === 'list') await readList(context, parse);
  else await readEach(context, parse);
}

async function readList<Pool extends Listed>(context: Context<unknown, Pool>, parse: Parse<Pool>): Promise<void> {
  const { selection, report } = context;
  let forbidden: CloudError | undefined;
  await context.read('all', async () => {
    try {
      return selected(await listPools(context, parse), context);
    } catch (error) {
      const canFallBack = error instanceof CloudError && error.kind === 'forbidden' && selection.pools.length > 0;
      if (!canFallBack) throw error;
      forbidden = error;
      return undefined;
    }
  });
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

async function readEach<Pool extends Listed>(context: Context<unknown, Pool>, parse: Parse<Pool>): Promise<void> {
  const { selection, report } = context;
  const { cut = 0 } = selection;
  if (!selection.discovery.enabled) reportDropped(cut, cut + selection.pools.length, selection, report);
  else
    await context.read('all', async () => {
      const { records, ...rest } = selected(await listPools(context, parse), context);
      return { ...rest, records: new Map([...records.keys()].map((id) => [id, undefined])) };
    });
  await readDetails(context, parse, context.ids());
}

async function readDetails<Pool extends Listed>(
  context: Context<unknown, Pool>,
  parse: Parse<Pool>,
  ids: readonly string[],
): Promise<void> {
  await inTurn(ids, context.width, (id) =>
    context.read([id], async () => ({ records: new Map([[id, await showPool(context, parse, id)]]) })),
  );
}

function showPool<Pool extends Listed>(
  { api, deadline, report }: Context<unknown, Pool>,
  parse: Parse<Pool>,
  id: string,
): Promise<Pool> {
  const endpoint = 'show_desktop_pool';
  return api.get({ endpoint, path: ['desktop-pools', id], asksForPool: true }, deadline, (json) => {
    const pool = parse(json, endpoint, report);
    if (pool.id !== id) throw new Error(`asked for pool ${id}, got another one`);
    return pool;
  });
}

const pageSchema = z.object({ total_count: z.int().nonnegative(), desktop_pools: z.array(z.unknown()) });

/** Every page, or an error: an incomplete list must not make a pool look gone. */
async function listPools<Pool extends Listed>(
  { api, deadline, report }: Context<unknown, Pool>,
  parse: Parse<Pool>,
): Promise<Pool[]> {
  const endpoint = 'list_desktop_pools';
  const found = new Map<string, Pool>();
  let total: number | undefined;
  for (let offset = 0; ; ) {
    const query = { limit: PAGE_SIZE, offset };
    const rows = await api.get({ endpoint, path: ['desktop-pools'], query }, deadline, (json) => {
      const page = pageSchema.parse(json);
      total ??= page.total_count;
      if (page.total_count !== total)
        throw new Error(`total_count changed from ${total} to ${page.total_count} between pages`);
      const before = found.size;
      for (const row of page.desktop_pools) {
        const pool = parse(row, endpoint, report);
        found.set(pool.id, pool);
      }
      const received = page.desktop_pools.length;
      const isLast = received === 0 || offset + received >= total;
      if (!isLast && found.size === before) throw new Error('a page repeats the pools of the pages before');
      if (isLast && found.size !== total) throw new Error(`total_count is ${total}, but ${found.size} pools came`);
      return received;
    });
    offset += rows;
    if (rows === 0 || offset >= (total ?? 0)) return [...found.values()];
  }
}

function selected<Pool extends Listed>(
  rows: readonly Pool[],
  { selection, report }: Context<unknown, Pool>,
): Reading<Pool> {
  const { pools, listed, dropped: unlisted } = choose(rows, selection);
  const dropped = unlisted + (selection.cut ?? 0);
  reportDropped(dropped, dropped + pools.size, selection, report);
  if (selection.pools.length === 0 && dropped + pools.size === 0) reportNothing(listed, report);
  return {
    records: pools,
    unwanted: new Set(rows.flatMap(({ id }) => (pools.has(id) ? [] : [id]))),
    tally: { listed, selected: pools.size, dropped },
  };
}

/** No failure, and no series either: mostly a filter that is not what was meant. */
function reportNothing(listed: number, report: Reporter): void {
  report.notice(
    listed === 0
      ? 'the cloud lists no pools; check project_id and region if there should be some'
      : `none of the ${listed} pools that the cloud lists is selected; check include, exclude and type of discovery`,
  );
}

function reportDropped(dropped: number, wanted: number, { max_pools }: Selection, report: Reporter): void {
  if (dropped === 0) return;
  report.dropped('max_pools', dropped);
  report.notice(
    `${dropped} of ${wanted} pools are dropped, because max_pools is ${max_pools}; raise it, or ask for fewer`,
  );
}
