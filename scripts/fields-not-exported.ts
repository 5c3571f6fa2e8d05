// What the cloud tells and the exporter leaves out, with the reason. docs/metrics.md prints it; test/sdk holds it against the vendor's SDK.
import { readFileSync } from 'node:fs';

const REQUIREMENTS = 'test/tools/python/requirements.txt';

interface LeftOut {
  /** Where in the answer of each operation the fields lie. */
  readonly at: Readonly<Record<string, string>>;
  /** One that ends in `.*` stands for all below it; `field=VALUE` is a value that counts as unknown. */
  readonly fields: readonly string[];
  readonly reason: string;
}

const POOL = { show_desktop_pool: '', list_desktop_pools: 'desktop_pools[].' };
const STATISTICS = { list_desktops_statistics: '' };
const USER = { list_users: 'users[].' };
const volumes = (...names: readonly string[]) =>
  ['root_volume', 'data_volumes[]'].flatMap((volume) => names.map((name) => `${volume}.${name}`));

const leftOut: readonly LeftOut[] = [
  {
    at: POOL,
    fields: ['description', 'product.descriptions'],
    reason: 'Text for people: `pool_name` and `product_id` say which one it is.',
  },
  {
    at: POOL,
    fields: ['image_cloud_service_type', 'image_resource_type', ...volumes('resource_spec_code')],
    reason: 'Only of use for orders and bills.',
  },
  {
    at: POOL,
    fields: volumes('id', 'kms_id'),
    reason: 'Names no disk or key that another series could be joined with.',
  },
  {
    at: POOL,
    fields: volumes('iops', 'throughput'),
    reason: 'The provisioned limits of some disk types, not a use or a capacity of the pool.',
  },
  {
    at: POOL,
    fields: ['user_reset_policy.reset_count_per_day'],
    reason: 'A limit for the user; the exporter shows whether users may reset at all.',
  },
  { at: POOL, fields: ['domain'], reason: 'The same for all pools of a project; `ou_name` has it at its end.' },
  {
    at: {
      list_desktop_pools_by_users: 'users[].desktop_pools[].',
      list_desktops_statistics: 'desktop_pool_statistics[].',
    },
    fields: ['desktop_pool_name'],
    reason: 'Names of pools come from the collector `pools` alone, so that no pool has two names on one page.',
  },
  {
    at: STATISTICS,
    fields: ['desktop_pool_statistics[].total_num'],
    reason: '`desktop_pool_desktops` has it, from the collector `pools`.',
  },
  {
    at: STATISTICS,
    fields: [
      'total_num',
      ...['attach_statistics', 'run_state_statistics', 'login_state_statistics'].flatMap((one) => [one, `${one}.*`]),
    ],
    reason: 'Sums over the pools: PromQL makes them from the series of each pool.',
  },
  {
    at: USER,
    fields: ['sid', 'user_name', 'user_email', 'user_phone', 'user_info_map', 'description', 'group_names', 'domain'],
    reason: 'Personal data: of users the exporter shows ids alone, and those only with `per_user`.',
  },
  {
    at: USER,
    fields: ['total_desktops', 'share_space_subscription', 'share_space_desktops', 'enterprise_project_id'],
    reason: 'The list is only asked which users there are; what they have comes from the request by users.',
  },
  {
    at: USER,
    fields: [
      ...[
        'active_type',
        'is_pre_user',
        'locked',
        'disabled',
        'certificate_status',
        'account_expires',
        'account_expired',
      ],
      ...['password_never_expired', 'enable_change_password', 'next_login_change_password'],
    ],
    reason: 'The state of one person’s account: a matter of the directory, not of the capacity of pools.',
  },
];

export interface NotExported {
  readonly operation: string;
  readonly field: string;
  readonly reason: string;
}

export const notExported: readonly NotExported[] = leftOut.flatMap(({ at, fields, reason }) =>
  Object.entries(at).flatMap(([operation, where]) =>
    fields.map((field) => ({ operation, field: where + field, reason })),
  ),
);

/** Markdown, for the end of docs/metrics.md. */
export function fieldsNotExported(): string {
  const rows = leftOut.map(({ at, fields, reason }) => {
    const names = fields.filter((field) => !fields.includes(`${field}.*`)).map((field) => `\`${field}\``);
    const places = Object.entries(at).map(
      ([operation, where]) => `\`${operation}\`${where === '' ? '' : ` (${where.slice(0, -1)})`}`,
    );
    return `| ${places.join(', ')} | ${names.join(', ')} | ${reason} |`;
  });
  const [, version] = /^huaweicloudsdkworkspace==(\S+)/m.exec(readFileSync(REQUIREMENTS, 'utf8')) ?? [];
  return `
## Fields not exported

What the answers hold besides, according to version ${version} of the vendor's SDK for Python.

| Operation | Fields | Why not |
| --- | --- | --- |
${rows.join('\n')}
`;
}
