// The panel `heatmap` over the buckets of a histogram: how many observations fell between which bounds, and when.
import type { Asked } from '../../test/demo-day/ask.ts';
import type { Panel } from '../../test/demo-day/dashboard.ts';
import { drawn, FAINT, hourAndMinute, type Size } from './chart.ts';
import { inUnit } from './units.ts';

/** So many columns can be told apart. */
const COLUMNS = 90;
const BLUES = ['#0b1f3a', '#1F60C4', '#5794F2', '#C0D8FF'];

export function heatMapPanel({ fieldConfig }: Panel, [asked]: readonly Asked[], size: Size): string {
  if (asked === undefined) return '';
  const { series, span } = asked;
  const rising = series
    .map(({ labels: { le = '' }, points }) => ({ le: Number(le.replace('Inf', 'Infinity')), values: new Map(points) }))
    .toSorted((a, b) => a.le - b.le);
  const step = Math.max(span.step, Math.ceil((span.to - span.from) / COLUMNS / span.step) * span.step);
  const times = Array.from(
    { length: Math.floor((span.to - span.from) / step) + 1 },
    (_, index) => span.from + index * step,
  );
  const cells = times.flatMap((at, column) =>
    rising.flatMap(({ values }, row) => {
      // Buckets hold what is in the lower ones as well.
      const count = (values.get(at) ?? 0) - (rising[row - 1]?.values.get(at) ?? 0);
      return count > 0 ? [[column, row, count]] : [];
    }),
  );
  const category = (data: readonly string[]) => ({
    type: 'category',
    data,
    axisTick: { show: false },
    axisLine: { show: false },
    axisLabel: { color: FAINT },
  });
  return drawn(
    {
      grid: { left: 8, right: 20, top: 8, bottom: 2, containLabel: true },
      xAxis: category(times.map((at) => hourAndMinute(at * 1000))),
      yAxis: category(rising.map(({ le }) => (Number.isFinite(le) ? inUnit(le, fieldConfig.defaults.unit) : '+Inf'))),
      visualMap: {
        show: false,
        min: 0,
        max: Math.max(...cells.map(([, , count = 0]) => count), 1e-9),
        inRange: { color: BLUES },
      },
      series: [{ type: 'heatmap', data: cells, itemStyle: { borderWidth: 0 } }],
    },
    size,
  );
}
