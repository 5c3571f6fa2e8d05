// Panels of single values: `stat`, `gauge` and `bargauge`.
import { z } from 'zod';
import type { Field, Panel } from '../../test/demo-day/dashboard.ts';
import type { Size } from './chart.ts';
import { colorOf } from './colors.ts';
import { fieldOf, type Shown, shownValue } from './fields.ts';
import type { NamedSeries } from './frames.ts';
import { escaped } from './html.ts';
import { reduced } from './reduce.ts';

const options = z.object({
  reduceOptions: z.object({ calcs: z.array(z.string()).default(['lastNotNull']) }).prefault({}),
  colorMode: z.string().default('value'),
  graphMode: z.string().default('area'),
  textMode: z.string().default('auto'),
  orientation: z.string().default('auto'),
});

interface Figure extends Shown {
  readonly name: string;
  readonly value: number | undefined;
  readonly field: Field;
  readonly points: NamedSeries['points'];
}

/** A stat shows a word instead of nothing, as Grafana does. */
function figuresOf(panel: Panel, series: readonly NamedSeries[], hidesName: boolean): readonly Figure[] {
  const [calc = 'lastNotNull'] = options.parse(panel.options).reduceOptions.calcs;
  const figures = series.map(({ name, refId, labels, points }, index): Figure => {
    const own = fieldOf(panel, { name, refId, isNumeric: true });
    const told = own.displayName?.replaceAll(/\$\{__field\.labels\.(\w+)\}/g, (_, label) => labels[label] ?? '');
    const field = { ...own, displayName: told };
    const value = reduced(
      points.map(([, one]) => one),
      calc,
    );
    return { name: field.displayName ?? name, value, field, points, ...shownValue(value, field, index) };
  });
  // What a single value is says the panel's title.
  if (figures.length === 1 && hidesName) return figures.map((one) => ({ ...one, name: one.field.displayName ?? '' }));
  if (figures.length > 0) return figures;
  const field = fieldOf(panel, { name: '', refId: '', isNumeric: true });
  return [{ name: '', value: undefined, field, points: [], text: field.noValue ?? 'No data', color: colorOf('text') }];
}

export function statPanel(panel: Panel, series: readonly NamedSeries[], { width, height }: Size): string {
  const { colorMode, graphMode, textMode, orientation } = options.parse(panel.options);
  const figures = figuresOf(panel, series, false);
  const isColumn = orientation === 'horizontal' || (orientation === 'auto' && height > width);
  const withName = textMode === 'value_and_name' || textMode === 'name' || (textMode === 'auto' && figures.length > 1);
  const part = isColumn ? { width, height: height / figures.length } : { width: width / figures.length, height };
  const cells = figures.map(({ name, text, color, points }) => {
    const lines = withName ? 2.2 : 1.4;
    const size = Math.max(Math.min(part.height / lines, (part.width - 12) / (0.58 * Math.max(text.length, 3)), 44), 12);
    const fill = colorMode.startsWith('background')
      ? `background:${color};color:#fff`
      : `color:${colorMode === 'none' ? colorOf('text') : color}`;
    const trend = graphMode === 'area' && points.length > 1 ? sparkline(points, color, part) : '';
    const label = withName && name !== '' ? `<span class="name">${escaped(name)}</span>` : '';
    const value = textMode === 'name' ? '' : `<b style="font-size:${size}px">${escaped(text)}</b>`;
    return `<div class="stat" style="${fill}">${trend}<div>${label}${value}</div></div>`;
  });
  return `<div class="stats" style="flex-direction:${isColumn ? 'column' : 'row'}">${cells.join('')}</div>`;
}

function sparkline(points: NamedSeries['points'], color: string, { width, height }: Size): string {
  const values = points.map(([, value]) => value).filter(Number.isFinite);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (index: number) => (index / (values.length - 1)) * width;
  const y = (value: number) => height - 2 - (most === least ? 0.5 : (value - least) / (most - least)) * height * 0.4;
  const line = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return `<svg width="${width}" height="${height}"><polygon points="0,${height} ${line} ${width},${height}" fill="${color}" opacity="0.15"/><polyline points="${line}" fill="none" stroke="${color}"/></svg>`;
}

/** Of a value in the field's range. */
const shareOf = (value = 0, { min = 0, max = 100 }: Field) =>
  Math.min(Math.max((value - min) / (max - min || 1), 0), 1);

export function gaugePanel(panel: Panel, series: readonly NamedSeries[], { width, height }: Size): string {
  const figures = figuresOf(panel, series, true);
  const each = width / figures.length;
  return `<div class="stats">${figures.map((one) => `<div>${dial(one, { width: each, height })}</div>`).join('')}</div>`;
}

/** A half circle of the value, with the thresholds as a thin one around it. */
function dial({ value, text, color, field, name }: Figure, { width, height }: Size): string {
  const radius = Math.min(width / 2 - 12, height - 30);
  const [cx, cy] = [width / 2, height - 18];
  const arc = (from: number, to: number, r: number, stroke: string, thickness: number) => {
    const at = (share: number) =>
      `${(cx - r * Math.cos(share * Math.PI)).toFixed(1)} ${(cy - r * Math.sin(share * Math.PI)).toFixed(1)}`;
    return `<path d="M ${at(from)} A ${r} ${r} 0 0 1 ${at(to)}" fill="none" stroke="${stroke}" stroke-width="${thickness}"/>`;
  };
  const steps = field.thresholds?.steps ?? [];
  const rim = steps.map(({ value: from, color: name }, index) => {
    const next = steps[index + 1]?.value;
    return arc(
      from === null ? 0 : shareOf(from, field),
      next == null ? 1 : shareOf(next, field),
      radius + 2,
      colorOf(name),
      4,
    );
  });
  const thickness = radius * 0.28;
  const middle = radius - thickness / 2 - 4;
  const label = `<text x="${cx}" y="${cy - 4}" text-anchor="middle" font-size="${Math.min(radius / 2.6, 34)}" font-weight="600" fill="${color}">${escaped(text)}</text>`;
  const caption = `<text x="${cx}" y="${height - 2}" text-anchor="middle" font-size="12" fill="#ccccdc">${escaped(name)}</text>`;
  return `<svg width="${width}" height="${height}">${rim.join('')}${arc(0, 1, middle, '#2c3235', thickness)}${arc(0, shareOf(value, field), middle, color, thickness)}${label}${caption}</svg>`;
}

export function barGaugePanel(panel: Panel, series: readonly NamedSeries[], { height }: Size): string {
  const figures = figuresOf(panel, series, true);
  const values = figures.map(({ value = 0 }) => value);
  const most = Math.max(...values, 1e-9);
  const thickness = Math.min(Math.floor(height / figures.length) - 5, 28);
  const rows = figures.map(({ name, value, text, color, field }) => {
    const share = shareOf(value, { ...field, max: field.max ?? most, min: field.min ?? Math.min(0, ...values) });
    return `<span class="name">${escaped(name)}</span><div class="bar" style="height:${thickness}px"><div style="width:${100 * share}%;background:${color}"></div></div><b style="color:${color}">${escaped(text)}</b>`;
  });
  return `<div class="bars">${rows.join('')}</div>`;
}
