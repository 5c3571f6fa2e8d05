// The cloud's request limit: so many requests of one user in any sixty seconds, refused ones included.
import { apiError, type Reply } from './reply.ts';

export interface ThrottleLimit {
  /** `Number.POSITIVE_INFINITY` lifts the limit. */
  readonly requestsPerMinute: number;
  /** Sent as Retry-After when given; the real cloud is not known to send it. */
  readonly retryAfterSeconds?: number;
}

export interface Throttle {
  check(user: string): Reply | undefined;
  setLimit(limit: ThrottleLimit): void;
}

const windowMs = 60_000;

/** `now` gives real epoch ms. */
export function createThrottle(now: () => number, first: ThrottleLimit): Throttle {
  let limit = first;
  const recent = new Map<string, number[]>();
  return {
    check(user) {
      if (limit.requestsPerMinute === Number.POSITIVE_INFINITY) return undefined;
      const times = recent.get(user) ?? [];
      while (times[0] !== undefined && times[0] <= now() - windowMs) times.shift();
      times.push(now());
      recent.set(user, times);
      return times.length > limit.requestsPerMinute ? refuse(limit) : undefined;
    },
    setLimit(next) {
      limit = next;
      recent.clear();
    },
  };
}

function refuse({ retryAfterSeconds }: ThrottleLimit): Reply {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return apiError(429, 'APIGW.0308', 'The throttling threshold has been reached: policy user over ratelimit', headers);
}
