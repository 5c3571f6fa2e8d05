// Finds valid settings that are probably mistakes. They are remarks, not errors: the cloud may know regions and forms of ids that this
// version does not, and some of it may be on purpose.
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
export const findRemarks = (config: Config, source: Source): readonly Problem[] =>
  sortProblems(
    config.projects.flatMap((project, i) =>
      [
        ...remarkOnPlace(project, valueAt(source.value, ['projects', i, 'endpoint']) !== undefined),
        ...remarkOnPools(project),
        ...remarkOnSignIn(project),
        ...remarkOnOverlap(config.projects, i),
      ].map(({ path, message }) => problemAt(source, ['projects', i, ...path], message)),
    ),
  );

interface Remark {
  readonly path: Path;
  readonly message: string;
}

function remarkOnPlace({ region, endpoint, iam_endpoint }: ProjectConfig, hasEndpoint: boolean): readonly Remark[] {
  // With an endpoint of its own the region is no more than a label.
  const isUnknown = !hasEndpoint && !REGIONS.includes(region);
  const advice = suggest(region, REGIONS) || `; known regions: ${REGIONS.join(', ')}`;
  const ofUrls = Object.entries({ endpoint, iam_endpoint }).flatMap(([key, url]) => {
    const { protocol, hostname } = new URL(url);
    const isReadable = protocol === 'http:' && !LOOPBACK.test(hostname);
    const other = REGIONS.find((one) => one !== region && hostname.split('.').includes(one));
    return [
      ...(isReadable ? [{ path: [key], message: NOT_ENCRYPTED }] : []),
      ...(other === undefined
        ? []
        : [{ path: [key], message: `of the region ${other}, while region is ${region}; correct one of the two` }]),
    ];
  });
  return [...(isUnknown ? [{ path: ['region'], message: `unknown Workspace region${advice}` }] : []), ...ofUrls];
}

const NOT_ENCRYPTED = 'not encrypted: anybody on the network path can read the credentials; use https://';

const NAME_AS_ID =
  'looks like a name; ids look like a130ab3a-72bf-4b71-baa9-af4987c8e338, and the console shows them in the ' +
  "details of a pool. To select by name: discovery: { enabled: true, include: ['^NAME$'] }";

const remarkOnPools = ({ pools }: ProjectConfig): readonly Remark[] =>
  pools.flatMap(({ id }, i) => (UUID.test(id) ? [] : [{ path: ['pools', i], message: NAME_AS_ID }]));

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
    ? [{ path: ['auth', 'access_key'], message: 'as long as a secret key; are access_key and secret_key swapped?' }]
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
