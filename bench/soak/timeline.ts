// What was true when: a value and the moments at which it changed, so that a page can be judged by the time it speaks of.

export interface Timeline<T> {
  set(value: T, at: number): void;
  at(time: number): T;
  /** Every value that held at some moment from `from` to `to`. */
  during(from: number, to: number): readonly T[];
  /** Since when `key` of the value has been what it is at `time`. */
  since(time: number, key?: (value: T) => unknown): number;
}

/** Times are epoch ms and come in order; `first` holds from the beginning of time. */
export function createTimeline<T>(first: T): Timeline<T> {
  const steps = [{ at: Number.NEGATIVE_INFINITY, value: first }];
  const upTo = (time: number) =>
    steps.slice(
      0,
      Math.max(
        steps.findLastIndex(({ at }) => at <= time),
        0,
      ) + 1,
    );
  const last = (some: readonly { readonly value: T }[]) => {
    const step = some.at(-1);
    // There is always one: the first.
    return step === undefined ? first : step.value;
  };
  return {
    set(value, at) {
      steps.push({ at, value });
    },
    at: (time) => last(upTo(time)),
    during: (from, to) =>
      upTo(to)
        .slice(upTo(from).length - 1)
        .map(({ value }) => value),
    since(time, key = (value) => value) {
      const known = upTo(time);
      const now = key(last(known));
      const before = known.findLastIndex(({ value }) => key(value) !== now);
      return known[before + 1]?.at ?? Number.NEGATIVE_INFINITY;
    },
  };
}
