// Limits requests with a bucket of tokens that gains one per interval.
import type { Clock } from '../../async/clock.ts';

export interface TokenBucket {
  /** Takes a token: 0, or the milliseconds until there is one. */
  take(): number;
}

/** Full at first; `interval` in milliseconds. */
export function createTokenBucket(clock: Clock, interval: number, burst: number): TokenBucket {
  let tokens = burst;
  let at = clock.monotonic();
  return {
    take() {
      const now = clock.monotonic();
      tokens = Math.min(burst, tokens + (now - at) / interval);
      at = now;
      if (tokens < 1) return (1 - tokens) * interval;
      tokens -= 1;
      return 0;
    },
  };
}
