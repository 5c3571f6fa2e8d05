// The table of a project's pools.
import { html, type Markup, type Piece } from './html.ts';
import { causeOf, type Judged, nameOf, neediestFirst } from './judge.ts';
import { fullMoment, iso, muted, NONE, percent, showId, showRemark, whole } from './words.ts';

/** More rows help nobody, and thousands of pools would make a page of megabytes. */
const MAX_ROWS = 500;

interface Column {
  readonly head: string;
  readonly style?: 'number' | 'last' | 'status' | 'zone';
  readonly cell: (judged: Judged, surroundings: Surroundings) => Piece;
}

export interface Surroundings {
  /** Causes of failed reads that are told above all pools. */
  readonly shared: ReadonlySet<string>;
  /** Address of a copy of the repository, where the pages of the alerts are. */
  readonly runbookUrl?: string | undefined;
}

/** The first one names the row. Numbers before what does not change. */
const COLUMNS: readonly Column[] = [
  { head: 'Pool', cell: nameCell },
  { head: 'Utilization', style: 'number', cell: utilizationCell },
  { head: 'Idle', style: 'number', cell: ({ idle }) => whole(idle) },
  { head: 'Min idle', style: 'number', cell: minIdleCell },
  { head: 'Used', style: 'number', cell: ({ pool }) => whole(pool.summary.used) },
  {
    head: 'Desktops',
    style: 'number',
    cell: ({ pool, limit }) => [whole(pool.summary.desktops), limit && showRemark(limit)],
  },
  { head: 'Last read', style: 'last', cell: readCell },
  { head: 'Status', style: 'status', cell: statusCell },
  { head: 'Type', cell: ({ pool }) => pool.summary.type ?? NONE },
  { head: 'Zone', style: 'zone', cell: ({ pool }) => pool.summary.zone ?? NONE },
];

/** Where rows are too narrow for a table, a number has its head above it. */
export const POOL_LABELS = COLUMNS.map(({ head, style }, i) =>
  style === 'number' || style === 'last' ? `.pools td:nth-child(${i + 1})::before{content:"${head}"}` : '',
).join('\n');

export function poolTable(judged: readonly Judged[], id: string, metrics: string, surroundings: Surroundings): Markup {
  const left = judged.length - MAX_ROWS;
  const rows = judged.toSorted(neediestFirst).slice(0, MAX_ROWS);
  return html`${
    left > 0 &&
    html`<p class="note">The ${whole(MAX_ROWS)} of ${whole(judged.length)} pools that need attention most, worst first; the other ${whole(left)} are left out here but shown in the <a href="${metrics}">metrics</a>.</p>`
  }
<div class="frame">
<table class="pools">
<caption id="${id}-pools">Desktop pools</caption>
<thead><tr>${COLUMNS.map(({ head, style }) => html`<th scope="col"${style === 'number' && html` class="number"`}>${head}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr class="${row.level}">${COLUMNS.map((column, i) => bodyCell(column, row, surroundings, i === 0))}</tr>\n`)}
</tbody>
</table>
</div>`;
}

const bodyCell = ({ style, cell }: Column, row: Judged, surroundings: Surroundings, isHead: boolean) =>
  isHead
    ? html`<th scope="row">${cell(row, surroundings)}</th>`
    : html`<td${style && html` class="${style}"`}>${cell(row, surroundings)}</td>`;

function nameCell({ pool, alerts }: Judged, { runbookUrl }: Surroundings): Piece {
  const name = nameOf(pool);
  const shown = name === undefined ? html`<span class="muted">(name unknown)</span>` : html`<bdi>${name}</bdi>`;
  const links = alerts.map(
    ({ name, level }) =>
      html`<li class="${level}">${runbookUrl === undefined ? name : html`<a href="${runbookUrl}/docs/runbooks/${name}.md">${name}</a>`}</li>`,
  );
  return html`${shown} ${showId(pool.id)}${links.length > 0 && html`<ul class="alerts">${links}</ul>`}`;
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

function minIdleCell({ pool, short }: Judged): Piece {
  return [whole(pool.summary.minIdle), short && showRemark(short)];
}

function utilizationCell({ utilization, use, pool }: Judged): Piece {
  const remark = use && showRemark(use);
  if (utilization === undefined) return [NONE, remark];
  const level = pool.summary.isInMaintenance === true ? 'muted' : (use?.level ?? 'calm');
  const width = Math.min(utilization * 100, 100).toFixed(0);
  const bar = html`<span class="bar ${level}" aria-hidden="true"><i style="width:${width}%"></i></span>`;
  return [html`<span class="used">${percent(utilization)}${bar}</span>`, remark];
}

function readCell({ pool, read }: Judged, { shared }: Surroundings): Piece {
  const cause = causeOf(pool);
  const text = cause === undefined || shared.has(cause) ? read.text : `${read.text}: ${cause}`;
  const words = read.level === 'calm' ? text : showRemark({ ...read, text });
  if (pool.readAt === undefined) return words;
  return html`<time datetime="${iso(pool.readAt)}" title="${fullMoment(pool.readAt)}">${words}</time>`;
}
