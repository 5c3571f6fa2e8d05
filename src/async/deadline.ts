// A moment after which nobody waits: an end time and the signal that fires then.
import type { Clock } from './clock.ts';

export interface Deadline {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly signal: AbortSignal;
  /** Ends the timer; does not fire the signal. */
  cancel(): void;
}

/** A deadline `milliseconds` from now, but never later than `within`. The signal's reason is `reason()`. */
export function deadlineIn(
  clock: Clock,
  milliseconds: number,
  reason: () => unknown,
  within?: Pick<Deadline, 'at' | 'signal'>,
): Deadline {
  const own = new AbortController();
  const stop = clock.after(milliseconds, () => own.abort(reason()));
  return {
    at: Math.min(clock.now() + milliseconds, within?.at ?? Infinity),
    signal: within === undefined ? own.signal : AbortSignal.any([own.signal, within.signal]),
    cancel: stop,
  };
}

/** Waits `milliseconds`; rejects with the signal's reason as soon as it fires. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      stop();
      reject(signal.reason);
    };
    const stop = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
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
