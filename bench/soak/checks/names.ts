// A pool has one name on a page, and it is one that it had.
import type { Check, ProjectTruth } from '../check.ts';
import { byPool, linesOf } from '../check.ts';

/** A name that the cloud did not send is the last known one: so much older than the values it may be. */
const oldNameMs = 30_000;

export function namesCheck(projects: readonly ProjectTruth[]): Check {
  return (page) =>
    projects.flatMap((project) =>
      [...byPool(page, project.name)].flatMap(([id, samples]) => {
        const names = [...new Set(samples.flatMap(({ labels }) => labels.pool_name ?? []))];
        const about = `${project.name}/${id}`;
        if (names.length > 1)
          return [{ what: `${about}: several names: ${names.join(', ')}`, about: linesOf(project.name, id) }];
        const [name] = names;
        if (name === undefined || name === '') return [];
        const success = samples.find((one) => one.name === 'desktop_pool_last_success_timestamp_seconds')?.value;
        const from = (success === undefined ? page.start : success * 1000) - oldNameMs;
        const had = project.pools.get(id)?.during(from, page.end) ?? [];
        return had.includes(name)
          ? []
          : [{ what: `${about}: the name "${name}" is not one that it had`, about: linesOf(project.name, id) }];
      }),
    );
}
