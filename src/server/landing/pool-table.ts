// The table of a project's pools.
import { html, type Markup, type Piece } from './html.ts';
import { byName, type Judged, nameOf, worstFirst } from './judge.ts';
import { fullMoment, iso, muted, NONE, percent, showRemark, warning, whole } from './words.ts';

/** More rows help nobody, and thousands of pools would make a page of megabytes. */
const MAX_ROWS = 500;

interface Column {
  readonly head: string;
  readonly style?: 'plain' | 'number' | 'last';
  readonly cell: (judged: Judged) => Piece;
}

/** The first one names the row. */
const COLUMNS: readonly Column[] = [
  { head: 'Pool', cell: nameCell },
  { head: 'Type', style: 'plain', cell: ({ pool }) => pool.summary.type ?? NONE },
  { head: 'Zone', style: 'plain', cell: ({ pool }) => pool.summary.zone ?? NONE },
  { head: 'Status', cell: statusCell },
  { head: 'Desktops', style: 'number', cell: ({ pool }) => whole(pool.summary.desktops) },
  { head: 'Used', style: 'number', cell: ({ pool }) => whole(pool.summary.used) },
  { head: 'Idle', style: 'number', cell: ({ idle }) => whole(idle) },
  { head: 'Min idle', style: 'number', cell: minIdleCell },
  {
    head: 'Cap',
    style: 'number',
    cell: ({ pool, caps }) => [whole(pool.summary.maxAutoCreated), caps.map(showRemark)],
  },
  { head: 'Utilization', style: 'number', cell: utilizationCell },
  { head: 'Last read', style: 'last', cell: readCell },
];

export function poolTable(judged: readonly Judged[], id: string, metrics: string): Markup {
  const left = judged.length - MAX_ROWS;
  const rows = left > 0 ? judged.toSorted(worstFirst).slice(0, MAX_ROWS) : judged.toSorted(byName);
  return html`${
    left > 0 &&
    html`<p class="note">The ${whole(MAX_ROWS)} of ${whole(judged.length)} pools that need attention most, worst first; the other ${whole(left)} are left out here but shown in <a href="${metrics}">${metrics.slice(1)}</a>.</p>`
  }
<div class="scroll" role="region" aria-labelledby="${id}-pools" tabindex="0">
<table class="pools">
<caption id="${id}-pools">Desktop pools</caption>
<thead><tr>${COLUMNS.map(({ head, style }) => html`<th scope="col"${style === 'number' && html` class="number"`}>${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr class="${row.level}">${COLUMNS.map((column, i) => bodyCell(column, row, i === 0))}</tr>\n`)}
</tbody>
</table>
</div>`;
}

const bodyCell = ({ style, cell }: Column, row: Judged, isHead: boolean) =>
  isHead ? html`<th scope="row">${cell(row)}</th>` : html`<td${style && html` class="${style}"`}>${cell(row)}</td>`;

function nameCell({ pool }: Judged): Piece {
  const name = nameOf(pool);
  const shown = name === undefined ? html`<span class="muted">(name unknown)</span>` : html`<bdi>${name}</bdi>`;
  return html`${shown} <code title="${pool.id}">${pool.id.slice(0, 8)}</code>`;
}

function statusCell({ pool: { summary }, status, product }: Judged): Piece {
  const { isAutoscaled, autoscaleType, isInMaintenance } = summary;
  const kind = autoscaleType === 'ACCESS_CREATED' ? ' (at access)' : '';
  const autoscale =
    isAutoscaled === undefined ? undefined : muted(isAutoscaled ? `autoscale on${kind}` : 'autoscale off');
  const maintenance = isInMaintenance === true ? muted('maintenance') : undefined;
  const badges = [status, maintenance, product, autoscale].filter((badge) => badge !== undefined);
  if (badges.length === 0) return NONE;
  return html`<span class="badges">${badges.map(({ level, text }) => html`<span class="badge ${level}">${text}</span>`)}</span>`;
}

function minIdleCell({ pool, deficit }: Judged): Piece {
  return [whole(pool.summary.minIdle), deficit > 0 && showRemark(warning(`${whole(deficit)} short`))];
}

function utilizationCell({ utilization, use, pool }: Judged): Piece {
  const remark = use && showRemark(use);
  if (utilization === undefined) return [NONE, remark];
  const level = pool.summary.isInMaintenance === true ? 'muted' : (use?.level ?? 'calm');
  const width = Math.min(utilization * 100, 100).toFixed(0);
  const bar = html`<span class="bar ${level}" aria-hidden="true"><i style="width:${width}%"></i></span>`;
  return [html`<span class="used">${percent(utilization)}${bar}</span>`, remark];
}

function readCell({ pool, read }: Judged): Piece {
  const words = read.level === 'calm' ? read.text : showRemark(read);
  if (pool.readAt === undefined) return words;
  return html`<time datetime="${iso(pool.readAt)}" title="${fullMoment(pool.readAt)}">${words}</time>`;
}
