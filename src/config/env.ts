// The configuration without a file: one project from environment variables, checked by the same schema as a file.
import { unusableProxies } from '../cloud/proxy.ts';
import { distance } from './nearest.ts';
import type { ConfigNode, MapNode, Path, Place, ScalarNode } from './node.ts';
import { ConfigError, type Problem } from './problem.ts';
import type { CollectorOptions } from './schema.ts';
import { type Loaded, validate } from './validate.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

interface Variable {
  readonly name: string;
  /** The option of a project that it sets. */
  readonly path: readonly [string, ...string[]];
  readonly description: string;
  readonly need: 'required' | 'optional';
  /** A secret may come from the file that `name` + `_FILE` names. */
  readonly isSecret?: true;
}

export const variables: readonly Variable[] = [
  {
    name: 'HUAWEICLOUD_SDK_AK',
    path: ['auth', 'access_key'],
    description: 'Access key (AK)',
    need: 'required',
    isSecret: true,
  },
  {
    name: 'HUAWEICLOUD_SDK_SK',
    path: ['auth', 'secret_key'],
    description: 'Secret key (SK)',
    need: 'required',
    isSecret: true,
  },
  {
    name: 'HUAWEICLOUD_SDK_SECURITY_TOKEN',
    path: ['auth', 'security_token'],
    description: 'Security token of a temporary access key',
    need: 'optional',
    isSecret: true,
  },
  {
    name: 'HUAWEICLOUD_SDK_PROJECT_ID',
    path: ['project_id'],
    description: 'Id of the project in the region',
    need: 'required',
  },
  { name: 'HUAWEICLOUD_REGION', path: ['region'], description: 'Region, like ap-southeast-3', need: 'required' },
  {
    name: 'HUAWEICLOUD_WORKSPACE_ENDPOINT',
    path: ['endpoint'],
    description: 'Address of the Workspace API; else derived from the region',
    need: 'optional',
  },
  {
    name: 'HUAWEICLOUD_WORKSPACE_PROJECT_NAME',
    path: ['name'],
    description: 'Name of the project: the label `project`; else `default`',
    need: 'optional',
  },
];

/** Not among the others, because it is a list, and without it all pools are discovered. */
export const POOL_IDS = 'HUAWEICLOUD_WORKSPACE_POOL_IDS';

const NOWHERE: Place = { text: 'environment', order: -1 };

/** The configuration in the variables; an empty variable counts as missing. Throws a `ConfigError` with all problems. */
export function readEnvironment(env: Environment, collectors: readonly CollectorOptions[]): Loaded {
  const problems: Problem[] = ownVariables(env)
    .filter((name) => !OWN.includes(name))
    .map(unknownVariable);
  const missing: string[] = [];
  const settings = new Map<string, ConfigNode>([['name', scalar('default', NOWHERE)]]);
  const auth = new Map<string, ConfigNode>([['type', scalar('aksk', NOWHERE)]]);
  for (const [order, { name, path, need, isSecret }] of variables.entries()) {
    const [inline, file] = [given(env, name), isSecret ? given(env, `${name}_FILE`) : undefined];
    const [block, key] = path[1] === undefined ? [settings, path[0]] : [auth, path[1]];
    if (inline !== undefined) block.set(key, scalar(isSecret ? inline : inline.trim(), { text: name, order }));
    else if (file !== undefined) block.set(`${key}_file`, scalar(file, { text: `${name}_FILE`, order }));
    else if (need === 'required') missing.push(isSecret ? `${name} (or ${name}_FILE)` : name);
    if (inline !== undefined && file !== undefined)
      problems.push({
        place: { text: `${name}_FILE`, order },
        path: [],
        message: `${name} is set as well; keep only one of them`,
      });
  }
  if (missing.length > 0) problems.push({ place: NOWHERE, path: [], message: missingText(missing) });
  settings.set('auth', map(auth));
  for (const [key, node] of poolsOf(given(env, POOL_IDS))) settings.set(key, node);
  const root = map(new Map([['projects', { ...located(NOWHERE), kind: 'list', items: [map(settings)] }]]));
  const { loaded, problems: more, files } = validate(root, process.cwd(), collectors);
  // What is missing is reported above, by the names of the variables.
  problems.push(...more.filter(({ place }) => missing.length === 0 || place !== NOWHERE));
  if (loaded === undefined || problems.length > 0) throw new ConfigError(problems, files);
  return loaded;
}

/** With a configuration file, variables of this program alone have no effect. */
export const ignoredVariables = (env: Environment): readonly Problem[] =>
  ownVariables(env).map((text) => ({
    place: { text, order: 0 },
    path: [],
    message: 'ignored: the configuration comes from --config.file',
  }));

/** Variables of every program on the machine: a remark, because a project with a `proxy_url` of its own does not need them. */
export const proxyRemarks = (env: Environment): readonly Problem[] =>
  unusableProxies(env).map(({ name, message }) => ({
    place: { text: name, order: 0 },
    path: [],
    message: `${message}; nothing is sent until then`,
  }));

const PREFIX = 'HUAWEICLOUD_WORKSPACE_';
const OWN: readonly string[] = [
  ...variables.map(({ name }) => name).filter((name) => name.startsWith(PREFIX)),
  POOL_IDS,
];
/** What Kubernetes sets for a service called huaweicloud-workspace-…, as the exporter's own may be. */
const SERVICE_LINK = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;
/** With more typing errors than this, it belongs to another program. */
const SLIP = 3;

/** The variable whose name was misspelt. */
const meant = (upper: string) => OWN.find((own) => upper.startsWith(own) || distance(upper, own) <= SLIP);

/** The variables that are set and meant for this program alone, misspelt ones included. */
const ownVariables = (env: Environment): readonly string[] =>
  Object.keys(env)
    .filter((name) => given(env, name) !== undefined && !SERVICE_LINK.test(name))
    .filter((name) => name.toUpperCase().startsWith(PREFIX) || meant(name.toUpperCase()) !== undefined)
    .sort();

function unknownVariable(text: string): Problem {
  const suggested = meant(text.toUpperCase());
  const advice = suggested === undefined ? `there are ${OWN.join(', ')}` : `did you mean ${suggested}?`;
  return { place: { text, order: variables.length + 1 }, path: [], message: `unknown variable; ${advice}` };
}

const given = (env: Environment, name: string) => (env[name]?.trim() ? env[name] : undefined);

const missingText = (names: readonly string[]) =>
  `missing ${names.join(', ')}; set ${names.length === 1 ? 'it' : 'them'}, or name a file with --config.file`;

function poolsOf(text: string | undefined): ReadonlyMap<string, ConfigNode> {
  const ids = (text ?? '').split(',').flatMap((id) => id.trim() || []);
  if (ids.length === 0) return new Map([['discovery', map(new Map([['enabled', scalar(true, NOWHERE)]]))]]);
  const place = { text: POOL_IDS, order: variables.length };
  const items = ids.map((id) => scalar(id, place, [id]));
  return new Map([['pools', { ...located(place), kind: 'list', items }]]);
}

const located = (place: Place, path: Path = []) => ({ path, place, keyPlace: place });
const scalar = (value: unknown, place: Place, path?: Path): ScalarNode => ({
  ...located(place, path),
  kind: 'scalar',
  value,
});
const map = (entries: ReadonlyMap<string, ConfigNode>): MapNode => ({ ...located(NOWHERE), kind: 'map', entries });
