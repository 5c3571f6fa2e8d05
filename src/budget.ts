// What the configuration may ask of the cloud at worst, against what it allows itself.
import { createHash } from 'node:crypto';
import { enabledCollectors } from './app.ts';
import type { Config, ProjectConfig } from './config/schema.ts';
import { Secret } from './options/secret.ts';
import { intervalOf } from './scrape/project.ts';

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
        'what does not fit is read later, the oldest values first. Use the list source, a longer min_interval or fewer pools',
    ];
  });
}

/** Alike for projects that sign in alike at the same host; never shown. */
function credentialKey({ auth, endpoint }: ProjectConfig): string {
  const revealed = Object.entries(auth).map(([name, value]) => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([new URL(endpoint).host, revealed]))
    .digest('hex');
}
