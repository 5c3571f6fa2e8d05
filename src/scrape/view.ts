// The page as a pure function of the stores, the selection and the time: last good values, expiry, gone pools and filters.
import { elapsed, type Moment } from '../async/clock.ts';
import type { Id } from '../collectors/collector.ts';
import { alertsOf, type Selection } from '../collectors/pool-selection.ts';
import { type Family, familiesOf, type Labelled } from '../metrics/metric.ts';
import type { PageWriter } from '../metrics/page-writer.ts';
import type { Collection, Finished } from './collection.ts';
import { collectorRows, type PoolRead, poolReadRows, projectRows } from './outcomes.ts';
import type { Project } from './project.ts';
import { isGone } from './store.ts';

/** Which part of everything is shown. */
export interface Shown {
  readonly collector: (name: string) => boolean;
  readonly pool: (id: Id) => boolean;
}

export interface View {
  readonly families: readonly Family[];
  /** When the next value ends, by either clock, if nothing changes before. */
  readonly validUntil: Moment;
}

/** A bug in a collector: its series are missing, the rest of the page is not. */
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
      families.set(family.name, known === undefined ? family : join(known, family));
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

/** A family that cannot be made is missing, and costs nothing else. */
function guard(make: () => readonly Family[], onBroken: (error: unknown) => void): readonly Family[] {
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

const join = (first: Family, second: Family): Family => ({
  ...first,
  write(page) {
    first.write(page);
    second.write(page);
  },
});

/** Changes whenever a page of these projects may change for another reason than time. */
export const versionOf = (projects: readonly Project[]): string =>
  projects
    .flatMap(({ collections }) =>
      [...collections.values()].map(({ store, finished }) => `${store.version()}.${finished()?.finishedAt ?? 0}`),
    )
    .join(' ');

function projectView(project: Project, shown: Shown, now: Moment, onBroken: OnBroken): View {
  const { name: projectName, selection, collections, pools } = project;
  const asked = sort(pools.store.entries()).filter(([id]) => shown.pool(id));
  // No collector may report a pool that is gone.
  const alive = asked.filter(([, entry]) => !isGone(entry));
  const names = new Map(alive.map(([id, { good }]) => [id, good?.record.name ?? '']));
  const families: Family[] = familiesOf(projectRows, [[[projectName], project]]);
  const finished: Labelled<Finished>[] = [];
  let validUntil = NEVER;
  for (const [name, collection] of collections) {
    if (!shown.collector(name)) continue;
    const isOfPools = collection === pools.collection;
    const live = liveValues(collection, now);
    validUntil = earlier(validUntil, live.validUntil);
    const snapshot = {
      project: projectName,
      options: collection.options,
      selection,
      records: live.records,
      isComplete: live.isComplete,
      tally: isOfPools ? { ...live.tally, ...configuredTally(selection) } : live.tally,
      pools: names,
    };
    const broken = (error: unknown) => onBroken(`${projectName}, ${name}`, error);
    const made = guard(() => collection.collector.families(snapshot), broken);
    families.push(...made);
    if (isOfPools) {
      const alerts = alertsOf(selection);
      const reads = asked.map(([id, entry]): Labelled<PoolRead> => {
        const hasData = made.length > 0 && live.records.has(id);
        return [[projectName, id], { ...entry, hasData, alerts: alerts(id) }];
      });
      families.push(...familiesOf(poolReadRows, reads));
    }
    const last = collection.finished();
    if (last !== undefined) finished.push([[projectName, name], last]);
  }
  return { families: [...families, ...familiesOf(collectorRows, finished)], validUntil };
}

function liveValues(collection: Collection, now: Moment) {
  const { store } = collection;
  const staleness = collection.staleness();
  const records = new Map<Id, unknown>();
  let validUntil = NEVER;
  const tally = store.tally();
  const isLive = (at: Moment) => elapsed(at, now) <= staleness;
  const isTallied = tally !== undefined && isLive(tally.at);
  if (isTallied) validUntil = later(tally.at, staleness);
  for (const [id, { good }] of sort(store.entries())) {
    if (good === undefined || !isLive(good.at)) continue;
    records.set(id, good.record);
    validUntil = earlier(validUntil, later(good.at, staleness));
  }
  const isComplete = records.size === store.entries().size;
  return { records, isComplete, validUntil, tally: isTallied ? tally.numbers : {} };
}

/** Without discovery the configuration alone says what is selected. */
const configuredTally = ({ discovery, pools, cut = 0 }: Selection) =>
  discovery.enabled ? {} : { selected: pools.length, dropped: cut };

const sort = <T>(entries: ReadonlyMap<Id, T>): [Id, T][] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
