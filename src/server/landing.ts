// The first page that anyone sees: what the exporter knows of every pool, for an operator without Grafana and without JavaScript.
import type { PoolSummary } from '../collectors/collector.ts';
import type { CollectorOverview, PoolOverview, ProjectOverview } from '../scrape/overview.ts';
import { STYLE } from './landing-style.ts';

export interface LandingData {
  readonly version: string;
  readonly revision: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** `/metrics` */
  readonly telemetryPath: string;
  /** The page asks for itself again after that many seconds. */
  readonly refreshSeconds?: number;
  readonly isDemo?: boolean;
  /** Milliseconds since the epoch; only in the demo. */
  readonly simulatedTime?: number;
  readonly projects: readonly ProjectOverview[];
}

const NAME = 'huaweicloud-workspace-exporter';
/** More rows than that help nobody, and thousands of pools would make a page of megabytes. */
const MAX_ROWS = 500;
const MAX_FAILURES = 20;
const HIGH = 0.85;
const CRITICAL = 0.95;
/** The age at which the alert WorkspacePoolDataStale speaks. */
const OLD_MS = 5 * 60_000;
const NONE = '–';

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
<style>${{ markup: STYLE }}</style>
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
${data.projects.length > 1 && contents(data)}
</header>
<main>
${data.projects.length === 0 && html`<p class="empty">No project is configured.</p>`}
${data.projects.map((project, i) => projectSection(project, `project-${i + 1}`, metrics, data.now))}
</main>
<footer>
<p>Used: bound to a user, not necessarily connected. Idle: desktops that are not used. Utilization is marked above ${percent(HIGH)} and above ${percent(CRITICAL)}; not in a STATIC pool, where full is normal, nor during maintenance. Min idle is marked where fewer desktops are idle than the autoscaling policy keeps ready.</p>
<p>What each metric means is in its HELP line on the <a href="${metrics}">metrics page</a>, and in docs/metrics.md.</p>
</footer>
</body>
</html>
`;
  return page.markup;
}

const demoBanner = (time: number | undefined) => html`<p class="banner"><strong>Demo: a simulated company.</strong>
No cloud is asked; every pool and number is invented.${
  time !== undefined &&
  html` Simulated time: ${WEEKDAY.format(time)}, <time datetime="${iso(time)}">${iso(time).slice(0, 10)} ${iso(time).slice(11, 16)} UTC</time>.`
}</p>`;

const contents = ({ projects, now }: LandingData) => html`<nav aria-label="Projects"><ul class="links">
${projects.map((project, i) => html`<li><a href="#project-${i + 1}"><bdi>${project.name}</bdi></a> ${projectRemark(project, now)}</li>`)}
</ul></nav>`;

function projectRemark(project: ProjectOverview, now: number): Markup {
  if (project.blockedUntil !== undefined) return remark({ level: 'critical', text: 'credential refused' });
  if (!wasScraped(project)) return remark({ level: 'muted', text: 'not scraped yet' });
  return attention(project.pools.map((pool) => judge(pool, now))).remark;
}

const wasScraped = ({ collectors }: ProjectOverview) => collectors.some(({ finished }) => finished !== undefined);

// One project

function projectSection(project: ProjectOverview, id: string, metrics: string, now: number): Markup {
  const judged = project.pools.map((pool) => judge(pool, now));
  const wasCollected = wasScraped(project);
  return html`<section id="${id}" aria-labelledby="${id}-name">
<h2 id="${id}-name"><bdi>${project.name}</bdi></h2>
<p class="note">${project.region} · project <code>${project.projectId}</code> · <a href="./probe?project=${encodeURIComponent(project.name)}">metrics of this project</a></p>
${credentialBanners(project, now)}
${!wasCollected && html`<p class="empty">Nothing has been scraped yet; data appears after the first scrape of <a href="${metrics}">${metrics.slice(1)}</a>.</p>`}
${wasCollected && judged.length === 0 && html`<p class="empty">${withoutPools(project)}</p>`}
${wasCollected && judged.length > 0 && totals(judged)}
${judged.length > 0 && poolTable(judged, id, metrics)}
${wasCollected && collectorStates(project.collectors, now)}
</section>`;
}

const withoutPools = ({ collectors }: ProjectOverview) =>
  collectors.every(({ failures }) => failures.size === 0)
    ? 'The project was read: it has no desktop pool that the configuration selects.'
    : 'No pool could be read: the failures below say why.';

function credentialBanners({ blockedUntil, heldUntil }: ProjectOverview, now: number): Piece {
  const until = (time: number) => html`Nothing is sent until ${moment(time, now)}`;
  return [
    blockedUntil !== undefined &&
      html`<p class="banner critical"><strong>${until(blockedUntil)}: the cloud refused this credential.</strong>
Check its secret, its user or the time of this machine; a changed secret is tried at once. Next try in ${span(blockedUntil - now)}.</p>`,
    heldUntil !== undefined &&
      html`<p class="banner warning"><strong>${until(heldUntil)}: the cloud asked for a pause (too many requests).</strong>
Last good values are shown meanwhile; requests go on in ${span(heldUntil - now)}.</p>`,
  ];
}

function totals(judged: readonly Judged[]): Markup {
  const counts = new Map<string, number>();
  for (const { pool } of judged) counts.set(pool.state, (counts.get(pool.state) ?? 0) + 1);
  const others = (['stale', 'ended', 'never', 'gone'] as const).filter((state) => counts.has(state));
  const rest = others.map((state) => `${whole(counts.get(state))} ${STATE_WORDS[state]}`).join(', ');
  const sum = (value: (judged: Judged) => number | undefined) => {
    const known = judged.flatMap((one) => value(one) ?? []);
    return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0);
  };
  const whereBoth = judged.filter(({ idle }) => idle !== undefined);
  const [all, used] = [desktopsOf, usedOf].map((of) => whereBoth.reduce((total, one) => total + (of(one) ?? 0), 0));
  const utilization = ratio(used, all);
  const trouble = attention(judged);
  const item = (term: string, value: Piece, detail?: Piece) =>
    html`<div><dt>${term}</dt><dd>${value}${detail && html`<small>${detail}</small>`}</dd></div>`;
  return html`<dl>
${item('Pools read', `${whole(counts.get('fresh') ?? 0)} of ${whole(judged.length)}`, rest !== '' && html`<span class="muted">${rest}</span>`)}
${item('Need attention', whole(trouble.count), trouble.count > 0 && trouble.remark)}
${item('Desktops', whole(sum(desktopsOf)))}
${item('Used', whole(sum(usedOf)))}
${item('Idle', whole(sum(({ idle }) => idle)))}
${item('Utilization', utilization === undefined ? NONE : percent(utilization))}
</dl>`;
}

const STATE_WORDS = { stale: 'stale', ended: 'without values', never: 'never read', gone: 'gone' } as const;
const desktopsOf = ({ pool }: Judged) => pool.summary.desktops;
const usedOf = ({ pool }: Judged) => pool.summary.used;

function attention(judged: readonly Judged[]): { readonly count: number; readonly remark: Markup } {
  const critical = judged.filter(({ level }) => level === 'critical').length;
  const warning = judged.filter(({ level }) => level === 'warning').length;
  const words = [
    critical > 0 && `${whole(critical)} critical`,
    warning > 0 && `${whole(warning)} ${warning === 1 ? 'warning' : 'warnings'}`,
  ];
  const level = critical > 0 ? 'critical' : warning > 0 ? 'warning' : 'muted';
  const text = words.filter((word) => word !== false).join(', ');
  return { count: critical + warning, remark: remark({ level, text: text === '' ? 'nothing to note' : text }) };
}

// The table of pools

const COLUMNS = [
  'Pool',
  'Type',
  'Zone',
  'Status',
  'Desktops',
  'Used',
  'Idle',
  'Min idle',
  'Cap',
  'Utilization',
  'Last read',
];
const NUMBERS: ReadonlySet<string> = new Set(COLUMNS.slice(4, 10));

function poolTable(judged: readonly Judged[], id: string, metrics: string): Markup {
  const left = judged.length - MAX_ROWS;
  const rows = left > 0 ? judged.toSorted(worstFirst).slice(0, MAX_ROWS) : judged.toSorted(byName);
  return html`${
    left > 0 &&
    html`<p class="note">The ${whole(MAX_ROWS)} of ${whole(judged.length)} pools that need attention most, worst first; the other ${whole(left)} are left out here and stand in <a href="${metrics}">${metrics.slice(1)}</a>.</p>`
  }
<div class="scroll" role="region" aria-labelledby="${id}-pools" tabindex="0">
<table class="pools">
<caption id="${id}-pools">Desktop pools</caption>
<thead><tr>${COLUMNS.map((name) => html`<th scope="col"${NUMBERS.has(name) && html` class="number"`}>${name}</th>`)}</tr></thead>
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

// The collectors

function collectorStates(collectors: readonly CollectorOverview[], now: number): Markup {
  const failures = collectors.flatMap((collector) => failureLines(collector));
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
${failures.length > 0 && html`<ul class="failures">${failures}</ul>`}`;
}

function collectorRow({ name, finished }: CollectorOverview, now: number): Markup {
  if (finished === undefined)
    return html`<tr><th scope="row">${name}</th><td class="muted">not collected yet</td><td>never</td><td class="number">${NONE}</td></tr>`;
  const { isSuccess, startedAt, finishedAt, lastSuccessAt } = finished;
  const word: Remark = isSuccess ? { level: 'calm', text: 'succeeded' } : { level: 'warning', text: 'failed' };
  return html`<tr><th scope="row">${name}</th><td class="state">${remark(word)} ${ago(finishedAt, now)}</td>
<td>${lastSuccessAt === undefined ? 'never' : ago(lastSuccessAt, now)}</td><td class="number">${took(finishedAt - startedAt)}</td></tr>
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

// What the numbers of a pool mean: the same gates as the alerts', so that the page and the pager agree

/** From worst to least; `muted` is what nobody needs to look at. */
const LEVELS = ['critical', 'warning', 'calm', 'muted'] as const;
type Level = (typeof LEVELS)[number];

interface Remark {
  readonly level: Level;
  readonly text: string;
}

interface Judged {
  readonly pool: PoolOverview;
  readonly level: Level;
  readonly idle: number | undefined;
  /** Of min idle; 0 where none is wanted. */
  readonly deficit: number;
  readonly utilization: number | undefined;
  readonly read: Remark;
  readonly status: Remark | undefined;
  readonly product: Remark | undefined;
  readonly use: Remark | undefined;
  readonly caps: readonly Remark[];
}

function judge(pool: PoolOverview, now: number): Judged {
  const { summary } = pool;
  const { desktops, used, isInMaintenance } = summary;
  const idle = desktops === undefined || used === undefined ? undefined : Math.max(desktops - used, 0);
  const deficit = deficitOf(summary, idle);
  const utilization = ratio(used, desktops);
  const read = readRemark(pool, now);
  const [status, product, use] = [statusRemark(summary), productRemark(summary), useRemark(summary, utilization)];
  const caps = capRemarks(pool, deficit);
  const all = [read, status, product, use, ...caps].flatMap((one) => one?.level ?? []);
  const level = worst(deficit > 0 ? [...all, 'warning'] : all);
  const isQuiet = level === 'calm' && isInMaintenance === true;
  return { pool, level: isQuiet ? 'muted' : level, idle, deficit, utilization, read, status, product, use, caps };
}

const worst = (levels: readonly Level[]): Level => LEVELS.find((level) => levels.includes(level)) ?? 'calm';

const ratio = (part: number | undefined, whole: number | undefined) =>
  part === undefined || whole === undefined || whole <= 0 ? undefined : part / whole;

/** A pool that creates desktops at access keeps none ready; autoscaling rests during maintenance. */
const keepsIdle = ({ isAutoscaled, autoscaleType, isInMaintenance }: PoolSummary) =>
  isAutoscaled === true && autoscaleType !== 'ACCESS_CREATED' && isInMaintenance !== true;

const deficitOf = (summary: PoolSummary, idle: number | undefined) =>
  keepsIdle(summary) && summary.minIdle !== undefined && idle !== undefined ? Math.max(summary.minIdle - idle, 0) : 0;

function useRemark(summary: PoolSummary, utilization: number | undefined): Remark | undefined {
  const { type, desktops, minIdle = 0 } = summary;
  if (desktops === 0 && minIdle > 0 && keepsIdle(summary)) return { level: 'critical', text: 'empty' };
  if (utilization === undefined || utilization <= HIGH || summary.isInMaintenance === true) return undefined;
  if (type === 'STATIC') return utilization < 1 ? undefined : { level: 'muted', text: 'all assigned' };
  if (growsAtAccess(summary)) return { level: 'muted', text: 'grows at access' };
  if (utilization >= 1) return { level: 'critical', text: 'exhausted' };
  return utilization > CRITICAL ? { level: 'critical', text: 'critical' } : { level: 'warning', text: 'high' };
}

const growsAtAccess = ({ isAutoscaled, autoscaleType, desktops = 0, maxAutoCreated = 0 }: PoolSummary) =>
  isAutoscaled === true && autoscaleType === 'ACCESS_CREATED' && desktops < maxAutoCreated;

function capRemarks({ summary, capacityLimit }: PoolOverview, deficit: number): Remark[] {
  const { desktops = 0, minIdle = 0, maxAutoCreated = 0, isInMaintenance } = summary;
  const isInfeasible = summary.isAutoscaled === true && maxAutoCreated > 0 && minIdle > maxAutoCreated;
  const isReached = deficit > 0 && maxAutoCreated > 0 && desktops >= maxAutoCreated;
  const remarks: Remark[] = [];
  if (isInfeasible) remarks.push({ level: 'muted', text: 'below min idle' });
  else if (isReached) remarks.push({ level: 'warning', text: 'reached' });
  if (capacityLimit !== undefined) {
    const isNear = desktops > 0.9 * capacityLimit && isInMaintenance !== true;
    remarks.push({
      level: isNear ? 'warning' : 'muted',
      text: `${isNear ? 'near ' : ''}limit ${whole(capacityLimit)}`,
    });
  }
  return remarks;
}

function statusRemark({ status }: PoolSummary): Remark | undefined {
  if (status === undefined) return undefined;
  if (status === 'STEADY') return { level: 'calm', text: status };
  if (status === 'TEMPORARY') return { level: 'muted', text: status };
  return { level: status === 'EXIST_FROZEN' ? 'critical' : 'warning', text: status };
}

/** A product that cannot be bought any more only matters to a pool that wants to grow. */
function productRemark({ productStatus, isAutoscaled }: PoolSummary): Remark | undefined {
  if (productStatus !== 'sellout' && productStatus !== 'abandon') return undefined;
  const text = productStatus === 'sellout' ? 'sold out' : 'product withdrawn';
  return { level: isAutoscaled === true ? 'warning' : 'muted', text };
}

/** Where the label's value alone would puzzle. */
const FAILURE_WORDS: Readonly<{ [kind: string]: string | undefined }> = {
  network: 'network error',
  tls: 'TLS error',
  server: 'server error',
  schema: 'unexpected answer',
};

function readRemark({ state, readAt, failure }: PoolOverview, now: number): Remark {
  const age = readAt === undefined ? undefined : now - readAt;
  const why = failure === undefined ? '' : `: ${FAILURE_WORDS[failure] ?? failure.replaceAll('_', ' ')}`;
  switch (state) {
    case 'fresh':
      if (age === undefined) return { level: 'calm', text: 'read' };
      if (age <= OLD_MS) return { level: 'calm', text: `${span(age)} ago` };
      return { level: 'warning', text: `${span(age)} ago, not read since` };
    case 'stale':
      return { level: 'warning', text: `last good values${age === undefined ? '' : `, ${span(age)} old`}${why}` };
    case 'ended':
      return {
        level: 'critical',
        text: `values ended${age === undefined ? '' : `, last read ${span(age)} ago`}${why}`,
      };
    case 'never':
      return failure === undefined
        ? { level: 'muted', text: 'not read yet' }
        : { level: 'critical', text: `never read${why}` };
    case 'gone':
      return { level: 'warning', text: 'gone: the cloud does not know this pool' };
  }
}

// Order

const collator = new Intl.Collator('en', { numeric: true });
const nameOf = ({ summary }: PoolOverview) => (summary.name?.trim() ? summary.name : undefined);
const titleOf = (pool: PoolOverview) => nameOf(pool) ?? pool.id;
const byName = (a: Judged, b: Judged) =>
  collator.compare(titleOf(a.pool), titleOf(b.pool)) || (a.pool.id < b.pool.id ? -1 : 1);

/** State first, then deficit, then utilization; a full pool in which that is normal does not push others out. */
function worstFirst(a: Judged, b: Judged): number {
  const state = ({ read, status, product }: Judged) =>
    LEVELS.indexOf(worst([read, status, product].flatMap((one) => one?.level ?? [])));
  const pressure = ({ utilization = 0, use }: Judged) => (use?.level === 'muted' ? 0 : utilization);
  return state(a) - state(b) || b.deficit - a.deficit || pressure(b) - pressure(a) || byName(a, b);
}

// Words and numbers

const remark = ({ level, text }: Remark) => html`<span class="remark ${level}">${text}</span>`;
const INTEGER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const WEEKDAY = new Intl.DateTimeFormat('en', { weekday: 'long', timeZone: 'UTC' });
const whole = (value: number | undefined) => (value === undefined ? NONE : INTEGER.format(value));
/** Rounded down: only a pool without an idle desktop is at 100 %. */
const percent = (value: number) => `${Math.floor(value * 100 + 1e-9)} %`;
const iso = (time: number) => new Date(time).toISOString();
const fullMoment = (time: number) => `${iso(time).slice(0, 19).replace('T', ' ')} UTC`;
const took = (ms: number) => (ms < 1000 ? `${Math.max(Math.round(ms), 0)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** `12 s`, `3 min`, `2 h 5 min`, `3 d 4 h`; what lies in the future, after a jump of the clock, is 0 s old. */
function span(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  const two = (first: string, rest: number, unit: string) => (rest === 0 ? first : `${first} ${rest} ${unit}`);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min`;
  if (hours < 24) return two(`${hours} h`, minutes % 60, 'min');
  return two(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

const ago = (time: number, now: number) =>
  html`<time datetime="${iso(time)}" title="${fullMoment(time)}">${span(now - time)} ago</time>`;

/** `14:05 UTC`, with seconds where there are any, with the date where it is not today's. */
function moment(time: number, now: number): Markup {
  const at = iso(Math.ceil(time / 1000) * 1000);
  const day = at.slice(0, 10) === iso(now).slice(0, 10) ? '' : `${at.slice(0, 10)} `;
  const clock = at.slice(17, 19) === '00' ? at.slice(11, 16) : at.slice(11, 19);
  return html`<time datetime="${at}">${day}${clock} UTC</time>`;
}

// Markup: whatever is not Markup already is escaped

interface Markup {
  readonly markup: string;
}
type Piece = Markup | string | number | false | undefined | readonly Piece[];

const ENTITIES: Readonly<{ [character: string]: string }> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return { markup: texts.reduce((page, text, i) => page + written(pieces[i - 1]) + text) };
}

function written(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (typeof piece !== 'object') return String(piece).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
  return 'markup' in piece ? piece.markup : piece.map(written).join('');
}
