// What the configuration may ask of the cloud at worst, against what it allows itself.
import { credentialKey } from '../cloud/auth/index.ts';
import type { BaseOptions } from '../collectors/collector.ts';
import { collectors } from '../collectors/index.ts';
import type { Config, ProjectConfig } from '../config/schema.ts';
import { formatDuration } from '../option-types/duration.ts';
import { enabledCollectors, placeOf } from './connected-project.ts';

/** Requests a minute of one project at worst, without retries: each collector as often as its interval allows. */
export function requestsPerMinute(project: ProjectConfig, config: Config): number {
  const perMinute = enabledCollectors(project).map(({ collector, options }) => {
    const every = Math.max(config.scrape.min_interval, options.interval ?? 0, 1000);
    return (60_000 / every) * collector.requests(options, project);
  });
  return Math.ceil(perMinute.reduce((sum, one) => sum + one, 0));
}

/** One sentence for every credential whose projects together may ask for more than its budget. */
export function budgetWarnings(config: Config): string[] {
  const groups = new Map<string, ProjectConfig[]>();
  for (const project of config.projects) {
    const key = credentialKey(project.auth, placeOf(project));
    groups.set(key, [...(groups.get(key) ?? []), project]);
  }
  return [...groups.values()].flatMap((projects) => {
    const worst = projects.reduce((sum, project) => sum + requestsPerMinute(project, config), 0);
    const allowed = Math.min(...projects.map(({ http }) => http.requests_per_minute));
    if (worst <= allowed) return [];
    const names = projects.map(({ name }) => name).join(', ');
    return [
      `${names}: up to ${worst} requests a minute are needed in the worst case, but requests_per_minute allows ${allowed}; ` +
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
  const thrifty = collectors.flatMap(({ name, thrifty: options = {} }) =>
    isLess((project) => withOptions(project, name, options))
      ? Object.entries(options).map(([option, value]) => `collectors.${name}.${option}: ${value}`)
      : [],
  );
  return [
    ...thrifty,
    `a min_interval of ${interval === undefined ? 'more than an hour' : `${formatDuration(interval)} or more`}`,
    ...(hasFewer ? ['fewer pools'] : hasSmaller ? ['a smaller max_pools'] : []),
  ];
}

const withOptions = (project: ProjectConfig, name: string, options: BaseOptions): ProjectConfig => ({
  ...project,
  collectors: { ...project.collectors, [name]: { ...project.collectors[name], ...options } },
});

const INTERVALS = [2, 3, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600].map((seconds) => seconds * 1000);
