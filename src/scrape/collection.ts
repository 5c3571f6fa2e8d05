// Collects one collector of one project: once at a time, joined by concurrent scrapes, reused while young.
import { type Clock, elapsed, type Moment, readClocks } from '../async/clock.ts';
import { deadlineIn, onAbort, settledWithin } from '../async/deadline.ts';
import type { Api } from '../cloud/client.ts';
import { CloudError, FAILURES, isBug, kindOfFailure, NotSent } from '../cloud/errors.ts';
import type { Outgoing } from '../cloud/send.ts';
import type { Collector, Context, Id, Outcome, Reporter, Scope, Totals } from '../collectors/collector.ts';
import type { Selection } from '../collectors/pool-selection.ts';
import { redact } from '../option-types/secret.ts';
import { type Deviation, gatherDeviations } from './deviations.ts';
import type { Store } from './store.ts';

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

/** What went wrong in a collection: each distinct failure, how often it came, and one example of it. */
export type Failures = ReadonlyMap<string, Failure>;

export interface Failure {
  readonly count: number;
  readonly id?: Id | undefined;
  readonly requestId?: string | undefined;
}

/** What a collection tells the log. */
export interface Summary {
  readonly failures: Failures;
  readonly deviations: readonly Deviation[];
  /** Reads that succeeded, and failures. */
  readonly read: number;
  readonly failed: number;
  /** Ids that are not there any more, as far as this collection knows. */
  readonly gone: number;
  /** It was ended by its deadline. */
  readonly isCut: boolean;
}

export interface Refreshed {
  /** False if the wait ended first: the collection goes on. */
  readonly inTime: boolean;
  /** This scrape started no collection. */
  readonly joined: boolean;
}

export interface Collection {
  readonly collector: Collector;
  readonly options: unknown;
  readonly store: Store;
  /** Waits until what is too old is collected anew, but for `patience` milliseconds at most. */
  refresh(patience: number): Promise<Refreshed>;
  finished(): Finished | undefined;
  /** Failures of the latest completed collection. */
  failures(): Failures;
  /** What in its answers was not as documented. */
  deviations(): readonly Deviation[];
  /** Resolves when no collection is under way. */
  idle(): Promise<void>;
}

export interface CollectionOptions {
  readonly collector: Collector;
  readonly options: unknown;
  readonly store: Store;
  readonly selection: Selection;
  readonly api: Api;
  /** Readies the credential; returns how to end its use. */
  readonly openSession: () => Promise<() => void>;
  readonly clock: Clock;
  /** Milliseconds; asked anew each time, because a reload may change them. */
  readonly minInterval: () => number;
  readonly timeout: () => number;
  /** Requests that may be under way at the same time. */
  readonly concurrency: number;
  readonly report: Totals;
  readonly onFinished: (summary: Summary) => void;
}

export function createCollection(given: CollectionOptions): Collection {
  const { collector, store, clock } = given;
  const memory = new Map<string, string>();
  let startedAt: Moment | undefined;
  let running: Promise<void> | undefined;
  let waiting = 0;
  let hadWaiters = false;
  let isUnseen = false;
  let finished: Finished | undefined;
  let failures: Failures = new Map();
  let deviations: readonly Deviation[] = [];

  async function run(): Promise<void> {
    const from = clock.monotonic();
    const late = () => new CloudError('timeout', 'the collection took longer than scrape.timeout');
    const deadline = deadlineIn(clock, given.timeout(), late);
    const { context, failed, reads, gathered, end } = contextOf(given, memory, deadline);
    const opening = given.openSession();
    try {
      await unlessStuck(opening, deadline.signal, clock, GRACE_MS);
      await unlessStuck(collector.collect(context), deadline.signal, clock, COLLECTOR_GRACE_MS);
    } catch (error) {
      failed(error, []);
    } finally {
      // Also if it comes too late: the credential counts who uses it.
      opening.then(
        (close) => close(),
        () => {},
      );
      deadline.cancel();
    }
    const isCut = deadline.signal.aborted;
    const gone = store.missed();
    const hint = 'every configured pool is unknown to the cloud; check project_id, region and the pool ids';
    if (store.settle()) failed(new CloudError('bad_request', hint), []);
    failures = end();
    deviations = gathered.all();
    const finishedAt = clock.now();
    const isSuccess = failures.size === 0;
    finished = {
      took: clock.monotonic() - from,
      finishedAt,
      isSuccess,
      lastSuccessAt: isSuccess ? finishedAt : finished?.lastSuccessAt,
    };
    given.onFinished({ failures, deviations, read: reads(), failed: total(failures), gone, isCut });
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
    options: given.options,
    store,
    finished: () => finished,
    failures: () => failures,
    deviations: () => deviations,
    idle: () => running ?? Promise.resolve(),
    async refresh(patience) {
      const age = startedAt === undefined ? Infinity : elapsed(startedAt, readClocks(clock));
      const isYoung = age + TOLERANCE_MS < given.minInterval();
      const joined = running !== undefined || isYoung;
      // What came after its waiters had left is served now; its successor is collected behind it.
      const servesUnseen = !joined && start();
      if (running === undefined || servesUnseen) {
        isUnseen = false;
        return { inTime: true, joined };
      }
      waiting += 1;
      hadWaiters = true;
      const inTime = await settledWithin(clock, patience, running);
      waiting -= 1;
      return { inTime, joined };
    },
  };
}

const total = (failures: Failures) => [...failures.values()].reduce((sum, { count }) => sum + count, 0);

/** What the collector sees, and what came of it. Reads that end after the deadline change nothing any more. */
function contextOf(given: CollectionOptions, memory: Map<string, string>, deadline: Outgoing['deadline']) {
  const { clock, store } = given;
  const failures = new Map<string, Failure>();
  const gathered = gatherDeviations();
  const totals = summing(given.report);
  let reads = 0;
  let isOver = false;

  function failed(error: unknown, scope: Scope): Outcome {
    const kind = kindOfFailure(error);
    if (!FAILURES[kind].isMiss) note(error, scope);
    if (error instanceof NotSent) return 'unsent';
    store.fail(scope, kind);
    return kind;
  }

  function note(error: unknown, scope: Scope) {
    const message = isBug(error) ? bugWords(error) : error instanceof Error ? error.message : String(error);
    const before = failures.get(message);
    const requestId = error instanceof CloudError ? error.details.requestId : undefined;
    // Only ids of pools: those of users are personal data, and are not shown.
    const isOfPools = given.collector.summarize !== undefined;
    const example = before ?? { id: scope === 'all' || !isOfPools ? undefined : scope[0], requestId };
    failures.set(message, { ...example, count: (before?.count ?? 0) + 1 });
  }

  const context: Context<unknown, unknown> = {
    options: given.options,
    selection: given.selection,
    api: given.api,
    deadline,
    report: gathered.listenTo(totals.report),
    memory,
    width: 2 * given.concurrency,
    ids: () => store.ids(),
    async read(scope, load) {
      const at = readClocks(clock);
      try {
        const reading = await unlessStuck(load(), deadline.signal, clock, GRACE_MS);
        if (!isOver && reading !== undefined) {
          store.succeed(scope, reading, at);
          reads += 1;
        }
        return 'ok';
      } catch (error) {
        return isOver ? 'unsent' : failed(error, scope);
      }
    },
  };
  const end = () => {
    isOver = true;
    totals.tell();
    return failures;
  };
  return { context, failed, reads: () => reads, gathered, end };
}

/**
 * Tells at the end how often each thing came: an answer may be wrong in 100,000 places, and to count each by itself
 * would cost more than to read it. What comes after the end is not told: it is of a read that was given up.
 */
function summing(told: Totals): { report: Reporter; tell(): void } {
  const sums = new Map<string, { count: number; tell: (count: number) => void }>();
  const add = (key: string, count: number, tell: (count: number) => void) => {
    const sum = sums.get(key) ?? { count: 0, tell };
    sum.count += count;
    sums.set(key, sum);
  };
  return {
    report: {
      violation: (operation, field) =>
        add(`violation ${operation} ${field}`, 1, (sum) => told.violation(operation, field, sum)),
      unknownValue: (field) => add(`unknown ${field}`, 1, (sum) => told.unknownValue(field, sum)),
      dropped: (reason, count) => add(`dropped ${reason}`, count, (sum) => told.dropped(reason, sum)),
      notice: told.notice,
    },
    tell() {
      for (const { count, tell } of sums.values()) tell(count);
    },
  };
}

/** With the place in the code: whoever reads it is asked to report it. */
function bugWords(error: Error): string {
  const place = error.stack?.match(/\bat .*/)?.[0] ?? '';
  return redact(`a bug in the exporter, please report it: ${error} ${place}`);
}

/** Who ignores the deadline is given up a moment after it: it usually knows better itself why it failed. */
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
