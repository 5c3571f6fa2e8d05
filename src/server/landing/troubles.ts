// What is wrong, at the top of the page: each cause once, with since when and how much it concerns.
import { FAILURES } from '../../cloud/errors.ts';
import type { Failure } from '../../scrape/collection.ts';
import type { CollectorOverview, ProjectOverview } from '../../scrape/overview.ts';
import { failureLine } from './collector-table.ts';
import { html, type Markup, type Piece } from './html.ts';
import { causeOf } from './judge.ts';
import { LEVELS, type Level, showMoment, span, whole } from './words.ts';

/** Of one project; the rest is beside its collectors. */
const MAX_CAUSES = 3;

interface Banner extends Markup {
  readonly level: Level;
}

/** The worst first, of whatever project. */
export const troubles = ({ projects, now }: { readonly projects: readonly ProjectOverview[]; readonly now: number }) =>
  projects
    .flatMap((project) => BANNERS.flatMap((of) => of(project, now) ?? []))
    .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));

/** Causes that several pools have in common: no row repeats them. Not that a pool was missing, which is no failure yet and told nowhere else. */
export function sharedCauses({ pools }: ProjectOverview): ReadonlySet<string> {
  const failed = pools.filter(({ failure }) => failure !== undefined && !FAILURES[failure].isMiss);
  const causes = failed.flatMap((pool) => causeOf(pool) ?? []);
  return new Set(causes.filter((cause, i) => causes.indexOf(cause) !== i));
}

const banner = (level: Level, title: Piece, text: Piece, list?: Piece): Banner => ({
  ...html`<div class="banner ${level}"><p><strong>${title}</strong> ${text}</p>${list}</div>\n`,
  level,
});

const until = (time: number, now: number) => html`nothing is sent until ${showMoment(time, now)}`;

function blockedBanner({ name, blocked, collectors }: ProjectOverview, now: number): Banner | undefined {
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

/** What a refused credential brings about is no further cause. */
function failureBanner(project: ProjectOverview, now: number): Banner | undefined {
  const { name, blocked, heldUntil, collectors, pools } = project;
  const failing = failingOf(collectors);
  if (blocked !== undefined || (failing.length === 0 && heldUntil === undefined)) return undefined;
  const unread = pools.filter((pool) => causeOf(pool) !== undefined);
  const stale = unread.filter(({ state }) => state === 'stale').length;
  const without = unread.length - stale;
  const causes = causesOf(failing);
  const left = causes.length - MAX_CAUSES;
  const last = left > 0 && html`<li>and ${whole(left)} other failures, see below</li>`;
  // The cause is what somebody looks for, unless there are several.
  const cause = causes.length === 1 && heldUntil === undefined && html`${causes[0]}.`;
  const since = unreadSince(failing, now);
  const held =
    heldUntil !== undefined &&
    html`the cloud asked for a pause; ${until(heldUntil, now)}, for another ${span(heldUntil - now)}.`;
  return banner(
    without > 0 || (pools.length === 0 && failing.length > 0) ? 'critical' : 'warning',
    html`<bdi>${name}</bdi>: ${held || cause || since}`,
    [
      (held || cause) && since && html`${since} `,
      stale > 0 && `${whole(stale)} ${stale === 1 ? 'pool shows' : 'pools show'} last good values. `,
      without > 0 && `${whole(without)} ${without === 1 ? 'pool has' : 'pools have'} no values.`,
    ],
    causes.length > 0 &&
      !cause &&
      html`<ul class="failures">${causes.slice(0, MAX_CAUSES).map((one) => html`<li>${one}</li>`)}${last}</ul>`,
  );
}

/** Why numbers are missing though every read succeeded. As loud as the alert about it, which asks for nobody's attention. */
function deviationBanner({ name, collectors }: ProjectOverview): Banner | undefined {
  const unread = collectors.flatMap(({ deviations }) => deviations.filter(({ of }) => of === 'form'));
  const fields = [...new Set(unread.map(({ field }) => field))];
  if (fields.length === 0) return undefined;
  const left = fields.length - MAX_CAUSES;
  return banner(
    'muted',
    html`<bdi>${name}</bdi>: the cloud's answers are not as documented.`,
    html`What they say in ${fields.slice(0, MAX_CAUSES).map((field, i) => html`${i > 0 && ', '}<code>${field}</code>`)}${left > 0 && ` and ${whole(left)} more`} is not understood and not shown; see below.`,
  );
}

const BANNERS = [blockedBanner, failureBanner, deviationBanner];

const failingOf = (collectors: readonly CollectorOverview[]) =>
  collectors.filter(({ finished }) => finished?.isSuccess === false);

/** Failures that differ only in the operation have one cause. */
function causesOf(failing: readonly CollectorOverview[]): Markup[] {
  const causes = new Map<string, { readonly of: string; readonly message: string; readonly failure: Failure }>();
  for (const { name, failures } of failing)
    for (const [message, failure] of failures) {
      const cause = message.replace(/^\w+: /, '');
      const first = causes.get(cause)?.failure;
      if (first === undefined) causes.set(cause, { of: `${name}: `, message, failure });
      else causes.set(cause, { of: '', message: cause, failure: { ...first, count: first.count + failure.count } });
    }
  return [...causes.values()].map(({ of, message, failure }) => html`${of}${failureLine(message, failure)}`);
}

/** Since the oldest of their latest successes; those without any are named apart. */
function unreadSince(failing: readonly CollectorOverview[], now: number): Piece {
  const since = Math.min(...failing.flatMap(({ finished }) => finished?.lastSuccessAt ?? []));
  const unread = (hasSucceeded: boolean, when: () => Piece): Piece => {
    const of = failing.filter(({ finished }) => (finished?.lastSuccessAt !== undefined) === hasSucceeded);
    return of.length > 0 && html`${of.map(({ name }) => name).join(', ')} not read in full ${when()}`;
  };
  const lately = unread(true, () => html`since ${showMoment(since, now)}, ${span(now - since)} ago`);
  const never = unread(false, () => 'since the exporter started');
  return (lately || never) && html`${lately}${lately && never && '; '}${never}.`;
}
