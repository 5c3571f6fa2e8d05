// The totals of a project, and how many of its pools and collectors need attention.

import { ratio } from './alerts.ts';
import { html, type Markup, type Piece } from './html.ts';
import type { Judged } from './judge.ts';
import { muted, NONE, percent, type Remark, showRemark, whole } from './words.ts';

const OTHER_STATES = [
  ['stale', 'stale'],
  ['ended', 'without values'],
  ['never', 'never read'],
  ['gone', 'gone'],
] as const;

export function totals(judged: readonly Judged[]): Markup {
  const countOf = (state: string) => judged.filter(({ pool }) => pool.state === state).length;
  const others = OTHER_STATES.flatMap(([state, words]) => countIf(countOf(state), words)).join(', ');
  const desktops = judged.map(({ pool }) => pool.summary.desktops);
  const used = judged.map(({ pool }) => pool.summary.used);
  const isKnown = (_: unknown, i: number) => judged[i]?.idle !== undefined;
  const utilization = ratio(sum(used.filter(isKnown)), sum(desktops.filter(isKnown)));
  const pools = judged.filter(({ level }) => level === 'critical' || level === 'warning').length;
  return html`<dl>
${item('Pools read', `${whole(countOf('fresh'))} of ${whole(judged.length)}`, others !== '' && html`<span class="muted">${others}</span>`)}
${item('Need attention', whole(pools), pools > 0 && showRemark(attention(judged)))}
${item('Desktops', whole(sum(desktops)))}
${item('Used', whole(sum(used)))}
${item('Idle', whole(sum(judged.map(({ idle }) => idle))))}
${item('Utilization', utilization === undefined ? NONE : percent(utilization))}
</dl>`;
}

const item = (term: string, value: string, detail?: Piece) =>
  html`<div><dt>${term}</dt><dd>${value}${detail && html`<small>${detail}</small>`}</dd></div>`;

/** Undefined where nothing is known, which is not 0. */
function sum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0);
}

const countIf = (count: number, one: string, many = one) =>
  count > 0 ? [`${whole(count)} ${count === 1 ? one : many}`] : [];

/** `failing` collectors are counted apart from the pools. */
export function attention(judged: readonly Judged[], failing = 0): Remark {
  const criticals = judged.filter(({ level }) => level === 'critical').length;
  const warnings = judged.filter(({ level }) => level === 'warning').length;
  const text = [
    ...countIf(criticals, 'critical'),
    ...countIf(warnings, 'warning', 'warnings'),
    ...countIf(failing, 'collector failing', 'collectors failing'),
  ].join(', ');
  return text === '' ? muted('nothing to note') : { level: criticals > 0 ? 'critical' : 'warning', text };
}
