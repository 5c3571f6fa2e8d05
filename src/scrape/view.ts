// The page as a pure function of the stores, the selection and the time: last good values, expiry, gone pools and filters.
import { elapsed, type Moment } from '../async/clock.ts';
import type { Directory, Id } from '../collectors/collector.ts';
import type { Family } from '../metrics/metric.ts';
import type { PageWriter } from '../metrics/page-writer.ts';
import { member } from '../option-types/record.ts';
import type { Collection, Finished } from './collection.ts';
import { collectorFamilies, poolReadFamilies, projectFamilies } from './outcomes.ts';
import { POOLS, type Project } from './project.ts';
import { type Entry, isGone } from './store.ts';

/** What of everything is shown. */
export interface Shown {
  readonly collector: (name: string) => boolean;
  readonly pool: (id: Id) => boolean;
}

export interface View {
  readonly families: readonly Family[];
  /** When the next value ends, by either clock, if nothing changes before. */
  readonly validUntil: Moment;
}

/** A mistake in a collector: its series are missing, the rest of the page is not. */
export type OnBroken = (where: string, error: unknown) => void;

export function view(
  projects: readonly Project[],
  shown: Shown,
  now: Moment,
  order: readonly string[],
  onBroken: OnBroken,
): View {
  const families = new Map<string, Family>();
  let validUntil = NEVER;
  for (const project of projects) {
    const part = projectView(project, shown, now, onBroken);
    validUntil = earlier(validUntil, part.validUntil);
    for (const family of part.families) {
      const known = families.get(family.name);
      families.set(family.name, known === undefined ? family : joined(known, family));
    }
  }
  return { families: order.flatMap((name) => families.get(name) ?? []), validUntil };
}

const NEVER: Moment = { wall: Infinity, monotonic: Infinity };
const later = ({ wall, monotonic }: Moment, by: number): Moment => ({ wall: wall + by, monotonic: monotonic + by });
const earlier = (a: Moment, b: Moment): Moment => ({
  wall: Math.min(a.wall, b.wall),
  monotonic: Math.min(a.monotonic, b.monotonic),
});

/** Families that cost nothing but themselves when they cannot be made. */
function guarded(make: () => readonly Family[], onBroken: (error: unknown) => void): readonly Family[] {
  const write = (family: Family, page: PageWriter) => {
    const before = page.length();
    try {
      family.write(page);
    } catch (error) {
      page.cut(before);
      onBroken(error);
    }
  };
  try {
    return make().map((family) => ({ ...family, write: (page) => write(family, page) }));
  } catch (error) {
    onBroken(error);
    return [];
  }
}

const joined = (first: Family, second: Family): Family => ({
  ...first,
  write(page) {
    first.write(page);
    second.write(page);
  },
});

/** Changes whenever a page of these projects may change, but for the passing of time. */
export const versionOf = (projects: readonly Project[]): string =>
  projects
    .flatMap(({ collections }) =>
      [...collections.values()].map(({ store, finished }) => `${store.version()}.${finished()?.finishedAt ?? 0}`),
    )
    .join(' ');

function projectView(project: Project, shown: Shown, now: Moment, onBroken: OnBroken): View {
  const poolEntries = project.collections.get(POOLS)?.store.entries() ?? new Map<Id, Entry<unknown>>();
  const asked = askedPools(project, poolEntries);
  const directory: Directory = {
    // What is gone is nothing that other collectors may speak of.
    pools: new Set(only(asked, (_, entry) => !isGone(entry)).keys()),
    nameOf: (id) => nameOf(poolEntries.get(id)),
  };
  const families: Family[] = projectFamilies(project.name, project);
  const finished = new Map<string, Finished>();
  let validUntil = NEVER;
  let poolsWithData: ReadonlySet<Id> = new Set();
  for (const [name, collection] of project.collections) {
    if (!shown.collector(name)) continue;
    const live = liveValues(project, collection, now);
    validUntil = earlier(validUntil, live.validUntil);
    const snapshot = {
      project: project.name,
      records: live.records,
      isComplete: live.isComplete,
      tally: live.tally,
      options: collection.options,
      selection: project.selection,
      directory,
      shows: shown.pool,
    };
    const broken = (error: unknown) => onBroken(`${project.name}, ${name}`, error);
    const made = guarded(() => collection.collector.families(snapshot), broken);
    families.push(...made);
    if (name === POOLS && made.length > 0) poolsWithData = new Set(live.records.keys());
    const last = collection.finished();
    if (last !== undefined) finished.set(name, last);
  }
  if (shown.collector(POOLS)) families.push(...poolReadFamilies(project.name, only(asked, shown.pool), poolsWithData));
  families.push(...collectorFamilies(project.name, finished));
  return { families, validUntil };
}

function liveValues({ selection, staleness: of }: Project, { store, collector }: Collection, now: Moment) {
  const staleness = of(collector.name);
  const records = new Map<Id, unknown>();
  let validUntil = NEVER;
  // Without discovery the configuration alone says what is selected.
  const isFixed = collector.name === POOLS && !selection.discovery.enabled;
  const known = isFixed ? { selected: selection.pools.length, dropped: selection.cut ?? 0 } : {};
  const tally = store.tally();
  const isLive = (at: Moment) => elapsed(at, now) <= staleness;
  const isTallied = tally !== undefined && isLive(tally.at);
  if (isTallied) validUntil = later(tally.at, staleness);
  for (const [id, { good }] of sorted(store.entries())) {
    if (good === undefined || !isLive(good.at)) continue;
    records.set(id, good.record);
    validUntil = earlier(validUntil, later(good.at, staleness));
  }
  const isComplete = records.size === store.entries().size;
  return { records, isComplete, validUntil, tally: isTallied ? { ...tally.numbers, ...known } : known };
}

/** Every pool that is asked for, read or not, lowest id first. */
function askedPools({ selection }: Project, entries: ReadonlyMap<Id, Entry<unknown>>): ReadonlyMap<Id, Entry<unknown>> {
  const asked = new Map<Id, Entry<unknown>>(selection.pools.map(({ id }) => [id, { misses: 0 }]));
  for (const [id, entry] of entries) asked.set(id, entry);
  return new Map(sorted(asked));
}

const only = <T>(pools: ReadonlyMap<Id, T>, wanted: (id: Id, entry: T) => boolean): ReadonlyMap<Id, T> =>
  new Map([...pools].filter(([id, entry]) => wanted(id, entry)));

const sorted = <T>(entries: ReadonlyMap<Id, T>): [Id, T][] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

function nameOf(entry: Entry<unknown> | undefined): string {
  const record = entry === undefined || isGone(entry) ? undefined : entry.good?.record;
  const name = member(record, 'name');
  return typeof name === 'string' ? name : '';
}
