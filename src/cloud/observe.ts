// Tells the outside what each attempt cost and how it ended; knows nothing of counters.
import type { Clock } from '../async/clock.ts';
import { CloudError, type FailureKind, isBug, requestIdOf, skewOf } from './errors.ts';
import type { Answer, Layer, Operation } from './send.ts';

/** How an attempt ended. */
export interface AttemptEnd {
  /** The HTTP status or `none`. */
  readonly code: string;
  readonly seconds: number;
  readonly failure?: FailureKind;
  readonly requestId?: string | undefined;
}

/** What the cloud folder reports; telemetry and logs hang on it. Durations in seconds. */
export interface Observer {
  /** Called when an attempt starts; the returned function when it ends. */
  attempt(operation: Operation): (end: AttemptEnd) => void;
  /** A failure found after the answer came: its content was wrong. */
  wrongAnswer(operation: Operation): void;
  retried(operation: Operation, reason: FailureKind): void;
  /** Not sent, because the client-side budget was spent. */
  overBudget(operation: Operation): void;
  waitedForBudget(seconds: number): void;
  signedIn(result: 'success' | 'failure'): void;
  /** What the headers of an answer of the cloud say besides. */
  heard(operation: Operation, said: Heard): void;
}

export interface Heard {
  /** How far this clock is ahead of the cloud's, in seconds; undefined where the answer has no date. */
  readonly skew: number | undefined;
  /** Requests that the gateway still allows; undefined where it does not tell. */
  readonly remaining: number | undefined;
}

/** Hears every answer, refusals too. */
export const hear =
  (observer: Pick<Observer, 'heard'>, now: () => number): Layer =>
  (next) =>
  async (request) => {
    const answer = await next(request);
    observer.heard(request.operation, {
      skew: skewOf(answer.headers.date, now()),
      remaining: remainingOf(answer.headers),
    });
    return answer;
  };

/** The fewest of `X-Apig-RateLimit-user: remain:9,limit:10,time:10 second`, and of its kin for API, application and address. */
export function remainingOf(headers: Answer['headers']): number | undefined {
  const left = Object.entries(headers).flatMap(([name, value]) => {
    const [, count] = name.startsWith('x-apig-ratelimit-') ? (/\bremain:\s*(\d{1,9})\b/.exec(value) ?? []) : [];
    return count === undefined ? [] : [Number(count)];
  });
  return left.length === 0 ? undefined : Math.min(...left);
}

export const observe =
  (observer: Observer, clock: Clock): Layer =>
  (next) =>
  async (request) => {
    const started = clock.monotonic();
    const end = observer.attempt(request.operation);
    const seconds = () => (clock.monotonic() - started) / 1000;
    try {
      const answer = await next(request);
      end({ code: String(answer.status), seconds: seconds(), requestId: requestIdOf(answer) });
      return answer;
    } catch (error) {
      if (error instanceof CloudError) {
        const { status, requestId } = error.details;
        end({ code: String(status ?? 'none'), seconds: seconds(), failure: error.kind, requestId });
      } else end({ code: 'none', seconds: seconds(), failure: isBug(error) ? 'bug' : 'aborted' });
      throw error;
    }
  };
