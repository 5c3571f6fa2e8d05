// Pools as metrics: every row of the contract's table, from answers in files.
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { poolSchema } from '../../src/collectors/pool.ts';
import type { Selection } from '../../src/collectors/pool-selection.ts';
import { desktopPool, type PoolDocument } from '../fixtures/read.ts';
import { discovering, house, listOf } from '../scrape/house.ts';
import type { ReadPage } from '../scrape/read-page.ts';

const GIB = 1024 ** 3;

async function exported(pool: PoolDocument, selection: Partial<Selection> = {}) {
  const { read, report } = house({ script: () => pool, selection: { pools: [{ id: pool.id }], ...selection } });
  return { page: await read(), report };
}

/** Data of the pool alone: without what is about reading it. */
const dataOf = (page: ReadPage) =>
  page
    .lines('desktop_pool_')
    .map((line) => line.replace('huaweicloud_workspace_desktop_pool_', ''))
    .filter((line) => !/^(configured|up|found|last_success_timestamp_seconds)\{/.test(line));

test("the vendor's own example", async () => {
  const { page, report } = await exported(desktopPool('sample'));
  const base = 'project="prod",pool_id="1ad74b36-0de7-45fe-aed3-6cb047d69e99",pool_name="yay-test"';
  expect(dataOf(page)).toEqual([
    `desktops{${base}} 10`,
    `desktops_used{${base}} 0`,
    `autoscale_enabled{${base}} 1`,
    `autoscale_min_idle_desktops{${base}} 10`,
    `autoscale_max_auto_created_desktops{${base}} 1`,
    `autoscale_step_desktops{${base}} 1`,
    `in_maintenance_mode{${base}} 0`,
    `status{${base},status="STEADY"} 1`,
    `status{${base},status="TEMPORARY"} 0`,
    `status{${base},status="EXIST_FROZEN"} 0`,
    `status{${base},status="UNKNOWN"} 0`,
    `status{${base},status="ERROR"} 0`,
    `status{${base},status="OTHER"} 0`,
    `created_timestamp_seconds{${base}} 1747907327`,
    `info{${base},pool_type="STATIC",charging_mode="pay_per_use",autoscale_type="AUTO_CREATED",` +
      'availability_zone="cn-north-7c",subnet_id="c7f30df4-f3ac-4807-9599-18950b05455f",vpc_id="",' +
      'enterprise_project_id="0",ou_name="",image_id="cc3bbc0b-9441-461b-b80b-48c52f3aed08",' +
      'image_name="WKS_WIN1064_UserImage",image_os_type="Windows",image_os_version="Windows 10 64bit",' +
      'image_os_platform="Windows",image_product_code="",product_id="workspace.x86.ultimate.large2",' +
      'flavor_id="c7.large.2",desktop_name_policy_id="",user_reset_policy=""} 1',
    `subnet_info{${base},subnet_id="c7f30df4-f3ac-4807-9599-18950b05455f"} 1`,
    `product_info{${base},product_id="workspace.x86.ultimate.large2",flavor_id="c7.large.2",product_type="BASE",` +
      'package_type="ultimate",architecture="x86",charge_mode="1",is_gpu="",system_disk_type="SAS",' +
      'contain_data_disk="false",resource_type="hws.resource.type.workspace.desktop",' +
      'cloud_service_type="hws.service.type.vdi",volume_product_type="workspace"} 1',
    `product_status{${base},status="normal"} 1`,
    `product_status{${base},status="sellout"} 0`,
    `product_status{${base},status="abandon"} 0`,
    `product_status{${base},status="other"} 0`,
    `product_vcpus{${base}} 2`,
    `product_memory_bytes{${base}} 4294967296`,
    `product_system_disk_bytes{${base}} 150323855360`,
    `root_volume_size_bytes{${base},volume_type="SAS"} 85899345920`,
    `data_volume_size_bytes{${base},index="0",volume_type="SAS"} 10737418240`,
    `data_volume_size_bytes{${base},index="1",volume_type="SAS"} 10737418240`,
  ]);
  expect(report).toMatchObject({ violations: [], unknown: [], drops: [], notices: [] });
});

describe('an answer with every newer field', async () => {
  const { page, report } = await exported(desktopPool('newer-fields'), {
    pools: [{ id: 'a130ab3a-72bf-4b71-baa9-af4987c8e338', capacity_limit: 150 }],
    pool_tags: ['cost-center', 'team', 'not there'],
  });

  test.each([
    ['desktops', 120],
    ['desktops_used', 96],
    ['desktops_isolated', 3],
    ['auto_isolation_enabled', 1],
    ['auto_isolation_max_desktops', 1000],
    ['autoscale_enabled', 1],
    ['autoscale_min_idle_desktops', 8],
    ['autoscale_max_auto_created_desktops', 150],
    ['autoscale_step_desktops', 4],
    ['autoscale_min_retention_desktops', 20],
    ['autoscale_idle_retention_seconds', 90 * 60],
    ['in_maintenance_mode', 1],
    ['created_timestamp_seconds', Date.UTC(2022, 4, 11, 11, 45, 42) / 1000],
    ['disconnected_retention_seconds', 60 * 60],
    ['capacity_limit_desktops', 150],
    ['product_vcpus', 16],
    ['product_memory_bytes', 64 * GIB],
    ['product_system_disk_bytes', 100 * GIB],
  ])('desktop_pool_%s is %d, with the base labels alone', (name, value) => {
    expect(page.value(`desktop_pool_${name}`)).toBe(value);
    expect(page.labels(`desktop_pool_${name}`)).toEqual([
      { project: 'prod', pool_id: 'a130ab3a-72bf-4b71-baa9-af4987c8e338', pool_name: '工程部 GPU' },
    ]);
  });

  test('has volumes in bytes, by type and position', () => {
    expect(page.value('desktop_pool_root_volume_size_bytes', { volume_type: 'SSD' })).toBe(100 * GIB);
    expect(page.value('desktop_pool_data_volume_size_bytes', { index: '0', volume_type: 'GPSSD' })).toBe(200 * GIB);
    expect(page.value('desktop_pool_data_volume_size_bytes', { index: '1', volume_type: 'SAS' })).toBe(100 * GIB);
  });

  test('has its security groups', () => {
    expect(page.labels('desktop_pool_security_group_info')).toMatchObject([
      { security_group_id: '55555555-0000-0000-0000-000000000001', security_group_name: 'WorkspaceUserSecurityGroup' },
      { security_group_id: '55555555-0000-0000-0000-000000000002', security_group_name: 'say "hi"' },
    ]);
  });

  test('has all its subnets', () => {
    expect(page.labels('desktop_pool_subnet_info').map(({ subnet_id }) => subnet_id)).toEqual([
      '11111111-0000-0000-0000-000000000001',
      '11111111-0000-0000-0000-000000000002',
    ]);
  });

  test('has the tags whose keys are allowed, and no others', () => {
    expect(page.labels('desktop_pool_tag_info').map(({ key, value }) => [key, value])).toEqual([
      ['cost-center', 'CC-417'],
      ['team', ''],
    ]);
    expect(page.text).not.toContain('not allowed');
  });

  test('has every attribute', () => {
    const [attributes = {}] = page.labels('desktop_pool_info');
    expect(Object.entries(attributes).filter(([, value]) => value === '')).toEqual([]);
    expect(attributes).toMatchObject({
      pool_type: 'DYNAMIC',
      charging_mode: 'monthly',
      autoscale_type: 'ACCESS_CREATED',
      vpc_id: '22222222-0000-0000-0000-000000000001',
      ou_name: 'OU=engineering,DC=acme,DC=example',
      image_product_code: 'workspace.image.win11',
      desktop_name_policy_id: '66666666000000000000000000000001',
      user_reset_policy: 'true',
    });
    expect(page.labels('desktop_pool_product_info')).toMatchObject([{ is_gpu: 'true', contain_data_disk: 'true' }]);
  });

  test('is no violation, what nobody knows included', () => {
    expect(report).toMatchObject({ violations: [], unknown: [] });
  });
});

describe('what is not reported', () => {
  const pool_id = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';

  test.each(['nulls', 'absent'])('has no sample: %s', async (how) => {
    const document = how === 'absent' ? { id: pool_id } : desktopPool(how);
    const { page, report } = await exported(document, { pool_tags: ['cost-center'] });
    expect(dataOf(page).map((line) => line.replace(/\{.*/, ''))).toEqual(['info']);
    const [attributes = {}] = page.labels('desktop_pool_info');
    expect(Object.entries(attributes).filter(([, value]) => value !== '')).toEqual([
      ['project', 'prod'],
      ['pool_id', pool_id],
    ]);
    expect(report.violations).toEqual([]);
  });

  test('may be inside an object or a list, and moves no position', async () => {
    const { page, report } = await exported(desktopPool('nulls-inside'), { pool_tags: ['cost-center'] });
    expect(report.violations).toEqual([]);
    expect(page.labels('desktop_pool_data_volume_size_bytes')).toMatchObject([{ index: '1', volume_type: '' }]);
    expect(page.labels('desktop_pool_tag_info')).toMatchObject([{ key: 'cost-center', value: '' }]);
    expect(page.values('desktop_pool_product_vcpus')).toEqual([]);
    expect(page.values('desktop_pool_root_volume_size_bytes')).toEqual([]);
    expect(page.values('desktop_pool_security_group_info')).toEqual([]);
    expect(page.values('desktop_pool_product_status')).toEqual([]);
  });

  test('of a policy that was left behind when autoscaling was switched off has no sample either', async () => {
    const { page } = await exported(desktopPool('stub-policy'));
    expect(page.value('desktop_pool_autoscale_enabled')).toBe(0);
    expect(page.value('desktop_pool_autoscale_step_desktops')).toBe(2);
    expect(page.values('desktop_pool_autoscale_min_idle_desktops')).toEqual([]);
    expect(page.labels('desktop_pool_info')).toMatchObject([{ autoscale_type: '' }]);
  });

  test('by the configuration has no sample', async () => {
    const { page } = await exported(desktopPool('sample'));
    expect(page.values('desktop_pool_capacity_limit_desktops')).toEqual([]);
    expect(page.values('desktop_pool_tag_info')).toEqual([]);
  });
});

test.each([
  ['STATIC', 0, []],
  ['STATIC', 60, []],
  [undefined, 60, []],
  ['DYNAMIC', 60, [3600]],
  ['DYNAMIC', 0, [0]],
])(
  'a pool of type %s with %d minutes has a retention of %j seconds: only dynamic ones unbind',
  async (type, minutes, seconds) => {
    const { page } = await exported({ ...desktopPool('sample'), type, disconnected_retention_period: minutes });
    expect(page.values('desktop_pool_disconnected_retention_seconds')).toEqual(seconds);
  },
);

describe('the subnets of a pool', () => {
  test.each([
    ['are all of subnet_ids', { subnet_id: 'a', subnet_ids: ['a', 'b'] }, ['a', 'b']],
    ['are that of subnet_id, where the answer has no others', { subnet_id: 'a' }, ['a']],
    ['are that of subnet_id, where the others are an empty list', { subnet_id: 'a', subnet_ids: [] }, ['a']],
    ['are named once each, those without a name not at all', { subnet_ids: ['b', '', 'b'] }, ['b']],
    ['are none where none is reported', { subnet_id: '' }, []],
  ])('%s', async (_, part, ids) => {
    const { page, report } = await exported({ id: 'a', ...part });
    expect(page.labels('desktop_pool_subnet_info').map(({ subnet_id }) => subnet_id)).toEqual(ids);
    expect(report.violations).toEqual([]);
  });
});

test.each([
  [{ enable: true }, 'true'],
  [{ enable: false, reset_count_per_day: 3 }, 'false'],
  [{ reset_count_per_day: 3 }, ''],
])('the policy of resets %j is told as %j', async (user_reset_policy, word) => {
  const { page } = await exported({ id: 'a', user_reset_policy });
  expect(page.labels('desktop_pool_info')).toMatchObject([{ user_reset_policy: word }]);
});

describe('an answer of wrong types', () => {
  test('in every field is still a pool, and each field is named', async () => {
    const document = desktopPool('wrong-types');
    const { page, report } = await exported(document);
    expect(page.value('desktop_pool_up')).toBe(1);
    expect(dataOf(page).map((line) => line.replace(/\{.*/, ''))).toEqual(['info']);
    const known = Object.keys(document).filter((field) => Object.hasOwn(poolSchema.shape, field) && field !== 'id');
    expect(known.length).toBeGreaterThan(25);
    expect([...report.violations].sort()).toEqual(known.map((field) => `show_desktop_pool ${field}`).sort());
  });

  test('inside objects and lists costs those fields, and not their neighbours', async () => {
    const { page, report } = await exported(desktopPool('wrong-types-inside'), { pool_tags: ['cost-center'] });
    expect(page.labels('desktop_pool_subnet_info')).toMatchObject([{ subnet_id: 'subnet-b' }]);
    expect(page.labels('desktop_pool_data_volume_size_bytes')).toMatchObject([{ index: '2', volume_type: 'SAS' }]);
    expect(page.value('desktop_pool_data_volume_size_bytes')).toBe(100 * GIB);
    const { product, root_volume, autoscale_policy, user_reset_policy } = poolSchema.shape;
    const below = (name: string, field: z.ZodOptional<z.ZodObject>) =>
      Object.keys(field.unwrap().shape).map((key) => `${name}.${key}`);
    const inside = [
      ...below('product', product),
      ...below('root_volume', root_volume),
      ...below('autoscale_policy', autoscale_policy),
      ...below('user_reset_policy', user_reset_policy),
      ...['subnet_ids[]', 'data_volumes[]', 'data_volumes[].type', 'data_volumes[].size'],
      ...[
        'security_groups[]',
        'security_groups[].id',
        'security_groups[].name',
        'tags[]',
        'tags[].key',
        'tags[].value',
      ],
    ];
    expect([...report.violations].sort()).toEqual(inside.map((field) => `show_desktop_pool ${field}`).sort());
  });

  test.each([
    ['a text for a number', { desktop_count: '10' }, 'desktop_count'],
    ['a negative number', { desktop_used: -1 }, 'desktop_used'],
    ['a time that is none', { created_time: 'last week' }, 'created_time'],
    ['a number that is no number', { product: { cpu: '2 vCPU' } }, 'product.cpu'],
    ['a number beyond all numbers', { product: { memory: '9'.repeat(400) } }, 'product.memory'],
    ['a text beyond all texts', { name: 'x'.repeat(1025) }, 'name'],
  ])('%s is counted under its name', async (_, part, field) => {
    const { page, report } = await exported({ ...desktopPool('sample'), ...part });
    expect(report.violations).toEqual([`show_desktop_pool ${field}`]);
    expect(page.value('desktop_pool_in_maintenance_mode')).toBe(0);
  });
});

describe('a value that nobody knows', () => {
  test.each([
    ['status', { status: 'ON_FIRE' }, 'status', 'OTHER'],
    ['status', { status: 'OTHER' }, 'status', 'OTHER'],
    ['status', { status: '' }, 'status', 'OTHER'],
    ['product_status', { product: { status: 'scarce' } }, 'product.status', 'other'],
    ['product_status', { product: { status: 'other' } }, 'product.status', 'other'],
  ])('of desktop_pool_%s, %j, is counted as %s and shown as %s', async (metric, part, field, state) => {
    const { page, report } = await exported({ ...desktopPool('sample'), ...part });
    const name = `desktop_pool_${metric}`;
    expect(page.labels(name).filter(({ status = '' }) => page.value(name, { status }) === 1)).toMatchObject([
      { status: state },
    ]);
    expect(report.unknown).toEqual([field]);
    expect(report.violations).toEqual([]);
  });

  test.each([
    ['pool_type', { type: 'ELASTIC' }, 'type', 'ELASTIC'],
    ['charging_mode', { charging_mode: '2' }, 'charging_mode', '2'],
    ['charging_mode', { charging_mode: 'constructor' }, 'charging_mode', 'constructor'],
    ['charging_mode', { charging_mode: '__proto__' }, 'charging_mode', '__proto__'],
    ['autoscale_type', { autoscale_policy: { autoscale_type: 'MAGIC' } }, 'autoscale_policy.autoscale_type', 'MAGIC'],
  ])('of the label %s, %j, is counted as %s and kept as %s', async (label, part, field, value) => {
    const { page, report } = await exported({ ...desktopPool('sample'), ...part });
    expect(page.labels('desktop_pool_info')).toMatchObject([{ [label]: value }]);
    expect(report.unknown).toEqual([field]);
  });

  test.each(['STEADY', 'TEMPORARY', 'EXIST_FROZEN', 'UNKNOWN', 'ERROR'])('%s is known', async (status) => {
    const { page, report } = await exported({ ...desktopPool('sample'), status });
    expect(page.value('desktop_pool_status', { status })).toBe(1);
    expect(page.values('desktop_pool_status').filter((value) => value === 1)).toHaveLength(1);
    expect(page.values('desktop_pool_status')).toHaveLength(6);
    expect(report.unknown).toEqual([]);
  });

  test.each(['normal', 'sellout', 'abandon'])('%s is known', async (status) => {
    const { page, report } = await exported({ ...desktopPool('sample'), product: { status } });
    expect(page.value('desktop_pool_product_status', { status })).toBe(1);
    expect(page.values('desktop_pool_product_status').filter((value) => value === 1)).toHaveLength(1);
    expect(page.values('desktop_pool_product_status')).toHaveLength(4);
    expect(report.unknown).toEqual([]);
  });
});

describe('a list that names the same thing twice makes one series', () => {
  test.each([
    [
      [
        { id: 's', name: 'n' },
        { id: 's', name: 'n' },
      ],
      1,
    ],
    [[{ id: 's' }, { id: 's', name: '' }, { id: 's', name: null }], 1],
    [
      [
        { id: 's', name: 'n' },
        { id: 's', name: 'm' },
      ],
      2,
    ],
  ])('security groups %j', async (security_groups, series) => {
    const { page } = await exported({ ...desktopPool('sample'), security_groups });
    expect(page.labels('desktop_pool_security_group_info')).toHaveLength(series);
  });

  test.each([
    [
      [
        { key: 'k', value: 'v' },
        { value: 'v', key: 'k' },
      ],
      1,
    ],
    [[{ key: 'k' }, { key: 'k', value: '' }], 1],
    [
      [
        { key: 'k', value: 'v' },
        { key: 'k', value: 'w' },
      ],
      2,
    ],
    [[{ value: 'v' }], 0],
  ])('tags %j', async (tags, series) => {
    const { page } = await exported({ ...desktopPool('sample'), tags }, { pool_tags: ['k'] });
    expect(page.labels('desktop_pool_tag_info')).toHaveLength(series);
  });
});

test.each([
  ['2025-05-22T09:48:47Z', 1747907327],
  ['2022-05-11T11:45:42.000Z', 1652269542],
  ['2022-05-11T11:45:42.500Z', 1652269542.5],
  ['2022-05-11T19:45:42+08:00', 1652269542],
])('created_time %s', async (created_time, seconds) => {
  const { page } = await exported({ ...desktopPool('sample'), created_time });
  expect(page.value('desktop_pool_created_timestamp_seconds')).toBe(seconds);
});

test.each([
  [{ cpu: 2, memory: 4096, system_disk_size: 80 }],
  [{ cpu: '2', memory: '4096', system_disk_size: '80' }],
  [{ cpu: '2.0', memory: '4096.0', system_disk_size: '80' }],
])('numbers of the product are understood as %j', async (product) => {
  const { page } = await exported({ ...desktopPool('sample'), product });
  expect(page.value('desktop_pool_product_vcpus')).toBe(2);
  expect(page.value('desktop_pool_product_memory_bytes')).toBe(4 * GIB);
  expect(page.value('desktop_pool_product_system_disk_bytes')).toBe(80 * GIB);
});

test('contain_data_disk may be a word', async () => {
  const { page } = await exported({ ...desktopPool('sample'), product: { contain_data_disk: 'off' } });
  expect(page.labels('desktop_pool_product_info')).toMatchObject([{ contain_data_disk: 'off' }]);
});

describe('the list gives the same series as the details', () => {
  const documents = ['sample', 'newer-fields', 'stub-policy'].map(desktopPool);
  const selection = { discovery: discovering, pool_tags: ['cost-center'] };
  const script = ({ path }: { path: readonly string[] }) =>
    path[1] === undefined ? listOf(documents) : documents.find(({ id }) => id === path[1]);

  test('but for the isolated desktops, which only the detail is said to know', async () => {
    const list = await house({ script, selection, source: 'list' }).read();
    const details = await house({ script, selection, source: 'details' }).read();
    expect(details.values('desktop_pool_desktops_isolated')).toEqual([3]);
    expect(list.values('desktop_pool_desktops_isolated')).toEqual([]);
    expect(dataOf(list)).toEqual(dataOf(details).filter((line) => !line.startsWith('desktops_isolated')));
    expect(list.lines('pools')).toEqual(details.lines('pools'));
  });

  test('and counts under its own name what is wrong', async () => {
    const { read, report } = house({
      script: () => listOf([{ ...desktopPool('sample'), desktop_count: 'x', status: 'ON_FIRE' }]),
      selection,
    });
    await read();
    expect(report.violations).toEqual(['list_desktop_pools desktop_count']);
    expect(report.unknown).toEqual(['status']);
  });
});

describe('huaweicloud_workspace_pools', () => {
  test('tells what was listed, selected and dropped', async () => {
    const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id, name: id }));
    const { read, report } = house({
      script: () => listOf(rows),
      selection: {
        max_pools: 2,
        discovery: { ...discovering, exclude: [{ source: 'd', matches: (name) => name === 'd' }] },
      },
    });
    const page = await read();
    expect(page.labels('pools').map(({ state = '' }) => [state, page.value('pools', { state })])).toEqual([
      ['listed', 4],
      ['selected', 2],
      ['dropped', 1],
      ['unlisted', 0],
    ]);
    expect(report.drops).toEqual([['max_pools', 1]]);
    expect(report.notices).toEqual([expect.stringMatching(/max_pools/)]);
  });

  test('tells what is configured, without discovery', async () => {
    const { read } = house({
      script: () => desktopPool('sample'),
      selection: { pools: [{ id: desktopPool('sample').id }] },
    });
    const page = await read();
    expect(page.labels('pools')).toMatchObject([{ state: 'selected' }, { state: 'dropped' }]);
    expect(page.values('pools')).toEqual([1, 0]);
  });
});
