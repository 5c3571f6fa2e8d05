// Each pool's values are one state that the cloud had around `last_success`, and never go back to an older one.
import type { Check, Complaint, Limits, ProjectTruth, SeenPage } from '../check.ts';
import { byPool, linesOf, slackMs } from '../check.ts';
import type { Sample } from '../page.ts';
import { numberOf, readStamp, type Stamped, stamped, statuses } from '../stamp.ts';

/** Clocks of one machine, read a moment apart. */
const clockMs = 20;

export function valuesCheck(projects: readonly ProjectTruth[], limits: Limits): Check {
  return (page) =>
    projects.flatMap((project) =>
      [...byPool(page, project.name)].flatMap(([id, samples]) => judge(page, project, id, samples, limits)),
    );
}

interface Read {
  readonly kind: Stamped;
  readonly version: number;
}

function judge(
  page: SeenPage,
  project: ProjectTruth,
  id: string,
  samples: readonly Sample[],
  { stalenessMs, timeoutMs }: Limits,
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (what: string) =>
    complaints.push({ what: `${project.name}/${id}: ${what}`, about: linesOf(project.name, id) });
  const reads = samples.flatMap((sample) => readOf(sample, id, complain));
  const versionsOf = (collector: Stamped['collector']) => [
    ...new Set(reads.filter(({ kind }) => kind.collector === collector).map(({ version }) => version)),
  ];
  const pools = versionsOf('pools');
  const sessions = versionsOf('sessions');
  for (const versions of [pools, sessions])
    if (versions.length > 1) complain(`values of ${versions.length} states at once: versions ${versions.join(', ')}`);
  const now = project.versionAt(page.end + clockMs);
  const eldest = project.versionAt(page.start - stalenessMs - timeoutMs - slackMs);
  for (const version of sessions)
    if (version > now || version < eldest) complain(`sessions of version ${version}, wanted ${eldest} to ${now}`);
  const [version] = pools;
  if (version !== undefined) complaints.push(...ofThatVersion(project, id, samples, version));

  const success = samples.find(({ name }) => name === 'desktop_pool_last_success_timestamp_seconds');
  const hasData = samples.some(({ name }) => name === 'desktop_pool_info');
  if (!hasData && version === undefined) return complaints;
  if (success === undefined) {
    complain('values, and nobody says of when');
    return complaints;
  }
  const readAt = success.value * 1000;
  const until = Math.min(readAt + timeoutMs + slackMs, page.end) + clockMs;
  const [from, to] = [project.versionAt(readAt - clockMs), project.versionAt(until)];
  if (version !== undefined && (version < from || version > to))
    complain(`version ${version}, but between last_success and the end of its read there were ${from} to ${to}`);
  const age = page.start - readAt;
  if (age > stalenessMs + slackMs) complain(`values that are ${Math.round(age)} ms old stay beyond max_staleness`);
  const names = project.pools.get(id)?.during(readAt - clockMs, until) ?? [];
  if (names.every((name) => name === undefined)) complain('values of a time at which the pool did not exist');
  return complaints;
}

function readOf({ name, labels, value }: Sample, id: string, complain: (what: string) => void): readonly Read[] {
  const field = stamped.findIndex((one) => one.metric === name && one.state === labels.state);
  const kind = stamped[field];
  if (kind === undefined) return [];
  const read = readStamp(value / kind.factor);
  const label = `${name}${labels.state === undefined ? '' : ` (${labels.state})`}`;
  if (read === undefined) complain(`${label} is ${value}, which the cloud never said`);
  else if (read.pool !== numberOf(id)) complain(`${label} is a number of another pool`);
  else if (read.field !== field) complain(`${label} is a number of ${stamped[read.field]?.metric ?? 'nothing'}`);
  return read === undefined ? [] : [{ kind, version: read.version }];
}

/** What is no number of its own must fit the numbers. */
function ofThatVersion(
  project: ProjectTruth,
  id: string,
  samples: readonly Sample[],
  version: number,
): readonly Complaint[] {
  const status = samples.find(({ name, value }) => name === 'desktop_pool_status' && value === 1)?.labels.status;
  const maintenance = samples.find(({ name }) => name === 'desktop_pool_in_maintenance_mode')?.value;
  const type = samples.find(({ name }) => name === 'desktop_pool_info')?.labels.autoscale_type ?? '';
  const wanted = {
    status: statuses[version % statuses.length],
    in_maintenance_mode: version % 2,
    autoscale_type: version % 2 === 0 ? 'AUTO_CREATED' : 'ACCESS_CREATED',
  };
  const said = { status, in_maintenance_mode: maintenance, autoscale_type: type === '' ? undefined : type };
  return (['status', 'in_maintenance_mode', 'autoscale_type'] as const)
    .filter((field) => said[field] !== undefined && said[field] !== wanted[field])
    .map((field) => ({
      what: `${project.name}/${id}: ${field} is ${said[field]}, but the numbers are of version ${version}, which had ${wanted[field]}`,
      about: linesOf(project.name, id),
    }));
}
