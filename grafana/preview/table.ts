// The panel `table`: rows of text and numbers, with coloured cells and bars.
import { z } from 'zod';
import type { Asked } from '../../test/demo-day/ask.ts';
import type { Field, Panel } from '../../test/demo-day/dashboard.ts';
import { fieldOf, shownValue, type Value } from './fields.ts';
import { type Column, framesOf } from './frames.ts';
import { escaped } from './html.ts';
import { sorted, transformed } from './transform.ts';

const custom = z.object({
  width: z.number().optional(),
  hidden: z.boolean().default(false),
  align: z.string().default('auto'),
  cellOptions: z.object({ type: z.string().default('auto') }).prefault({}),
});
const options = z.object({
  showHeader: z.boolean().default(true),
  sortBy: z.array(z.object({ displayName: z.string(), desc: z.boolean().default(false) })).default([]),
});

interface Shaped extends Column {
  readonly field: Field;
  readonly isNumeric: boolean;
  readonly style: z.infer<typeof custom>;
}

export function tablePanel(panel: Panel, asked: readonly Asked[]): string {
  const [frame] = transformed(framesOf(asked), panel.transformations);
  if (frame === undefined) return '';
  const { showHeader, sortBy } = options.parse(panel.options);
  const [order] = sortBy;
  const { columns } = order === undefined ? frame : sorted(frame, order.displayName, order.desc);
  const shaped = columns.map((column) => shapedColumn(panel, column)).filter(({ style }) => !style.hidden);
  const count = shaped[0]?.values.length ?? 0;
  const head = shaped.map(({ name, field, isNumeric, style: { width } }) => {
    const size = width === undefined ? '' : ` style="width:${width}px"`;
    return `<th${size}${isNumeric ? ' class="number"' : ''}>${escaped(field.displayName ?? name)}</th>`;
  });
  const rows = Array.from(
    { length: count },
    (_, index) => `<tr>${shaped.map((one) => cell(one, one.values[index])).join('')}</tr>`,
  );
  return `<table class="cells">${showHeader ? `<thead><tr>${head.join('')}</tr></thead>` : ''}${rows.join('')}</table>`;
}

function shapedColumn(panel: Panel, column: Column): Shaped {
  const isNumeric = column.values.some((value) => typeof value === 'number');
  const field = fieldOf(panel, { name: column.name, refId: column.refId, isNumeric });
  return { ...column, field, isNumeric, style: custom.parse(field.custom) };
}

function cell({ field, style }: Shaped, value: Value): string {
  const missing = value === undefined && field.noValue === undefined;
  const { text, color } = missing ? { text: '', color: '' } : shownValue(value, field);
  const shown = field.links === undefined ? escaped(text) : `<a>${escaped(text)}</a>`;
  const side = typeof value === 'number' ? ' class="number"' : '';
  switch (missing ? 'auto' : style.cellOptions.type) {
    case 'color-text':
      return `<td${side} style="color:${color}">${shown}</td>`;
    case 'color-background':
      return `<td${side} style="background:${color};color:#111217">${shown}</td>`;
    case 'gauge': {
      const { min = 0, max = 100 } = field;
      const share = typeof value === 'number' ? Math.min(Math.max((value - min) / (max - min), 0), 1) : 0;
      return `<td><div class="bar"><div style="width:${100 * share}%;background:${color}"></div></div><b style="color:${color}">${shown}</b></td>`;
    }
    default:
      return `<td${side}>${shown}</td>`;
  }
}
