// Desktop pools: GET /v2/{project_id}/desktop-pools/{pool_id} and GET /v2/{project_id}/desktop-pools, which give the same fields.
import * as z from 'zod';
import { describe, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { type BaseOptions, labelPools, type PoolsCollector } from './collector.ts';
import { CHARGING, ENUMS, type PoolRecord, PRODUCT_STATUSES, STATUSES, subnetsOf } from './pool.ts';
import { chooseSource, countRequests, DETAIL, LIST, readPools } from './read-pools.ts';

interface Item {
  readonly pool: PoolRecord;
  readonly capacityLimit: number | undefined;
  readonly tagKeys: readonly string[];
}

const itemsByPool = new WeakMap<PoolRecord, Item>();

/** The same object while nothing changed: its lines are copied from the page before. */
function itemOf(pool: PoolRecord, capacityLimit: number | undefined, tagKeys: readonly string[]): Item {
  const before = itemsByPool.get(pool);
  if (before !== undefined && before.capacityLimit === capacityLimit && before.tagKeys === tagKeys) return before;
  const item = { pool, capacityLimit, tagKeys };
  itemsByPool.set(pool, item);
  return item;
}

const policy = ({ pool }: Item) => pool.autoscale_policy;
const times = (value: number | undefined, factor: number) => (value === undefined ? undefined : value * factor);
const word = (value: boolean | string | undefined) => (value === undefined ? undefined : String(value));
const MINUTE = 60;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

const { gauge, gauges, info, states, group } = rowsOf<Item>('project', 'pool_id', 'pool_name');

export const poolRows = group({
  desktop_pool_desktops: gauge('Desktops in the pool (desktop_count).', ({ pool }) => pool.desktop_count),
  desktop_pool_desktops_used: gauge(
    'Desktops bound to a user, not necessarily connected (desktop_used).',
    ({ pool }) => pool.desktop_used,
  ),
  desktop_pool_desktops_isolated: gauge(
    'Desktops that cannot be connected to (isolation_num; only read by detail requests).',
    ({ pool }) => pool.isolation_num,
  ),
  desktop_pool_auto_isolation_enabled: gauge(
    'Whether faulty desktops are isolated automatically (autoscale_policy.auto_isolation_enable).',
    (item) => policy(item)?.auto_isolation_enable,
  ),
  desktop_pool_auto_isolation_max_desktops: gauge(
    'Upper bound of automatically isolated desktops (autoscale_policy.auto_isolation_max_num).',
    (item) => policy(item)?.auto_isolation_max_num,
  ),
  desktop_pool_autoscale_enabled: gauge(
    'Whether the pool scales by itself (enable_autoscale).',
    ({ pool }) => pool.enable_autoscale,
  ),
  desktop_pool_autoscale_min_idle_desktops: gauge(
    'Idle desktops below which desktops are created (autoscale_policy.min_idle).',
    (item) => policy(item)?.min_idle,
  ),
  desktop_pool_autoscale_max_auto_created_desktops: gauge(
    'Upper bound of automatically created desktops (autoscale_policy.max_auto_created).',
    (item) => policy(item)?.max_auto_created,
  ),
  desktop_pool_autoscale_step_desktops: gauge(
    'Desktops created in one step; deprecated by the vendor (autoscale_policy.once_auto_created).',
    (item) => policy(item)?.once_auto_created,
  ),
  desktop_pool_autoscale_min_retention_desktops: gauge(
    'Desktops that are always kept (autoscale_policy.min_retention).',
    (item) => policy(item)?.min_retention,
  ),
  desktop_pool_autoscale_idle_retention_seconds: gauge(
    'How long an idle desktop is kept (autoscale_policy.idle_retention_duration, minutes in the API).',
    (item) => times(policy(item)?.idle_retention_duration, MINUTE),
  ),
  desktop_pool_in_maintenance_mode: gauge(
    'Whether the pool is in administrator maintenance mode (in_maintenance_mode).',
    ({ pool }) => pool.in_maintenance_mode,
  ),
  desktop_pool_status: states(
    'Status of the pool: one series per known state, exactly one is 1 (status).',
    'status',
    STATUSES,
    ({ pool }) => pool.status,
  ),
  desktop_pool_created_timestamp_seconds: gauge('When the pool was created (created_time).', ({ pool }) =>
    pool.created_time === undefined ? undefined : Date.parse(pool.created_time) / 1000,
  ),
  desktop_pool_disconnected_retention_seconds: gauge(
    'How long a disconnected user stays bound to a desktop of a dynamic pool (disconnected_retention_period, minutes in the API).',
    // Others have a 0 there, though their users stay bound for good.
    ({ pool }) => (pool.type === 'DYNAMIC' ? times(pool.disconnected_retention_period, MINUTE) : undefined),
  ),
  desktop_pool_capacity_limit_desktops: gauge(
    'Your own ceiling for the pool (capacity_limit of the configuration).',
    ({ capacityLimit }) => capacityLimit,
  ),
  desktop_pool_info: info(
    'Attributes of the pool (fields of the same names; charging_mode as monthly or pay_per_use, user_reset_policy as its enable).',
    [
      'pool_type',
      'charging_mode',
      'autoscale_type',
      'availability_zone',
      'subnet_id',
      'vpc_id',
      'enterprise_project_id',
      'ou_name',
      'image_id',
      'image_name',
      'image_os_type',
      'image_os_version',
      'image_os_platform',
      'image_product_code',
      'product_id',
      'flavor_id',
      'desktop_name_policy_id',
      'user_reset_policy',
    ],
    ({ pool }) => [
      {
        ...pool,
        pool_type: pool.type,
        charging_mode: CHARGING.get(pool.charging_mode ?? '') ?? pool.charging_mode,
        autoscale_type: pool.autoscale_policy?.autoscale_type,
        product_id: pool.product?.product_id,
        flavor_id: pool.product?.flavor_id,
        user_reset_policy: word(pool.user_reset_policy?.enable),
      },
    ],
  ),
  desktop_pool_subnet_info: info('Subnets of the pool (subnet_ids[], else subnet_id).', ['subnet_id'], ({ pool }) =>
    subnetsOf(pool).map((subnet_id) => ({ subnet_id })),
  ),
  desktop_pool_product_info: info(
    'Attributes of the product that the desktops are made of (product).',
    [
      'product_id',
      'flavor_id',
      'product_type',
      'package_type',
      'architecture',
      'charge_mode',
      'is_gpu',
      'system_disk_type',
      'contain_data_disk',
      'resource_type',
      'cloud_service_type',
      'volume_product_type',
    ],
    ({ pool: { product } }) =>
      product === undefined
        ? []
        : [
            {
              ...product,
              product_type: product.type,
              is_gpu: word(product.is_gpu),
              contain_data_disk: word(product.contain_data_disk),
            },
          ],
  ),
  desktop_pool_product_status: states(
    'Whether the product can be bought: one series per known state, exactly one is 1 (product.status).',
    'status',
    PRODUCT_STATUSES,
    ({ pool }) => pool.product?.status,
  ),
  desktop_pool_product_vcpus: gauge('vCPUs of one desktop (product.cpu).', ({ pool }) => pool.product?.cpu),
  desktop_pool_product_memory_bytes: gauge('Memory of one desktop (product.memory, MiB in the API).', ({ pool }) =>
    times(pool.product?.memory, MIB),
  ),
  desktop_pool_product_system_disk_bytes: gauge(
    'System disk of the product (product.system_disk_size, GiB in the API).',
    ({ pool }) => times(pool.product?.system_disk_size, GIB),
  ),
  desktop_pool_root_volume_size_bytes: gauges(
    'System disk of a desktop (root_volume.size, GiB in the API).',
    ['volume_type'],
    ({ pool: { root_volume } }) => [[times(root_volume?.size, GIB), root_volume?.type]],
  ),
  desktop_pool_data_volume_size_bytes: gauges(
    'Data disks of a desktop, by position (data_volumes[].size, GiB in the API).',
    ['index', 'volume_type'],
    ({ pool }) =>
      (pool.data_volumes ?? []).map((disk, index) => [times(disk?.size, GIB), String(index), disk?.type] as const),
  ),
  desktop_pool_security_group_info: info(
    'Security groups of the desktops (security_groups[]).',
    ['security_group_id', 'security_group_name'],
    ({ pool }) =>
      unique(
        (pool.security_groups ?? []).map(({ id = '', name = '' }) => ({
          security_group_id: id,
          security_group_name: name,
        })),
      ),
  ),
  desktop_pool_tag_info: info(
    'Tags of the pool whose keys are listed in pool_tags (tags[]).',
    ['key', 'value'],
    ({ pool, tagKeys }) =>
      unique((pool.tags ?? []).flatMap(({ key = '', value = '' }) => (tagKeys.includes(key) ? [{ key, value }] : []))),
  ),
});

/** A list that names the same thing twice must not yield the same series twice. */
const unique = <T>(elements: readonly T[]): T[] => [
  ...new Map(elements.map((one) => [JSON.stringify(one), one])).values(),
];

const whole = rowsOf<Readonly<{ [state: string]: number }>>('project');

export const projectRows = whole.group({
  pools: whole.gauges(
    'Pools of the project: listed by the cloud, selected by the configuration, dropped beyond max_pools, unlisted: counted by the cloud, but not shown.',
    ['state'],
    (tally) => ['listed', 'selected', 'dropped', 'unlisted'].map((state) => [tally[state], state] as const),
  ),
});

const options = z.strictObject({
  source: z
    .enum(['auto', 'details', 'list'])
    .prefault('auto')
    .describe('auto: details up to 5 configured pools, else the list'),
});

type Options = z.infer<typeof options> & BaseOptions;
type Names = NamesOf<typeof projectRows | typeof poolRows>;

export const pools: PoolsCollector<Options, Names> = {
  name: 'pools',
  provides: 'pools',
  subject: 'pools',
  options: options.prefault({}),
  operations: [DETAIL, LIST],
  actions: { [DETAIL]: 'workspace:desktopPools:get', [LIST]: 'workspace:desktopPools:list' },
  enums: ENUMS.map(([field]) => field),
  dropReasons: ['max_pools', 'list_length'],
  metrics: [...describe(projectRows), ...describe(poolRows)],
  thrifty: { source: 'list' },
  requests: countRequests,
  sourceOf: chooseSource,
  collect: readPools,
  families(snapshot) {
    const { project, tally, selection, records } = snapshot;
    const limits = new Map(selection.pools.map(({ id, capacity_limit }) => [id, capacity_limit]));
    const items = [...records].map(([id, pool]) => [id, itemOf(pool, limits.get(id), selection.pool_tags)] as const);
    return [
      ...familiesOf(projectRows, [[[project], tally]]),
      ...familiesOf(poolRows, labelPools({ ...snapshot, records: new Map(items) })),
    ];
  },
};
