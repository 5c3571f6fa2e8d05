// Nothing is missing without `up 0`, and nothing that is gone stays.
import type { Check, Complaint, ProjectTruth, SeenPage } from '../check.ts';
import { byPool, isSteady, type Limits, linesOf } from '../check.ts';
import type { Sample } from '../page.ts';

const meta = ['configured', 'up', 'found', 'last_success_timestamp_seconds'].map((name) => `desktop_pool_${name}`);
/** Of the pool itself, whatever was read of it. */
const mark = 'desktop_pool_info';

export function presenceCheck(projects: readonly ProjectTruth[], limits: Limits): Check {
  return (page) =>
    projects.flatMap((project) => {
      const pools = byPool(page, project.name);
      if (project.configured.during(page.start, page.end).every((form) => form === 'off'))
        return [...pools.keys()].map((id) => ({
          what: `${project.name}/${id}: of a project that was removed`,
          about: linesOf(project.name, id),
        }));
      if (!isSteady(project, page) || (page.project ?? project.name) !== project.name) return [];
      const wanted = page.pool === undefined ? [...project.pools.keys(), ...(project.ids ?? [])] : [page.pool];
      return [...new Set([...wanted, ...pools.keys()])].flatMap((id) =>
        judge(page, project, id, pools.get(id) ?? [], limits).map((what) => ({
          what: `${project.name}/${id}: ${what}`,
          about: linesOf(project.name, id),
        })),
      );
    });
}

function judge(
  page: SeenPage,
  project: ProjectTruth,
  id: string,
  samples: readonly Sample[],
  { timeoutMs }: Limits,
): readonly string[] {
  const value = (name: string) => samples.find((one) => one.name === `desktop_pool_${name}`)?.value;
  const hasData = samples.some(({ name }) => name === mark);
  const [up, found] = [value('up'), value('found')];
  const complaints: string[] = [];
  if (samples.length > 0 && (value('configured') !== 1 || up === undefined))
    complaints.push('series of a pool that nobody asked for');
  if (up === 1 && !hasData) complaints.push('up is 1, and there are no values');
  if (up === 1 && value('last_success_timestamp_seconds') === undefined)
    complaints.push('up is 1, and it was never read');
  if (found === 0 && (up !== 0 || samples.some(({ name }) => !meta.includes(name))))
    complaints.push('gone, and yet there is more than up 0');

  const isOwn = project.ids?.includes(id) === true;
  const isKnown = (name: string | undefined) =>
    name !== undefined && (project.ids !== undefined || project.isWanted(name));
  const timeline = project.pools.get(id);
  const isThere = isKnown(timeline?.at(page.start));
  const changed = Math.max(timeline?.since(page.start, isKnown) ?? 0, project.configured.since(page.start));
  const isToldOf =
    timeline?.during(page.start, page.end).every((name) => isKnown(name) === isThere) === true &&
    project.isTold(id, changed, page.start - timeoutMs);
  if (project.ids === undefined) {
    if (isToldOf && isThere && samples.length === 0) complaints.push('missing altogether');
    if (isToldOf && !isThere && samples.length > 0) complaints.push('gone or not wanted, and still there');
  } else if (isOwn) {
    if (samples.length === 0) complaints.push('configured, and missing altogether');
    if (isToldOf && isThere && found === 0) complaints.push('said to be gone, and it is not');
    if (isToldOf && !isThere && found !== 0) complaints.push('gone, and not said to be');
  } else if (samples.length > 0) complaints.push('nobody configured it');
  return complaints;
}

/** What is not whole once everything is well again. */
export function missingIn(page: SeenPage, project: ProjectTruth): readonly Complaint[] {
  const pools = byPool(page, project.name);
  return [...project.pools].flatMap(([id, timeline]) => {
    const name = timeline.at(page.start);
    const isWanted = name !== undefined && (project.ids?.includes(id) ?? project.isWanted(name));
    const isUp = pools.get(id)?.some((one) => one.name === 'desktop_pool_up' && one.value === 1) === true;
    return isWanted && !isUp
      ? [{ what: `${project.name}/${id}: not up though everything is well again`, about: linesOf(project.name, id) }]
      : [];
  });
}
