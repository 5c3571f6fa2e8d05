// How the collectors of a project are doing, on the landing page.
import type { Deviation } from '../../scrape/deviations.ts';
import type { CollectorOverview } from '../../scrape/overview.ts';
import { html, type Markup } from './html.ts';
import { ago, NONE, type Remark, remark, took, whole } from './words.ts';

const MAX_FAILURES = 20;
const MAX_DEVIATIONS = 20;
/** Of one deviation. */
const MAX_POOLS = 5;

export function collectorStates(collectors: readonly CollectorOverview[], now: number): Markup {
  const failures = collectors.flatMap((collector) => failureLines(collector));
  const deviations = collectors.flatMap((collector) => deviationLines(collector));
  return html`<h3>Collectors</h3>
<div class="scroll" role="region" aria-label="Collectors" tabindex="0">
<table class="collectors">
<caption>Latest collection of each collector</caption>
<thead><tr><th scope="col">Collector</th><th scope="col">Latest collection</th><th scope="col">Last success</th><th scope="col" class="number">Duration</th></tr></thead>
<tbody>
${collectors.map((collector) => collectorRow(collector, now))}
</tbody>
</table>
</div>
${failures.length > 0 && html`<ul class="failures">${failures}</ul>`}
${
  deviations.length > 0 &&
  html`<h3>Not as documented</h3>
<ul class="failures">${deviations}</ul>`
}`;
}

function collectorRow({ name, finished }: CollectorOverview, now: number): Markup {
  if (finished === undefined)
    return html`<tr><th scope="row">${name}</th><td class="muted">not collected yet</td><td>never</td><td class="number">${NONE}</td></tr>`;
  const { isSuccess, took: duration, finishedAt, lastSuccessAt } = finished;
  const word: Remark = isSuccess ? { level: 'calm', text: 'succeeded' } : { level: 'warning', text: 'failed' };
  return html`<tr><th scope="row">${name}</th><td class="state">${remark(word)} ${ago(finishedAt, now)}</td>
<td>${lastSuccessAt === undefined ? 'never' : ago(lastSuccessAt, now)}</td><td class="number">${took(duration)}</td></tr>
`;
}

function failureLines({ name, failures }: CollectorOverview): Markup[] {
  const lines = [...failures].slice(0, MAX_FAILURES).map(([message, { count, id, requestId }]) => {
    const example = [
      id !== undefined && html`pool <code>${id}</code>`,
      requestId !== undefined && html`request id <code>${requestId}</code>`,
    ];
    const [first, second] = example.filter((part) => part !== false);
    return html`<li><strong>${name}</strong>: ${count > 1 && `${whole(count)} × `}<bdi>${message}</bdi>${first && html` <span class="muted">(${count > 1 && 'for example '}${first}${second && html`, ${second}`})</span>`}</li>`;
  });
  const left = failures.size - MAX_FAILURES;
  return left > 0
    ? [...lines, html`<li><strong>${name}</strong>: and ${whole(left)} other failures, see the log</li>`]
    : lines;
}

function deviationLines({ name, deviations }: CollectorOverview): Markup[] {
  const lines = deviations.slice(0, MAX_DEVIATIONS).map((one) => deviationLine(name, one));
  const left = deviations.length - MAX_DEVIATIONS;
  return left > 0 ? [...lines, html`<li><strong>${name}</strong>: and ${whole(left)} other fields</li>`] : lines;
}

const EFFECT = { form: 'it counts as not reported', value: 'it is kept as it is' } as const;

function deviationLine(name: string, { of, field, times, places, found, expected }: Deviation): Markup {
  const pools = [...new Set(places.flatMap(({ pool }) => pool ?? []))];
  const named = pools.slice(0, MAX_POOLS).map((id, i) => html`${i > 0 && ', '}<code>${id}</code>`);
  const where = html`${named}${pools.length > MAX_POOLS && ' and more'}`;
  return html`<li><strong>${name}</strong>: ${times > 1 && `${whole(times)} × `}<code>${field}</code> is <bdi>${found}</bdi>, expected: ${expected}; ${EFFECT[of]}${pools.length > 0 && html` <span class="muted">(${pools.length > 1 ? 'pools' : 'pool'} ${where})</span>`}</li>`;
}
