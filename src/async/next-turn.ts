// Heavy work takes turns: one piece for each turn of the event loop, so that pieces ready at once do not add up to one long wait.
import { setImmediate } from 'node:timers/promises';

let last: Promise<void> = Promise.resolve();

/** Resolves in a turn of the event loop that no other caller gets. */
export function nextTurn(): Promise<void> {
  last = last.then(() => setImmediate());
  return last;
}
