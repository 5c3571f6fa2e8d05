// Renders the landing page: what the exporter knows about every pool, without Grafana and without JavaScript.
import type { ProjectOverview } from '../../scrape/overview.ts';
import { collectorTable } from './collector-table.ts';
import { html, type Markup } from './html.ts';
import { judge } from './judge.ts';
import { POOL_LABELS, poolTable } from './pool-table.ts';
import { NARROW, STYLE } from './style.ts';
import { attention, totals } from './totals.ts';
import { sharedCauses, troubles } from './troubles.ts';
import { critical, fullMoment, iso, muted, showRemark, WEEKDAY } from './words.ts';

export interface LandingData {
  readonly version: string;
  readonly revision: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `/metrics` */
  readonly telemetryPath: string;
  /** The page reloads itself after that many seconds. */
  readonly refreshSeconds?: number;
  readonly isDemo?: boolean;
  /** Milliseconds since the epoch; only in the demo. */
  readonly simulatedTime?: number;
  /** Address of a copy of the repository: then alerts are links to their runbooks. */
  readonly runbookUrl?: string | undefined;
  readonly projects: readonly ProjectOverview[];
}

const NAME = 'huaweicloud-workspace-exporter';

/** A whole HTML document. Pure; needs no more than the policy `default-src 'none'; style-src 'unsafe-inline'; img-src data:`. */
export function landingPage(data: LandingData): string {
  // Links are relative, so that they hold behind a reverse proxy that adds a prefix.
  const metrics = `.${data.telemetryPath}`;
  const refresh = data.refreshSeconds ?? 0;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${refresh > 0 && html`<meta http-equiv="refresh" content="${refresh}">`}
<title>${NAME}</title>
<link rel="icon" href="data:,">
<style>${{ markup: STYLE + NARROW(POOL_LABELS) }}</style>
</head>
<body>
<header>
<h1>${NAME}</h1>
<p>Capacity, use and autoscaling of Huawei Cloud Workspace desktop pools, as Prometheus metrics.</p>
<p class="note">Version ${data.version}${data.revision !== '' && `, revision ${data.revision}`} · as of <time datetime="${iso(data.now)}">${fullMoment(data.now)}</time>${refresh > 0 && `, refreshed every ${refresh} s`}</p>
<ul class="links">
<li><a href="${metrics}">Metrics</a></li>
<li><a href="./config">Configuration</a></li>
<li><a href="./sd">Service discovery</a></li>
<li><a href="./-/healthy">Health</a></li>
<li><a href="./-/ready">Readiness</a></li>
</ul>
${data.isDemo === true && demoBanner(data.simulatedTime)}
${troubles(data)}
${data.projects.length > 1 && contents(data)}
</header>
<main>
${data.projects.length === 0 && html`<p class="empty">No project is configured.</p>`}
${data.projects.map((project, i) => projectSection(project, `project-${i + 1}`, metrics, data))}
</main>
<footer>
<p>Used: bound to a user, not necessarily connected. Idle: desktops that are not used. Pools that need attention come first. Below the name of a pool are the shipped alerts that its numbers meet at this moment; Prometheus fires them once that has lasted, and knows others, which need a trend. Thresholds are those of the rules, or of alerts in the configuration. A limit is the capacity_limit of the configuration.</p>
<p>What each metric means is in its HELP line on the <a href="${metrics}">metrics page</a>, and in docs/metrics.md.</p>
</footer>
</body>
</html>
`;
  return page.markup;
}

const demoBanner = (time: number | undefined) => html`<p class="banner"><strong>Demo: a simulated company.</strong>
No cloud is involved; every pool and number is invented.${
  time !== undefined &&
  html` Simulated time: ${WEEKDAY.format(time)}, <time datetime="${iso(time)}">${iso(time).slice(0, 10)} ${iso(time).slice(11, 16)} UTC</time>.`
}</p>`;

const contents = ({ projects, now }: LandingData) => html`<nav aria-label="Projects"><ul class="links">
${projects.map((project, i) => html`<li><a href="#project-${i + 1}"><bdi>${project.name}</bdi></a> ${projectRemark(project, now)}</li>`)}
</ul></nav>`;

function projectRemark(project: ProjectOverview, now: number): Markup {
  if (project.blocked !== undefined) return showRemark(critical('credential refused'));
  if (!wasScraped(project)) return showRemark(muted('not scraped yet'));
  const failing = project.collectors.filter(({ finished }) => finished?.isSuccess === false).length;
  if (project.pools.length === 0 && failing > 0) return showRemark(critical('no pool could be read'));
  const judged = project.pools.map((pool) => judge(pool, now));
  return showRemark(attention(judged, failing));
}

const wasScraped = ({ collectors }: ProjectOverview) => collectors.some(({ finished }) => finished !== undefined);

// One project

function projectSection(
  project: ProjectOverview,
  id: string,
  metrics: string,
  { now, runbookUrl }: LandingData,
): Markup {
  const judged = project.pools.map((pool) => judge(pool, now));
  const wasCollected = wasScraped(project);
  return html`<section id="${id}" aria-labelledby="${id}-name">
<h2 id="${id}-name"><bdi>${project.name}</bdi></h2>
<p class="note">${project.region} · project <code>${project.projectId}</code> · <a href="./probe?project=${encodeURIComponent(project.name)}">metrics of this project</a></p>
${!wasCollected && html`<p class="empty">Nothing has been scraped yet; data appears after the first scrape of the <a href="${metrics}">metrics</a>.</p>`}
${wasCollected && judged.length === 0 && html`<p class="empty">${withoutPools(project)}</p>`}
${wasCollected && judged.length > 0 && totals(judged)}
${judged.length > 0 && poolTable(judged, id, metrics, { shared: sharedCauses(project), runbookUrl })}
${wasCollected && collectorTable(project.collectors, now)}
</section>`;
}

const withoutPools = ({ collectors }: ProjectOverview) =>
  collectors.every(({ failures }) => failures.size === 0)
    ? 'The project was read: it has no desktop pool that the configuration selects.'
    : 'No pool could be read: the failures below say why.';
