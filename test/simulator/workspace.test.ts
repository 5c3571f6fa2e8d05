// The Workspace API as the simulated cloud speaks it: paths, pages, filters, shapes, and sums that agree with each other.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cloud } from '../../src/simulator/cloud.ts';
import { ask, body, cloudAt, hour, wednesday } from './ask.ts';

interface PoolAnswer extends Record<string, unknown> {
  readonly id: string;
  readonly name: string;
  readonly desktop_count: number;
  readonly desktop_used: number;
}
interface ListAnswer {
  readonly total_count: number;
  readonly desktop_pools: readonly PoolAnswer[];
}
interface ByUsersAnswer {
  readonly users: readonly {
    readonly user_id: string;
    readonly desktop_pool_count?: number;
    readonly desktop_pools: readonly {
      readonly desktop_pool_id: string;
      readonly desktop_pool_name: string;
      readonly is_attached: boolean;
    }[];
  }[];
}

const officeId = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
const sampleId = '1ad74b36-0de7-45fe-aed3-6cb047d69e99';
const noon = wednesday + 11 * hour;
const unlimited = { throttle: { requestsPerMinute: Number.POSITIVE_INFINITY } };
const { cloud } = cloudAt(noon, unlimited);

const list = (query = '', of: Cloud = cloud, projectId = of.credentials.projectId) =>
  body<ListAnswer>(ask(of, `/desktop-pools${query}`, projectId));
const detail = (id: string, of: Cloud = cloud) => body<PoolAnswer>(ask(of, `/desktop-pools/${id}`));

describe('the list of pools', () => {
  test('has twelve pools in the first project and four in the second', () => {
    expect(list().total_count).toBe(12);
    expect(list('', cloud, cloud.credentials.projectId2).desktop_pools.map(({ name }) => name)).toEqual([
      'קבוצת פיתוח',
      '大阪支店 reception',
      'night-shift support',
      'Magazyn Łódź',
    ]);
  });

  test('has the rows of the details without isolation_num, at any time of the year', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 365 * 24 }), (hours) => {
        const then = cloudAt(wednesday + hours * hour, unlimited).cloud;
        for (const row of list('', then).desktop_pools) {
          const { isolation_num: _, ...rest } = detail(row.id, then);
          expect(row).toEqual(rest);
        }
      }),
      { numRuns: 5 },
    );
  });

  test('comes in pages that cover every pool once and carry the same total', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 15 }), (limit) => {
        const offsets = Array.from({ length: Math.ceil(12 / limit) }, (_, page) => page * limit);
        const pages = offsets.map((offset) => list(`?offset=${offset}&limit=${limit}`));
        expect(pages.flatMap((page) => page.desktop_pools)).toEqual(list().desktop_pools);
        expect(new Set(pages.map((page) => page.total_count))).toEqual(new Set([12]));
      }),
    );
  });

  test('is empty beyond its end, with the total still there', () => {
    expect(list('?offset=12')).toEqual({ total_count: 12, desktop_pools: [] });
  });

  test('gives a thousand rows by default', () => {
    const large = cloudAt(noon, { ...unlimited, pools: 1500 }).cloud;
    expect([list('', large).total_count, list('', large).desktop_pools.length]).toEqual([1512, 1000]);
    expect(list('?offset=1000', large).desktop_pools).toHaveLength(512);
  });

  test.each(['?limit=1001', '?limit=-1', '?limit=ten', '?offset=-1', '?offset=1.5'])('refuses %s', (query) => {
    const answer = ask(cloud, `/desktop-pools${query}`);
    expect([answer.status, body(answer)]).toMatchObject([400, { error_code: 'WKS.0001' }]);
  });

  test('finds a name by a part of it, in any case', () => {
    expect(list('?name=oFFice').desktop_pools.map(({ name }) => name)).toEqual(['Office Singapore']);
    expect(list(`?name=${encodeURIComponent('部 GPU')}`).total_count).toBe(1);
  });

  test('filters by type and by maintenance', () => {
    expect(list('?type=STATIC').desktop_pools.map(({ name }) => name)).toEqual([
      'finance-static',
      'Schulungsräume Köln',
      'contractors',
    ]);
    expect(list('?in_maintenance_mode=true').desktop_pools.map(({ name }) => name)).toEqual(['legal-2025']);
    expect(list('?in_maintenance_mode=false').total_count).toBe(11);
  });
});

describe('a pool', () => {
  test('says what the state says', () => {
    const [office] = cloud.truth().pools;
    expect(detail(officeId)).toMatchObject({ desktop_count: office?.desktops, desktop_used: office?.used });
  });

  test('has numbers as texts where the real API has', () => {
    expect(detail(officeId)).toMatchObject({
      charging_mode: '1',
      desktop_count: expect.any(Number),
      product: { cpu: '4', memory: '8192', system_disk_size: '80', is_gpu: false },
      root_volume: { type: 'SAS', size: 80 },
      autoscale_policy: { min_idle: 12, max_auto_created: 80, once_auto_created: 4, min_retention: 14 },
      tags: expect.arrayContaining([{ key: 'cost-center', value: expect.stringMatching(/^CC-\d{3}$/) }]),
      isolation_num: 0,
    });
  });

  test('looks like the documented sample where it plays it, newer fields and all left out', () => {
    const sample = detail(sampleId);
    expect(sample).toMatchObject({
      name: 'yay-test',
      desktop_count: 10,
      autoscale_policy: { min_idle: 10, max_auto_created: 1 },
    });
    for (const name of ['subnet_ids', 'tags', 'ou_name', 'vpc_id', 'isolation_num'])
      expect(sample).not.toHaveProperty(name);
    expect(sample.product).not.toHaveProperty('is_gpu');
  });

  test('has a stub of a policy, an empty one or none while autoscaling is off', () => {
    const policies = list('?type=STATIC').desktop_pools.map((pool) => [pool.enable_autoscale, pool.autoscale_policy]);
    expect(policies).toEqual([
      [false, undefined],
      [false, { once_auto_created: 1 }],
      [false, {}],
    ]);
  });

  test('was created at a time with milliseconds, or without', () => {
    const times = list().desktop_pools.map((pool) => String(pool.created_time));
    expect(times.some((time) => /:\d\dZ$/.test(time))).toBe(true);
    expect(times.some((time) => /\.\d{3}Z$/.test(time))).toBe(true);
  });

  test('is 400 WKS.0001 when nobody knows it', () => {
    const answer = ask(cloud, '/desktop-pools/00000000-0000-4000-8000-000000000000');
    expect([answer.status, body(answer)]).toMatchObject([400, { error_code: 'WKS.0001' }]);
  });

  test('is unknown in the other project', () => {
    expect(ask(cloud, `/desktop-pools/${officeId}`, cloud.credentials.projectId2).status).toBe(400);
  });
});

describe('pools by users', () => {
  const ids = body<{ users: { id: string }[] }>(ask(cloud, '/users')).users.map(({ id }) => id);
  const byUsers = (query: string) =>
    body<ByUsersAnswer>(ask(cloud, `/desktop-pools/statistics/by-users${query}`)).users;
  const all = ids.flatMap((id) => byUsers(`?user_ids=${id}`));

  test('are empty without user ids', () => {
    expect(byUsers('')).toEqual([]);
  });

  test('take repeated keys, not a comma list', () => {
    expect(byUsers(`?user_ids=${ids[0]}&user_ids=${ids[1]}`)).toHaveLength(2);
    expect(byUsers(`?user_ids=${ids[0]},${ids[1]}`)).toEqual([]);
  });

  test('come ten at a time, and no more may be asked for', () => {
    const query = `?${ids
      .slice(0, 12)
      .map((id) => `user_ids=${id}`)
      .join('&')}`;
    expect(byUsers(query)).toHaveLength(10);
    expect(byUsers(`${query}&offset=10`)).toHaveLength(2);
    expect(ask(cloud, `/desktop-pools/statistics/by-users${query}&limit=11`).status).toBe(400);
  });

  test('count the pools of a user, but for some users, as in the documentation’s sample', () => {
    expect(all).toHaveLength(ids.length);
    const counted = all.filter(({ desktop_pool_count: count }) => count !== undefined);
    expect(counted.length).toBeLessThan(all.length);
    for (const user of counted) expect(user.desktop_pool_count).toBe(user.desktop_pools.length);
  });

  test('never attach more users to a pool than it has desktops assigned, and attach some', () => {
    for (const { id, used } of cloud.truth().pools) {
      const entries = all.flatMap((user) => user.desktop_pools.filter((pool) => pool.desktop_pool_id === id));
      expect(entries.filter((pool) => pool.is_attached).length).toBeLessThanOrEqual(used);
    }
    expect(all.some((user) => user.desktop_pools.some((pool) => pool.is_attached))).toBe(true);
  });
});

describe('users', () => {
  test('come all at once without a limit, and in pages with one', () => {
    const page = (query: string) =>
      body<{ total_count: number; users: { id: string }[] }>(ask(cloud, `/users${query}`));
    expect([page('').total_count, page('').users.length]).toEqual([64, 64]);
    expect(page('?limit=5&offset=60').users).toEqual(page('').users.slice(60));
  });

  test('have their desktops counted, unless that is refused', () => {
    const counted = (query: string) =>
      body<{ users: object[] }>(ask(cloud, `/users${query}`)).users.map((user) => 'total_desktops' in user);
    expect(new Set(counted(''))).toEqual(new Set([true]));
    expect(new Set(counted('?is_query_total_desktops=false'))).toEqual(new Set([false]));
  });

  test('carry the personal data that an exporter must not pass on', () => {
    const { users } = body<{ users: unknown[] }>(ask(cloud, '/users?limit=1'));
    expect(users).toMatchObject([
      {
        user_name: 'anna.larsen-0',
        user_email: expect.stringContaining('@'),
        user_phone: expect.stringContaining('+65'),
      },
    ]);
  });
});

describe('the statistics', () => {
  const all =
    '/statistics?desktop_type=POOLED&statistics_type=attach-state&statistics_type=login-state&statistics_type=run-state';
  interface Row extends Record<string, unknown> {
    readonly desktop_pool_id: string;
    readonly total_num: number;
    readonly attach_statistics: Record<string, number>;
    readonly run_state_statistics: Record<string, number>;
    readonly login_state_statistics: Record<string, number>;
  }
  interface Answer extends Row {
    readonly desktop_pool_statistics: readonly Row[];
  }
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

  test('agree with the pools, row by row and in total', () => {
    const answer = body<Answer>(ask(cloud, all));
    const pools = list().desktop_pools;
    expect(answer.desktop_pool_statistics.map((row) => row.desktop_pool_id)).toEqual(pools.map(({ id }) => id));
    for (const [index, row] of answer.desktop_pool_statistics.entries()) {
      const pool = pools[index];
      expect(row.attach_statistics.attached_num).toBe(pool?.desktop_used);
      for (const part of [row.attach_statistics, row.run_state_statistics, row.login_state_statistics]) {
        expect(sum(part)).toBe(pool?.desktop_count);
      }
    }
    expect(answer.total_num).toBe(sum(Object.fromEntries(pools.map((pool) => [pool.id, pool.desktop_count]))));
    expect(sum(answer.login_state_statistics)).toBe(answer.total_num);
  });

  test('leave out what was not asked for', () => {
    const answer = body<Answer>(ask(cloud, '/statistics?statistics_type=run-state'));
    expect(Object.keys(answer)).toEqual(['total_num', 'run_state_statistics']);
  });

  test('can be asked for some pools', () => {
    const rows = body<Answer>(ask(cloud, `${all}&desktop_pool_ids=${officeId}`)).desktop_pool_statistics;
    expect(rows.map((row) => row.desktop_pool_id)).toEqual([officeId]);
  });

  test('of dedicated desktops have no pools', () => {
    expect(body(ask(cloud, '/statistics?desktop_type=DEDICATED&statistics_type=run-state'))).toEqual({
      total_num: 12,
      run_state_statistics: { active_num: 11, stop_num: 1, hibernated_num: 0, error_num: 0 },
    });
  });

  test.each(['desktop_type=POOL', 'statistics_type=login_state'])('refuse %s', (query) => {
    expect(ask(cloud, `/statistics?${query}`).status).toBe(400);
  });
});

describe('the quotas', () => {
  interface Quotas {
    readonly quotas: { readonly resources: readonly { type: string; quota: number; used: number; unit: string }[] };
    readonly site_quotas: readonly { readonly site_id: string; readonly resources: readonly unknown[] }[];
  }
  const { quotas, site_quotas: sites } = body<Quotas>(ask(cloud, '/quotas'));
  const used = (type: string) => quotas.resources.find((resource) => resource.type === type)?.used;

  test('count every desktop once', () => {
    const desktops = list().desktop_pools.reduce((total, pool) => total + pool.desktop_count, 0);
    expect((used('general_instances') ?? 0) + (used('gpu_instances') ?? 0)).toBe(desktops);
  });

  test('have two spellings of cores, and a resource without a limit', () => {
    expect(used('cores')).toBe(used('Cores'));
    expect(quotas.resources).toContainEqual({ type: 'users', quota: -1, used: 64, unit: 'count' });
  });

  test('come for edge sites too', () => {
    expect(sites).toMatchObject([
      { site_id: 'edge-site-kl', resources: [{ type: 'general_instances' }, { quota: -1 }] },
    ]);
  });
});

describe('the gateway', () => {
  test.each(['/desktops-pools', '/desktop-pools/', '/nothing', ''])('does not know the path …%s', (path) => {
    const answer = ask(cloud, path);
    expect(answer.status).toBe(404);
    expect(body(answer)).toEqual({
      error_code: 'APIGW.0101',
      error_msg: expect.any(String),
      request_id: answer.headers['x-request-id'],
    });
  });

  test('does not know other methods', () => {
    const url = `/v2/${cloud.credentials.projectId}/desktop-pools`;
    expect(cloud.answer({ method: 'DELETE', url, headers: {} }).status).toBe(404);
  });

  test('dates every answer by its clock and gives each an id', () => {
    const [first, second] = [ask(cloud, '/quotas'), ask(cloud, '/quotas')];
    expect(first?.headers.date).toBe('Wed, 14 Jan 2026 11:00:00 GMT');
    expect(first?.headers['x-request-id']).not.toBe(second?.headers['x-request-id']);
  });
});
