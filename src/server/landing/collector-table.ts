// The table of a project's collectors, with what failed and what was not as documented.

import type { Failure } from '../../scrape/collection.ts';
import type { Deviation } from '../../scrape/deviations.ts';
import type { CollectorOverview } from '../../scrape/overview.ts';
import { html, type Markup, type Piece } from './html.ts';
import { calm, NONE, showAgo, showId, showRemark, took, warning, whole } from './words.ts';

/** Failures and deviations of one collector. */
const MAX_LINES = 20;
/** Of one deviation. */
const MAX_POOLS = 5;
const EFFECTS = { form: 'it counts as not reported', value: 'it is kept as it is' } as const;

export function collectorTable(collectors: readonly CollectorOverview[], now: number): Markup {
  const failures = collectors.flatMap(({ name, failures }) =>
    linesOf(
      name,
      [...failures].map(([message, failure]) => failureLine(message, failure)),
      'failures, see the log',
    ),
  );
  const deviations = collectors.flatMap(({ name, deviations }) =>
    linesOf(
      name,
      deviations.map((deviation, i) => deviationLine(deviation, deviations[i - 1])),
      'fields',
    ),
  );
  return html`<h3>Collectors</h3>
<div class="frame">
<table class="collectors">
<caption>Latest collection of each collector</caption>
<thead><tr><th scope="col">Collector</th><th scope="col">Latest collection</th><th scope="col">Last success</th><th scope="col" class="number">Duration</th></tr></thead>
<tbody>
${collectors.map((collector) => collectorRow(collector, now))}
</tbody>
</table>
</div>
${failures.length > 0 && html`<ul class="failures">${failures}</ul>`}
${deviations.length > 0 && html`<h3>Not as documented</h3>\n<ul class="failures">${deviations}</ul>`}`;
}

function collectorRow({ name, finished }: CollectorOverview, now: number): Markup {
  if (finished === undefined)
    return html`<tr><th scope="row">${name}</th><td class="muted">not collected yet</td><td>never</td><td class="number">${NONE}</td></tr>`;
  const { isSuccess, took: duration, finishedAt, lastSuccessAt } = finished;
  const outcome = showRemark(isSuccess ? calm('succeeded') : warning('failed'));
  return html`<tr><th scope="row">${name}</th><td class="state">${outcome} ${showAgo(finishedAt, now)}</td>
<td>${lastSuccessAt === undefined ? 'never' : showAgo(lastSuccessAt, now)}</td><td class="number">${took(duration)}</td></tr>
`;
}

function linesOf(name: string, texts: readonly Markup[], others: string): readonly Markup[] {
  const left = texts.length - MAX_LINES;
  const shown = texts.slice(0, MAX_LINES);
  const last = left > 0 ? [html`and ${whole(left)} other ${others}`] : [];
  return [...shown, ...last].map((text) => html`<li><strong>${name}</strong>: ${text}</li>`);
}

const times = (count: number): Piece => count > 1 && `${whole(count)} × `;

export function failureLine(message: string, { count, id, requestId }: Failure): Markup {
  const pool = id !== undefined && html`pool <code>${id}</code>`;
  const request = requestId !== undefined && html`request id <code>${requestId}</code>`;
  const example = html`${count > 1 && 'for example '}${pool}${pool && request && ', '}${request}`;
  return html`${times(count)}<bdi>${message}</bdi>${(pool || request) && html` <span class="muted">(${example})</span>`}`;
}

const poolsOf = ({ places }: Deviation) => [...new Set(places.flatMap(({ pool }) => pool ?? []))];

function deviationLine(deviation: Deviation, before: Deviation | undefined): Markup {
  const { of, field, times: count, found, expected } = deviation;
  const pools = poolsOf(deviation);
  // Of many pools only the first are known: the same ones as often as before are the same.
  const isSame = before?.times === count && poolsOf(before).join() === pools.join();
  const named = pools.slice(0, MAX_POOLS).map((id, i) => html`${i > 0 && ', '}${showId(id)}`);
  const noun = pools.length > 1 ? 'pools' : 'pool';
  const where = isSame ? `the same ${noun}` : html`${noun} ${named}${pools.length > MAX_POOLS && ' and more'}`;
  return html`${times(count)}<code>${field}</code> is <bdi>${found}</bdi>, expected: ${expected}; ${EFFECTS[of]}${pools.length > 0 && html` <span class="muted">(${where})</span>`}`;
}
