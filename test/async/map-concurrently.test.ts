// Many tasks, a few at a time, in order.
import { expect, it } from 'vitest';
import { mapConcurrently } from '../../src/async/map-concurrently.ts';

it.each([
  [1, 1],
  [3, 3],
  [9, 5],
])('with a width of %i at most %i of five tasks run at the same time', async (width, most) => {
  let running = 0;
  let peak = 0;
  const order: number[] = [];
  await mapConcurrently([1, 2, 3, 4, 5], width, async (element) => {
    order.push(element);
    peak = Math.max(peak, ++running);
    await Promise.resolve();
    running -= 1;
  });
  expect(order).toEqual([1, 2, 3, 4, 5]);
  expect(peak).toBe(most);
});

it('does nothing for nothing', async () => {
  await mapConcurrently([], 3, () => Promise.reject(new Error('called')));
});

it('rejects with the first failure', async () => {
  await expect(mapConcurrently(['a'], 2, () => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
});
