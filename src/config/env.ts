// The configuration without a file: one project from environment variables, checked by the same schema as a file.
import { unusableProxies } from '../cloud/proxy.ts';
import { distance } from './nearest.ts';
import { type Problem, problemOf } from './problem.ts';
import type { CollectorOptions } from './schema.ts';
import { formatPath, type Path, type Place, type Spot } from './source.ts';
import { type Loaded, requireLoaded, validate } from './validate.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Variable {
  readonly name: string;
  /** The option of a project that it sets. */
  readonly path: readonly string[];
  readonly description: string;
  readonly isRequired: boolean;
  /** A secret may come from the file that `name` + `_FILE` names. */
  readonly isSecret: boolean;
}

const variable = (
  name: string,
  option: string,
  description: string,
  ...traits: readonly ('required' | 'secret')[]
): Variable => ({
  name,
  path: option.split('.'),
  description,
  isRequired: traits.includes('required'),
  isSecret: traits.includes('secret'),
});

const PREFIX = 'HUAWEICLOUD_WORKSPACE_';
const TOKEN = 'Security token of a temporary access key';
export const variables: readonly Variable[] = [
  variable('HUAWEICLOUD_SDK_AK', 'auth.access_key', 'Access key (AK)', 'required', 'secret'),
  variable('HUAWEICLOUD_SDK_SK', 'auth.secret_key', 'Secret key (SK)', 'required', 'secret'),
  variable('HUAWEICLOUD_SDK_SECURITY_TOKEN', 'auth.security_token', TOKEN, 'secret'),
  variable('HUAWEICLOUD_SDK_PROJECT_ID', 'project_id', 'Id of the project in the region', 'required'),
  variable('HUAWEICLOUD_REGION', 'region', 'Region, like ap-southeast-3', 'required'),
  variable(`${PREFIX}ENDPOINT`, 'endpoint', 'Address of the Workspace API; else derived from the region'),
  variable(`${PREFIX}PROJECT_NAME`, 'name', 'Name of the project: the label `project`; else `default`'),
];

/** Not among the others, because it is a list, and without it all pools are discovered. */
export const POOL_IDS = `${PREFIX}POOL_IDS`;

/** Before all variables. */
const NOWHERE: Place = { text: 'environment', order: -1 };

/** The configuration in the variables; an empty variable counts as missing. Throws a `ConfigError` with all problems. */
export function readEnvironment(env: Environment, collectors: readonly CollectorOptions[]): Loaded {
  const { missing, ...written } = readVariables(env);
  const validated = validate(written, process.cwd(), collectors);
  // What is missing is reported by the names of the variables.
  const isTold = ({ place, path }: Problem) => missing.length > 0 && place === NOWHERE && path.length > 0;
  return requireLoaded({ ...validated, problems: validated.problems.filter((problem) => !isTold(problem)) });
}

function readVariables(env: Environment) {
  const problems: Problem[] = ownVariables(env)
    .filter((name) => !OWN.includes(name))
    .map(unknownVariable);
  const missing: string[] = [];
  const auth: Record<string, string> = { type: 'aksk' };
  const project: Record<string, unknown> = { name: 'default', auth };
  /** By the path of the option: its variable, and which part of that. */
  const spots = new Map<string, Pick<Spot, 'place' | 'path'>>();
  const put = (path: readonly string[], value: string, place: Place) => {
    const [block, key = ''] = path.length > 1 ? [auth, path[1]] : [project, path[0]];
    block[key] = value;
    spots.set(formatPath(['projects', 0, ...path]), { place, path: [] });
  };
  for (const [order, { name, path, isRequired, isSecret }] of variables.entries()) {
    const [inline, file] = [given(env, name), isSecret ? given(env, `${name}_FILE`) : undefined];
    const fileName = `${name}_FILE`;
    if (inline !== undefined) put(path, isSecret ? inline : inline.trim(), { text: name, order });
    else if (file !== undefined) put([...path.slice(0, -1), `${path.at(-1)}_file`], file, { text: fileName, order });
    else if (isRequired) missing.push(isSecret ? `${name} (or ${fileName})` : name);
    if (inline !== undefined && file !== undefined)
      problems.push(problemOf(fileName, `${name} is set as well; keep only one of them`, order));
  }
  const ids = (given(env, POOL_IDS) ?? '').split(/[,\r\n]/).flatMap((id) => id.trim() || []);
  if (ids.length === 0 && given(env, POOL_IDS) !== undefined)
    problems.push(problemOf(POOL_IDS, 'names no pool; leave it empty to discover all', variables.length));
  Object.assign(project, ids.length === 0 ? { discovery: { enabled: true } } : { pools: ids });
  const place = { text: POOL_IDS, order: variables.length };
  for (const [i, id] of ids.entries()) spots.set(`projects[0].pools[${i}]`, { place, path: [id] });
  if (missing.length > 0) {
    const advice = `set ${missing.length === 1 ? 'it' : 'them'}, or name a file with --config.file`;
    problems.push(problemOf(NOWHERE.text, `missing ${missing.join(', ')}; ${advice}`, NOWHERE.order));
  }
  const locate = (path: Path): Spot => {
    const spot = spots.get(formatPath(path));
    const { place, path: written } = spot ?? { place: NOWHERE, path };
    return { place, keyPlace: place, path: written, missing: spot === undefined ? path.length : 0 };
  };
  return { source: { value: { projects: [project] }, locate }, problems, missing };
}

/** With a configuration file, variables of this program alone have no effect. */
export const ignoredVariables = (env: Environment): readonly Problem[] =>
  ownVariables(env).map((name) => problemOf(name, 'ignored: the configuration comes from --config.file'));

/** Variables of every program on the machine: a remark, because a project with a `proxy_url` of its own does not need them. */
export const proxyRemarks = (env: Environment): readonly Problem[] =>
  unusableProxies(env).map(({ name, message }) => problemOf(name, `${message}; nothing is sent until then`));

const OWN: readonly string[] = [
  ...variables.map(({ name }) => name).filter((name) => name.startsWith(PREFIX)),
  POOL_IDS,
];
/** What Kubernetes sets for a service called huaweicloud-workspace-…, as the exporter's own may be. */
const SERVICE_LINK = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?)$/;
/** With more typing errors than this, it belongs to another program. */
const SLIP = 3;

/** The variable that a misspelt name means. */
const correct = (upper: string) => OWN.find((own) => upper.startsWith(own) || distance(upper, own) <= SLIP);

/** The variables that are set and meant for this program alone, misspelt ones included. */
const ownVariables = (env: Environment): readonly string[] =>
  Object.keys(env)
    .filter((name) => given(env, name) !== undefined && !SERVICE_LINK.test(name))
    .filter((name) => name.toUpperCase().startsWith(PREFIX) || correct(name.toUpperCase()) !== undefined)
    .sort();

function unknownVariable(name: string): Problem {
  const meant = correct(name.toUpperCase());
  const advice = meant === undefined ? `there are ${OWN.join(', ')}` : `did you mean ${meant}?`;
  return problemOf(name, `unknown variable; ${advice}`, variables.length + 1);
}

const given = (env: Environment, name: string) => (env[name]?.trim() ? env[name] : undefined);
