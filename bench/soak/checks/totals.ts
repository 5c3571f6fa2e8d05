// Figures about a whole project: how many pools, how many users, and quotas that fit each other.
import type { Check, Complaint, Limits, ProjectTruth, SeenPage } from '../check.ts';
import { byPool, find, isSteady, linesOf, slackMs } from '../check.ts';

/** Shorter than any time between two changes. */
const STEP_MS = 100;

export function totalsCheck(projects: readonly ProjectTruth[], limits: Limits): Check {
  return (page) =>
    projects
      .filter((project) => isSteady(project, page))
      .flatMap((project) => [
        ...pools(page, project, limits),
        ...users(page, project, limits),
        ...quotas(page, project),
      ]);
}

function pools(page: SeenPage, project: ProjectTruth, { stalenessMs, timeoutMs }: Limits): readonly Complaint[] {
  const state = (name: string) =>
    page.samples.find((one) => one.name === 'pools' && one.labels.project === project.name && one.labels.state === name)
      ?.value;
  const listed = state('listed');
  if (listed === undefined) return [];
  const said = listed + (state('unlisted') ?? 0);
  const from = page.start - stalenessMs - timeoutMs - slackMs;
  const counts = new Set<number>();
  for (let at = from; at < page.end + STEP_MS; at += STEP_MS)
    counts.add([...project.pools.values()].filter((pool) => pool.at(at) !== undefined).length);
  return counts.has(said)
    ? []
    : [
        {
          what: `${project.name}: ${said} pools listed, there were ${[...counts].join(', ')}`,
          about: 'workspace_pools{',
        },
      ];
}

function users(page: SeenPage, project: ProjectTruth, { stalenessMs, timeoutMs }: Limits): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const count = find(page, 'users', project.name)?.value;
  if (count !== undefined && count !== project.users.count)
    complaints.push({
      what: `${project.name}: ${count} users, there are ${project.users.count}`,
      about: 'workspace_users{',
    });
  for (const [id, samples] of byPool(page, project.name)) {
    const of = (attached: string) =>
      samples.find(({ name, labels }) => name === 'desktop_pool_users' && labels.attached === attached)?.value;
    const said = [of('true') ?? 0, of('false') ?? 0] as const;
    if (of('true') === undefined && of('false') === undefined) continue;
    const wasAway = project.pools
      .get(id)
      ?.during(page.start - 2 * (stalenessMs + timeoutMs), page.end)
      .some((name) => name === undefined);
    const wanted = project.users.pools.get(id) ?? [0, 0];
    // Users are read in batches, some before the pool went, some after.
    const fits = (count: number, all: number) => count === all || (wasAway === true && count < all);
    const isTrue = fits(said[0], wanted[0]) && fits(said[1], wanted[1]);
    if (!isTrue)
      complaints.push({
        what: `${project.name}/${id}: ${said.join(' and ')} users, wanted ${wanted.join(' and ')}`,
        about: linesOf(project.name, id),
      });
  }
  return complaints;
}

/** The simulated tenant has two volumes a desktop, and tells its cores twice: figures of two answers would not fit. */
function quotas(page: SeenPage, { name }: ProjectTruth): readonly Complaint[] {
  const used = (resource: string) =>
    page.samples.find(
      ({ name: metric, labels }) =>
        metric === 'quota_used' && labels.project === name && labels.site_id === '' && labels.resource === resource,
    )?.value;
  const [desktops, workstations, volumes] = [used('general_instances'), used('gpu_instances'), used('volumes')];
  const [cores, sameCores] = [used('cores'), used('Cores')];
  const fits = [
    [desktops === undefined || workstations === undefined ? undefined : 2 * (desktops + workstations), volumes],
    [cores, sameCores],
  ];
  return fits.every(([a, b]) => a === undefined || b === undefined || a === b)
    ? []
    : [{ what: `${name}: quotas of two answers at once`, about: 'quota_used' }];
}
