// The one queue of a credential: slots, the budget in any minute, and the pause that the cloud asked for.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloudError, NotSent } from '../../src/cloud/errors.ts';
import { createGate, type Limits, throughGate } from '../../src/cloud/gate.ts';
import { deadlineOf, outgoing } from '../support/chain.ts';
import { createFakeClock, type FakeClock, START } from '../support/fake-clock.ts';
import { fakeSend } from '../support/fake-send.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A gate that is not narrow, unless asked for, with the moments of its holds. */
function gateOf(limits: Partial<Limits> = {}, { random = 0, isNarrow = false } = {}) {
  const clock = createFakeClock();
  const all = { concurrency: 8, requestsPerMinute: 1000, ...limits };
  const holds: number[] = [];
  const gate = createGate({
    clock,
    random: () => random,
    limits: () => all,
    onHold: (until) => holds.push(until - clock.now()),
  });
  gate.narrow(isNarrow);
  return { clock, gate, holds, limits: all, ...visitors(clock, gate) };
}

function visitors(clock: FakeClock, gate: ReturnType<typeof createGate>) {
  const admitted: string[] = [];
  const refused = new Map<string, string>();
  const waits: number[] = [];
  const leavers = new Map<string, () => void>();
  const come = (name: string, deadline = deadlineOf(clock, HOUR)) => {
    gate
      .enter(deadline, (seconds) => waits.push(seconds))
      .then(
        (leave) => {
          admitted.push(name);
          leavers.set(name, leave);
        },
        (error: unknown) => refused.set(name, error instanceof NotSent ? error.reason : String(error)),
      );
    return deadline;
  };
  const leave = (name: string) => leavers.get(name)?.();
  return { come, leave, admitted, refused, waits };
}

describe('slots', () => {
  it('lets as many in as there are slots', async () => {
    const { clock, come, admitted } = gateOf({ concurrency: 2 });
    for (const name of ['a', 'b', 'c']) come(name);
    await clock.settle();
    expect(admitted).toEqual(['a', 'b']);
  });

  it('lets the first of the queue in when one leaves', async () => {
    const { clock, come, leave, admitted } = gateOf({ concurrency: 1 });
    for (const name of ['a', 'b', 'c']) come(name);
    await clock.settle();
    leave('a');
    await clock.settle();
    expect(admitted).toEqual(['a', 'b']);
  });

  it('lets one at a time in while narrow, and all again after', async () => {
    const { clock, gate, come, leave, admitted } = gateOf({ concurrency: 3 }, { isNarrow: true });
    for (const name of ['a', 'b', 'c', 'd', 'e']) come(name);
    await clock.settle();
    expect(admitted).toEqual(['a']);
    leave('a');
    await clock.settle();
    expect(admitted).toEqual(['a', 'b']);
    gate.narrow(false);
    await clock.settle();
    expect(admitted).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets nobody in after narrowing until all but none have left', async () => {
    const { clock, gate, come, leave, admitted } = gateOf({ concurrency: 2 });
    for (const name of ['a', 'b', 'c']) come(name);
    await clock.settle();
    gate.narrow(true);
    leave('a');
    await clock.settle();
    expect(admitted).toEqual(['a', 'b']);
    leave('b');
    await clock.settle();
    expect(admitted).toEqual(['a', 'b', 'c']);
  });

  it('is narrow at first', async () => {
    const clock = createFakeClock();
    const limits = { concurrency: 8, requestsPerMinute: 100 };
    const gate = createGate({ clock, random: () => 0, limits: () => limits, onHold: () => {} });
    const { come, admitted } = visitors(clock, gate);
    come('a');
    come('b');
    await clock.settle();
    expect(admitted).toEqual(['a']);
  });

  it('takes new limits at the next turn', async () => {
    const { clock, come, leave, admitted, limits } = gateOf({ concurrency: 1 });
    for (const name of ['a', 'b', 'c']) come(name);
    await clock.settle();
    limits.concurrency = 2;
    leave('a');
    await clock.settle();
    expect(admitted).toEqual(['a', 'b', 'c']);
  });
});

describe('a waiter', () => {
  it('whose signal fires leaves the queue at once, and the next takes its place', async () => {
    const { clock, come, leave, admitted, refused } = gateOf({ concurrency: 1 });
    come('a');
    const b = come('b');
    come('c');
    await clock.settle();
    b.abort();
    await clock.settle();
    expect(refused.get('b')).toBe('deadline');
    leave('a');
    await clock.settle();
    expect(admitted).toEqual(['a', 'c']);
  });

  it('whose signal has fired does not join the queue', async () => {
    const { clock, come, refused } = gateOf();
    const over = deadlineOf(clock);
    over.abort();
    come('a', over);
    await clock.settle();
    expect(refused.get('a')).toBe('deadline');
  });

  it('that was let in is not sent away by its signal, and gives its slot back once', async () => {
    const { clock, come, leave, admitted, refused } = gateOf({ concurrency: 1 });
    const a = come('a');
    await clock.settle();
    a.abort();
    come('b');
    await clock.settle();
    expect([admitted, [...refused]]).toEqual([['a'], []]);
    leave('a');
    await clock.settle();
    expect(admitted).toEqual(['a', 'b']);
  });

  it('leaves no timer behind when its signal fires', async () => {
    const { clock, come } = gateOf({ requestsPerMinute: 1 });
    const signalOnly = () => {
      const controller = new AbortController();
      return { at: clock.now() + HOUR, signal: controller.signal, abort: () => controller.abort() };
    };
    come('a', signalOnly());
    const b = come('b', signalOnly());
    await clock.settle();
    b.abort();
    await clock.advance(2 * MINUTE);
    expect(clock.pending()).toBe(0);
  });
});

describe('the budget', () => {
  it('makes those beyond it wait until the minute is over, first come, first served', async () => {
    const { clock, come, admitted } = gateOf({ requestsPerMinute: 2 });
    for (const name of ['a', 'b', 'c', 'd', 'e']) come(name);
    await clock.advance(MINUTE);
    expect(admitted).toEqual(['a', 'b']);
    await clock.advance(500);
    expect(admitted).toEqual(['a', 'b', 'c', 'd']);
    await clock.advance(MINUTE + 500);
    expect(admitted).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('sends away at once whom the deadline does not let wait, saying how long it would be', async () => {
    const { clock, gate, come, admitted } = gateOf({ requestsPerMinute: 1 });
    come('a');
    await clock.settle();
    const refusal = gate.enter(deadlineOf(clock, 30_000), () => {});
    await expect(refusal).rejects.toMatchObject({ reason: 'budget', message: expect.stringContaining('61 s') });
    expect(admitted).toEqual(['a']);
    expect(clock.now()).toBe(START);
  });

  it('sends away at once also behind one who can wait', async () => {
    const { clock, come, refused } = gateOf({ requestsPerMinute: 1 });
    come('a');
    come('patient', deadlineOf(clock, HOUR));
    come('hurried', deadlineOf(clock, 10_000));
    await clock.settle();
    expect([...refused]).toEqual([['hurried', 'budget']]);
  });

  it('tells each wait for it once, in seconds, and no wait for a slot', async () => {
    const { clock, come, leave, waits } = gateOf({ requestsPerMinute: 3, concurrency: 2 });
    for (const name of ['a', 'b', 'c']) come(name);
    await clock.settle();
    await clock.advance(5000);
    leave('a');
    await clock.settle();
    expect(waits).toEqual([]);
    leave('b');
    leave('c');
    come('d');
    await clock.advance(MINUTE);
    expect(waits).toEqual([55.5]);
  });

  it('tells one wait for each whose signal fired while waiting', async () => {
    const { clock, come, waits, refused } = gateOf({ requestsPerMinute: 1 });
    const shared = deadlineOf(clock, 2 * HOUR);
    for (const name of ['a', 'b', 'c']) come(name, shared);
    await clock.advance(10_000);
    shared.abort();
    await clock.settle();
    expect(waits).toEqual([10, 10]);
    expect([...refused]).toEqual([
      ['b', 'budget'],
      ['c', 'budget'],
    ]);
  });

  it.each([-HOUR, HOUR])('is the same though the wall clock jumps by %d ms', async (jump) => {
    const { clock, come, admitted } = gateOf({ requestsPerMinute: 2 });
    for (const name of ['a', 'b', 'c']) come(name);
    await clock.settle();
    clock.jump(jump);
    come('d');
    await clock.advance(MINUTE + 499);
    expect(admitted).toEqual(['a', 'b']);
    await clock.advance(1);
    expect(admitted).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is never exceeded in any 60 s, whenever requests come and however long they take', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 5000 })), { maxLength: 40 }),
        async (requestsPerMinute, concurrency, arrivals) => {
          const { clock, gate } = gateOf({ requestsPerMinute, concurrency });
          const departures: number[] = [];
          let arrived = 0;
          for (const [pause, takes] of arrivals) {
            await clock.advance(pause);
            arrived += 1;
            const signal = new AbortController().signal;
            void gate
              .enter({ at: clock.now() + 3 * HOUR, signal }, () => {})
              .then((leave) => {
                departures.push(clock.now());
                clock.after(takes, leave);
              });
          }
          await clock.advance(2 * HOUR);
          expect(departures.length).toBe(arrived);
          for (const at of departures)
            expect(departures.filter((other) => other >= at && other < at + MINUTE).length).toBeLessThanOrEqual(
              requestsPerMinute,
            );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is used to the full: nobody waits longer than the window asks', async () => {
    const { clock, come, admitted } = gateOf({ requestsPerMinute: 150, concurrency: 256 });
    for (let index = 0; index < 300; index += 1) come(String(index));
    await clock.settle();
    expect(admitted.length).toBe(150);
    await clock.advance(MINUTE + 500);
    expect(admitted.length).toBe(150 + 106);
  });
});

it('a budget that was lowered and raised again has forgotten nobody', async () => {
  const { clock, come, leave, admitted, limits } = gateOf({ requestsPerMinute: 100, concurrency: 1000 });
  for (let index = 0; index < 100; index += 1) come(`a${index}`);
  limits.requestsPerMinute = 10;
  come('b');
  await clock.settle();
  limits.requestsPerMinute = 100;
  for (let index = 0; index < 90; index += 1) come(`c${index}`);
  leave('a0');
  await clock.settle();
  expect(admitted.length).toBe(100);
});

describe('a hold', () => {
  it.each<[string, number | undefined, number]>([
    ['no Retry-After', undefined, 5000],
    ['a Retry-After of 20 s', 20_000, 20_000],
    ['a Retry-After above 10 min', HOUR, 10 * MINUTE],
    ['a Retry-After of nothing', 0, 1000],
  ])('after a 429 with %s lasts its time', async (_, retryAfter, milliseconds) => {
    const { clock, gate, come, admitted } = gateOf();
    gate.hold(clock.monotonic(), retryAfter);
    expect(gate.heldUntil()).toBe(START + milliseconds);
    come('a');
    await clock.advance(milliseconds - 1);
    expect(admitted).toEqual([]);
    await clock.advance(1);
    expect(admitted).toEqual(['a']);
    expect(gate.heldUntil()).toBeUndefined();
  });

  it('doubles from 5 s to 60 s while 429s go on', async () => {
    const { clock, gate, holds } = gateOf();
    for (let strike = 0; strike < 6; strike += 1) {
      gate.hold(clock.monotonic(), undefined);
      await clock.advance(2 * MINUTE);
    }
    expect(holds).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it('has up to a fifth of jitter on top, never below', async () => {
    const { clock, gate, holds } = gateOf({}, { random: 0.999 });
    gate.hold(clock.monotonic(), undefined);
    expect(holds[0]).toBeGreaterThan(5900);
    expect(holds[0]).toBeLessThan(6000);
  });

  it('starts from 5 s again after a success', async () => {
    const { clock, gate, holds } = gateOf();
    gate.hold(clock.monotonic(), undefined);
    await clock.advance(MINUTE);
    gate.passed(clock.monotonic());
    gate.hold(clock.monotonic(), undefined);
    expect(holds).toEqual([5000, 5000]);
  });

  it('is not forgotten over the success of a request that left before it', async () => {
    const { clock, gate, holds } = gateOf();
    const sentAt = clock.monotonic();
    await clock.advance(100);
    gate.hold(sentAt, undefined);
    gate.passed(sentAt);
    await clock.advance(MINUTE);
    gate.hold(clock.monotonic(), undefined);
    expect(holds).toEqual([5000, 10_000]);
  });

  it.each([
    ['a moment later', 100],
    ['in the same millisecond', 0],
  ])('doubles once for the 429s of one burst that come %s', async (_, latency) => {
    const { clock, gate, holds } = gateOf();
    const sentAt = clock.monotonic();
    await clock.advance(latency);
    gate.hold(sentAt, undefined);
    gate.hold(sentAt, undefined);
    await clock.advance(MINUTE);
    gate.hold(clock.monotonic(), undefined);
    expect(holds).toEqual([5000, 10_000]);
  });

  it('doubles once for a burst that names its Retry-After, and lasts as long as the longest of them', async () => {
    const { clock, gate, holds } = gateOf();
    const sentAt = clock.monotonic();
    await clock.advance(100);
    for (const seconds of [3, 30, 3]) gate.hold(sentAt, seconds * 1000);
    expect(gate.heldUntil()).toBe(clock.now() + 30_000);
    await clock.advance(MINUTE);
    gate.hold(clock.monotonic(), undefined);
    expect(holds.at(-1)).toBe(10_000);
  });

  it('is not waited for when it outlives the deadline', async () => {
    const { clock, gate, come, refused } = gateOf();
    gate.hold(clock.monotonic(), 20_000);
    come('a', deadlineOf(clock, 19_000));
    come('b', deadlineOf(clock, 21_000));
    await clock.settle();
    expect([...refused]).toEqual([['a', 'hold']]);
    await expect(gate.enter(deadlineOf(clock, 1000), () => {})).rejects.toThrow('not sent for 20 s');
  });

  it('sends away those who already wait for a slot and cannot outlast it', async () => {
    const { clock, gate, come, leave, refused } = gateOf({ concurrency: 1 });
    come('a');
    come('b', deadlineOf(clock, 10_000));
    await clock.settle();
    gate.hold(clock.monotonic(), 20_000);
    leave('a');
    await clock.settle();
    expect([...refused]).toEqual([['b', 'hold']]);
  });

  it('is no wait for budget', async () => {
    const { clock, gate, come, waits } = gateOf();
    gate.hold(clock.monotonic(), 20_000);
    come('a');
    await clock.advance(20_000);
    expect(waits).toEqual([]);
  });

  it.each([-HOUR, HOUR])(
    'lasts as long though the wall clock jumps by %d ms, and tells its end by it',
    async (jump) => {
      const { clock, gate, come, admitted } = gateOf();
      gate.hold(clock.monotonic(), 20_000);
      clock.jump(jump);
      expect(gate.heldUntil()).toBe(clock.now() + 20_000);
      come('a');
      await clock.advance(19_999);
      expect(admitted).toEqual([]);
      await clock.advance(1);
      expect(admitted).toEqual(['a']);
      expect(gate.heldUntil()).toBeUndefined();
    },
  );
});

describe('requests through the gate', () => {
  const through = (script: Parameters<typeof fakeSend>[1], delay = 0) => {
    const { clock, gate, holds } = gateOf({ concurrency: 2 });
    const fake = fakeSend(clock, script, delay);
    const send = throughGate({ gate: async () => gate, current: () => ({ gate }) }, clock, () => {})(fake.send);
    return { clock, gate, holds, send, sent: fake.sent };
  };

  it('leave their slot after success and failure alike', async () => {
    const { clock, send, sent } = through([200, new CloudError('server', 'no'), new TypeError('odd'), 200]);
    for (let index = 0; index < 4; index += 1) await send(outgoing(clock)).catch(() => {});
    expect(sent.length).toBe(4);
  });

  it('hold the gate after a 429, with its Retry-After', async () => {
    const { clock, send, holds } = through([new CloudError('throttled', 'slow down', { retryAfter: 12_000 })]);
    await expect(send(outgoing(clock))).rejects.toThrow('slow down');
    expect(holds).toEqual([12_000]);
  });

  it.each([new CloudError('server', 'maintenance', { retryAfter: 12_000 }), new CloudError('server', 'broken')])(
    'hold the gate after another failure only where it names a time: $message',
    async (failure) => {
      const { clock, send, holds } = through([failure]);
      await send(outgoing(clock)).catch(() => {});
      expect(holds).toEqual(failure.details.retryAfter === undefined ? [] : [12_000]);
    },
  );

  it('start the next hold from 5 s again when one of them passed', async () => {
    const throttled = new CloudError('throttled', 'slow down');
    const { clock, send, holds } = through([throttled, 200, throttled]);
    await send(outgoing(clock)).catch(() => {});
    await clock.finish(send(outgoing(clock)));
    await send(outgoing(clock)).catch(() => {});
    expect(holds).toEqual([5000, 5000]);
  });

  it('of one burst hold once', async () => {
    const { clock, send, holds } = through([new CloudError('throttled', 'slow down')], 50);
    await clock.finish(Promise.allSettled([send(outgoing(clock)), send(outgoing(clock))]));
    expect(holds).toEqual([5000]);
  });
});

describe('patient requests', () => {
  /** Ten of them first, then one in a hurry. */
  const crowd = (limits: Partial<Limits>) => {
    const { clock, gate } = gateOf(limits);
    const order: string[] = [];
    const leavers: (() => void)[] = [];
    const come = (name: string, isPatient: boolean) =>
      gate
        .enter(deadlineOf(clock, HOUR), () => {}, isPatient)
        .then((leave) => {
          order.push(name);
          leavers.push(leave);
        });
    for (let i = 0; i < 10; i++) come(`patient ${i}`, true);
    return { clock, order, come, leave: () => leavers.shift()?.() };
  };

  it('let others pass', async () => {
    const { clock, order, come, leave } = crowd({ concurrency: 1 });
    await clock.settle();
    come('hurried', false);
    leave();
    await clock.settle();
    expect(order).toEqual(['patient 0', 'hurried']);
  });

  it('leave a quarter of the budget to others', async () => {
    const { clock, order, come } = crowd({ concurrency: 100, requestsPerMinute: 8 });
    await clock.settle();
    expect(order).toHaveLength(6);
    come('hurried 1', false);
    come('hurried 2', false);
    come('hurried 3', false);
    await clock.settle();
    expect(order.slice(6)).toEqual(['hurried 1', 'hurried 2']);
    await clock.advance(61_000);
    expect(order[8]).toBe('hurried 3');
    expect(order).toHaveLength(13);
  });
});
