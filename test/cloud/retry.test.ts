// What is tried again, how often and how soon.
import { describe, expect, it } from 'vitest';
import { CloudError, FAILURE_KINDS, type FailureKind, NotSent } from '../../src/cloud/errors.ts';
import { retry } from '../../src/cloud/retry.ts';
import { deadlineOf, outgoing } from '../support/chain.ts';
import { createFakeClock, START } from '../support/fake-clock.ts';
import { fakeSend, type Scripted } from '../support/fake-send.ts';

function trying(script: readonly Scripted[], { maxRetries = 2, random = 0.5 } = {}) {
  const clock = createFakeClock();
  const { send, sent } = fakeSend(clock, script);
  const retried: string[] = [];
  const onRetry = (operation: string, reason: FailureKind) => retried.push(`${operation} ${reason}`);
  const again = retry({ maxRetries, clock, random: () => random, onRetry })(send);
  const waits = () => sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? at));
  return { clock, again, sent, retried, waits };
}

const failed = (kind: FailureKind, message: string = kind) => new CloudError(kind, message);

describe('a failure', () => {
  const passing = ['timeout', 'network', 'server', 'throttled'] as const;

  it.each(passing)('of kind %s is tried again, max_retries times', async (kind) => {
    const { clock, again, sent, retried } = trying([failed(kind)], { maxRetries: 2 });
    await expect(clock.finish(again(outgoing(clock)))).rejects.toThrow(kind);
    expect(sent.length).toBe(3);
    expect(retried).toEqual([`list_desktop_pools ${kind}`, `list_desktop_pools ${kind}`]);
  });

  it.each(FAILURE_KINDS.filter((kind) => !passing.some((one) => one === kind)))(
    'of kind %s is not tried again',
    async (kind) => {
      const { clock, again, sent, retried } = trying([failed(kind), 200]);
      await expect(again(outgoing(clock))).rejects.toThrow(kind);
      expect([sent.length, retried.length]).toEqual([1, 0]);
    },
  );

  it('that passed is forgotten', async () => {
    const { clock, again, retried } = trying([failed('server'), 200]);
    expect(await clock.finish(again(outgoing(clock)))).toMatchObject({ status: 200 });
    expect(retried).toEqual(['list_desktop_pools server']);
  });

  it('is not tried again when max_retries is 0', async () => {
    const { clock, again, sent } = trying([failed('server')], { maxRetries: 0 });
    await expect(again(outgoing(clock))).rejects.toThrow('server');
    expect(sent.length).toBe(1);
  });

  it('that is final is not tried again', async () => {
    const { clock, again, sent } = trying([new CloudError('server', 'final', { final: true }), 200]);
    await expect(again(outgoing(clock))).rejects.toThrow('final');
    expect(sent.length).toBe(1);
  });

  it('of the last attempt is the one that is told', async () => {
    const { clock, again } = trying([
      failed('timeout', 'first'),
      failed('network', 'second'),
      failed('server', 'third'),
    ]);
    await expect(clock.finish(again(outgoing(clock)))).rejects.toMatchObject({ message: 'third', kind: 'server' });
  });
});

describe('the wait', () => {
  it.each([
    [0, [0, 0, 0, 0, 0, 0]],
    [0.5, [250, 500, 1000, 2000, 4000, 5000]],
    [0.99, [495, 990, 1980, 3960, 7920, 9900]],
  ])('is a part of 500 ms, 1 s, 2 s … 10 s: with random %d it is %j', async (random, expected) => {
    const { clock, again, waits } = trying([failed('server')], { maxRetries: 6, random });
    await expect(clock.finish(again(outgoing(clock, deadlineOf(clock, 120_000))))).rejects.toThrow();
    expect(waits()).toEqual(expected);
  });

  it('is the gate’s business after a 429', async () => {
    const { clock, again, waits } = trying([failed('throttled'), 200]);
    await clock.finish(again(outgoing(clock)));
    expect(waits()).toEqual([0]);
  });

  it('does not begin when it would end after the deadline', async () => {
    const { clock, again, sent } = trying([failed('server')], { random: 0.99 });
    await expect(again(outgoing(clock, deadlineOf(clock, 495)))).rejects.toThrow('server');
    expect([sent.length, clock.now()]).toEqual([1, START]);
  });

  it('ends at once when the signal fires, with the failure that led to it', async () => {
    const { clock, again, sent } = trying([failed('server')]);
    const deadline = deadlineOf(clock);
    const outcome = again(outgoing(clock, deadline));
    await clock.advance(100);
    deadline.abort();
    await expect(outcome).rejects.toThrow('server');
    expect([sent.length, clock.now()]).toEqual([1, START + 100]);
  });
});

describe('held back', () => {
  const held = new NotSent('budget', 'not sent');

  it('at the first try, a request is not sent', async () => {
    const { clock, again } = trying([held]);
    await expect(again(outgoing(clock))).rejects.toBe(held);
  });

  it('at a further try, it failed as its last attempt did', async () => {
    const { clock, again } = trying([failed('server', 'broken'), held]);
    await expect(clock.finish(again(outgoing(clock)))).rejects.toThrow('broken');
  });

  it('it is not tried again', async () => {
    const { clock, again, sent } = trying([held, 200]);
    await again(outgoing(clock)).catch(() => {});
    expect(sent.length).toBe(1);
  });
});

describe('after renewal', () => {
  const renewed = new CloudError('unauthorized', 'old token', { renewed: true });

  it('a request is repeated at once, without a retry being spent', async () => {
    const { clock, again, waits, retried } = trying([renewed, failed('server'), 200], { maxRetries: 1 });
    expect(await clock.finish(again(outgoing(clock)))).toMatchObject({ status: 200 });
    expect(waits()).toEqual([0, 250]);
    expect(retried).toEqual(['list_desktop_pools unauthorized', 'list_desktop_pools server']);
  });

  it('a request is repeated once and no more', async () => {
    const { clock, again, sent } = trying([renewed]);
    await expect(again(outgoing(clock))).rejects.toThrow('old token');
    expect(sent.length).toBe(2);
  });
});
