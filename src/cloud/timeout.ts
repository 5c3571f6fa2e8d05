// Bounds one attempt; the deadline of the whole collection bounds it as well.
import type { Clock } from '../async/clock.ts';
import { deadlineIn } from '../async/deadline.ts';
import { formatDuration } from '../option-types/duration.ts';
import { CloudError } from './errors.ts';
import type { Layer } from './send.ts';

/** After `milliseconds` the attempt's signal fires with a `CloudError` of kind timeout. */
export const timeout =
  (milliseconds: number, clock: Clock): Layer =>
  (next) =>
  async (request) => {
    const late = () =>
      new CloudError(
        'timeout',
        `${request.operation}: no answer from ${request.url.host} within ${formatDuration(milliseconds)}`,
      );
    const deadline = deadlineIn(clock, milliseconds, late, request.deadline);
    try {
      return await next({ ...request, deadline });
    } finally {
      deadline.cancel();
    }
  };
