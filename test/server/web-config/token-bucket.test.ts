// The rate limit by a clock that the test moves.
import { expect, it } from 'vitest';
import { createTokenBucket } from '../../../src/server/web-config/token-bucket.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

it('lets a burst through, then one per interval', async () => {
  const clock = createFakeClock();
  const bucket = createTokenBucket(clock, 1000, 3);
  expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([0, 0, 0, 1000]);
  await clock.advance(400);
  expect(bucket.take()).toBeCloseTo(600);
  await clock.advance(600);
  expect([bucket.take(), bucket.take()]).toEqual([0, 1000]);
});

it('fills no further than the burst', async () => {
  const clock = createFakeClock();
  const bucket = createTokenBucket(clock, 1000, 2);
  await clock.advance(3_600_000);
  expect([1, 2, 3].map(() => bucket.take() === 0)).toEqual([true, true, false]);
});

it.each([-3_600_000, 3_600_000])('does not care for a wall clock that jumps by %d ms', async (jump) => {
  const clock = createFakeClock();
  const bucket = createTokenBucket(clock, 1000, 1);
  bucket.take();
  clock.jump(jump);
  expect(bucket.take()).toBe(1000);
  await clock.advance(1000);
  expect(bucket.take()).toBe(0);
});
