// Waits for what comes by itself, without knowing when.
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again until something is there; rejects, naming what was waited for, after `milliseconds`. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
  milliseconds = 5000,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${milliseconds / 1000} s for ${what}`);
    await sleep(5);
  }
}
