// Reads the queries of /metrics and /probe: known collectors, one configured project, some of its pools; never a URL.
import { canonicalId, POOL_ID } from '../option-types/pool-id.ts';
import type { Project } from '../scrape/project.ts';

type Query = URLSearchParams;

/** What each of the two pages knows. */
export const PARAMETERS = {
  metrics: ['collect[]'],
  probe: ['project', 'pool', 'collect[]', 'debug'],
} as const;

/** Means to choose something, in this exporter or another one. A gateway adds others to any path, such as its key. */
const CHOOSES = /^(collect|debug|pool|project)|\[\]$/i;

/** Its message is the answer. */
export class BadRequest extends Error {}

/** A filter that nobody applies would show more than was asked for. */
function refuseUnknown(query: Query, known: readonly string[], isMeant: (name: string) => boolean = () => true): void {
  const unknown = [...query.keys()].find((name) => !known.includes(name) && isMeant(name));
  if (unknown === undefined) return;
  throw new BadRequest(`unknown parameter ${JSON.stringify(unknown)}; this page knows ${known.join(', ')}`);
}

/** The collectors that /metrics is restricted to. Throws `BadRequest`. */
export function parseMetrics(query: Query, known: readonly string[]): readonly string[] | undefined {
  refuseUnknown(query, PARAMETERS.metrics, (name) => CHOOSES.test(name));
  return parseCollectors(query, known);
}

function parseCollectors(query: Query, known: readonly string[]): readonly string[] | undefined {
  const names = query.getAll('collect[]');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names.length === 0 ? undefined : names;
  throw new BadRequest(`unknown collector ${JSON.stringify(unknown)}; there are ${known.join(', ')}`);
}

export interface ProbeRequest {
  readonly project: Project;
  readonly collectors: readonly string[] | undefined;
  readonly pools: readonly string[] | undefined;
  /** Asks how the page comes to be, instead of the page. */
  readonly isDebug: boolean;
}

/** Throws `BadRequest`. */
export function parseProbe(query: Query, projects: readonly Project[], known: readonly string[]): ProbeRequest {
  refuseUnknown(query, PARAMETERS.probe);
  const [name, ...more] = query.getAll('project');
  if (name === undefined || more.length > 0)
    throw new BadRequest('exactly one project is required: /probe?project=NAME');
  const project = projects.find((one) => one.name === name);
  if (project === undefined)
    throw new BadRequest(`project ${JSON.stringify(name)} is not configured; /sd lists those that are`);
  const collectors = parseCollectors(query, known);
  const pools = query.getAll('pool').map(canonicalId);
  const bad = pools.find((id) => !POOL_ID.test(id));
  if (bad !== undefined)
    throw new BadRequest(
      `${JSON.stringify(bad)} is not a pool id; the console shows it, like a130ab3a-72bf-4b71-baa9-af4987c8e338`,
    );
  const { discovery, pools: configured } = project.selection;
  const foreign = pools.find((id) => !discovery.enabled && !configured.some((pool) => pool.id === id));
  if (foreign !== undefined)
    throw new BadRequest(`pool ${foreign} is not configured, and project ${name} discovers none`);
  const debug = query.getAll('debug').join();
  if (!['', 'true', 'false'].includes(debug))
    throw new BadRequest(`debug is ${JSON.stringify(debug)}; it has to be true or false`);
  return { project, collectors, pools: pools.length === 0 ? undefined : pools, isDebug: debug === 'true' };
}
