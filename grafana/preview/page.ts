// A dashboard as one static page: Grafana's grid of 24 columns, panels with their titles, and nothing that moves.
import type { Asked, Questions } from '../../test/demo-day/ask.ts';
import { type Dashboard, type Panel, panelsOf } from '../../test/demo-day/dashboard.ts';
import type { Size } from './chart.ts';
import { seriesOf } from './frames.ts';
import { heatMapPanel } from './heat-map.ts';
import { escaped } from './html.ts';
import { STYLE } from './page-style.ts';
import { barGaugePanel, gaugePanel, statPanel } from './stat.ts';
import { stateTimelinePanel } from './state-timeline.ts';
import { tablePanel } from './table.ts';
import { timeSeriesPanel } from './time-series.ts';

/** Pixels: Grafana's rows of the grid, the space between, and what a panel's title and frame take. */
export const WIDTH = 1600;
const [ROW, GAP, MARGIN] = [30, 8, 16];
const [TITLE, PADDING] = [32, 8];
const HEADER = 60;

export interface Page {
  readonly html: string;
  readonly height: number;
}

type Draw = (panel: Panel, asked: readonly Asked[], size: Size) => string;

const PANELS: Readonly<Record<string, Draw>> = {
  stat: (panel, asked, size) => statPanel(panel, seriesOf(asked), size),
  gauge: (panel, asked, size) => gaugePanel(panel, seriesOf(asked), size),
  bargauge: (panel, asked, size) => barGaugePanel(panel, seriesOf(asked), size),
  timeseries: (panel, asked, size) => timeSeriesPanel(panel, seriesOf(asked), spanOf(asked), size),
  'state-timeline': (panel, asked, size) => stateTimelinePanel(panel, seriesOf(asked), spanOf(asked), size),
  heatmap: heatMapPanel,
  table: tablePanel,
};

function spanOf([first]: readonly Asked[]) {
  if (first === undefined) throw new Error('a panel over time has no query');
  return first.span;
}

export async function pageOf(board: Dashboard, questions: Questions): Promise<Page> {
  const panels = panelsOf(board);
  const drawn: string[] = [];
  for (const panel of panels) drawn.push(await panelHtml(panel, questions));
  const rows = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
  const choices = [...questions.variables].map(
    ([name, value]) => `${name} <b>${escaped(value === '.+' ? 'All' : value)}</b>`,
  );
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(board.title)}</title><style>${STYLE}</style></head>
<body><header><h1>${escaped(board.title)}</h1><p>${choices.join(' ')}</p></header><main>${drawn.join('\n')}</main></body></html>`;
  return { html, height: HEADER + rows * (ROW + GAP) + MARGIN };
}

async function panelHtml(panel: Panel, questions: Questions): Promise<string> {
  const { x, y, w, h } = panel.gridPos;
  const place = `grid-area:${y + 1} / ${x + 1} / span ${h} / span ${w}`;
  if (panel.type === 'row') return `<h2 style="${place}">${escaped(panel.title)}</h2>`;
  const column = (WIDTH - 2 * MARGIN + GAP) / 24;
  const size = {
    width: Math.floor(w * column - GAP - 2 * PADDING - 2),
    height: h * (ROW + GAP) - GAP - TITLE - PADDING - 2,
  };
  return `<section style="${place}"><h3>${escaped(panel.title)}</h3><div class="body">${await bodyOf(panel, questions, size)}</div></section>`;
}

async function bodyOf(panel: Panel, questions: Questions, size: Size): Promise<string> {
  if (panel.type === 'text') return escaped(String(panel.options.content ?? ''));
  const draw = PANELS[panel.type];
  if (draw === undefined) throw new Error(`the preview does not know the panel ${panel.type}; add it to page.ts`);
  const asked = await questions.ask(panel);
  const isEmpty = asked.every(({ series }) => series.length === 0);
  if (isEmpty && panel.type !== 'stat')
    return `<p class="empty">${panel.fieldConfig.defaults.noValue ?? 'No data'}</p>`;
  return draw(panel, asked, size);
}
