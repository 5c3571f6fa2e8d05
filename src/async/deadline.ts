// A moment after which nobody waits: an end time and the signal that fires then.
import type { Clock } from './clock.ts';

export interface Deadline {
  /** By the monotonic clock. */
  readonly at: number;
  readonly signal: AbortSignal;
}

export interface TimedDeadline extends Deadline {
  /** Ends the timer; does not fire the signal. */
  cancel(): void;
}

const followers = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs `task` when the signal fires, or at once if it has; the returned function takes that back. One listener per signal
 * whatever the number of tasks: a thousand reads share the deadline of their collection.
 */
export function onAbort(signal: AbortSignal, task: () => void): () => void {
  if (signal.aborted) {
    task();
    return () => {};
  }
  let tasks = followers.get(signal);
  if (tasks === undefined) {
    const all = new Set<() => void>();
    tasks = all;
    followers.set(signal, all);
    const runAll = () => {
      // Not over a copy: a task may take back another one.
      for (const one of all) one();
    };
    signal.addEventListener('abort', runAll, { once: true });
  }
  tasks.add(task);
  return () => tasks.delete(task);
}

/** A deadline `milliseconds` from now, but never later than `within`. The signal's reason is `reason()`. */
export function deadlineIn(
  clock: Clock,
  milliseconds: number,
  reason: () => unknown,
  within?: Deadline,
): TimedDeadline {
  const own = new AbortController();
  const stop = clock.after(milliseconds, () => own.abort(reason()));
  const leave = within === undefined ? () => {} : onAbort(within.signal, () => own.abort(within.signal.reason));
  return {
    at: Math.min(clock.monotonic() + milliseconds, within?.at ?? Infinity),
    signal: own.signal,
    cancel() {
      stop();
      leave();
    },
  };
}

/** Waits `milliseconds`; rejects with the signal's reason as soon as it fires. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const leave = onAbort(signal, () => {
      stop();
      reject(signal.reason);
    });
    if (signal.aborted) return;
    stop = clock.after(milliseconds, () => {
      leave();
      resolve();
    });
  });
}

/** The promise's outcome, or false when `milliseconds` passed first. The promise itself goes on. */
export function settledWithin(clock: Clock, milliseconds: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = clock.after(milliseconds, () => resolve(false));
    const settled = () => {
      stop();
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
