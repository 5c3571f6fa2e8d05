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
const SERVICE = { show_workspace: '' };
/** A part of an answer with all below it, and a list with all in its elements. */
const group = (name: string) => [name, `${name}.*`];
const list = (name: string) => [name, `${name}[].*`];
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
    fields: group('attach_statistics'),
    reason:
      'Not asked for: of desktops outside of pools only power and login states are read; each pool shows its own.',
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
  {
    at: { list_sub_jobs: '' },
    fields: list('jobs'),
    reason: 'The tasks themselves name users and desktops; only how many there are is of use here.',
  },
  {
    at: { list_availability_zones: '' },
    fields: ['total_count'],
    reason: 'The length of the list, which is always sent whole.',
  },
  {
    at: { list_availability_zones: 'availability_zones[].' },
    fields: ['display_name', 'i18n', 'visible', 'default_availability_zone'],
    reason: 'How the console shows a zone.',
  },
  {
    at: { list_availability_zones: 'availability_zones[].' },
    fields: ['product_ids'],
    reason: 'What may be offered in a zone; the exporter shows the products in use and whether they are sold out.',
  },
  {
    at: { show_lock_status: '' },
    fields: ['lock_time', 'lock_reason'],
    reason: 'Text for people; when a tenant was locked is when `tenant_locked` became 1.',
  },
  {
    at: SERVICE,
    fields: [
      ...group('ad_domains'),
      ...['internet_access_address', 'internet_access_port', 'dedicated_access_address', 'dedicated_subnets'],
      ...['adn_conflict_network', 'management_subnet_cidr', 'dc_vnc_ip'],
    ],
    reason: 'Addresses and accounts of your directory and your network, which a page of metrics must not give away.',
  },
  {
    at: SERVICE,
    fields: [
      ...['id', 'is_global', 'vpc_id', 'vpc_name', 'access_mode', 'enterprise_id', 'enterprise_project_id'],
      ...[...list('subnet_ids'), ...list('vpc_config_infos')],
      ...[...group('infrastructure_security_group'), ...group('desktop_security_group')],
      ...['closable', 'is_send_email', 'authorized_collect_log', 'authorized_hda_upgrade', 'is_support_ipv6'],
      ...['is_authorized_install_agent', 'enable_user_create_snapshot'],
    ],
    reason: 'How the service is set up, once; each pool shows its own network.',
  },
  {
    at: SERVICE,
    fields: ['access_status', 'config_status', 'progress', 'job_id', 'fail_code', 'fail_reason', 'complete_time'],
    reason: 'The course of opening or closing the service; `tenant_status` says where it stands.',
  },
  { at: SERVICE, fields: list('site_configs'), reason: 'The same for sites at the edge, which have no pools here.' },
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
    const names = fields
      .filter((field) => !['.*', '[].*'].some((end) => fields.includes(field + end)))
      .map((field) => `\`${field}\``);
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
