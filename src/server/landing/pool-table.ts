// The table of a project's pools on the landing page.
import type { PoolOverview } from '../../scrape/overview.ts';
import { html, type Markup, type Piece } from './html.ts';
import { byName, type Judged, nameOf, worstFirst } from './judge.ts';
import { fullMoment, iso, NONE, percent, remark, whole } from './words.ts';

/** More rows help nobody, and thousands of pools would make a page of megabytes. */
const MAX_ROWS = 500;

const NUMBERS = ['Desktops', 'Used', 'Idle', 'Min idle', 'Cap', 'Utilization'];
const COLUMNS = ['Pool', 'Type', 'Zone', 'Status', ...NUMBERS, 'Last read'];

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
<thead><tr>${COLUMNS.map((name) => html`<th scope="col"${NUMBERS.includes(name) && html` class="number"`}>${name}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => poolRow(row))}
</tbody>
</table>
</div>`;
}

function poolRow(judged: Judged): Markup {
  const { pool, idle, level } = judged;
  const { type, zone, desktops, used } = pool.summary;
  return html`<tr class="${level}"><th scope="row">${nameCell(pool)} <code title="${pool.id}">${pool.id.slice(0, 8)}</code></th>
<td class="plain">${type ?? NONE}</td><td class="plain">${zone ?? NONE}</td><td>${badges(judged)}</td>
<td class="number">${whole(desktops)}</td><td class="number">${whole(used)}</td><td class="number">${whole(idle)}</td>
<td class="number">${minIdleCell(judged)}</td><td class="number">${capCell(judged)}</td><td class="number">${utilizationCell(judged)}</td>
<td class="last">${readCell(judged)}</td></tr>
`;
}

function nameCell(pool: PoolOverview): Markup {
  const name = nameOf(pool);
  return name === undefined ? html`<span class="muted">(name unknown)</span>` : html`<bdi>${name}</bdi>`;
}

function badges({ pool: { summary }, status, product }: Judged): Piece {
  const { isAutoscaled, autoscaleType } = summary;
  const kind = autoscaleType === 'ACCESS_CREATED' ? ' (at access)' : '';
  const all = [
    status,
    summary.isInMaintenance === true && { level: 'muted' as const, text: 'maintenance' },
    product,
    isAutoscaled !== undefined && {
      level: 'muted' as const,
      text: isAutoscaled ? `autoscale on${kind}` : 'autoscale off',
    },
  ].filter((badge) => badge !== undefined && badge !== false);
  if (all.length === 0) return NONE;
  return html`<span class="badges">${all.map(({ level, text }) => html`<span class="badge ${level}">${text}</span>`)}</span>`;
}

const minIdleCell = ({ pool, deficit }: Judged): Piece => [
  whole(pool.summary.minIdle),
  deficit > 0 && remark({ level: 'warning', text: `${whole(deficit)} short` }),
];

const capCell = ({ pool, caps }: Judged): Piece => [whole(pool.summary.maxAutoCreated), caps.map(remark)];

function utilizationCell({ utilization, use, pool }: Judged): Piece {
  if (utilization === undefined) return [NONE, use && remark(use)];
  const level = pool.summary.isInMaintenance === true ? 'muted' : (use?.level ?? 'calm');
  const width = Math.min(utilization * 100, 100).toFixed(0);
  return [
    html`<span class="used">${percent(utilization)}<span class="bar ${level}" aria-hidden="true"><i style="width:${width}%"></i></span></span>`,
    use && remark(use),
  ];
}

function readCell({ pool, read }: Judged): Markup {
  const words = read.level === 'calm' ? html`${read.text}` : remark(read);
  if (pool.readAt === undefined) return words;
  return html`<time datetime="${iso(pool.readAt)}" title="${fullMoment(pool.readAt)}">${words}</time>`;
}
