// The legend below or beside a chart, as a line of names or as a table with the figures that the panel asks for.
import { z } from 'zod';
import type { Panel } from '../../test/demo-day/dashboard.ts';
import type { Size } from './chart.ts';
import { escaped } from './html.ts';
import { reduced } from './reduce.ts';

export interface Entry {
  readonly name: string;
  readonly color: string;
  readonly values: readonly number[];
  readonly print: (value: number) => string;
}

const options = z.object({
  legend: z
    .object({
      displayMode: z.string().default('list'),
      placement: z.string().default('bottom'),
      showLegend: z.boolean().default(true),
      calcs: z.array(z.string()).default([]),
      sortBy: z.string().optional(),
      sortDesc: z.boolean().default(false),
    })
    .prefault({}),
});
type Legend = z.infer<typeof options>['legend'];
const legendOf = (panel: Panel): Legend => options.parse(panel.options).legend;

const LINE = 20;
/** Roughly: a name and a column of a table, and of a name in a list its mark with the gap and each letter. */
const [NAME_WIDTH, FIGURE_WIDTH, MARK_WIDTH, LETTER_WIDTH] = [110, 75, 34, 6.8];
const TITLES: Readonly<Record<string, string>> = {
  lastNotNull: 'Last *',
  max: 'Max',
  min: 'Min',
  mean: 'Mean',
  sum: 'Total',
};

/** How many lines a list of names takes. */
function linesOf(entries: readonly Entry[], figures: number, width: number): number {
  const { lines } = entries.reduce(
    ({ lines, used }, { name }) => {
      const own = MARK_WIDTH + LETTER_WIDTH * name.length + FIGURE_WIDTH * figures;
      return used + own > width ? { lines: lines + 1, used: own } : { lines, used: used + own };
    },
    { lines: 1, used: 0 },
  );
  return lines;
}

/** What the legend leaves of a panel. */
export function chartSize(panel: Panel, entries: readonly Entry[], { width, height }: Size): Size {
  const count = entries.length;
  const { displayMode, showLegend, calcs, placement } = legendOf(panel);
  if (!showLegend || displayMode === 'hidden' || count === 0) return { width, height };
  if (placement === 'right') {
    const beside = NAME_WIDTH * 1.5 + FIGURE_WIDTH * calcs.length;
    return { width: Math.round(width - Math.min(beside, width * 0.5)), height };
  }
  const lines = displayMode === 'table' ? count + 1 : linesOf(entries, calcs.length, width);
  return { width, height: height - Math.min(lines * LINE + 6, Math.floor(height * 0.4)) };
}

export function legendHtml(panel: Panel, entries: readonly Entry[]): string {
  const legend = legendOf(panel);
  const { displayMode, showLegend, calcs } = legend;
  if (!showLegend || displayMode === 'hidden' || entries.length === 0) return '';
  const mark = ({ name, color }: Entry) => `<i style="background:${color}"></i>${escaped(name)}`;
  const figures = ({ values, print }: Entry) =>
    calcs.map((calc) => {
      const value = reduced(values, calc);
      return value === undefined ? '' : print(value);
    });
  if (displayMode !== 'table') {
    const items = entries.map((entry) => {
      const told = figures(entry).map(
        (text, index) => ` <small>${TITLES[calcs[index] ?? '']}: ${escaped(text)}</small>`,
      );
      return `<span>${mark(entry)}${told.join('')}</span>`;
    });
    return `<div class="legend">${items.join('')}</div>`;
  }
  const head = `<tr><th></th>${calcs.map((calc) => `<th>${TITLES[calc] ?? calc}</th>`).join('')}</tr>`;
  const cells = (entry: Entry) => figures(entry).map((text) => `<td class="number">${escaped(text)}</td>`);
  const rows = inOrder(entries, legend).map((entry) => `<tr><td>${mark(entry)}</td>${cells(entry).join('')}</tr>`);
  return `<table class="legend">${head}${rows.join('')}</table>`;
}

function inOrder(entries: readonly Entry[], { calcs, sortBy, sortDesc }: Legend): readonly Entry[] {
  const calc = calcs.find((one) => TITLES[one] === sortBy);
  if (calc === undefined) return entries;
  const figure = ({ values }: Entry) => reduced(values, calc) ?? -Infinity;
  return entries.toSorted((a, b) => (figure(a) - figure(b)) * (sortDesc ? -1 : 1));
}
