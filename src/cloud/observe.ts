// Tells the outside what each attempt cost and how it ended; knows nothing of counters.
import type { Clock } from '../async/clock.ts';
import { CloudError, type FailureKind, isBug } from './errors.ts';
import type { Endpoint, Layer } from './send.ts';

/** What the cloud folder reports; telemetry and logs hang on it. Durations in seconds. */
export interface Observer {
  /** Called when an attempt starts; the returned function when it ends. `code` is the HTTP status or `none`. */
  attempt(endpoint: Endpoint): (outcome: { code: string; seconds: number; failure?: FailureKind }) => void;
  /** A failure found after the answer came: its content was wrong. */
  wrongAnswer(endpoint: Endpoint): void;
  retried(endpoint: Endpoint, reason: FailureKind): void;
  /** Not sent, because the client-side budget was spent. */
  overBudget(endpoint: Endpoint): void;
  waitedForBudget(seconds: number): void;
  signedIn(result: 'success' | 'failure'): void;
}

export const observe =
  (observer: Observer, clock: Clock): Layer =>
  (next) =>
  async (request) => {
    const started = clock.monotonic();
    const end = observer.attempt(request.endpoint);
    const seconds = () => (clock.monotonic() - started) / 1000;
    try {
      const answer = await next(request);
      end({ code: String(answer.status), seconds: seconds() });
      return answer;
    } catch (error) {
      if (error instanceof CloudError)
        end({ code: String(error.details.status ?? 'none'), seconds: seconds(), failure: error.kind });
      else end({ code: 'none', seconds: seconds(), failure: isBug(error) ? 'bug' : 'aborted' });
      throw error;
    }
  };
