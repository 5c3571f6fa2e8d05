// A value that costs something to make and may be a little old: made anew after a while at the earliest, however many ask.
import type { Clock } from './clock.ts';

export function cached<T>(clock: Clock, milliseconds: number, make: () => T): () => T {
  let last: { readonly at: number; readonly value: T } | undefined;
  return () => {
    const now = clock.monotonic();
    if (last === undefined || now - last.at >= milliseconds) last = { at: now, value: make() };
    return last.value;
  };
}
