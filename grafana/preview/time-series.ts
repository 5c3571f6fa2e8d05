// The panel `timeseries`: lines, areas, stacks, bars and bands on a common time axis.
import type { Panel } from '../../test/demo-day/dashboard.ts';
import type { Span } from '../../test/demo-day/server.ts';
import { drawn, FAINT, LINES, type Size, timeAxis } from './chart.ts';
import { colorOf, paletteColor } from './colors.ts';
import { fieldOf } from './fields.ts';
import type { NamedSeries } from './frames.ts';
import { chartSize, type Entry, legendHtml } from './legend.ts';
import { bandOf, type Line, lineStyle, seriesOption } from './line.ts';
import { inUnit } from './units.ts';

export function timeSeriesPanel(panel: Panel, series: readonly NamedSeries[], span: Span, size: Size): string {
  const lines = series
    .map((one, index) => lineOf(panel, one, index))
    .filter(({ style: { hideFrom } }) => !hideFrom.viz);
  const entries = lines.filter(({ style: { hideFrom } }) => !hideFrom.legend).map(entryOf);
  const { width, height } = chartSize(panel, entries, size);
  return `<div class="${width < size.width ? 'split' : ''}">${drawn(optionOf(lines, span), { width, height })}${legendHtml(panel, entries)}</div>`;
}

function lineOf(panel: Panel, one: NamedSeries, index: number): Line {
  const field = fieldOf(panel, { name: one.name, refId: one.refId, isNumeric: true });
  const { mode = 'palette-classic', fixedColor = 'green' } = field.color ?? {};
  const color = mode === 'fixed' ? colorOf(fixedColor) : paletteColor(index);
  return {
    name: field.displayName ?? one.name,
    field,
    color,
    style: lineStyle.parse(field.custom),
    points: one.points,
  };
}

const entryOf = ({ name, color, field, points }: Line): Entry => ({
  name,
  color,
  values: points.map(([, value]) => value),
  print: (value) => inUnit(value, field.unit, field.decimals),
});

function optionOf(lines: readonly Line[], { from, to, step }: Span) {
  const isRight = ({ style: { axisPlacement } }: Line) => axisPlacement === 'right';
  const axes = [lines.filter((line) => !isRight(line)), lines.filter(isRight)].filter(({ length }) => length > 0);
  const axisOf = (line: Line) => axes.findIndex((those) => those.includes(line));
  return {
    grid: { left: 8, right: axes.length > 1 ? 8 : 20, top: 10, bottom: 2, containLabel: true },
    xAxis: timeAxis(from, to),
    yAxis: axes.map(([first], index) => valueAxis(first, axes[index] ?? [], index)),
    series: lines.flatMap((line) => [
      ...bandOf(line, lines, step, axisOf(line)),
      seriesOption(line, step, axisOf(line)),
    ]),
  };
}

function valueAxis(first: Line | undefined, lines: readonly Line[], index: number) {
  const {
    field,
    style: { axisLabel, axisSoftMin, axisSoftMax },
  } = first ?? { field: { custom: {} }, style: lineStyle.parse({}) };
  const { min = axisSoftMin, max = axisSoftMax } = field;
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite);
  const isFlat = Math.max(...values) === Math.min(...values);
  return {
    type: 'value',
    position: index === 0 ? 'left' : 'right',
    name: axisLabel,
    nameLocation: 'middle',
    nameGap: 40,
    ...(min === undefined ? {} : { min: field.min ?? (({ min: least }: { min: number }) => Math.min(least, min)) }),
    ...(max === undefined ? {} : { max: field.max ?? (({ max: most }: { max: number }) => Math.max(most, max)) }),
    ...(isFlat && min === undefined && values[0] === 0 ? { min: 0, max: 1 } : {}),
    // A line that follows its values, not one that starts at zero, is Grafana's own habit.
    scale: true,
    splitNumber: field.max === 1 ? 5 : 4,
    axisLabel: { color: FAINT, formatter: (value: number) => inUnit(value, field.unit) },
    splitLine: { show: index === 0, lineStyle: { color: LINES } },
  };
}
