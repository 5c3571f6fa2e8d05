// One desktop pool as the API sends it, in a list and in a detail answer alike.
import * as z from 'zod';
import { canonicalId } from '../option-types/pool-id.ts';

/** As answers name a pool. */
export const poolId = () => z.string().min(1).max(128).overwrite(canonicalId);

const text = () => z.string().optional();
const count = () => z.int().nonnegative().optional();
const flag = () => z.boolean().optional();
/** The API sends these numbers as text. */
const numeral = () =>
  z
    .union([
      z.number().nonnegative(),
      z
        .string()
        .regex(/^\d{1,15}(\.\d{1,15})?$/)
        .transform(Number),
    ])
    .optional();
const volume = z.object({ type: text(), size: count() });

export const poolSchema = z.object({
  id: poolId(),
  name: text(),
  type: text(),
  created_time: z.iso.datetime({ offset: true }).optional(),
  charging_mode: text(),
  desktop_count: count(),
  desktop_used: count(),
  availability_zone: text(),
  subnet_id: text(),
  subnet_ids: z.array(z.string()).optional(),
  vpc_id: text(),
  ou_name: text(),
  product: z
    .object({
      product_id: text(),
      flavor_id: text(),
      type: text(),
      cpu: numeral(),
      memory: numeral(),
      charge_mode: text(),
      architecture: text(),
      is_gpu: flag(),
      package_type: text(),
      system_disk_type: text(),
      system_disk_size: numeral(),
      contain_data_disk: z.union([z.boolean(), z.string()]).optional(),
      resource_type: text(),
      cloud_service_type: text(),
      volume_product_type: text(),
      status: text(),
    })
    .optional(),
  image_id: text(),
  image_name: text(),
  image_os_type: text(),
  image_os_version: text(),
  image_os_platform: text(),
  image_product_code: text(),
  root_volume: volume.optional(),
  /** A position is a label: an element that is not reported must not move the others. */
  data_volumes: z.array(volume.optional()).optional(),
  security_groups: z.array(z.object({ id: text(), name: text() })).optional(),
  disconnected_retention_period: count(),
  enable_autoscale: flag(),
  autoscale_policy: z
    .object({
      autoscale_type: text(),
      max_auto_created: count(),
      min_idle: count(),
      once_auto_created: count(),
      min_retention: count(),
      idle_retention_duration: count(),
      auto_isolation_enable: flag(),
      auto_isolation_max_num: count(),
    })
    .optional(),
  user_reset_policy: z.object({ enable: flag() }).optional(),
  status: text(),
  enterprise_project_id: text(),
  in_maintenance_mode: flag(),
  desktop_name_policy_id: text(),
  isolation_num: count(),
  tags: z.array(z.object({ key: text(), value: text() })).optional(),
});
/** A pool as the API sends it, without what could not be read. Its name is the last known one: a bad one must not rename the pool. */
export type PoolRecord = z.infer<typeof poolSchema>;

export const STATUSES = ['STEADY', 'TEMPORARY', 'EXIST_FROZEN', 'UNKNOWN', 'ERROR', 'OTHER'] as const;
export const PRODUCT_STATUSES = ['normal', 'sellout', 'abandon', 'other'] as const;
export const CHARGING: ReadonlyMap<string, string> = new Map([
  ['0', 'monthly'],
  ['1', 'pay_per_use'],
]);

/** The documented values of a field; others are kept and counted. */
export const ENUMS: readonly (readonly [string, readonly string[], (pool: PoolRecord) => string | undefined])[] = [
  ['status', STATUSES.slice(0, -1), (pool) => pool.status],
  ['type', ['DYNAMIC', 'STATIC'], (pool) => pool.type],
  ['charging_mode', [...CHARGING.keys()], (pool) => pool.charging_mode],
  [
    'autoscale_policy.autoscale_type',
    ['ACCESS_CREATED', 'AUTO_CREATED'],
    (pool) => pool.autoscale_policy?.autoscale_type,
  ],
  ['product.status', PRODUCT_STATUSES.slice(0, -1), (pool) => pool.product?.status],
];

export function subnetsOf({ subnet_id = '', subnet_ids = [] }: PoolRecord): string[] {
  const ids = subnet_ids.length > 0 ? subnet_ids : [subnet_id];
  return [...new Set(ids)].filter((id) => id !== '');
}

/** What a person wants to know about a pool at a glance. */
export const summarize = (pool: PoolRecord) => ({
  name: pool.name,
  type: pool.type,
  zone: pool.availability_zone,
  status: pool.status,
  productStatus: pool.product?.status,
  desktops: pool.desktop_count,
  used: pool.desktop_used,
  isAutoscaled: pool.enable_autoscale,
  autoscaleType: pool.autoscale_policy?.autoscale_type,
  minIdle: pool.autoscale_policy?.min_idle,
  maxAutoCreated: pool.autoscale_policy?.max_auto_created,
  isInMaintenance: pool.in_maintenance_mode,
  isolated: pool.isolation_num,
});
/** Undefined where something is not reported. */
export type PoolSummary = Readonly<Partial<ReturnType<typeof summarize>>>;
