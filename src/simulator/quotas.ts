// GET quotas: what the tenant may use, and what the pools of the moment use of it.
import type { PoolState } from './estate.ts';
import { peopleOf } from './people.ts';
import { jsonText, type Reply } from './reply.ts';
import type { WorkspaceQuestion } from './workspace.ts';

const unlimited = -1;

export function showQuotas({ world, project }: WorkspaceQuestion): Reply {
  const text = world.remember(`quotas ${project}`, () => {
    const pools = world.pools(project);
    const desktops = sum(pools, (pool) => (pool.profile.product.is_gpu ? 0 : pool.desktops));
    const workstations = sum(pools, (pool) => (pool.profile.product.is_gpu ? pool.desktops : 0));
    const cores = sum(pools, (pool) => pool.desktops * Number(pool.profile.product.cpu));
    const room = 1 + world.generated();
    const resources = [
      resource('general_instances', 500 * room, desktops, 'count'),
      resource('gpu_instances', 26, workstations, 'count'),
      resource(
        'Memory',
        8_000_000 * room,
        sum(pools, (pool) => pool.desktops * Number(pool.profile.product.memory)),
        'MB',
      ),
      resource('cores', 4000 * room, cores, 'count'),
      // The cloud has both spellings; they are two resources that differ in case alone.
      resource('Cores', 4000 * room, cores, 'count'),
      resource('volumes', 2000 * room, 2 * (desktops + workstations), 'count'),
      resource('volume_gigabytes', 200_000 * room, 90 * (desktops + workstations), 'GB'),
      resource('deh', 0, 0, 'count'),
      resource('users', unlimited, peopleOf(project).length, 'count'),
      resource('policy_groups', 50, 3, 'count'),
    ];
    const edge = [resource('general_instances', 20, 4, 'count'), resource('users', unlimited, 4, 'count')];
    return JSON.stringify({ quotas: { resources }, site_quotas: [{ resources: edge, site_id: 'edge-site-kl' }] });
  });
  return jsonText(200, text);
}

function resource(type: string, quota: number, used: number, unit: string) {
  return { type, quota, used, unit };
}

function sum(pools: readonly PoolState[], count: (pool: PoolState) => number): number {
  return pools.reduce((total, pool) => total + count(pool), 0);
}
