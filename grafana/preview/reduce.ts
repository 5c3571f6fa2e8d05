// One figure for many: Grafana's calculations by their ids.

const CALCS: Readonly<Record<string, (values: readonly number[]) => number | undefined>> = {
  last: (values) => values.at(-1),
  lastNotNull: (values) => values.at(-1),
  first: (values) => values[0],
  firstNotNull: (values) => values[0],
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  sum,
  mean: (values) => sum(values) / values.length,
  count: (values) => values.length,
  range: (values) => Math.max(...values) - Math.min(...values),
  delta: (values) => (values.at(-1) ?? 0) - (values[0] ?? 0),
};

/** Undefined where nothing is left to calculate with: what is not a number does not count. */
export function reduced(values: readonly number[], calc: string): number | undefined {
  const calculate = CALCS[calc];
  if (calculate === undefined)
    throw new Error(`the preview does not know the calculation ${calc}; add it to reduce.ts`);
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? undefined : calculate(finite);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
