// The shape of a collector: one API read into records, and records turned into metric families.
import * as z from 'zod';
import type { FailureKind } from '../cloud/errors.ts';
import type { Operation } from '../cloud/send.ts';
import type { Family, Labelled, MetricInfo } from '../metrics/metric.ts';
import { duration } from '../option-types/duration.ts';
import type { CollectorApi } from './pages.ts';
import type { PoolRecord } from './pool.ts';
import type { Selection } from './pool-selection.ts';

export type Id = string;

/** Which ids a read speaks for: a list for all, a detail request for one. */
export type Scope = 'all' | readonly Id[];

/** What a read found. */
export interface Reading<Record> {
  /** By id; undefined where the id was seen and nothing more is known. */
  readonly records: ReadonlyMap<Id, Record | undefined>;
  /** Says nothing about ids that it lacks: the list may not show everything. */
  readonly isPartial?: boolean;
  /** Exists, but is not selected (any more). */
  readonly unwanted?: ReadonlySet<Id>;
  /** Ids of the scope without a record end at once, not after a second look. */
  readonly isWhole?: boolean;
  /** Numbers about the whole project. */
  readonly tally?: Readonly<{ [name: string]: number }>;
}

export type Outcome = 'ok' | FailureKind | 'unsent';

export interface Context<Options, Record> {
  readonly options: Options;
  readonly selection: Selection;
  readonly api: CollectorApi;
  /** Reads that are worth starting at the same time: the gate lets fewer through, and more would only cost memory. */
  readonly width: number;
  /** Ids that are configured or known: never read first, then oldest success. */
  ids(): readonly Id[];
  /** The last good records of the pools, in the same order. Needs `needs: ['pools']`, with which nothing is collected while there are none because reading them failed. */
  pools(): readonly PoolRecord[];
  /** Commits what `load` finds, or its failure, at once; never rejects. Commits nothing for undefined. */
  read(scope: Scope, load: () => Promise<Reading<Record> | undefined>): Promise<Outcome>;
  /** Forgets all other ids at once. */
  keep(ids: ReadonlySet<Id>): void;
  readonly report: Reporter;
  /** What a collector has learnt and needs again, besides records; lives as long as the project. */
  readonly memory: Memory;
}

export type Memory = Map<string, Readonly<{ [name: string]: string | undefined }>>;

/** One thing in an answer that is not as documented. */
export interface Sighting {
  /** The pool whose field it is. */
  readonly pool?: Id | undefined;
  readonly value: unknown;
  /** In words; a function where these cost something: most sightings are only counted. */
  readonly expected: string | (() => string);
  /** The value may be personal data: only its type is told. */
  readonly isPrivate?: boolean;
}

/** What a collector tells besides records. */
export interface Reporter {
  /** A field that is not as documented. */
  violation(operation: Operation, field: string, sighting: Sighting): void;
  /** A value outside the documented enumeration. */
  unknownValue(field: string, sighting: Sighting): void;
  /** Objects left out to protect the page. */
  dropped(reason: string, count: number): void;
  /** For the log: once, and again when it changes. */
  notice(message: string): void;
}

/** Last good values that are still fresh enough to show. */
export interface Snapshot<Options, Record> {
  readonly project: string;
  readonly options: Options;
  readonly selection: Selection;
  readonly records: ReadonlyMap<Id, Record>;
  /** Every known id has a record here: only then is a sum over them not silently too low. */
  readonly isComplete: boolean;
  readonly tally: Readonly<{ [name: string]: number }>;
  /** Names of the pools that this page shows, lowest id first; empty where the name was never read. The one source of names. */
  readonly pools: ReadonlyMap<Id, string>;
}

/** Settings that the rest of the program knows, in every collector that has them. */
export interface BaseOptions {
  readonly enabled?: boolean;
  /** Milliseconds between two reads at least. */
  readonly interval?: number;
}

/** Off, unless it is wanted; `what` says what it reads then. */
export const enabled = (what: string) => z.boolean().prefault(false).describe(what);

export const interval = (usual: string) =>
  duration({ min: '1s' }).prefault(usual).describe('How often at most; between reads the last values are served');

/** Written with methods, so that collectors of different options and records fit in one list. `Name`: its metrics. */
export interface Collector<Options extends BaseOptions = BaseOptions, Record = unknown, Name extends string = string> {
  readonly name: string;
  readonly options: z.ZodType<Options>;
  /** What its ids name. Ids of users are personal data: no message shows them. */
  readonly subject: 'pools' | 'users' | 'project';
  /** What it reads from other collectors: it runs after them within a scrape. */
  readonly needs?: readonly 'pools'[];
  readonly operations: readonly Operation[];
  /** The action of an identity policy that each operation needs (source: the API pages); none where none is known. */
  readonly actions: Readonly<{ [operation: Operation]: string }>;
  /** Fields whose unknown values are counted, from 0 on. */
  readonly enums?: readonly string[];
  /** Reasons that `dropped` may name. */
  readonly dropReasons?: readonly string[];
  readonly metrics: readonly MetricInfo<Name>[];
  /** The options with which it sends the fewest requests, where some do. */
  readonly thrifty?: Partial<Options>;
  /** Requests of one collection at worst, without retries. Pure. */
  requests(options: Options, selection: Selection): number;
  collect(context: Context<Options, Record>): Promise<void>;
  /** Pure. */
  families(snapshot: Snapshot<Options, Record>): readonly Family[];
}

/** The one collector that says which pools there are and what they are called. */
export interface PoolsCollector<Options extends BaseOptions = BaseOptions, Name extends string = string>
  extends Collector<Options, PoolRecord, Name> {
  readonly provides: 'pools';
  /** How the pools are read. Pure. */
  sourceOf(options: Options, selection: Selection): 'details' | 'list';
}

export const providesPools = (collector: Collector): collector is PoolsCollector => 'provides' in collector;

/** Its series carry names of pools, which only the pools collector knows. */
export const namesPools = ({ metrics }: Collector): boolean =>
  metrics.some(({ labels }) => labels.includes('pool_name'));

/** Records by pool with the base labels project, pool_id and pool_name; only of pools that the page shows. */
export const labelPools = <Record>({ project, records, pools }: Snapshot<unknown, Record>): Labelled<Record>[] =>
  [...records].flatMap(([id, record]) => {
    const name = pools.get(id);
    return name === undefined ? [] : [[[project, id, name], record] as const];
  });
