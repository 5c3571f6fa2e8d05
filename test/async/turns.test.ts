// One task at a time, the clients in turn.
import { expect, it } from 'vitest';
import { createTurns } from '../../src/async/turns.ts';

/** Tasks that end when they are told to, and remember that they ran. */
function tasks() {
  const ran: string[] = [];
  const ends: (() => void)[] = [];
  const task = (name: string) => () =>
    new Promise<string>((resolve) => {
      ran.push(name);
      ends.push(() => resolve(name));
    });
  const endNext = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ran, task, endNext };
}

it('serves a client with one task next, however many another one has waiting', async () => {
  const turns = createTurns({ perClient: 10, total: 100 });
  const { ran, task, endNext } = tasks();
  for (let i = 0; i < 5; i++) void turns.take('flood', task(`flood ${i}`));
  void turns.take('scraper', task('scraper'));
  for (let i = 0; i < 3; i++) await endNext();
  expect(ran).toEqual(['flood 0', 'scraper', 'flood 1', 'flood 2']);
});

it('refuses what is beyond the bounds without running it, and takes more once there is room', async () => {
  const turns = createTurns({ perClient: 2, total: 3 });
  const { ran, task, endNext } = tasks();
  const taken = (client: string) => turns.take(client, task(client)) !== undefined;
  // The first one does not wait: it runs.
  expect([taken('a'), taken('a'), taken('a'), taken('a')]).toEqual([true, true, true, false]);
  expect([taken('b'), taken('c')]).toEqual([true, false]);
  await endNext();
  expect(taken('c')).toBe(true);
  expect(ran).toEqual(['a', 'b']);
});

it('goes on after a task that failed, and hands its failure on', async () => {
  const turns = createTurns({ perClient: 2, total: 3 });
  const failed = turns.take('a', () => Promise.reject(new Error('no')));
  const done = turns.take('a', async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await done).toBe('yes');
  expect(await turns.take('a', async () => 'again')).toBe('again');
});
