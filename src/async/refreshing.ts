// A value that costs something to get (a token, temporary keys): loaded once at a time, kept while it is fresh.

export interface Refreshing<T, Input = void> {
  /** The value: the kept one while fresh, else a new one. Callers at the same time share one load and its failure. */
  get(input: Input): Promise<T>;
  /** Forgets the value if it still is `stale`, so that the next `get` loads a new one. */
  drop(stale: T): void;
  /** The kept value, fresh or not. */
  peek(): T | undefined;
}

/** `fresh` says whether a kept value may be used again; a failed load keeps the old value for `peek` alone. */
export function refreshing<T, Input = void>(
  load: (input: Input) => Promise<T>,
  fresh: (value: T) => boolean,
): Refreshing<T, Input> {
  let kept: T | undefined;
  let loading: Promise<T> | undefined;
  return {
    get(input) {
      if (kept !== undefined && fresh(kept)) return Promise.resolve(kept);
      loading ??= load(input)
        .then((value) => {
          kept = value;
          return value;
        })
        .finally(() => {
          loading = undefined;
        });
      return loading;
    },
    drop(stale) {
      if (kept === stale) kept = undefined;
    },
    peek: () => kept,
  };
}
