// Reads the queries of /metrics and /probe: known collectors, one configured project, some of its pools; never a URL.
import { canonicalId, POOL_ID } from '../option-types/pool-id.ts';
import type { Project } from '../scrape/project.ts';

type Query = Readonly<{ [name: string]: unknown }>;

/** Its message is the answer. */
export class BadRequest extends Error {}

/** All values of a query parameter; undefined if it is not given. */
function valuesOf(query: Query, name: string): string[] | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** The values of `collect[]`. Throws `BadRequest`. */
export function parseCollectors(query: Query, known: readonly string[]): readonly string[] | undefined {
  const names = valuesOf(query, 'collect[]');
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new BadRequest(`unknown collector ${JSON.stringify(unknown)}; there are ${known.join(', ')}`);
}

export interface ProbeRequest {
  readonly project: Project;
  readonly collectors: readonly string[] | undefined;
  readonly pools: readonly string[] | undefined;
}

/** Throws `BadRequest`. */
export function parseProbe(query: Query, projects: readonly Project[], known: readonly string[]): ProbeRequest {
  const [name, ...more] = valuesOf(query, 'project') ?? [];
  if (name === undefined || more.length > 0)
    throw new BadRequest('exactly one project is required: /probe?project=NAME');
  const project = projects.find((one) => one.name === name);
  if (project === undefined)
    throw new BadRequest(`project ${JSON.stringify(name)} is not configured; /sd lists those that are`);
  const collectors = parseCollectors(query, known);
  const pools = valuesOf(query, 'pool')?.map(canonicalId);
  const bad = pools?.find((id) => !POOL_ID.test(id));
  if (bad !== undefined)
    throw new BadRequest(
      `${JSON.stringify(bad)} is not a pool id; the console shows it, like a130ab3a-72bf-4b71-baa9-af4987c8e338`,
    );
  const { discovery, pools: configured } = project.selection;
  const foreign = pools?.find((id) => !discovery.enabled && !configured.some((pool) => pool.id === id));
  if (foreign !== undefined)
    throw new BadRequest(`pool ${foreign} is not configured, and project ${name} discovers none`);
  return { project, collectors, pools };
}
