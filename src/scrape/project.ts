// One project: its collections, and the refresh of those that a scrape wants.
import type { Clock } from '../async/clock.ts';
import type { Blocked } from '../cloud/auth/credential.ts';
import type { Api } from '../cloud/client.ts';
import type { Collector, Id, Totals } from '../collectors/collector.ts';
import { type Selection, withinLimit } from '../collectors/pool-selection.ts';
import { member } from '../option-types/record.ts';
import { type Collection, createCollection, type Summary } from './collection.ts';
import type { ScrapeOptions } from './options.ts';
import { createStore, type Store } from './store.ts';

export interface Project {
  readonly name: string;
  readonly projectId: string;
  readonly region: string;
  readonly selection: Selection;
  /** Milliseconds that values of a collector may be shown after their read. */
  staleness(collector: string): number;
  readonly collections: ReadonlyMap<string, Collection>;
  credential(): CredentialState;
}

/** How the credential of a project stands. Moments in milliseconds since the epoch. */
export interface CredentialState {
  /** While nothing is sent because the cloud refused the credential. */
  readonly blocked?: Blocked | undefined;
  readonly heldUntil?: number | undefined;
  /** What the cloud issued, and when it ends. */
  readonly issued?: { readonly kind: string; readonly until: number } | undefined;
}

/** The collector that knows the pools' names. */
export const POOLS = 'pools';

export interface ProjectOptions {
  readonly name: string;
  readonly projectId: string;
  readonly region: string;
  readonly selection: Selection;
  /** Asked anew each time: a reload changes them without touching what was read. */
  readonly scrape: () => Pick<ScrapeOptions, 'min_interval' | 'max_staleness' | 'timeout'>;
  /** The enabled collectors with their options. */
  readonly collectors: readonly { readonly collector: Collector; readonly options: unknown }[];
  readonly api: Api;
  /** Requests that may be under way at the same time. */
  readonly concurrency: number;
  readonly openSession: () => Promise<() => void>;
  readonly credential: () => CredentialState;
  readonly clock: Clock;
  readonly reporterFor: (collector: Collector) => Totals;
  readonly onFinished: (collector: string, summary: Summary) => void;
}

/** `interval` of a collector that is read more seldom than it is scraped; milliseconds. */
export function intervalOf(options: unknown): number {
  const interval = member(options, 'interval');
  return typeof interval === 'number' ? interval : 0;
}

export function createProject(given: ProjectOptions): Project {
  const selection = withinLimit(given.selection);
  const configured: ReadonlySet<Id> = new Set(selection.pools.map(({ id }) => id));
  const collections = given.collectors.map(({ collector, options }): [string, Collection] => {
    const store: Store = createStore(collector.name === POOLS ? configured : new Set());
    const collection = createCollection({
      ...given,
      selection,
      collector,
      options,
      store,
      minInterval: () => Math.max(given.scrape().min_interval, intervalOf(options)),
      timeout: () => given.scrape().timeout,
      report: given.reporterFor(collector),
      onFinished: (summary) => given.onFinished(collector.name, summary),
    });
    return [collector.name, collection];
  });
  const intervals = new Map(given.collectors.map(({ collector, options }) => [collector.name, intervalOf(options)]));
  return {
    name: given.name,
    projectId: given.projectId,
    region: given.region,
    selection,
    staleness: (collector) => Math.max(given.scrape().max_staleness, 2 * (intervals.get(collector) ?? 0)),
    collections: new Map(collections),
    credential: given.credential,
  };
}

export interface Waited {
  /** The wait ended before every collection was done. */
  readonly isCut: boolean;
  /** No collection was started for it. */
  readonly isCoalesced: boolean;
}

/** Collects anew what is too old, in all projects at the same time; waits `patience` milliseconds at most. */
export async function refresh(
  projects: readonly Project[],
  wants: (collector: string) => boolean,
  patience: number,
): Promise<Waited> {
  const collections = projects.flatMap((project) => {
    const wanted = [...project.collections.values()].filter(({ collector }) => wants(collector.name));
    const pools = project.collections.get(POOLS);
    const needsPools = wanted.some(({ collector }) => collector.needsPools);
    return [...new Set(needsPools && pools !== undefined ? [pools, ...wanted] : wanted)];
  });
  const refreshed = await Promise.all(collections.map((collection) => collection.refresh(patience)));
  return {
    isCut: refreshed.some(({ inTime }) => !inTime),
    isCoalesced: refreshed.length > 0 && refreshed.every(({ joined }) => joined),
  };
}
