// Why pools do not grow, as the simulated cloud tells it: its answers fit what the pools themselves show.
import { describe, expect, test } from 'vitest';
import { createCloud } from '../../src/simulator/cloud.ts';
import { ask, body, hour, wednesday } from './ask.ts';

const cloud = createCloud({ clock: { now: () => wednesday + 11 * hour }, throttle: { requestsPerMinute: 1e9 } });
const { projectId, projectId2 } = cloud.credentials;
const named = (name: string) => {
  const pool = cloud.truth().pools.find((one) => one.name === name);
  if (pool === undefined) throw new Error(`there is no pool ${name}`);
  return pool;
};
interface Jobs {
  readonly total_count: number;
  readonly jobs: readonly { readonly status: string; readonly fail_reason?: string }[];
}
const jobs = (id: string, more = '', project = projectId) =>
  body<Jobs>(ask(cloud, `/workspace-sub-jobs?desktop_pool_id=${id}&job_type=expandDesktopPool${more}`, project));
const freeAddresses = (subnet: string, project = projectId) =>
  body<{ available_ip: number }>(ask(cloud, `/subnets/${subnet}/available-ip`, project)).available_ip;
const subnetsOf = (id: string, project = projectId) =>
  body<{ subnet_ids: string[] }>(ask(cloud, `/desktop-pools/${id}`, project)).subnet_ids;
const soldOut = () =>
  body<{ availability_zones: { availability_zone: string; sold_out: { products: string[] } }[] }>(
    ask(cloud, '/availability-zones'),
  ).availability_zones.flatMap(({ availability_zone: zone, sold_out }) =>
    sold_out.products.map((product) => [zone, product]),
  );

describe('a pool that cannot grow', () => {
  test('because its product is sold out fails to get desktops, and its zone says that product', () => {
    const { id, failed, profile } = named('render-farm');
    const found = jobs(id, '&status=FAILED&limit=1');
    expect(failed).toBeGreaterThan(0);
    expect(found.total_count).toBe(failed);
    expect(found.jobs).toHaveLength(1);
    expect(found.jobs[0]?.fail_reason).toMatch(/sold out/);
    expect(soldOut()).toEqual([[profile.zone, profile.product.product_id]]);
    for (const subnet of subnetsOf(id)) expect(freeAddresses(subnet)).toBeGreaterThan(0);
  });

  test('because its subnet is full fails to get desktops, and nothing is sold out there', () => {
    const { id, failed, profile } = named('Magazyn Łódź');
    expect(jobs(id, '&status=FAILED', projectId2)).toMatchObject({
      total_count: failed,
      jobs: Array(failed).fill({ status: 'FAILED' }),
    });
    expect(jobs(id, '&status=FAILED', projectId2).jobs[0]?.fail_reason).toMatch(/no available IP/);
    const subnets = subnetsOf(id, projectId2);
    expect(subnets.map((subnet) => freeAddresses(subnet, projectId2))).toEqual([0]);
    expect(profile.product.status).toBe('normal');
  });
});

describe('the tasks', () => {
  test('of a pool that grows are those of its desktops under construction', () => {
    for (let at = wednesday + 6 * hour; at < wednesday + 9 * hour; at += 60_000) {
      const then = createCloud({ clock: { now: () => at } });
      const { id, pending } = then.truth().pools[0] ?? { id: '', pending: 0 };
      if (pending === 0) continue;
      const found = body<Jobs>(ask(then, `/workspace-sub-jobs?desktop_pool_id=${id}`)).jobs;
      expect(found.filter(({ status }) => status !== 'FAILED')).toHaveLength(pending);
      return;
    }
    throw new Error('no pool grew');
  });

  test('are none of an unknown pool, of a pool of another project, and of another kind', () => {
    const { id } = named('render-farm');
    expect(jobs('nobody')).toEqual({ total_count: 0, jobs: [] });
    expect(jobs(id, '', projectId2)).toEqual({ total_count: 0, jobs: [] });
    expect(body(ask(cloud, `/workspace-sub-jobs?desktop_pool_id=${id}&job_type=createDesktopPool`))).toEqual({
      total_count: 0,
      jobs: [],
    });
  });

  test.each(['job_type=nonsense', 'limit=1001', 'offset=-1'])('refuse %s', (query) => {
    expect(ask(cloud, `/workspace-sub-jobs?${query}`).status).toBe(400);
  });
});

test('a subnet that no pool of the project uses is not there', () => {
  expect(ask(cloud, '/subnets/nobody/available-ip').status).toBe(404);
  expect(ask(cloud, '/subnets/nobody').status).toBe(404);
});

test('the service is subscribed and not locked', () => {
  expect(body(ask(cloud, '/workspaces'))).toMatchObject({ status: 'SUBSCRIBED' });
  expect(body(ask(cloud, '/workspaces/lock-status'))).toMatchObject({ is_lock: 0 });
});
