// Time as a value that is passed in, so that hours of behaviour can be tested in milliseconds.

export interface Clock {
  /** Milliseconds since the epoch. Wall-clock time: it may jump; whoever stores a moment must bear that. */
  now(): number;
  /** Runs `task` after `milliseconds`; the returned function cancels it. */
  after(milliseconds: number, task: () => void): () => void;
}

const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, task) {
    const timer = setTimeout(task, Math.min(Math.max(milliseconds, 0), LONGEST_TIMER));
    return () => clearTimeout(timer);
  },
};
