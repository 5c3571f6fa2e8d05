// Keeps the latest events of a project, so that /probe?debug=true can tell what happened without a log at another level.
import type { Clock } from '../async/clock.ts';

type Fields = Readonly<{ [name: string]: string | number | boolean | undefined }>;

export interface TraceEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly message: string;
  readonly fields: Fields;
}

export interface Trace {
  add(message: string, fields: Fields): void;
  /** Oldest first. */
  events(): readonly TraceEvent[];
}

export const MAX_EVENTS = 200;

export function createTrace(clock: Clock): Trace {
  const events: TraceEvent[] = [];
  return {
    add(message, fields) {
      events.push({ at: clock.now(), message, fields });
      if (events.length > MAX_EVENTS) events.shift();
    },
    events: () => events,
  };
}
