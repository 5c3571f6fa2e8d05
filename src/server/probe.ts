// Reads the query of /probe: one configured project, some of its pools and collectors; never a URL.
import { canonicalId, POOL_ID } from '../option-types/pool-id.ts';
import type { Project } from '../scrape/project.ts';

type Query = Readonly<{ [name: string]: unknown }>;

export interface ProbeRequest {
  readonly project: string;
  readonly collectors: readonly string[] | undefined;
  readonly pools: readonly string[] | undefined;
}

/** All values of a query parameter; undefined if it is not given. */
export function valuesOf(query: Query, name: string): string[] | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  return (Array.isArray(value) ? value : [value]).map(String);
}

/** The request, or one sentence that says why it is refused. */
export function readProbe(
  query: Query,
  projects: readonly Project[],
  known: readonly string[],
): ProbeRequest | { readonly problem: string } {
  const [name, ...more] = valuesOf(query, 'project') ?? [];
  const project = projects.find((one) => one.name === name);
  if (name === undefined || more.length > 0) return { problem: 'exactly one project is required: /probe?project=NAME' };
  if (project === undefined)
    return { problem: `project ${JSON.stringify(name)} is not configured; /sd lists those that are` };
  const collectors = valuesOf(query, 'collect[]');
  const unknown = collectors?.find((collector) => !known.includes(collector));
  if (unknown !== undefined)
    return { problem: `unknown collector ${JSON.stringify(unknown)}; there are ${known.join(', ')}` };
  const pools = valuesOf(query, 'pool')?.map(canonicalId);
  const bad = pools?.find((id) => !POOL_ID.test(id));
  if (bad !== undefined) return { problem: `${JSON.stringify(bad)} is not a pool id` };
  const { selection } = project;
  const foreign = pools?.find((id) => !selection.discovery.enabled && !selection.pools.some((pool) => pool.id === id));
  if (foreign !== undefined)
    return { problem: `pool ${foreign} is not configured, and project ${name} discovers none` };
  return { project: name, collectors, pools };
}
