// Deadlines, pauses and bounded waits by a clock that is passed in.
import { describe, expect, it } from 'vitest';
import { deadlineIn, onAbort, pause, settledWithin } from '../../src/async/deadline.ts';
import { createFakeClock } from '../support/fake-clock.ts';

describe('a deadline', () => {
  it('fires its signal with its reason when its time has come, and not before', async () => {
    const clock = createFakeClock();
    const deadline = deadlineIn(clock, 1000, () => 'late');
    expect(deadline.at).toBe(clock.monotonic() + 1000);
    await clock.advance(999);
    expect(deadline.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(deadline.signal.reason).toBe('late');
  });

  it('never fires once cancelled, and leaves no timer', async () => {
    const clock = createFakeClock();
    const deadline = deadlineIn(clock, 1000, () => 'late');
    deadline.cancel();
    expect(clock.pending()).toBe(0);
    await clock.advance(2000);
    expect(deadline.signal.aborted).toBe(false);
  });

  it('is never later than the one it is within', async () => {
    const clock = createFakeClock();
    const outer = deadlineIn(clock, 500, () => 'outer');
    const inner = deadlineIn(clock, 1000, () => 'inner', outer);
    expect(inner.at).toBe(outer.at);
    await clock.advance(500);
    expect(inner.signal.reason).toBe('outer');
  });

  it('fires ahead of the one it is within when it is shorter, and leaves that one alone', async () => {
    const clock = createFakeClock();
    const outer = deadlineIn(clock, 1000, () => 'outer');
    const inner = deadlineIn(clock, 500, () => 'inner', outer);
    await clock.advance(500);
    expect(inner.signal.reason).toBe('inner');
    expect(outer.signal.aborted).toBe(false);
  });

  it('has fired from the start within one that has', () => {
    const clock = createFakeClock();
    const outer = { at: 0, signal: AbortSignal.abort('over') };
    expect(deadlineIn(clock, 1000, () => 'inner', outer).signal.reason).toBe('over');
  });

  it('does not hear of the one it is within once cancelled', async () => {
    const clock = createFakeClock();
    const outer = deadlineIn(clock, 500, () => 'outer');
    const inner = deadlineIn(clock, 1000, () => 'inner', outer);
    inner.cancel();
    await clock.advance(2000);
    expect(inner.signal.aborted).toBe(false);
  });
});

describe('onAbort', () => {
  it('runs every task once, in order', () => {
    const controller = new AbortController();
    const ran: number[] = [];
    for (const task of [1, 2, 3]) onAbort(controller.signal, () => ran.push(task));
    controller.abort();
    expect(ran).toEqual([1, 2, 3]);
  });

  it('runs a task at once when the signal has fired', () => {
    const ran: string[] = [];
    onAbort(AbortSignal.abort(), () => ran.push('now'));
    expect(ran).toEqual(['now']);
  });

  it('does not run a task that was taken back', () => {
    const controller = new AbortController();
    const ran: number[] = [];
    onAbort(controller.signal, () => ran.push(1))();
    controller.abort();
    expect(ran).toEqual([]);
  });

  it('does not run a task that an earlier one took back', () => {
    const controller = new AbortController();
    const ran: number[] = [];
    let takeBack = () => {};
    onAbort(controller.signal, () => takeBack());
    takeBack = onAbort(controller.signal, () => ran.push(2));
    controller.abort();
    expect(ran).toEqual([]);
  });
});

describe('a pause', () => {
  it('lasts its time', async () => {
    const clock = createFakeClock();
    let isOver = false;
    const waiting = pause(clock, 1000, new AbortController().signal).then(() => {
      isOver = true;
    });
    await clock.advance(999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await waiting;
    expect(isOver).toBe(true);
  });

  it('ends at once with the reason of the signal, and leaves no timer', async () => {
    const clock = createFakeClock();
    const controller = new AbortController();
    const waiting = pause(clock, 1000, controller.signal);
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    expect(clock.pending()).toBe(0);
  });

  it('does not begin after the signal has fired', async () => {
    const clock = createFakeClock();
    await expect(pause(clock, 1000, AbortSignal.abort('over'))).rejects.toBe('over');
    expect(clock.pending()).toBe(0);
  });
});

describe('settledWithin', () => {
  it.each([
    ['resolved', () => Promise.resolve()],
    ['rejected', () => Promise.reject(new Error('no'))],
  ])('is true for a promise that has %s, and leaves no timer', async (_, promise) => {
    const clock = createFakeClock();
    expect(await settledWithin(clock, 1000, promise())).toBe(true);
    expect(clock.pending()).toBe(0);
  });

  it('is false when the time passed first', async () => {
    const clock = createFakeClock();
    const answer = settledWithin(clock, 1000, new Promise(() => {}));
    await clock.advance(1000);
    expect(await answer).toBe(false);
  });
});
