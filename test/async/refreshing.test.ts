// A value that is loaded once at a time and kept while fresh.
import { describe, expect, it } from 'vitest';
import { refreshing } from '../../src/async/refreshing.ts';

/** Loads that the test ends by hand. */
function byHand<T>() {
  const loads: { resolve(value: T): void; reject(error: Error): void; input: string }[] = [];
  const load = (input: string) =>
    new Promise<T>((resolve, reject) => {
      loads.push({ resolve, reject, input });
    });
  return { loads, load };
}

describe('a refreshing value', () => {
  it('is loaded once for callers at the same time', async () => {
    const { loads, load } = byHand<number>();
    const value = refreshing(load, () => true);
    const callers = [value.get('a'), value.get('b')];
    loads[0]?.resolve(1);
    expect(await Promise.all(callers)).toEqual([1, 1]);
    expect(loads.map(({ input }) => input)).toEqual(['a']);
  });

  it('is kept while fresh, and loaded anew after', async () => {
    let isFresh = true;
    let loads = 0;
    const value = refreshing(
      async () => ++loads,
      () => isFresh,
    );
    expect([await value.get(), await value.get()]).toEqual([1, 1]);
    isFresh = false;
    expect(await value.get()).toBe(2);
  });

  it('shares the failure of a load, and loads again for the next caller', async () => {
    const { loads, load } = byHand<number>();
    const value = refreshing(load, () => true);
    const callers = [value.get('a'), value.get('b')];
    loads[0]?.reject(new Error('no'));
    for (const caller of callers) await expect(caller).rejects.toThrow('no');
    const next = value.get('c');
    loads[1]?.resolve(2);
    expect(await next).toBe(2);
  });

  it('can still be looked at after a failed load', async () => {
    let isFresh = true;
    const answers = [Promise.resolve('old'), Promise.reject(new Error('no'))];
    const value = refreshing(
      () => answers.shift() ?? Promise.reject(new Error('too often')),
      () => isFresh,
    );
    expect(value.peek()).toBeUndefined();
    await value.get();
    isFresh = false;
    await expect(value.get()).rejects.toThrow('no');
    expect(value.peek()).toBe('old');
  });

  it('is forgotten when dropped', async () => {
    let loads = 0;
    const value = refreshing(
      async () => ({ number: ++loads }),
      () => true,
    );
    value.drop(await value.get());
    expect(value.peek()).toBeUndefined();
    expect(await value.get()).toEqual({ number: 2 });
  });

  it('is kept when something older is dropped', async () => {
    let loads = 0;
    const value = refreshing(
      async () => ({ number: ++loads }),
      () => true,
    );
    const first = await value.get();
    value.drop(first);
    await value.get();
    value.drop(first);
    expect(value.peek()).toEqual({ number: 2 });
  });
});
