// The one queue of a credential: slots, the sliding-window budget and the pause that the cloud asked for.
import { type Clock, wallTimeAt } from '../async/clock.ts';
import { type Deadline, onAbort } from '../async/deadline.ts';
import { CloudError, NotSent } from './errors.ts';
import type { Layer } from './send.ts';

/** Half a second above the minute, because the cloud counts arrivals and not departures. */
const WINDOW_MS = 60_500;
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;
/** What patient requests may use of the budget; the rest is left to those in a hurry. */
const PATIENT_SHARE = 0.75;
const SHORTEST_HOLD_MS = 5_000;
const LONGEST_HOLD_MS = 60_000;

export interface Limits {
  readonly concurrency: number;
  readonly requestsPerMinute: number;
}

export interface Gate {
  /**
   * First come, first served; but patient requests let others pass, and leave a quarter of the budget to them.
   * Rejects with `NotSent` as soon as it is clear that the turn comes too late.
   */
  enter(deadline: Deadline, onWait: (seconds: number) => void, isPatient?: boolean): Promise<() => void>;
  /** One request at a time while narrow. */
  narrow(isNarrow: boolean): void;
  /** After an answer that asks to wait, to a request sent at `sentAt` (monotonic); without `retryAfter` (milliseconds) 5 s doubling to 60 s. */
  hold(sentAt: number, retryAfter: number | undefined): void;
  /** A request sent at `sentAt` went through: the next 429 starts from 5 s again. */
  passed(sentAt: number): void;
  /** While a hold lasts: its end, in milliseconds since the epoch. */
  heldUntil(): number | undefined;
}

interface Waiter {
  readonly isPatient: boolean;
  readonly deadline: Deadline;
  readonly since: number;
  delayedByBudget: boolean;
  readonly admit: () => void;
  readonly refuse: (error: NotSent) => void;
}

export interface GateOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Asked on every turn, so that a reload takes effect at once. */
  readonly limits: () => Limits;
  /** Milliseconds since the epoch. */
  readonly onHold: (until: number) => void;
}

export function createGate({ clock, random, limits, onHold }: GateOptions): Gate {
  const queue: Waiter[] = [];
  let departures: number[] = [];
  let inside = 0;
  let isNarrow = true;
  let hold = { since: -Infinity, until: -Infinity, strikes: 0 };
  let wake = () => {};

  const holdLeft = (now: number) => Math.max(hold.until - now, 0);
  const budgetLeft = (now: number, isPatient: boolean) => {
    const { requestsPerMinute } = limits();
    const allowed = isPatient ? Math.ceil(requestsPerMinute * PATIENT_SHARE) : requestsPerMinute;
    // By age and not by number: the limit may be raised again within the minute.
    if (departures.length > 2 * requestsPerMinute && now - (departures[0] ?? now) >= WINDOW_MS)
      departures = departures.filter((at) => now - at < WINDOW_MS);
    const blocking = departures[departures.length - allowed];
    return blocking === undefined ? 0 : Math.max(blocking + WINDOW_MS - now, 0);
  };

  function admitNext() {
    wake();
    wake = () => {};
    for (;;) {
      const head = queue.find(({ isPatient }) => !isPatient) ?? queue[0];
      if (head === undefined || inside >= (isNarrow ? 1 : limits().concurrency)) return;
      const now = clock.monotonic();
      const held = holdLeft(now);
      const wait = Math.max(held, budgetLeft(now, head.isPatient));
      if (wait === 0) {
        inside += 1;
        departures.push(now);
        head.admit();
        continue;
      }
      const late = queue.filter(({ deadline }) => now + wait > deadline.at);
      for (const waiter of late) waiter.refuse(unsent(held >= wait ? 'hold' : 'budget', wait));
      if (queue.length === 0) return;
      if (held < wait) for (const waiter of queue) waiter.delayedByBudget = true;
      wake = clock.after(wait, admitNext);
      return;
    }
  }

  return {
    enter: (deadline, onWait, isPatient = false) =>
      new Promise((resolve, reject) => {
        const leave = (waiter: Waiter) => {
          stopWatching();
          queue.splice(queue.indexOf(waiter), 1);
          if (waiter.delayedByBudget) onWait((clock.monotonic() - waiter.since) / 1000);
        };
        const waiter: Waiter = {
          deadline,
          isPatient,
          since: clock.monotonic(),
          delayedByBudget: false,
          admit: () => {
            leave(waiter);
            resolve(() => {
              inside -= 1;
              admitNext();
            });
          },
          refuse: (error) => {
            leave(waiter);
            reject(error);
          },
        };
        const giveUp = () => {
          waiter.refuse(unsent(waiter.delayedByBudget ? 'budget' : 'deadline', 0));
          admitNext();
        };
        if (deadline.signal.aborted) return reject(unsent('deadline', 0));
        queue.push(waiter);
        const stopWatching = onAbort(deadline.signal, giveUp);
        admitNext();
      }),
    narrow(value) {
      if (isNarrow === value) return;
      isNarrow = value;
      admitNext();
    },
    hold(sentAt, retryAfter) {
      const now = clock.monotonic();
      // Answers to requests that left before this hold began say nothing new, but for how long to wait.
      const isNew = sentAt > hold.since;
      if (!isNew && retryAfter === undefined) return;
      const doubled = Math.min(SHORTEST_HOLD_MS * 2 ** hold.strikes, LONGEST_HOLD_MS) * (1 + 0.2 * random());
      const wait = retryAfter === undefined ? doubled : Math.min(Math.max(retryAfter, 1000), LONGEST_RETRY_AFTER_MS);
      const until = Math.max(now + wait, hold.until);
      hold = isNew ? { since: now, until, strikes: hold.strikes + 1 } : { ...hold, until };
      onHold(wallTimeAt(clock, hold.until));
    },
    passed(sentAt) {
      if (sentAt > hold.since) hold.strikes = 0;
    },
    heldUntil: () => (holdLeft(clock.monotonic()) > 0 ? wallTimeAt(clock, hold.until) : undefined),
  };
}

const WORDS = {
  hold: 'the cloud asked for a pause, which lasts longer than this collection',
  budget: 'requests_per_minute is used up until after this collection; raise it, or read less often',
  deadline: 'scrape.timeout ended the collection before its turn came; raise it, or read fewer pools',
};

function unsent(reason: keyof typeof WORDS, wait: number): NotSent {
  const forSeconds = wait > 0 ? ` for ${Math.ceil(wait / 1000)} s` : '';
  return new NotSent(reason, `not sent${forSeconds}: ${WORDS[reason]}`);
}

/** Whose gate requests go through. */
export interface Gated {
  /** Rejects with `NotSent` when the secrets cannot be read. */
  gate(): Promise<Gate>;
  /** Undefined before the first. */
  current(): { readonly gate: Gate } | undefined;
}

/** A 429, and whatever else named a time: a service that is down for maintenance, too. */
const asksToWait = ({ kind, details }: CloudError) => kind === 'throttled' || details.retryAfter !== undefined;

/** Lets requests through the gate, and tells it of every answer that asks to wait. */
export const throughGate =
  (session: Gated, clock: Clock, onWait: (seconds: number) => void): Layer =>
  (next) =>
  async (request) => {
    let leaving = await session.gate();
    let leave = await leaving.enter(request.deadline, onWait, request.isPatient);
    // A changed secret may have named another credential meanwhile: what now goes out, goes out with that one.
    while (session.current()?.gate !== leaving) {
      leave();
      leaving = await session.gate();
      leave = await leaving.enter(request.deadline, onWait, request.isPatient);
    }
    const sentAt = clock.monotonic();
    try {
      const answer = await next(request);
      leaving.passed(sentAt);
      return answer;
    } catch (error) {
      if (error instanceof CloudError && asksToWait(error)) leaving.hold(sentAt, error.details.retryAfter);
      throw error;
    } finally {
      leave();
    }
  };
