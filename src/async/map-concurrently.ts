// Many tasks, a few at a time: what has not started costs no memory.

/** Runs `task` for every element in order, at most `width` at the same time; rejects with the first failure. */
export async function mapConcurrently<T>(
  elements: readonly T[],
  width: number,
  task: (element: T) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < elements.length; i = next++) {
      const element = elements[i];
      // Reason: the index is within the list; a list may hold undefined.
      await task(element as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, elements.length) }, worker));
}
