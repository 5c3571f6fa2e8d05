// GET statistics: power, login and assignment states of all desktops, and of each pool when pooled ones are asked for.
import type { ProjectKey } from './cast.ts';
import type { PoolState } from './estate.ts';
import { jsonText, type Reply } from './reply.ts';
import { badRequest, type WorkspaceQuestion } from './workspace.ts';

type Part = 'attach-state' | 'run-state' | 'login-state';
type Counted = Pick<PoolState, 'desktops' | 'login' | 'run' | 'attach'>;
type Counts = Readonly<Record<string, number>>;

const parts: Readonly<Record<Part, { readonly key: string; readonly count: (pool: Counted) => Counts }>> = {
  'attach-state': {
    key: 'attach_statistics',
    count: ({ attach }: Counted) => ({
      attached_num: attach.attached,
      unattached_num: attach.unattached,
      attaching_num: attach.attaching,
      attach_error_num: attach.attachError,
    }),
  },
  'run-state': {
    key: 'run_state_statistics',
    count: ({ run }: Counted) => ({
      stop_num: run.stopped,
      active_num: run.active,
      error_num: run.error,
      hibernated_num: run.hibernated,
    }),
  },
  'login-state': {
    key: 'login_state_statistics',
    count: ({ login }: Counted) => ({
      in_use_num: login.inUse,
      unregistered_num: login.unregistered,
      unable_to_connect_num: login.unableToConnect,
      ready_num: login.ready,
      disconnected_num: login.disconnected,
    }),
  },
};

export function desktopStatistics({ world, project, query }: WorkspaceQuestion): Reply {
  const asked = query.getAll('statistics_type');
  const kinds = asked.filter(isPart);
  const type = query.get('desktop_type') ?? '';
  if (kinds.length < asked.length || !['', 'POOLED', 'DEDICATED'].includes(type)) {
    return badRequest('The parameter statistics_type or desktop_type is invalid.');
  }
  const text = world.remember(`statistics ${project} ${query}`, () => {
    const ids = new Set(query.getAll('desktop_pool_ids'));
    const pools = world.pools(project).filter(({ id }) => ids.size === 0 || ids.has(id));
    const counted = [...(type === 'DEDICATED' ? [] : pools), ...(type === 'POOLED' ? [] : [outsidePools[project]])];
    const rows = pools.map((pool) => ({
      desktop_pool_id: pool.id,
      desktop_pool_name: pool.name,
      ...total([pool], kinds),
    }));
    return JSON.stringify({
      ...total(counted, kinds),
      ...(type === 'POOLED' ? { desktop_pool_statistics: rows } : {}),
    });
  });
  return jsonText(200, text);
}

/** Desktops that belong to one person each, and to no pool: they are as they are, day and night. */
const outsidePools: Readonly<Record<ProjectKey, Counted>> = {
  main: dedicated(9, 2, 1),
  branch: dedicated(2, 0, 1),
};

function dedicated(inUse: number, disconnected: number, stopped: number): Counted {
  const desktops = inUse + disconnected + stopped;
  return {
    desktops,
    login: { inUse, ready: 0, disconnected, unregistered: stopped, unableToConnect: 0 },
    run: { active: inUse + disconnected, stopped, hibernated: 0, error: 0 },
    attach: { attached: desktops, unattached: 0, attaching: 0, attachError: 0 },
  };
}

function total(pools: readonly Counted[], kinds: readonly Part[]) {
  const sums = kinds.map((kind) => [parts[kind].key, pools.map(parts[kind].count).reduce(add, {})]);
  return { total_num: pools.reduce((sum, pool) => sum + pool.desktops, 0), ...Object.fromEntries(sums) };
}

function add(left: Counts, right: Counts): Counts {
  return Object.fromEntries(Object.entries(right).map(([name, count]) => [name, count + (left[name] ?? 0)]));
}

function isPart(text: string): text is Part {
  return Object.hasOwn(parts, text);
}
