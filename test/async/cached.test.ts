// A value that is made at most once in a while.
import { expect, it } from 'vitest';
import { cached } from '../../src/async/cached.ts';
import { createFakeClock } from '../support/fake-clock.ts';

it('is made when it is asked for, and again when it is old, whatever the wall clock does', async () => {
  const clock = createFakeClock();
  let made = 0;
  const value = cached(clock, 1000, () => ++made);
  expect([made, value(), value()]).toEqual([0, 1, 1]);
  await clock.advance(999);
  expect(value()).toBe(1);
  await clock.advance(1);
  expect([value(), value()]).toEqual([2, 2]);
  clock.jump(-3_600_000);
  expect(value()).toBe(2);
  await clock.advance(1000);
  expect([value(), value()]).toEqual([3, 3]);
});

it('that could not be made is tried again', () => {
  let made = 0;
  const value = cached(createFakeClock(), 1000, () => {
    made += 1;
    if (made === 1) throw new Error('broken');
    return made;
  });
  expect(value).toThrow('broken');
  expect(value()).toBe(2);
});
