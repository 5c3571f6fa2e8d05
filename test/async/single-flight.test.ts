// A reading that many share.
import { expect, it } from 'vitest';
import { singleFlight } from '../../src/async/single-flight.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('is never one that began before it was asked for, and one for all who came meanwhile', async () => {
  let begun = 0;
  const ends: (() => void)[] = [];
  const read = singleFlight(() => {
    const mine = ++begun;
    return new Promise<number>((resolve) => ends.push(() => resolve(mine)));
  });
  const first = read();
  const [second, third] = [read(), read()];
  expect(begun).toBe(1);
  ends.shift()?.();
  await settle();
  expect([begun, await first]).toEqual([2, 1]);
  ends.shift()?.();
  expect(await Promise.all([second, third])).toEqual([2, 2]);
  const last = read();
  ends.shift()?.();
  expect(await last).toBe(3);
});

it('goes on after one that failed', async () => {
  let begun = 0;
  const read = singleFlight(async () => {
    begun += 1;
    if (begun === 1) throw new Error('no');
    return begun;
  });
  const [first, second] = [read(), read()];
  await expect(first).rejects.toThrow('no');
  expect([await second, await read()]).toEqual([2, 3]);
});
