// A clock that the test moves: hours of behaviour in milliseconds, with nothing that happens by itself.
import type { Clock } from '../../src/async/clock.ts';

export interface FakeClock extends Clock {
  /** Lets `milliseconds` pass, by both clocks: runs the timers that become due, in order, and lets promises settle after each. */
  advance(milliseconds: number): Promise<void>;
  /** Lets promises settle (and what runs on `setImmediate`), without any time passing. */
  settle(): Promise<void>;
  /**
   * The promise's outcome: lets time pass from timer to timer until it has settled, `within` milliseconds at most.
   * Rejects when it never settles by the clock alone.
   */
  finish<T>(promise: Promise<T>, within?: number): Promise<T>;
  /** The wall clock alone jumps (back, if negative). */
  jump(milliseconds: number): void;
  /** Timers that were neither run nor cancelled: 0 at the end of whatever cleans up after itself. */
  pending(): number;
}

/** Wednesday, 2026-01-14 08:00 UTC. */
export const START = Date.UTC(2026, 0, 14, 8);
/** Far from any wall time, so that who mixes the clocks up is found out. */
const UPTIME = 1_000_000;
const HOUR_MS = 3_600_000;

/** Immediates by which tests wait for others', of any clock. */
let settling = 0;
const immediates = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Immediate').length;

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

export function createFakeClock(start: number = START): FakeClock {
  let passed = 0;
  let offset = start;
  const timers = new Set<Timer>();

  /** The earliest; of several at the same moment the one that was set first. */
  const next = () =>
    [...timers].reduce<Timer | undefined>((a, b) => (a === undefined || b.at < a.at ? b : a), undefined);
  // Two rounds: a promise that settles may hand on through an immediate of its own. More while work is done in slices.
  const settle = async () => {
    for (let round = 0; round < 2 || immediates() > settling; round += 1) {
      settling += 1;
      await new Promise((resolve) => setImmediate(resolve));
      settling -= 1;
    }
  };
  const run = async (timer: Timer) => {
    passed = Math.max(passed, timer.at);
    timers.delete(timer);
    timer.task();
    await settle();
  };

  return {
    now: () => offset + passed,
    monotonic: () => UPTIME + passed,
    after(milliseconds, task) {
      const timer = { at: passed + Math.max(milliseconds, 0), task };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    settle,
    async advance(milliseconds) {
      const end = passed + milliseconds;
      await settle();
      for (let timer = next(); timer !== undefined && timer.at <= end; timer = next()) await run(timer);
      passed = end;
    },
    async finish(promise, within = HOUR_MS) {
      const end = passed + within;
      let isSettled = false;
      const settled = () => {
        isSettled = true;
      };
      promise.then(settled, settled);
      await settle();
      while (!isSettled) {
        const timer = next();
        if (timer === undefined || timer.at > end)
          throw new Error(`not settled ${timer === undefined ? 'and no timer is set' : `within ${within} ms`}`);
        await run(timer);
      }
      return promise;
    },
    jump(milliseconds) {
      offset += milliseconds;
    },
    pending: () => timers.size,
  };
}
