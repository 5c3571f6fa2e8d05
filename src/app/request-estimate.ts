// What the configuration may ask of the cloud at worst, against what it allows itself.
import { createHash } from 'node:crypto';
import type { Config, ProjectConfig } from '../config/schema.ts';
import { formatDuration } from '../option-types/duration.ts';
import { isRecord } from '../option-types/record.ts';
import { Secret } from '../option-types/secret.ts';
import { intervalOf, POOLS } from '../scrape/project.ts';
import { enabledCollectors } from './connected-project.ts';

/** Requests a minute of one project at worst, without retries: each collector as often as its interval allows. */
export function requestsPerMinute(project: ProjectConfig, config: Config): number {
  const perMinute = enabledCollectors(project).map(({ collector, options }) => {
    const every = Math.max(config.scrape.min_interval, intervalOf(options), 1000);
    return (60_000 / every) * collector.requests(options, project);
  });
  return Math.ceil(perMinute.reduce((sum, one) => sum + one, 0));
}

/** One sentence for every credential whose projects together may ask for more than its budget. */
export function budgetWarnings(config: Config): string[] {
  const groups = new Map<string, ProjectConfig[]>();
  for (const project of config.projects) {
    const key = credentialKey(project);
    groups.set(key, [...(groups.get(key) ?? []), project]);
  }
  return [...groups.values()].flatMap((projects) => {
    const worst = projects.reduce((sum, project) => sum + requestsPerMinute(project, config), 0);
    const allowed = Math.min(...projects.map(({ http }) => http.requests_per_minute));
    if (worst <= allowed) return [];
    const names = projects.map(({ name }) => name).join(', ');
    return [
      `${names}: up to ${worst} requests a minute are wanted at worst, requests_per_minute allows ${allowed}; ` +
        `what does not fit is read later, the oldest values first. What helps: ${remedies(projects, config, allowed).join(', or ')}`,
    ];
  });
}

/** What lowers the number, each only where it does. */
function remedies(projects: readonly ProjectConfig[], config: Config, allowed: number): readonly string[] {
  const sum = (change: (project: ProjectConfig) => ProjectConfig, min_interval = config.scrape.min_interval) =>
    projects.reduce(
      (total, project) =>
        total + requestsPerMinute(change(project), { ...config, scrape: { ...config.scrape, min_interval } }),
      0,
    );
  const now = sum((project) => project);
  const isLess = (change: (project: ProjectConfig) => ProjectConfig) => sum(change) < now;
  const hasFewer = isLess((project) => ({ ...project, pools: project.pools.slice(0, 1) }));
  const hasSmaller = isLess((project) => ({ ...project, max_pools: 1 }));
  const interval = INTERVALS.find((ms) => ms > config.scrape.min_interval && sum((project) => project, ms) <= allowed);
  return [
    ...(isLess(asList) ? ['collectors.pools.source: list'] : []),
    `a min_interval of ${interval === undefined ? 'more than an hour' : `${formatDuration(interval)} or more`}`,
    ...(hasFewer ? ['fewer pools'] : hasSmaller ? ['a smaller max_pools'] : []),
  ];
}

const INTERVALS = [2, 3, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600].map((seconds) => seconds * 1000);

const asList = ({ collectors, ...project }: ProjectConfig): ProjectConfig => {
  const options = collectors[POOLS];
  return {
    ...project,
    collectors: { ...collectors, ...(isRecord(options) ? { [POOLS]: { ...options, source: 'list' } } : {}) },
  };
};

/** What names a credential; secrets that belong to it may change, and it is still the same. */
const NAMES = [
  'type',
  'access_key',
  'access_key_file',
  'username',
  'domain',
  'token',
  'token_file',
  'metadata_endpoint',
];

/** Alike for projects that share a credential; never shown. */
function credentialKey({ auth, endpoint, iam_endpoint }: ProjectConfig): string {
  // A user is one at its IAM, wherever its tokens are used; a key is counted where it is used.
  const place = auth.type === 'password' ? iam_endpoint : new URL(endpoint).host;
  const names = Object.entries(auth)
    .filter(([name]) => NAMES.includes(name))
    .map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value])
    .sort();
  return createHash('sha256')
    .update(JSON.stringify([place, names]))
    .digest('hex');
}
