// Counters only grow, none vanishes while its project is there, and the process is the one it was.
import type { Check, ProjectTruth, SeenPage } from '../check.ts';
import { onlyForward } from './order.ts';

export function countersCheck(projects: readonly ProjectTruth[]): Check {
  const values = ({ samples }: SeenPage) =>
    new Map(
      samples.flatMap(({ name, type, series, value }) =>
        type === 'counter' || type === 'histogram' || name === 'process_start_time_seconds' ? [[series, value]] : [],
      ),
    );
  return onlyForward(values, (series, before, now, page, seen) => {
    const [, name] = /[{,]project="([^"]*)"/.exec(series) ?? [];
    const project = projects.find((one) => one.name === name);
    if (project?.configured.during(seen.end, page.end).some((form) => typeof form !== 'number') === true) return [];
    if (series.startsWith('process_start_time')) return [{ what: 'the process is another one', about: series }];
    if (now > before) return [];
    const what = Number.isNaN(now) ? `${series} has vanished` : `${series} fell from ${before} to ${now}`;
    return [{ what, about: series }];
  });
}
