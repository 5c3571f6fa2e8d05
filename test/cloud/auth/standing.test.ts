// The table of how a secret stands with the cloud: walked from every state with every event, and held against what it is for.
import { describe, expect, it } from 'vitest';
import { KEY_BLOCKS } from '../../../src/cloud/auth/sign-in.ts';
import {
  createStanding,
  type Event,
  MOST_AFTER_REFUSAL,
  nextState,
  QUARTER_HOUR_MS,
  STATES,
  type State,
  TRANSITIONS,
} from '../../../src/cloud/auth/standing.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

// Reason: Object.keys forgets the type of the keys.
const states = Object.keys(STATES) as State[];
const events = Object.keys(TRANSITIONS) as Event[];
const isSuspect = (state: State) => STATES[state].isSuspect;

/** Events that lead from the start to a state, as few as possible; time does `rested`. */
function pathTo(goal: State): readonly Event[] {
  const paths = new Map<State, readonly Event[]>([['unproven', []]]);
  for (const [state, path] of paths)
    for (const event of events) {
      const next = nextState(event, state);
      if (!paths.has(next)) paths.set(next, [...path, event]);
    }
  const path = paths.get(goal);
  if (path === undefined) throw new Error(`no way leads to ${goal}`);
  return path;
}

async function standingIn(state: State) {
  const clock = createFakeClock();
  const standing = createStanding(clock, KEY_BLOCKS);
  const happen = async (event: Event) => {
    if (event === 'rested') await clock.advance(Math.max((standing.restsUntil() ?? 0) - clock.monotonic(), 0));
    else standing.on(event);
  };
  for (const event of pathTo(state)) await happen(event);
  return { clock, standing, happen };
}

describe.each(states)('a secret that is %s', (state) => {
  it.each(events)('becomes what the table says when it is %s', async (event) => {
    const { standing, happen } = await standingIn(state);
    expect(standing.state()).toBe(state);
    await happen(event);
    expect(standing.state()).toBe(nextState(event, state));
  });

  it('is sent as the table says', async () => {
    const { standing } = await standingIn(state);
    const allowed = () => standing.restsUntil() === undefined;
    let sent = 0;
    for (; sent < 20 && allowed(); sent += 1) standing.sent();
    expect(sent).toBe({ freely: 20, counted: MOST_AFTER_REFUSAL, never: 0 }[STATES[state].sends]);
  });

  it('is proven by an accepted request at last', async () => {
    const { standing, happen } = await standingIn(state);
    await happen('rested');
    standing.on('accepted');
    expect(standing.state()).toBe('proven');
  });
});

describe('the table', () => {
  it.each(states)('lets a %s secret be proven by an accepted request alone', (state) => {
    for (const event of events)
      if (event !== 'accepted' && state !== 'proven') expect(nextState(event, state)).not.toBe('proven');
  });

  it.each(states)(
    'blocks a %s secret when signing in is refused, or when it was suspect and is refused again',
    (state) => {
      expect(nextState('denied', state)).toBe('blocked');
      expect(nextState('refused', state)).toBe(isSuspect(state) ? 'blocked' : 'renewing');
    },
  );

  it('ends a block by time and by a change alone', () => {
    expect(events.filter((event) => nextState(event, 'blocked') !== 'blocked')).toEqual(['rested', 'changed']);
  });

  it.each(states)('never clears a %s secret of suspicion but by an accepted request', (state) => {
    for (const event of events)
      if (event !== 'accepted' && isSuspect(state)) expect(isSuspect(nextState(event, state))).toBe(true);
  });

  it('has nothing but a proven secret tried again after a failure that says nothing', () => {
    expect(states.filter((state) => STATES[state].isRetried)).toEqual(['proven']);
  });
});

describe('blocks', () => {
  const lengths = async (between: readonly Event[]) => {
    const { clock, standing, happen } = await standingIn('unproven');
    const rests: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      standing.on('denied');
      rests.push((standing.restsUntil() ?? 0) - clock.monotonic());
      await happen('rested');
      for (const event of between) standing.on(event);
    }
    return rests;
  };

  it.each<[string, readonly Event[], readonly number[]]>([
    ['grow when nothing comes between', [], [60_000, QUARTER_HOUR_MS, QUARTER_HOUR_MS]],
    ['grow though a token was issued between', ['issued'], [60_000, QUARTER_HOUR_MS, QUARTER_HOUR_MS]],
    ['are the first again after an accepted request', ['accepted'], [60_000, 60_000, 60_000]],
    ['are the first again after a change', ['changed'], [60_000, 60_000, 60_000]],
  ])('%s', async (_, between, expected) => {
    expect(await lengths(between)).toEqual(expected);
  });
});

describe('requests after a refusal', () => {
  it.each<[string, Event, number]>([
    ['are counted on when the secret comes back after another', 'changed', 0],
    ['are counted anew after an issued token', 'issued', MOST_AFTER_REFUSAL],
    ['are counted anew after an accepted request', 'accepted', MOST_AFTER_REFUSAL],
  ])('%s', async (_, event, more) => {
    const { standing } = await standingIn('renewing');
    for (let sent = 0; sent < MOST_AFTER_REFUSAL; sent += 1) standing.sent();
    expect(standing.restsUntil()).toBeDefined();
    standing.on(event);
    // Refused again, if it may be sent freely now.
    if (STATES[standing.state()].sends === 'freely') standing.on('refused');
    if (standing.state() === 'blocked') standing.on('changed');
    let sent = 0;
    for (; sent < 20 && standing.restsUntil() === undefined; sent += 1) standing.sent();
    expect(sent).toBe(more);
  });

  it('may be as many again a quarter of an hour later', async () => {
    const { clock, standing } = await standingIn('renewing');
    for (let sent = 0; sent < MOST_AFTER_REFUSAL; sent += 1) standing.sent();
    expect(standing.restsUntil()).toBe(clock.monotonic() + QUARTER_HOUR_MS);
    await clock.advance(QUARTER_HOUR_MS);
    expect(standing.restsUntil()).toBeUndefined();
  });
});
