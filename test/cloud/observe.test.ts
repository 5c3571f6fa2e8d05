// What the headers of an answer say besides: how far the clocks are apart, and how many requests the gateway still allows.
import { describe, expect, it } from 'vitest';
import { type Heard, hear, remainingOf } from '../../src/cloud/observe.ts';
import { outgoing } from '../support/chain.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { fakeSend } from '../support/fake-send.ts';

async function heardOf(headers: Readonly<Record<string, string>>, status = 200): Promise<Heard | undefined> {
  const clock = createFakeClock();
  const said: Heard[] = [];
  const layer = hear({ heard: (_, one) => said.push(one) }, () => clock.now());
  await layer(fakeSend(clock, [{ status, headers }]).send)(outgoing(clock));
  return said[0];
}
const dated = (secondsBehind: number) => ({
  date: new Date(createFakeClock().now() - secondsBehind * 1000).toUTCString(),
});

describe('the clock skew', () => {
  it.each([0, 17, -3600])('of %i s is told, of refusals too', async (seconds) => {
    expect((await heardOf(dated(seconds)))?.skew).toBe(seconds);
    expect((await heardOf(dated(seconds), 401))?.skew).toBe(seconds);
  });

  it.each([{}, { date: 'yesterday' }, { date: '2026' }])('is not known from %o', async (headers) => {
    expect((await heardOf(headers))?.skew).toBeUndefined();
  });
});

describe('what the gateway still allows', () => {
  it('is the least of what it says', () => {
    const headers = {
      'x-apig-ratelimit-api': 'remain:120,limit:200,time:1 minute',
      'x-apig-ratelimit-user': 'remain: 9,limit:10,time:10 second',
    };
    expect(remainingOf(headers)).toBe(9);
  });

  it.each([
    {},
    { 'x-apig-ratelimit-api': 'none' },
    { 'x-apig-ratelimit-api': 'limit:200' },
    { 'x-ratelimit': 'remain:3' },
  ])('is not known from %o', (headers) => {
    expect(remainingOf(headers)).toBeUndefined();
  });
});
