// Time as a value that is passed in, so that hours of behaviour can be tested in milliseconds.

export interface Clock {
  /** Milliseconds since the epoch, for people and for signatures. May jump either way: never measure with it alone. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. For waits, budgets, holds, blocks and durations. */
  monotonic(): number;
  /** Runs `task` after `milliseconds`; the returned function cancels it. */
  after(milliseconds: number, task: () => void): () => void;
}

/** One moment by both clocks. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

export const readClocks = (clock: Pick<Clock, 'now' | 'monotonic'>): Moment => ({
  wall: clock.now(),
  monotonic: clock.monotonic(),
});

/**
 * Milliseconds by whichever clock counted more: a wall clock that was set back makes nothing younger, and neither does a
 * machine that slept, whose monotonic clock stood still.
 */
export const elapsed = (from: Moment, to: Moment): number =>
  Math.max(to.wall - from.wall, to.monotonic - from.monotonic);

/** What the wall clock will show at a moment of the monotonic one, if it does not jump before; whole milliseconds. */
export const wallTimeAt = (clock: Clock, monotonic: number): number =>
  Math.round(clock.now() + (monotonic - clock.monotonic()));

const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, task) {
    const timer = setTimeout(task, Math.min(Math.max(milliseconds, 0), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};
