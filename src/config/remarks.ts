// What a valid configuration probably does not mean. Remarks and no errors: the cloud may know regions and forms of ids that this
// version does not, and some of it may be on purpose.
import { contradictions } from '../../prometheus/thresholds.ts';
import { formatDuration } from '../option-types/duration.ts';
import { UUID } from '../option-types/pool-id.ts';
import { Secret } from '../option-types/secret.ts';
import { isEqual } from './is-equal.ts';
import { type Problem, problemAt, sortProblems } from './problem.ts';
import type { Config, ProjectConfig } from './schema.ts';
import { type Path, type Source, valueAt } from './source.ts';
import { suggest } from './words.ts';

/** Regions that the vendor's SDKs and pages name for Workspace. */
const REGIONS: readonly string[] = [
  ...['af-north-1', 'af-south-1', 'ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'cn-east-3', 'cn-east-5'],
  ...['cn-north-4', 'cn-north-9', 'cn-north-11', 'cn-south-1', 'cn-southwest-2', 'eu-west-101', 'la-north-2'],
  ...['la-south-2', 'me-east-1', 'na-mexico-1', 'sa-brazil-1', 'tr-west-1'],
];
const LOOPBACK = /^(?:localhost|127\.[\d.]+|\[::1\])$/;

/** `source` is what the configuration was made from. */
export function findRemarks(config: Config, source: Source): readonly Problem[] {
  const remarks = config.projects.flatMap((project, i) =>
    [
      ...remarkOnPlace(project, valueAt(source.value, ['projects', i, 'endpoint']) !== undefined),
      ...remarkOnPools(project),
      ...remarkOnSignIn(project),
      ...remarkOnThresholds(project),
      ...remarkOnOverlap(config.projects, i),
    ].map(({ path, message }) => ({ path: ['projects', i, ...path], message })),
  );
  return sortProblems(
    [...remarks, ...remarkOnStaleness(config)].map(({ path, message }) => problemAt(source, path, message)),
  );
}

interface Remark {
  readonly path: Path;
  readonly message: string;
}

function remarkOnStaleness({ scrape: { min_interval, max_staleness } }: Config): readonly Remark[] {
  if (max_staleness >= min_interval) return [];
  const message = `shorter than min_interval (${formatDuration(min_interval)}): values end before they are read again`;
  return [{ path: ['scrape', 'max_staleness'], message }];
}

function remarkOnPlace({ region, endpoint, iam_endpoint }: ProjectConfig, hasEndpoint: boolean): readonly Remark[] {
  const remarks: Remark[] = [];
  const remark = (key: string, message: string) => remarks.push({ path: [key], message });
  // With an endpoint of its own the region is no more than a label.
  if (!hasEndpoint && !REGIONS.includes(region)) {
    const advice = suggest(region, REGIONS) || `; known are ${REGIONS.join(', ')}`;
    remark('region', `not a known Workspace region${advice}`);
  }
  for (const [key, url] of Object.entries({ endpoint, iam_endpoint })) {
    const { protocol, hostname } = new URL(url);
    if (protocol === 'http:' && !LOOPBACK.test(hostname))
      remark(key, 'not encrypted: anyone on the way can read the credentials; use https://');
    const other = REGIONS.find((one) => one !== region && hostname.split('.').includes(one));
    if (other !== undefined) remark(key, `of the region ${other}, while region is ${region}; one of the two is wrong`);
  }
  return remarks;
}

const NAME_OF_A_POOL =
  'looks like a name; ids look like a130ab3a-72bf-4b71-baa9-af4987c8e338, and the console shows them in the ' +
  "details of a pool. By name: discovery: { enabled: true, include: ['^NAME$'] }";

const remarkOnPools = ({ pools }: ProjectConfig): readonly Remark[] =>
  pools.flatMap(({ id }, i) => (UUID.test(id) ? [] : [{ path: ['pools', i], message: NAME_OF_A_POOL }]));

function remarkOnThresholds({ alerts, pools }: ProjectConfig): readonly Remark[] {
  const told = (path: Path, of: ReturnType<typeof contradictions>) =>
    of.map(({ name, message }) => ({ path: [...path, 'alerts', name], message }));
  const ofPools = pools.flatMap(({ alerts: own = {} }, i) => told(['pools', i], contradictions(own, alerts)));
  return [...told([], contradictions(alerts)), ...ofPools];
}

function remarkOnSignIn({ auth }: ProjectConfig): readonly Remark[] {
  if (auth.type === 'password')
    return (['username', 'domain'] as const).flatMap((key) => {
      const whose = key === 'domain' ? 'account' : 'user';
      const message = `looks like the id of the ${whose}; write its name, which the console shows under My Credentials`;
      return UUID.test(auth[key]) ? [{ path: ['auth', key], message }] : [];
    });
  if (auth.type !== 'aksk') return [];
  const length = (key: Secret | undefined) => (key instanceof Secret ? key.reveal().length : undefined);
  // The vendor's keys have 20 and 40 characters.
  return length(auth.access_key) === 40 && length(auth.secret_key) === 20
    ? [{ path: ['auth', 'access_key'], message: 'as long as a secret key; are the two keys swapped?' }]
    : [];
}

/** A pool that is read in two projects counts twice in every sum. */
function remarkOnOverlap(projects: readonly ProjectConfig[], i: number): readonly Remark[] {
  const own = projects[i];
  const other = projects.slice(0, i).find((earlier) => own !== undefined && shareAPool(own, earlier));
  if (other === undefined) return [];
  const message = `the project ${other.name} reads the same project_id and pools; sums count them twice`;
  return [{ path: ['project_id'], message }];
}

function shareAPool(a: ProjectConfig, b: ProjectConfig): boolean {
  if (a.endpoint !== b.endpoint || a.project_id !== b.project_id) return false;
  const ids = new Set(a.pools.map(({ id }) => id));
  const isAlike = a.discovery.enabled && b.discovery.enabled && isEqual(a.discovery, b.discovery);
  return isAlike || discoversAll(a) || discoversAll(b) || b.pools.some(({ id }) => ids.has(id));
}

const discoversAll = ({ discovery: { enabled, include, exclude, type } }: ProjectConfig) =>
  enabled && include.length === 0 && exclude.length === 0 && type === undefined;
