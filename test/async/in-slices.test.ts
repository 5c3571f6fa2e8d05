// Long work lets others have their turn.
import { expect, test } from 'vitest';
import { mapInSlices } from '../../src/async/in-slices.ts';

const busy = (milliseconds: number) => {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
};

test('the results come in the order of the items', async () => {
  expect(await mapInSlices([3, 1, 2], (item) => item * 2)).toEqual([6, 2, 4]);
  expect(await mapInSlices([], () => 0)).toEqual([]);
});

test('others have their turn meanwhile', async () => {
  const told: string[] = [];
  setImmediate(() => told.push('other'));
  await mapInSlices(['a', 'b', 'c'], (item) => {
    busy(25);
    told.push(item);
  });
  expect(told).toEqual(['a', 'other', 'b', 'c']);
});

test('several at the same time take turns', async () => {
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all([1, 2, 3].map(() => mapInSlices(['a', 'b'], () => busy(25))));
  isOver = true;
  // Six slices of 25 ms, and none of the turns had two of them but the first, where all begin.
  expect(turns).toBeGreaterThanOrEqual(6);
});

test('the first error ends it', async () => {
  const seen: number[] = [];
  const work = mapInSlices([1, 2, 3], (item) => {
    seen.push(item);
    if (item === 2) throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(seen).toEqual([1, 2]);
});
