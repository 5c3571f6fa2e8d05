// Long work on many items, in slices short enough that requests, probes and timers in between do not notice.
import { nextTurn } from './next-turn.ts';

/** Milliseconds of one slice. */
const SLICE_MS = 20;

/** Maps the items in their order. Stops at the first error that `map` throws. */
export async function mapInSlices<In, Out>(items: readonly In[], map: (item: In) => Out): Promise<Out[]> {
  const results: Out[] = [];
  let began = performance.now();
  for (const item of items) {
    results.push(map(item));
    if (performance.now() - began < SLICE_MS) continue;
    await nextTurn();
    began = performance.now();
  }
  return results;
}
