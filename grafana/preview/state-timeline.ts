// The panel `state-timeline`: a row for each series, coloured by the state that lasts.
import type { Panel } from '../../test/demo-day/dashboard.ts';
import type { Span } from '../../test/demo-day/server.ts';
import { hourAndMinute, type Size } from './chart.ts';
import { fieldOf, shownValue } from './fields.ts';
import type { NamedSeries } from './frames.ts';
import { escaped } from './html.ts';

const AXIS = 18;
const LEGEND = 22;
const NAMES = 170;

export function stateTimelinePanel(
  panel: Panel,
  series: readonly NamedSeries[],
  span: Span,
  { width, height }: Size,
): string {
  const rowHeight = (height - AXIS - LEGEND) / Math.max(series.length, 1);
  const legend = new Map<string, string>();
  const rows = series.map(({ name, refId, points }, index) => {
    const field = fieldOf(panel, { name, refId, isNumeric: true });
    const segments = lasting(points, span.step).map(({ from, to, value }) => {
      const { text, color } = shownValue(value, field, index);
      legend.set(text, color);
      const [left, right] = [from, to].map((at) => (100 * (at - span.from)) / (span.to - span.from));
      return `<i style="left:${left}%;width:${(right ?? 0) - (left ?? 0)}%;background:${color}"></i>`;
    });
    return `<span class="name" style="line-height:${rowHeight}px">${escaped(field.displayName ?? name)}</span><div class="lane" style="height:${rowHeight}px">${segments.join('')}</div>`;
  });
  const marks = [...legend].map(([text, color]) => `<span><i style="background:${color}"></i>${escaped(text)}</span>`);
  return `<div class="timeline" style="grid-template-columns:${Math.min(NAMES, width / 3)}px 1fr">${rows.join('')}<span></span>${axis(span)}</div><div class="legend">${marks.join('')}</div>`;
}

function lasting(points: NamedSeries['points'], step: number) {
  const found: { from: number; to: number; value: number }[] = [];
  for (const [at, value] of points) {
    const last = found.at(-1);
    if (last !== undefined && last.value === value && at - last.to < step) last.to = at + step;
    else if (last !== undefined && at - last.to < step) found.push({ from: last.to, to: at + step, value });
    else found.push({ from: at, to: at + step, value });
  }
  const end = points.at(-1)?.[0] ?? 0;
  // The last point stands for the moment, not for the step behind it.
  return found.map((one) => ({ ...one, to: Math.min(one.to, end) })).filter(({ from, to }) => to > from);
}

function axis({ from, to }: Span): string {
  const hours = Math.max(Math.round((to - from) / 3600 / 8), 1) * 3600;
  const first = Math.ceil(from / hours) * hours;
  const labels = Array.from({ length: Math.floor((to - first) / hours) + 1 }, (_, index) => first + index * hours);
  const shown = labels.map(
    (at) =>
      `<span style="${at === to ? 'right:0' : `left:${(100 * (at - from)) / (to - from)}%`}">${hourAndMinute(at * 1000)}</span>`,
  );
  return `<div class="axis">${shown.join('')}</div>`;
}
