// The shape of a collector: one API read into records, and records turned into metric families.
import type { z } from 'zod';
import type { Api } from '../cloud/client.ts';
import type { FailureKind } from '../cloud/errors.ts';
import type { Operation, Outgoing } from '../cloud/send.ts';
import type { Family, MetricInfo } from '../metrics/metric.ts';
import type { Selection } from './pool-selection.ts';

export type Id = string;

/** Which ids a read speaks for: a list for all, a detail request for one. */
export type Scope = 'all' | readonly Id[];

/** What a read brought. */
export interface Reading<Record> {
  /** By id; undefined where the id was seen, but nothing else was learnt. */
  readonly records: ReadonlyMap<Id, Record | undefined>;
  /** Says nothing of ids that it lacks: there may be more than it shows. */
  readonly isPartial?: boolean;
  /** Exists, but is not asked for (any more). */
  readonly unwanted?: ReadonlySet<Id>;
  /** What the scope names and the records lack is over at once, not only after a second look. */
  readonly isWhole?: boolean;
  /** Numbers about the whole project. */
  readonly tally?: Readonly<{ [name: string]: number }>;
}

export type Outcome = 'ok' | FailureKind | 'unsent';

export interface Context<Options, Record> {
  readonly options: Options;
  readonly selection: Selection;
  readonly api: Api;
  readonly deadline: Outgoing['deadline'];
  /** Reads that are worth starting at the same time: the gate lets fewer through, more would only cost memory. */
  readonly width: number;
  /** Ids asked for or known: never read first, then oldest success. */
  ids(): readonly Id[];
  /** Commits what `load` brings, or its failure, at once; never rejects. Nothing is committed for undefined. */
  read(scope: Scope, load: () => Promise<Reading<Record> | undefined>): Promise<Outcome>;
  readonly report: Reporter;
  /** What a collector learnt and needs again, besides records; lives as long as the project. */
  readonly memory: Map<string, string>;
}

/** One thing in an answer that is not as documented. */
export interface Sighting {
  /** Whose field it is. */
  readonly pool?: Id | undefined;
  readonly value: unknown;
  /** In words; a function where these cost something: most sightings are only counted. */
  readonly expected: string | (() => string);
  /** The value may be personal data: no more than its kind is told. */
  readonly isPrivate?: boolean;
}

/** What a collector tells besides records. */
export interface Reporter {
  /** A field that was not as documented. */
  violation(operation: Operation, field: string, sighting: Sighting): void;
  /** A value outside the documented enumeration. */
  unknownValue(field: string, sighting: Sighting): void;
  /** Objects left out to protect the page. */
  dropped(reason: string, count: number): void;
  /** Said to the operator once, and again when it changes. */
  notice(message: string): void;
}

/** The same of a whole collection: how often each thing came. */
export interface Totals extends Pick<Reporter, 'dropped' | 'notice'> {
  violation(operation: Operation, field: string, count: number): void;
  unknownValue(field: string, count: number): void;
}

/** Pool facts for every collector whose series carry a pool: the one source of names. */
export interface Directory {
  /** Pools that are asked for and not gone, lowest id first. */
  readonly pools: ReadonlySet<Id>;
  /** Empty where the name was never read. */
  nameOf(pool: Id): string;
}

/** Last good values that are still fit to be shown. */
export interface Snapshot<Record> {
  readonly project: string;
  readonly records: ReadonlyMap<Id, Record>;
  /** Every id that is asked for has a record here: only then a sum over them is not silently too low. */
  readonly isComplete: boolean;
  readonly tally: Readonly<{ [name: string]: number }>;
  readonly options: unknown;
  readonly selection: Selection;
  readonly directory: Directory;
  /** False for pools outside the asked-for part of a page. */
  shows(pool: Id): boolean;
}

/** What a person wants to know of a pool at a glance; undefined where it is not reported. */
export interface PoolSummary {
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly zone?: string | undefined;
  readonly status?: string | undefined;
  readonly productStatus?: string | undefined;
  readonly desktops?: number | undefined;
  readonly used?: number | undefined;
  readonly isAutoscaled?: boolean | undefined;
  readonly autoscaleType?: string | undefined;
  readonly minIdle?: number | undefined;
  readonly maxAutoCreated?: number | undefined;
  readonly isInMaintenance?: boolean | undefined;
}

/** Written with methods, so that collectors of different options and records fit in one list. `Name`: its metrics. */
export interface Collector<Options = unknown, Record = unknown, Name extends string = string> {
  readonly name: string;
  readonly options: z.ZodType<Options>;
  /** Its series carry pool names, which only the pools collector knows. */
  readonly needsPools: boolean;
  readonly operations: readonly Operation[];
  /** The action of an identity policy that each of them needs (source: the API pages); none where none is known. */
  readonly actions: Readonly<{ [operation: Operation]: string }>;
  /** Fields whose violations can be reported. */
  readonly fields: readonly string[];
  /** Fields whose unknown values can be counted; they exist at 0 from the start. */
  readonly enums: readonly string[];
  /** Reasons that `dropped` may name. */
  readonly dropReasons: readonly string[];
  readonly metrics: readonly MetricInfo<Name>[];
  /** Requests of one collection at worst, without retries. Pure. */
  requests(options: Options, selection: Selection): number;
  collect(context: Context<Options, Record>): Promise<void>;
  /** Pure. */
  families(snapshot: Snapshot<Record>): readonly Family[];
  /** For the landing page, where the records are pools. Pure. */
  summarize?(record: Record): PoolSummary;
}
