// What is wrong, at the top of the page: each cause once, with since when and how much it concerns.
import { FAILURES } from '../../cloud/errors.ts';
import type { CollectorOverview, ProjectOverview } from '../../scrape/overview.ts';
import { failureLine } from './collector-table.ts';
import { html, type Markup, type Piece } from './html.ts';
import { causeOf } from './judge.ts';
import { type Level, showMoment, span, whole } from './words.ts';

/** Of one project; the rest is beside its collectors. */
const MAX_CAUSES = 3;

export const troubles = ({ projects, now }: { readonly projects: readonly ProjectOverview[]; readonly now: number }) =>
  projects.flatMap((project) => [blockedBanner(project, now), heldBanner(project, now), failureBanner(project, now)]);

/** Causes that several pools have in common: no row repeats them. Not that a pool was missing, which is no failure yet and told nowhere else. */
export function sharedCauses({ pools }: ProjectOverview): ReadonlySet<string> {
  const failed = pools.filter(({ failure }) => failure !== undefined && !FAILURES[failure].isMiss);
  const causes = failed.flatMap((pool) => causeOf(pool) ?? []);
  return new Set(causes.filter((cause, i) => causes.indexOf(cause) !== i));
}

const banner = (level: Level, title: Piece, text: Piece): Markup =>
  html`<div class="banner ${level}"><p><strong>${title}</strong> ${text}</p></div>\n`;

const until = (time: number, now: number) => html`nothing is sent until ${showMoment(time, now)}`;

function blockedBanner({ name, blocked, collectors }: ProjectOverview, now: number): Piece {
  if (blocked === undefined) return undefined;
  const others =
    blocked.othersFrom === undefined
      ? 'at once'
      : html`at ${showMoment(blocked.othersFrom, now)}, because too many were refused`;
  return banner(
    'critical',
    html`<bdi>${name}</bdi>: the cloud refused the credential; ${until(blocked.until, now)}.`,
    html`<bdi>${blocked.why}</bdi>; ${unreadSince(failingOf(collectors), now)}<br>
Check its secret, its user or the time of this machine; a changed secret is tried ${others}. Next try in ${span(blocked.until - now)}.`,
  );
}

const heldBanner = ({ name, heldUntil }: ProjectOverview, now: number): Piece =>
  heldUntil !== undefined &&
  banner(
    'warning',
    html`<bdi>${name}</bdi>: the cloud asked for a pause; ${until(heldUntil, now)}.`,
    html`Last good values are shown meanwhile; requests go on in ${span(heldUntil - now)}.`,
  );

/** What a refused credential brings about is no further cause. */
function failureBanner({ name, blocked, collectors, pools }: ProjectOverview, now: number): Piece {
  const failing = failingOf(collectors);
  if (failing.length === 0 || blocked !== undefined) return undefined;
  const unread = pools.filter((pool) => causeOf(pool) !== undefined);
  const stale = unread.filter(({ state }) => state === 'stale').length;
  const without = unread.length - stale;
  const causes = failing.flatMap(({ name: of, failures }) =>
    [...failures].map((failure) => html`<li>${of}: ${failureLine(...failure)}</li>`),
  );
  const left = causes.length - MAX_CAUSES;
  return html`<div class="banner ${without > 0 || pools.length === 0 ? 'critical' : 'warning'}"><p><strong><bdi>${name}</bdi>: ${unreadSince(failing, now)}</strong>
${stale > 0 && `${whole(stale)} ${stale === 1 ? 'pool shows' : 'pools show'} last good values. `}${without > 0 && `${whole(without)} ${without === 1 ? 'pool has' : 'pools have'} no values.`}</p>
<ul class="failures">${causes.slice(0, MAX_CAUSES)}${left > 0 && html`<li>and ${whole(left)} other failures, see below</li>`}</ul></div>
`;
}

const failingOf = (collectors: readonly CollectorOverview[]) =>
  collectors.filter(({ finished }) => finished?.isSuccess === false);

/** Since the oldest of their latest successes. */
function unreadSince(failing: readonly CollectorOverview[], now: number): Piece {
  if (failing.length === 0) return undefined;
  const names = failing.map(({ name }) => name).join(', ');
  const since = Math.min(...failing.map(({ finished }) => finished?.lastSuccessAt ?? 0));
  if (since === 0) return `${names} not read in full since the exporter started.`;
  return html`${names} not read in full since ${showMoment(since, now)}, ${span(now - since)} ago.`;
}
