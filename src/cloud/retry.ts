// Tries again what may pass: full jitter, signed anew each time, never past the deadline.
// Own code, because undici's retry ignores an abort while it waits and repeats the old signature.
import type { Clock } from '../async/clock.ts';
import { pause } from '../async/deadline.ts';
import { CloudError, FAILURES, type FailureKind } from './errors.ts';
import type { Layer, Operation } from './send.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export interface RetryOptions {
  readonly maxRetries: number;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly onRetry: (operation: Operation, reason: FailureKind) => void;
}

/** Rejects with the failure of the last attempt that was sent. */
export const retry =
  ({ maxRetries, clock, random, onRetry }: RetryOptions): Layer =>
  (next) =>
  async (request) => {
    let retries = 0;
    let repeated = false;
    let failure: CloudError | undefined;
    for (;;) {
      try {
        return await next(request);
      } catch (error) {
        // Held back on a further try: the read failed by its last attempt, it was not merely left out.
        if (!(error instanceof CloudError)) throw failure ?? error;
        failure = error;
      }
      if (failure.details.renewed === true && !repeated) {
        repeated = true;
      } else {
        if (FAILURES[failure.kind].retried !== 'later' || failure.details.final === true || retries >= maxRetries)
          throw failure;
        // After a 429 the gate does the waiting, for every request of the credential.
        const wait =
          failure.kind === 'throttled' ? 0 : random() * Math.min(FIRST_PAUSE_MS * 2 ** retries, LONGEST_PAUSE_MS);
        retries += 1;
        if (clock.monotonic() + wait >= request.deadline.at) throw failure;
        await pause(clock, wait, request.deadline.signal).catch(() => {
          throw failure;
        });
      }
      onRetry(request.operation, failure.kind);
    }
  };
