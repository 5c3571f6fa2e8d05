// The bound of one attempt, and what is told of it.
import { describe, expect, it } from 'vitest';
import { CloudError, NotSent } from '../../src/cloud/errors.ts';
import { observe } from '../../src/cloud/observe.ts';
import { timeout } from '../../src/cloud/timeout.ts';
import { deadlineOf, outgoing, recorder } from '../support/chain.ts';
import { createFakeClock, START } from '../support/fake-clock.ts';
import { fakeSend, type Scripted } from '../support/fake-send.ts';

describe('an attempt', () => {
  it('is given up after its time, as a timeout that names the host and the time', async () => {
    const clock = createFakeClock();
    const send = timeout(5000, clock)(fakeSend(clock, ['hang']).send);
    await expect(clock.finish(send(outgoing(clock)))).rejects.toMatchObject({
      kind: 'timeout',
      message: 'list_desktop_pools: no answer from workspace.example.com within 5s',
    });
    expect(clock.now()).toBe(START + 5000);
  });

  it('is given up at the deadline of the collection when that comes first', async () => {
    const clock = createFakeClock();
    const send = timeout(5000, clock)(fakeSend(clock, ['hang']).send);
    await expect(clock.finish(send(outgoing(clock, deadlineOf(clock, 2000))))).rejects.toThrow(
      'the collection is over',
    );
    expect(clock.now()).toBe(START + 2000);
  });

  it.each<[string, Scripted]>([
    ['answered', 200],
    ['failed', new CloudError('network', 'reset')],
  ])('leaves no timer once %s', async (_, scripted) => {
    const clock = createFakeClock();
    const request = outgoing(clock, {
      at: clock.monotonic() + 9000,
      signal: new AbortController().signal,
      abort: () => {},
    });
    await timeout(5000, clock)(fakeSend(clock, [scripted]).send)(request).catch(() => {});
    expect(clock.pending()).toBe(0);
  });

  it.each<[Scripted, string]>([
    [{ status: 204 }, 'end 204'],
    [new CloudError('server', 'no', { status: 503 }), 'end 503 server'],
    [new CloudError('network', 'no'), 'end none network'],
    [new NotSent('blocked', 'no'), 'end none aborted'],
    [new Error('given up'), 'end none aborted'],
    [new TypeError('x is not a function'), 'end none bug'],
  ])('that ends as %o is told to have started and ended once: %s', async (scripted, expected) => {
    const clock = createFakeClock();
    const { observer, told } = recorder();
    await observe(observer, clock)(fakeSend(clock, [scripted]).send)(outgoing(clock)).catch(() => {});
    expect(told).toEqual(['start list_desktop_pools', expected]);
  });

  it('takes seconds, also where the wall clock jumped meanwhile', async () => {
    const clock = createFakeClock();
    const took: number[] = [];
    const observer = {
      ...recorder().observer,
      attempt:
        () =>
        ({ seconds }: { seconds: number }) =>
          took.push(seconds),
    };
    const send = observe(observer, clock)(fakeSend(clock, [200], 1500).send);
    await clock.finish(send(outgoing(clock)));
    const second = send(outgoing(clock));
    clock.jump(-3_600_000);
    await clock.finish(second);
    expect(took).toEqual([1.5, 1.5]);
  });
});
