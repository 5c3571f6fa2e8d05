// Why a pool grows or does not: tasks that build desktops, free addresses of subnets, products that are sold out.
import { subnetsOf } from './documents.ts';
import type { PoolState } from './estate.ts';
import { hexOf } from './noise.ts';
import { apiError, json, jsonText, type Reply } from './reply.ts';
import { badRequest, pageOf, type WorkspaceQuestion } from './workspace.ts';

const jobTypes = ['createDesktopPool', 'expandDesktopPool', 'createDesktops', 'deleteDesktops'];
const reasons = {
  soldOut: 'The resources of the specified flavor are sold out.',
  noAddress: 'The subnet has no available IP address.',
  policy: '',
} as const;

/** GET workspace-sub-jobs: of a pool those of its growth; nothing is known of others. */
export function listSubJobs({ world, project, query }: WorkspaceQuestion): Reply {
  const page = pageOf(query, 1000, 1000);
  const [status, type] = [query.get('status'), query.get('job_type')];
  const isSound = type === null || jobTypes.includes(type);
  if (page === undefined || !isSound) return badRequest('The parameter job_type, limit or offset is invalid.');
  const pool = world.pool(project, query.get('desktop_pool_id') ?? '');
  const all = pool === undefined || (type !== null && type !== 'expandDesktopPool') ? [] : jobsOf(pool);
  const found = all.filter((job) => status === null || job.status === status);
  return json(200, { total_count: found.length, jobs: found.slice(page.offset, page.offset + page.limit) });
}

function jobsOf({ id, profile, pending, failed }: PoolState) {
  const common = { job_type: 'expandDesktopPool', job_id: hexOf(`job ${id}`, 32), attach_user: '' };
  const make = (status: string, count: number, more = {}) =>
    Array.from({ length: count }, (_, index) => ({
      id: hexOf(`${status} ${id} ${index}`, 32),
      ...common,
      status,
      entities: { product_id: profile.product.product_id, desktop_name: `${profile.name}-${index}` },
      ...more,
    }));
  const waiting = Math.floor(pending / 2);
  return [
    ...make('WAITING', waiting),
    ...make('RUNNING', pending - waiting),
    ...make('FAILED', failed, { error_code: 'WKS.0100', fail_reason: reasons[profile.growthBlocked ?? 'policy'] }),
  ];
}

/** Addresses of a subnet, less those of its desktops. */
const ADDRESSES = 500;

/** GET subnets/{subnet_id}/available-ip */
export function availableIp({ world, project, id }: WorkspaceQuestion): Reply {
  const pools = world.pools(project).filter(({ profile }) => subnetsOf(profile).includes(id));
  if (pools.length === 0) return apiError(404, 'WKS.0404', 'The subnet does not exist.');
  // The desktops of a pool fill its first subnet before the second one.
  const desktops = pools.reduce((sum, pool) => sum + (subnetsOf(pool.profile)[0] === id ? pool.desktops : 0), 0);
  const isFull = pools.some(({ profile }) => profile.growthBlocked === 'noAddress');
  return json(200, { available_ip: isFull ? 0 : Math.max(ADDRESSES * (1 + world.generated()) - desktops, 1) });
}

/** GET availability-zones: a product is sold out where the pools that cannot grow for it are. */
export function listZones({ world, project }: WorkspaceQuestion): Reply {
  const text = world.remember(`zones ${project}`, () => {
    const pools = world.pools(project).map(({ profile }) => profile);
    const zones = [...new Set(pools.map(({ zone }) => zone))].sort();
    const rows = zones.map((zone, index) => ({
      availability_zone: zone,
      display_name: `AZ${index + 1}`,
      i18n: { en_us: `AZ${index + 1}` },
      sold_out: {
        products: [
          ...new Set(
            pools
              .filter((one) => one.zone === zone && one.product.status === 'sellout')
              .map(({ product }) => product.product_id),
          ),
        ],
      },
      product_ids: [],
      visible: true,
      default_availability_zone: index === 0,
    }));
    return JSON.stringify({ availability_zones: rows, total_count: rows.length });
  });
  return jsonText(200, text);
}
