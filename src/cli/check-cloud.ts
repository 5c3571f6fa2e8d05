// What `check --api` hears on the wire: which operation was answered how, how many requests it took, and what the gateway still allows.
import { enabledCollectors } from '../app/connected-project.ts';
import { CloudError } from '../cloud/errors.ts';
import { remainingOf } from '../cloud/observe.ts';
import type { Operation, Send } from '../cloud/send.ts';
import { createTransport } from '../cloud/transport.ts';
import { ACTIONS } from '../collectors/index.ts';
import { createJudge, type Selection } from '../collectors/pool-selection.ts';
import type { Config, ProjectConfig } from '../config/schema.ts';
import { canonicalId } from '../option-types/pool-id.ts';
import { isRecord, member } from '../option-types/record.ts';

/** Of one project. */
export interface Heard {
  /** How often each operation was asked, and how its latest answer ended: a status, or what failed. */
  readonly operations: Map<Operation, { asked: number; answer: string }>;
  /** Pools of the list, as it names them. */
  readonly listed: Map<string, { readonly name: string | undefined; readonly type: string | undefined }>;
  /** Requests that the gateway said are left, by operation. */
  readonly remaining: Map<Operation, number>;
}

/** Connections that listen; `heard` is in the order in which projects are connected, which is that of the configuration. */
export function listening(): { readonly transport: typeof createTransport; readonly heard: readonly Heard[] } {
  const heard: Heard[] = [];
  return {
    heard,
    transport(options) {
      const connections = createTransport(options);
      if (options.direct === true) return connections;
      const one: Heard = { operations: new Map(), listed: new Map(), remaining: new Map() };
      heard.push(one);
      return { ...connections, send: listenTo(connections.send, one) };
    },
  };
}

function listenTo(send: Send, { operations, listed, remaining }: Heard): Send {
  let hasTried = false;
  return async (request) => {
    const { operation } = request;
    const asked = (operations.get(operation)?.asked ?? 0) + 1;
    // Once: a gateway that knows the header tells its limits. It is not signed, so that any other ignores it.
    const isTrial = !hasTried && Object.hasOwn(ACTIONS, operation);
    hasTried ||= isTrial;
    const headers = isTrial ? { ...request.headers, 'x-apig-mode': 'debug' } : request.headers;
    try {
      const answer = await send({ ...request, headers });
      operations.set(operation, { asked, answer: String(answer.status) });
      const left = remainingOf(answer.headers);
      if (left !== undefined) remaining.set(operation, left);
      if (operation === 'list_desktop_pools' && answer.status === 200) readNames(answer.body, listed);
      return answer;
    } catch (error) {
      operations.set(operation, { asked, answer: error instanceof CloudError ? error.kind : 'failed' });
      throw error;
    }
  };
}

function readNames(body: string, listed: Heard['listed']): void {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  try {
    const rows = member(JSON.parse(body), 'desktop_pools');
    for (const row of Array.isArray(rows) ? rows.filter(isRecord) : [])
      if (typeof row.id === 'string') listed.set(canonicalId(row.id), { name: text(row.name), type: text(row.type) });
  } catch {
    // That the answer is not as documented is told by who asked.
  }
}

/** Rows of operation, answer and permission: what the enabled collectors may ask, whether or not they had to. */
export function permissionRows(project: ProjectConfig, { operations }: Heard): readonly (readonly string[])[] {
  const own = enabledCollectors(project).flatMap(({ collector }) => collector.operations);
  return [...new Set([...operations.keys(), ...own])].map((operation) => {
    const answer = operations.get(operation)?.answer ?? 'not asked';
    return [project.name, operation, answer === '403' ? '403, missing' : answer, ACTIONS[operation] ?? ''];
  });
}

/** Requests a minute if every collection costs what this one did. */
export function expectedPerMinute(project: ProjectConfig, { scrape }: Config, { operations }: Heard): number {
  const every = new Map<Operation, number>();
  for (const { collector, options } of enabledCollectors(project))
    for (const operation of collector.operations) {
      const interval = Math.max(scrape.min_interval, options.interval ?? 0, 1000);
      every.set(operation, Math.min(interval, every.get(operation) ?? interval));
    }
  const perMinute = [...every].map(([operation, ms]) => ((operations.get(operation)?.asked ?? 0) * 60_000) / ms);
  return Math.ceil(perMinute.reduce((sum, one) => sum + one, 0));
}

/** One line for each pool that the list shows: kept or dropped, and why; or why there is none. `kept` are the pools of the page. */
export function explain(selection: Selection, { listed, operations }: Heard, kept: ReadonlySet<string>): string[] {
  const { discovery, max_pools } = selection;
  const list = operations.get('list_desktop_pools')?.answer;
  if (listed.size === 0) {
    if (list === undefined && !discovery.enabled) return ['its pools were not listed: they are configured by id'];
    return [list === '200' ? 'the cloud lists none' : 'they could not be listed, see below'];
  }
  const judge = createJudge(selection);
  const left = kept.size < max_pools ? 'the list could not be used, see below' : 'max_pools allows no more';
  return [...listed].sort().map(([id, { name, type }]) => {
    const { isWanted, why } = judge({ id, name, type });
    const verdict = kept.has(id) ? 'kept   ' : 'dropped';
    return `${verdict}  ${id}  ${JSON.stringify(name ?? '')}: ${isWanted && !kept.has(id) ? left : why}`;
  });
}
