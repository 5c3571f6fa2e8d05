// The only mutable state of the data: per id the last good record, when it was read, and how the latest read ended.

import type { Moment } from '../async/clock.ts';
import { FAILURES, type FailureKind } from '../cloud/errors.ts';
import type { Id, Reading, Scope } from '../collectors/collector.ts';

export interface Entry<Record> {
  /** Kept after it is too old to show: the newest known name outlives the values. */
  readonly good?: { readonly record: Record; readonly at: Moment };
  /** A list named it, whether or not more was read. */
  readonly wasSeen?: boolean;
  /** Of the latest completed read; undefined before the first. */
  readonly outcome?: 'ok' | FailureKind;
  /** Collections in a row that said that the id is gone. */
  readonly misses: number;
}

/** This many misses in a row make an id gone. */
const CONFIRMED_MISSES = 2;

export const isGone = ({ misses }: Entry<unknown>): boolean => misses >= CONFIRMED_MISSES;

export interface Tally {
  readonly numbers: Readonly<{ [name: string]: number }>;
  readonly at: Moment;
}

export interface Store<Record = unknown> {
  /** Grows with every change. */
  version(): number;
  entries(): ReadonlyMap<Id, Entry<Record>>;
  /** Ids that are configured or known, `byAge`. */
  ids(): Id[];
  /** Never read first, then oldest success; what is gone comes last. */
  byAge(ids: Iterable<Id>): Id[];
  /** Forgets all other ids. */
  keep(ids: ReadonlySet<Id>): void;
  /** Numbers about the whole project and when they were read; undefined before the first. */
  tally(): Tally | undefined;
  /** A read that began at `at` and speaks for `scope`. */
  succeed(scope: Scope, reading: Reading<Record>, at: Moment): void;
  fail(scope: Scope, kind: FailureKind): void;
  /** Ids that the collection under way found missing. */
  missed(): number;
  /** Ends a collection: misses count now. */
  settle(): Settled;
}

export interface Settled {
  /** Misses do not count: every configured id was said to be gone and none was ever read. The question is wrong, not the answer. */
  readonly isWrongQuestion: boolean;
  /** Ids that are gone from now on. */
  readonly vanished: readonly Id[];
}

const UNREAD: Entry<never> = { misses: 0 };

/** `configured`: ids that the configuration names. They are in the store before they are read, and stay when they are gone. */
export function createStore<Record>(configured: ReadonlySet<Id>): Store<Record> {
  const entries = new Map<Id, Entry<Record>>([...configured].map((id) => [id, UNREAD]));
  const missed = new Map<Id, 'listed' | 'asked'>();
  let tally: Tally | undefined;
  let version = 0;
  let wasEverRead = false;

  const idsOf = (scope: Scope) => (scope === 'all' ? [...entries.keys()] : scope);

  function byAge(ids: Iterable<Id>): Id[] {
    const readAt = (id: Id) => {
      const entry = entries.get(id) ?? UNREAD;
      return isGone(entry) ? Infinity : (entry.good?.at.monotonic ?? -Infinity);
    };
    // Not a difference: that of two infinities is NaN.
    return [...ids].sort((a, b) => Number(readAt(a) > readAt(b)) - Number(readAt(a) < readAt(b)));
  }

  function change(id: Id, part: Partial<Entry<Record>>) {
    entries.set(id, { ...(entries.get(id) ?? UNREAD), ...part });
  }

  return {
    version: () => version,
    entries: () => entries,
    ids: () => byAge(entries.keys()),
    byAge,
    keep(ids) {
      for (const id of entries.keys()) if (!ids.has(id) && entries.delete(id)) version += 1;
    },
    tally: () => tally,
    succeed(scope, reading, at) {
      version += 1;
      if (reading.tally !== undefined) tally = { numbers: reading.tally, at };
      for (const [id, record] of reading.records) {
        missed.delete(id);
        if (record === undefined) change(id, { misses: 0, wasSeen: true });
        else {
          wasEverRead = true;
          entries.set(id, { good: { record, at }, outcome: 'ok', misses: 0 });
        }
      }
      for (const id of idsOf(scope)) {
        if (reading.records.has(id)) continue;
        if (reading.isWhole === true || reading.unwanted?.has(id) === true) entries.delete(id);
        else if (reading.isPartial !== true) {
          missed.set(id, 'listed');
          change(id, { outcome: 'gone' });
        }
      }
    },
    fail(scope, kind) {
      version += 1;
      for (const id of idsOf(scope)) {
        if (FAILURES[kind].isMiss) missed.set(id, 'asked');
        // A detail request that said something else ends the row of misses; a list that failed is no complete list.
        const { misses } = entries.get(id) ?? UNREAD;
        const endsRow = scope !== 'all' && !missed.has(id) && misses < CONFIRMED_MISSES;
        change(id, endsRow ? { outcome: kind, misses: 0 } : { outcome: kind });
      }
    },
    missed: () => missed.size,
    settle() {
      const isWrongQuestion =
        configured.size > 0 && !wasEverRead && [...configured].every((id) => missed.get(id) === 'asked');
      if (missed.size > 0) version += 1;
      const vanished = [...missed.keys()].filter((id) => {
        if (!isWrongQuestion) return miss(id, configured.has(id));
        change(id, { outcome: 'bad_request' });
        return false;
      });
      missed.clear();
      return { isWrongQuestion, vanished };
    },
  };

  /** True if it is gone from now on. */
  function miss(id: Id, isConfigured: boolean): boolean {
    const entry = entries.get(id) ?? UNREAD;
    const { good: _, wasSeen: __, ...rest } = entry;
    const misses = Math.min(entry.misses + 1, CONFIRMED_MISSES);
    if (misses < CONFIRMED_MISSES) entries.set(id, { ...entry, misses });
    else if (isConfigured) entries.set(id, { ...rest, misses });
    else entries.delete(id);
    return misses === CONFIRMED_MISSES && entry.misses < misses;
  }
}
