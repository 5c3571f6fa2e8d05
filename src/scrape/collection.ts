// Collects one collector of one project: once at a time, joined by concurrent scrapes, reused while young.
import { type Clock, elapsed, type Moment, readClocks } from '../async/clock.ts';
import { deadlineIn, onAbort, settledWithin } from '../async/deadline.ts';
import type { Api } from '../cloud/client.ts';
import { CloudError, FAILURES, isBug, kindOfFailure, NotSent } from '../cloud/errors.ts';
import { createJsonReader, type JsonReader } from '../cloud/json-reader.ts';
import type { BaseOptions, Collector, Context, Id, Memory, Outcome, Scope } from '../collectors/collector.ts';
import { createCollectorApi } from '../collectors/pages.ts';
import type { PoolRecord } from '../collectors/pool.ts';
import type { Selection } from '../collectors/pool-selection.ts';
import { formatDuration } from '../option-types/duration.ts';
import { messageOf } from '../option-types/error-code.ts';
import { redact } from '../option-types/secret.ts';
import { createGatherer, type Deviation, type Reports } from './deviations.ts';
import type { ScrapeOptions } from './options.ts';
import type { Store } from './store.ts';
import type { Trace } from './trace.ts';

/** Scrapers are a little early at times; their results are not. */
const TOLERANCE_MS = 500;
const GRACE_MS = 100;
/** Enough for reads that give up one after another. */
const COLLECTOR_GRACE_MS = 1000;

/** How the latest completed collection went. Moments in milliseconds since the epoch. */
export interface Finished {
  /** Milliseconds. */
  readonly took: number;
  readonly finishedAt: number;
  readonly isSuccess: boolean;
  /** The newest success; undefined before the first. */
  readonly lastSuccessAt?: number | undefined;
}

/** The same, with what went wrong. */
export interface Latest extends Finished {
  readonly failures: Failures;
  /** What in its answers was not as documented. */
  readonly deviations: readonly Deviation[];
}

/** What went wrong in a collection: each distinct failure, how often it came, and one example of it. */
export type Failures = ReadonlyMap<string, Failure>;

export interface Failure {
  readonly count: number;
  readonly id?: Id | undefined;
  readonly requestId?: string | undefined;
}

/** What a collection tells counters and log. */
export interface Summary extends Reports {
  readonly failures: Failures;
  /** Reads that succeeded, and failures. */
  readonly read: number;
  readonly failed: number;
  /** Ids that this collection found missing. */
  readonly gone: number;
  /** Those that are confirmed to be gone since this collection. */
  readonly vanished: readonly Id[];
  /** Its deadline ended it. */
  readonly isCut: boolean;
}

export interface Refreshed {
  /** False if the wait ended first: the collection goes on. */
  readonly inTime: boolean;
  /** `late`: served what came after its scrapers had left, and started the next collection behind it. */
  readonly how: 'started' | 'joined' | 'reused' | 'late';
}

export interface Collection {
  readonly collector: Collector;
  readonly options: BaseOptions;
  readonly store: Store;
  /** Milliseconds that values may be shown after their read. */
  staleness(): number;
  /** Waits until what is too old is collected anew, but for `patience` milliseconds at most. */
  refresh(patience: number): Promise<Refreshed>;
  finished(): Latest | undefined;
  /** Resolves when no collection is under way. */
  idle(): Promise<void>;
}

interface NeededPools {
  readonly store: Store<PoolRecord>;
  /** Resolves when they are not being read. */
  ready(): Promise<void>;
  /** None was ever read, and reading them failed. */
  areUnknown(): boolean;
}

export interface CollectionOptions {
  readonly collector: Collector;
  readonly options: BaseOptions;
  readonly store: Store;
  /** The pools, for a collector that needs them. */
  readonly pools?: NeededPools | undefined;
  readonly selection: Selection;
  readonly api: Api;
  /** Readies the credential; returns how to end its use. */
  readonly openSession: () => Promise<() => void>;
  readonly clock: Clock;
  /** Asked anew each time: a reload changes them without touching what was read. */
  readonly scrape: () => Pick<ScrapeOptions, 'min_interval' | 'max_staleness' | 'timeout'>;
  /** Requests that may be under way at the same time. */
  readonly concurrency: number;
  readonly onFinished: (summary: Summary) => void;
  readonly trace: Pick<Trace, 'add'>;
}

export function createCollection(given: CollectionOptions): Collection {
  const { collector, options, store, clock, scrape } = given;
  const { interval = 0 } = options;
  const memory: Memory = new Map();
  const reader = createJsonReader();
  let startedAt: Moment | undefined;
  let running: Promise<void> | undefined;
  let waiting = 0;
  let hadWaiters = false;
  let isUnseen = false;
  /** The latest one asked for nothing: once the pools are known, the next need not wait for its interval. */
  let wasBlind = false;
  let finished: Latest | undefined;

  async function run(): Promise<void> {
    if (given.pools !== undefined) await given.pools.ready();
    const from = clock.monotonic();
    given.trace.add('collection started', { collector: collector.name });
    const summary = await collectOnce(given, memory, reader);
    const { failures, deviations } = summary;
    const finishedAt = clock.now();
    const isSuccess = failures.size === 0;
    const lastSuccessAt = isSuccess ? finishedAt : finished?.lastSuccessAt;
    finished = { took: clock.monotonic() - from, finishedAt, isSuccess, lastSuccessAt, failures, deviations };
    wasBlind = given.pools?.areUnknown() === true;
    given.onFinished(summary);
  }

  function start() {
    startedAt = readClocks(clock);
    const wasUnseen = isUnseen;
    isUnseen = false;
    hadWaiters = false;
    running = run().finally(() => {
      running = undefined;
      // What nobody waited for is not unseen: else one slow collection would make every later page an interval old.
      isUnseen = hadWaiters && waiting === 0;
    });
    return wasUnseen;
  }

  return {
    collector,
    options,
    store,
    staleness: () => Math.max(scrape().max_staleness, 2 * interval),
    finished: () => finished,
    idle: () => running ?? Promise.resolve(),
    async refresh(patience) {
      const age = startedAt === undefined ? Infinity : elapsed(startedAt, readClocks(clock));
      const isYoung = age + TOLERANCE_MS < Math.max(scrape().min_interval, wasBlind ? 0 : interval);
      let how: Refreshed['how'] = running !== undefined ? 'joined' : isYoung ? 'reused' : 'started';
      // What came after its waiters had left is served now; its successor is collected behind it.
      if (how === 'started' && start()) how = 'late';
      if (running === undefined || how === 'late') {
        isUnseen = false;
        return { inTime: true, how };
      }
      waiting += 1;
      hadWaiters = true;
      const inTime = await settledWithin(clock, patience, running);
      waiting -= 1;
      return { inTime, how };
    },
  };
}

/** Runs the collector once. Reads that end after it change nothing any more. */
async function collectOnce(given: CollectionOptions, memory: Memory, reader: JsonReader): Promise<Summary> {
  const { collector, store, pools, clock } = given;
  const { timeout } = given.scrape();
  const words = `scrape.timeout (${formatDuration(timeout)}) ended the collection; what it had not read keeps its last good values`;
  const deadline = deadlineIn(clock, timeout, () => new CloudError('timeout', words));
  const failures = new Map<string, Failure>();
  const report = createGatherer();
  let read = 0;
  let isOver = false;

  function fail(error: unknown, scope: Scope): Outcome {
    const kind = kindOfFailure(error);
    if (!FAILURES[kind].isMiss) note(error, scope);
    if (error instanceof NotSent) return 'unsent';
    store.fail(scope, kind);
    return kind;
  }

  function note(error: unknown, scope: Scope) {
    const message = isBug(error) ? bugWords(error) : messageOf(error);
    const before = failures.get(message);
    const requestId = error instanceof CloudError ? error.details.requestId : undefined;
    const example = before ?? {
      id: scope !== 'all' && collector.subject === 'pools' ? scope[0] : undefined,
      requestId,
    };
    failures.set(message, { ...example, count: (before?.count ?? 0) + 1 });
  }

  const context: Context<BaseOptions, unknown> = {
    options: given.options,
    selection: given.selection,
    api: createCollectorApi(given.api, deadline, reader),
    keep(ids) {
      if (!isOver) store.keep(ids);
    },
    report,
    memory,
    width: 2 * given.concurrency,
    ids: store.ids,
    pools() {
      if (pools === undefined) throw new TypeError(`collector ${collector.name} reads pools without needs: ['pools']`);
      const entries = pools.store.entries();
      return store.byAge(entries.keys()).flatMap((id) => entries.get(id)?.good?.record ?? []);
    },
    async read(scope, load) {
      const at = readClocks(clock);
      let outcome: Outcome = 'ok';
      try {
        const reading = await unlessStuck(load(), deadline.signal, clock, GRACE_MS);
        if (!isOver && reading !== undefined) {
          store.succeed(scope, reading, at);
          read += 1;
        }
      } catch (error) {
        outcome = isOver ? 'unsent' : fail(error, scope);
      }
      const milliseconds = Math.round(clock.monotonic() - at.monotonic);
      given.trace.add('read', { collector: collector.name, of: nameOf(scope, collector), outcome, milliseconds });
      return outcome;
    },
  };
  const opening = given.openSession();
  try {
    await unlessStuck(opening, deadline.signal, clock, GRACE_MS);
    // Else what had nothing to ask for would pass for success.
    if (pools?.areUnknown() === true)
      throw new Error('it is not known what to read, because the pools could not be read');
    await unlessStuck(collector.collect(context), deadline.signal, clock, COLLECTOR_GRACE_MS);
  } catch (error) {
    fail(error, []);
  } finally {
    // Also if it comes too late: the credential counts its users.
    opening.then(
      (close) => close(),
      () => {},
    );
    deadline.cancel();
    reader.turn();
  }
  if (pools !== undefined && collector.subject === 'pools') store.keep(new Set(pools.store.ids()));
  const gone = store.missed();
  const hint = 'the cloud knows none of the configured pools; check project_id, region and the pool ids';
  const { isWrongQuestion, vanished } = store.settle();
  if (isWrongQuestion) fail(new CloudError('bad_request', hint), []);
  isOver = true;
  const failed = [...failures.values()].reduce((sum, { count }) => sum + count, 0);
  return { ...report.all(), failures, read, failed, gone, vanished, isCut: deadline.signal.aborted };
}

/** An id, or how many; ids of users are nobody's business. */
function nameOf(scope: Scope, { subject }: Collector): string {
  if (scope === 'all') return 'all';
  const [id, ...others] = scope;
  if (others.length > 0) return `${scope.length} ${subject === 'project' ? 'parts' : subject}`;
  return subject === 'users' ? '1 user' : `${id}`;
}

/** With the place in the code, for the report of whoever reads it. */
function bugWords(error: Error): string {
  const place = error.stack?.match(/\bat .*/)?.[0] ?? '';
  return redact(`a bug in the exporter, please report it: ${error} ${place}`);
}

/** A read that ignores the deadline is given up a moment after it: usually it knows better itself why it failed. */
function unlessStuck<T>(load: Promise<T>, signal: AbortSignal, clock: Clock, grace: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const leave = onAbort(signal, () => {
      stop = clock.after(grace, () => reject(signal.reason));
    });
    load.then(resolve, reject).finally(() => {
      leave();
      stop();
    });
  });
}
