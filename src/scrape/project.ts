// One project: its collections, and the refresh of those that a scrape wants.
import type { Blocked } from '../cloud/auth/credential.ts';
import { namesPools, providesPools } from '../collectors/collector.ts';
import type { PoolRecord } from '../collectors/pool.ts';
import { type Selection, withinLimit } from '../collectors/pool-selection.ts';
import {
  type Collection,
  type CollectionOptions,
  createCollection,
  type Refreshed,
  type Summary,
} from './collection.ts';
import { createStore, type Store } from './store.ts';
import type { Trace } from './trace.ts';

export interface Project {
  readonly name: string;
  readonly projectId: string;
  readonly region: string;
  readonly selection: Selection;
  /** In the order of the page. */
  readonly collections: ReadonlyMap<string, Collection>;
  readonly pools: KnownPools;
  readonly trace: Pick<Trace, 'events'>;
  credential(): CredentialState;
}

/** What the one collector that provides the pools knows of them. */
export interface KnownPools {
  /** Undefined where that collector is off: then nothing is known. */
  readonly collection: Collection | undefined;
  readonly store: Store<PoolRecord>;
}

/** How the credential of a project stands. Moments in milliseconds since the epoch. */
export interface CredentialState {
  /** While nothing is sent because the cloud refused the credential. */
  readonly blocked?: Blocked | undefined;
  readonly heldUntil?: number | undefined;
  /** What the cloud issued, and when it ends. */
  readonly issued?: { readonly kind: string; readonly until: number } | undefined;
}

/** What all of its collections have in common, and the rest. */
export interface ProjectOptions
  extends Pick<CollectionOptions, 'selection' | 'scrape' | 'api' | 'concurrency' | 'openSession' | 'clock'> {
  readonly name: string;
  readonly projectId: string;
  readonly region: string;
  /** In the order of the page. */
  readonly collectors: readonly EnabledCollector[];
  readonly credential: () => CredentialState;
  readonly onFinished: (collector: string, summary: Summary) => void;
  readonly trace: Trace;
}

export type EnabledCollector = Pick<CollectionOptions, 'collector' | 'options'>;

export function createProject(given: ProjectOptions): Project {
  const selection = withinLimit(given.selection);
  const collector = given.collectors.map((enabled) => enabled.collector).find(providesPools);
  const store = createStore<PoolRecord>(new Set(selection.pools.map(({ id }) => id)));
  const pools = {
    store,
    ready: (): Promise<void> => poolsCollection?.idle() ?? Promise.resolve(),
    areUnknown: (): boolean =>
      poolsCollection?.finished()?.isSuccess === false &&
      [...store.entries().values()].every(({ good }) => good === undefined),
  };
  const collections: readonly Collection[] = given.collectors.map((enabled) =>
    createCollection({
      ...given,
      ...enabled,
      selection,
      store: enabled.collector === collector ? store : createStore(new Set()),
      pools: enabled.collector.needs?.includes('pools') ? pools : undefined,
      onFinished: (summary) => given.onFinished(enabled.collector.name, summary),
    }),
  );
  const poolsCollection = collections.find((collection) => collection.store === store);
  const { name, projectId, region, trace, credential } = given;
  const byName = new Map(collections.map((collection) => [collection.collector.name, collection]));
  const known = { collection: poolsCollection, store };
  return { name, projectId, region, selection, collections: byName, pools: known, trace, credential };
}

export interface Waited {
  /** The wait ended before every collection was done. */
  readonly isCut: boolean;
  /** No collection was started for it. */
  readonly isCoalesced: boolean;
  readonly collections: readonly (Refreshed & { readonly collector: string })[];
}

/** Collects anew what is too old, in all projects at the same time; waits `patience` milliseconds at most. */
export async function refresh(
  projects: readonly Project[],
  wants: (collector: string) => boolean,
  patience: number,
): Promise<Waited> {
  const collections = projects.flatMap(({ collections: all, pools: { collection: pools } }) => {
    const wanted = [...all.values()].filter(({ collector }) => wants(collector.name));
    const usesPools = wanted.some(({ collector }) => namesPools(collector) || collector.needs?.includes('pools'));
    // The pools first: those that need them wait for what is under way.
    return [...new Set(usesPools && pools !== undefined ? [pools, ...wanted] : wanted)];
  });
  const refreshed = await Promise.all(
    collections.map(async (collection) => ({
      collector: collection.collector.name,
      ...(await collection.refresh(patience)),
    })),
  );
  return {
    isCut: refreshed.some(({ inTime }) => !inTime),
    isCoalesced: refreshed.length > 0 && refreshed.every(({ how }) => how === 'joined' || how === 'reused'),
    collections: refreshed,
  };
}
