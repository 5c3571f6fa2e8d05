// One line of a time series panel as ECharts draws it: its data, its stroke, its area, and the band down to another line.
import { z } from 'zod';
import type { Field } from '../../test/demo-day/dashboard.ts';
import { colorOf } from './colors.ts';
import type { NamedSeries } from './frames.ts';

/** As much of `custom` as can be seen. */
export const lineStyle = z.object({
  drawStyle: z.enum(['line', 'bars', 'points']).default('line'),
  lineInterpolation: z.string().default('linear'),
  lineWidth: z.number().default(1),
  fillOpacity: z.number().default(0),
  fillBelowTo: z.string().optional(),
  stacking: z.object({ mode: z.string().default('none'), group: z.string().default('A') }).prefault({}),
  lineStyle: z.object({ fill: z.string().default('solid') }).prefault({}),
  axisPlacement: z.string().default('auto'),
  axisLabel: z.string().default(''),
  axisSoftMin: z.number().optional(),
  axisSoftMax: z.number().optional(),
  spanNulls: z.union([z.boolean(), z.number()]).default(false),
  thresholdsStyle: z.object({ mode: z.string().default('off') }).prefault({}),
  transform: z.string().optional(),
  hideFrom: z.object({ viz: z.boolean().default(false), legend: z.boolean().default(false) }).prefault({}),
});

export interface Line {
  readonly name: string;
  readonly field: Field;
  readonly color: string;
  readonly style: z.infer<typeof lineStyle>;
  readonly points: NamedSeries['points'];
}

const signed = ({ style: { transform } }: Line, value: number) => (transform === 'negative-Y' ? -value : value);

/** Gaps stay gaps, as in Grafana: a point without a value ends the line. */
function dataOf(line: Line, step: number): readonly (readonly [at: number, value: number | null])[] {
  return line.points.flatMap(([at, value], index) => {
    const before = line.points[index - 1]?.[0] ?? at;
    const gap =
      at - before > 1.5 * step && line.style.spanNulls === false ? [[(before + step) * 1000, null] as const] : [];
    return [...gap, [at * 1000, Number.isFinite(value) ? signed(line, value) : null] as const];
  });
}

const STEPS: Readonly<Record<string, object>> = { stepAfter: { step: 'end' }, stepBefore: { step: 'start' } };
const STROKES: Readonly<Record<string, string>> = { dash: 'dashed', dot: 'dotted' };

export function seriesOption(line: Line, step: number, yAxisIndex: number) {
  const { name, color, style } = line;
  const isStacked = style.stacking.mode !== 'none';
  const common = {
    name,
    yAxisIndex,
    data: dataOf(line, step),
    ...(isStacked ? { stack: `${yAxisIndex} ${style.stacking.group}`, stackStrategy: 'all' } : {}),
    ...thresholdsOption(line),
  };
  const fill = { color, opacity: style.fillOpacity / 100 };
  if (style.drawStyle === 'bars') {
    const border = { borderColor: color, borderWidth: style.lineWidth / 2 };
    return { ...common, type: 'bar', barMaxWidth: 12, itemStyle: { ...fill, ...border } };
  }
  const isPoints = style.drawStyle === 'points';
  const hasArea = style.fillOpacity > 0 && style.fillBelowTo === undefined;
  return {
    ...common,
    ...STEPS[style.lineInterpolation],
    type: 'line',
    showSymbol: isPoints,
    symbolSize: 4,
    itemStyle: { color },
    lineStyle: { color, width: isPoints ? 0 : style.lineWidth, type: STROKES[style.lineStyle.fill] ?? 'solid' },
    ...(hasArea ? { areaStyle: isStacked ? fill : { ...fill, origin: 'start' } } : {}),
  };
}

/** `fillBelowTo`: the space between a line and another one, as a stack of an invisible line and the difference. */
export function bandOf(line: Line, lines: readonly Line[], step: number, yAxisIndex: number) {
  const lower = lines.find(({ name }) => name === line.style.fillBelowTo);
  if (lower === undefined) return [];
  const below = new Map(dataOf(lower, step));
  const differences = dataOf(line, step).map(([at, value]) => [
    at,
    value === null ? null : value - (below.get(at) ?? value),
  ]);
  const stack = `band ${line.name}`;
  const common = { type: 'line', yAxisIndex, stack, stackStrategy: 'all', ...STEPS[line.style.lineInterpolation] };
  const hidden = { ...common, showSymbol: false, lineStyle: { width: 0 } };
  const area = { color: line.color, opacity: line.style.fillOpacity / 100 };
  return [
    { ...hidden, data: [...below] },
    { ...hidden, data: differences, areaStyle: area },
  ];
}

function thresholdsOption({
  field: { thresholds },
  style: {
    thresholdsStyle: { mode },
  },
}: Line) {
  if (mode === 'off' || thresholds === undefined) return {};
  const type = mode.startsWith('dashed') ? 'dashed' : 'solid';
  const data = thresholds.steps.flatMap(({ value, color }) =>
    value === null ? [] : [{ yAxis: value, lineStyle: { color: colorOf(color), type, width: 1 } }],
  );
  return { markLine: { silent: true, symbol: 'none', label: { show: false }, data } };
}
