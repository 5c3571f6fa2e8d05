// How one secret of a credential stands with the cloud: a state machine that keeps a wrong secret from locking the account.
import type { Clock } from '../../async/clock.ts';

/**
 * What may be done in a state. `sends`: `counted` requests follow a refusal, so only a few may be sent. `isRetried`: after a 5xx
 * or no answer; while nothing proves the secret, each try could be one towards a lock. `isSuspect`: it was refused since it last
 * worked, so what was bought with it before is bought anew.
 */
export const STATES = {
  /** Nothing is known: at the start, and where a secret is new. */
  unproven: { sends: 'freely', isRetried: false, isSuspect: false },
  /** The cloud has accepted it. */
  proven: { sends: 'freely', isRetried: true, isSuspect: false },
  /** Refused; now the material is renewed (another token is bought, the file is read again). */
  renewing: { sends: 'counted', isRetried: false, isSuspect: true },
  /** A token was issued since the refusal, and is not proven yet. */
  renewed: { sends: 'freely', isRetried: false, isSuspect: true },
  /** Refused, and there is nothing else to try: nothing is sent for a while. */
  blocked: { sends: 'never', isRetried: false, isSuspect: true },
  /** The block is over, or the secret came back after another one: the next refusal blocks. */
  trial: { sends: 'counted', isRetried: false, isSuspect: true },
} as const;
export type State = keyof typeof STATES;

export type Event = 'accepted' | 'refused' | 'denied' | 'issued' | 'unrenewed' | 'rested' | 'changed';

/**
 * What each event makes of each state; a state that is not named stays. What is no event (a 5xx, no answer, an answer that
 * strangers get too) means nothing.
 */
export const TRANSITIONS: Readonly<Record<Event, Readonly<{ [from in State]?: State }>>> = {
  /** The service knew who asked. */
  accepted: { unproven: 'proven', renewing: 'proven', renewed: 'proven', trial: 'proven' },
  /** A request was refused, so that its material is worth nothing. */
  refused: { unproven: 'renewing', proven: 'renewing', renewing: 'blocked', renewed: 'blocked', trial: 'blocked' },
  /** Signing in was refused: the secret itself. */
  denied: { unproven: 'blocked', proven: 'blocked', renewing: 'blocked', renewed: 'blocked', trial: 'blocked' },
  /** Signing in gave a token or temporary keys. */
  issued: { renewing: 'renewed', trial: 'renewed' },
  /** Renewing gave nothing else than what was refused. */
  unrenewed: { renewing: 'blocked' },
  /** The time of the block is over. */
  rested: { blocked: 'trial' },
  /** Somebody put it in place of another secret. */
  changed: { proven: 'unproven', renewing: 'trial', blocked: 'trial' },
};

export const nextState = (event: Event, state: State): State => TRANSITIONS[event][state] ?? state;

/** What an event makes forgotten: how often it was blocked in a row, and the requests that followed a refusal. */
const FORGETS: Readonly<{ [event in Event]?: { readonly blocks?: true; readonly count?: true } }> = {
  accepted: { blocks: true, count: true },
  issued: { count: true },
  changed: { blocks: true },
};

export const QUARTER_HOUR_MS = 15 * 60_000;
/** Never more requests than this are sent with one secret in a quarter of an hour after it was refused. */
export const MOST_AFTER_REFUSAL = 3;

export interface Standing {
  state(): State;
  on(event: Event): void;
  /** A request leaves with it. */
  sent(): void;
  /** Nothing may be sent with it until then (monotonic); undefined where something may. */
  restsUntil(): number | undefined;
}

/** `blockFor`: milliseconds of the first block, and of each further one in a row. */
export function createStanding(clock: Clock, blockFor: readonly [first: number, later: number]): Standing {
  let state: State = 'unproven';
  let blocks = 0;
  let blockedUntil = 0;
  let afterRefusal: number[] = [];

  function move(event: Event) {
    const before = state;
    state = nextState(event, before);
    if (FORGETS[event]?.blocks) blocks = 0;
    if (FORGETS[event]?.count) afterRefusal = [];
    if (state !== 'blocked' || before === 'blocked') return;
    blockedUntil = clock.monotonic() + blockFor[blocks === 0 ? 0 : 1];
    blocks += 1;
  }
  const endBlock = () => {
    if (state === 'blocked' && clock.monotonic() >= blockedUntil) move('rested');
  };

  return {
    on(event) {
      endBlock();
      move(event);
    },
    state() {
      endBlock();
      return state;
    },
    sent() {
      if (STATES[state].sends === 'counted') afterRefusal.push(clock.monotonic());
    },
    restsUntil() {
      endBlock();
      if (STATES[state].sends === 'freely') return undefined;
      const now = clock.monotonic();
      afterRefusal = afterRefusal.filter((at) => now - at < QUARTER_HOUR_MS);
      const counted = (afterRefusal.at(-MOST_AFTER_REFUSAL) ?? -Infinity) + QUARTER_HOUR_MS;
      const until = Math.max(counted, state === 'blocked' ? blockedUntil : -Infinity);
      return until > now ? until : undefined;
    },
  };
}
