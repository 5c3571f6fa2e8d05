// State timelines and heat maps. Grafana keeps these two panels in its core, which is no package: they are drawn here, with its
// axes, colours and words, as coloured cells over time.

import { type GrafanaTheme2, getFieldDisplayName, type TimeRange } from '@grafana/data';
import { AxisPlacement, ScaleDirection, ScaleOrientation, UPlotChart, UPlotConfigBuilder } from '@grafana/ui';
import { type Drawn, optionsOf } from './panels.tsx';

interface Cell {
  readonly from: number;
  readonly to: number;
  readonly color: string;
}

interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** A series per row, first one on top; a state lasts until the next one, or until there is a gap. */
export function StateTimeline({ frames, panel, ...place }: Drawn) {
  const step = panel.answers[0]?.step ?? 0;
  const { rowHeight } = optionsOf<{ rowHeight: number }>(panel);
  const rows = frames.flatMap((frame): Row[] => {
    const [times, field] = frame.fields;
    if (times === undefined || field === undefined) return [];
    const states = frame.fields[1]?.values.map((value) => field.display?.(value).color ?? 'transparent') ?? [];
    const cells = states.map((color, index) => {
      const from: number = times.values[index];
      const next: number = times.values[index + 1] ?? from;
      return { from, to: Math.min(next, from + step), color };
    });
    return [{ name: getFieldDisplayName(field, frame, frames), cells }];
  });
  return <Cells rows={rows} filled={rowHeight} {...place} />;
}

/** A bucket per row, largest on top; the more observations, the brighter. */
export function HeatMap({ frames, panel, ...place }: Drawn) {
  const step = panel.answers[0]?.step ?? 0;
  const blue = place.theme.visualization.getColorByName('light-blue');
  const rising = frames
    .flatMap(({ fields: [times, field] }) => {
      const le = Number(field?.labels?.le?.replace('Inf', 'Infinity'));
      if (times === undefined || field === undefined) return [];
      const display = field.display?.(le);
      const name = Number.isFinite(le) ? `${display?.text}${display?.suffix ?? ''}` : '+Inf';
      return [
        { le, name, counts: new Map<number, number>(times.values.map((at, index) => [at, field.values[index]])) },
      ];
    })
    .toSorted((a, b) => a.le - b.le);
  // Buckets hold what is in the lower ones as well.
  const own = rising.map(({ name, counts }, row) => ({
    name,
    counts: [...counts].map(([at, count]) => ({ at, count: count - (rising[row - 1]?.counts.get(at) ?? 0) })),
  }));
  const most = Math.max(...own.flatMap(({ counts }) => counts.map(({ count }) => count)));
  const rows = own.toReversed().map(({ name, counts }) => ({
    name,
    cells: counts.map(({ at, count }) => {
      const share = Math.round((100 * Math.max(count, 0)) / most);
      return { from: at - step, to: at, color: `color-mix(in srgb, ${blue} ${share}%, transparent)` };
    }),
  }));
  return <Cells rows={rows} filled={0.96} {...place} />;
}

interface Place {
  readonly width: number;
  readonly height: number;
  readonly range: TimeRange;
  readonly theme: GrafanaTheme2;
}

/** `filled`: how much of a row's height its cells take. */
function Cells({ rows, filled, width, height, range, theme }: Place & { rows: readonly Row[]; filled: number }) {
  const [from, to] = [range.from.valueOf(), range.to.valueOf()];
  const builder = new UPlotConfigBuilder('utc');
  const [scaleKey, horizontal] = ['y', ScaleOrientation.Horizontal];
  builder.addScale({
    ...{ scaleKey: 'x', isTime: true, orientation: horizontal, direction: ScaleDirection.Right },
    range: () => [from, to],
  });
  builder.addScale({
    ...{ scaleKey, orientation: ScaleOrientation.Vertical, direction: ScaleDirection.Down },
    range: () => [0, rows.length],
  });
  const time = { scaleKey: 'x', isTime: true, timeZone: 'utc', placement: AxisPlacement.Bottom };
  builder.addAxis({ ...time, theme, grid: { show: false } });
  builder.addAxis({
    ...{ scaleKey, theme, placement: AxisPlacement.Left, grid: { show: false }, ticks: { show: false } },
    splits: () => rows.map((_, index) => index + 0.5),
    values: () => rows.map(({ name }) => name),
  });
  builder.addSeries({ scaleKey, theme, pathBuilder: () => null, show: true });
  builder.addHook('draw', (plot) => {
    const { ctx } = plot;
    for (const [index, { cells }] of rows.entries()) {
      const [top, bottom] = [index + (1 - filled) / 2, index + (1 + filled) / 2].map((y) =>
        plot.valToPos(y, scaleKey, true),
      );
      for (const cell of cells) {
        const [left, right] = [Math.max(cell.from, from), cell.to].map((x) => Math.round(plot.valToPos(x, 'x', true)));
        if (left === undefined || right === undefined || top === undefined || bottom === undefined) continue;
        ctx.fillStyle = cell.color;
        ctx.fillRect(left, top, right - left, bottom - top);
      }
    }
  });
  const data = [
    [from, to],
    [0, 0],
  ];
  return <UPlotChart data={data as [number[], number[]]} config={builder} width={width} height={height} />;
}
