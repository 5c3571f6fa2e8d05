// The catalogue against the contract's tables and against a real page: what is documented is what is exported.
import { describe, expect, test } from 'vitest';
import { allSections, dataOrder, dataSections, OPERATIONS, ownSections } from '../../src/app/catalog.ts';
import { collectors } from '../../src/collectors/index.ts';
import type { MetricInfo } from '../../src/metrics/metric.ts';
import { createTelemetry } from '../../src/metrics/telemetry.ts';
import { credentialFamilies } from '../../src/scrape/credentials.ts';
import { desktopPool } from '../fixtures/read.ts';
import { pageText } from '../metrics/page-text.ts';
import { house, MINUTE } from '../scrape/house.ts';
import { type ReadPage, readPage } from '../scrape/read-page.ts';
import { hasPrometheus, parseOpenMetrics, promtool } from '../support/prometheus.ts';

const B = ['project', 'pool_id', 'pool_name'];
type Table = readonly (readonly [name: string, labels: readonly string[], fields?: RegExp])[];

/** Section 5 of the contract: name, labels, and what HELP must name. */
const PROJECT: Table = [['project_info', ['project', 'project_id', 'region']]];
const POOLS: Table = [
  ['pools', ['project', 'state']],
  ['desktop_pool_desktops', B, /\bdesktop_count\b/],
  ['desktop_pool_desktops_used', B, /\bdesktop_used\b/],
  ['desktop_pool_desktops_isolated', B, /\bisolation_num\b/],
  ['desktop_pool_auto_isolation_enabled', B, /\bautoscale_policy\.auto_isolation_enable\b/],
  ['desktop_pool_auto_isolation_max_desktops', B, /\bautoscale_policy\.auto_isolation_max_num\b/],
  ['desktop_pool_autoscale_enabled', B, /\benable_autoscale\b/],
  ['desktop_pool_autoscale_min_idle_desktops', B, /\bautoscale_policy\.min_idle\b/],
  ['desktop_pool_autoscale_max_auto_created_desktops', B, /\bautoscale_policy\.max_auto_created\b/],
  ['desktop_pool_autoscale_step_desktops', B, /deprecated.*\bautoscale_policy\.once_auto_created\b/],
  ['desktop_pool_autoscale_min_retention_desktops', B, /\bautoscale_policy\.min_retention\b/],
  ['desktop_pool_autoscale_idle_retention_seconds', B, /\bautoscale_policy\.idle_retention_duration\b/],
  ['desktop_pool_in_maintenance_mode', B, /\bin_maintenance_mode\b/],
  ['desktop_pool_status', [...B, 'status'], /\(status\)/],
  ['desktop_pool_created_timestamp_seconds', B, /\bcreated_time\b/],
  ['desktop_pool_disconnected_retention_seconds', B, /\bdisconnected_retention_period\b/],
  ['desktop_pool_capacity_limit_desktops', B, /\bcapacity_limit\b/],
  [
    'desktop_pool_info',
    [
      ...B,
      ...['pool_type', 'charging_mode', 'autoscale_type', 'availability_zone', 'subnet_id', 'vpc_id'],
      ...['enterprise_project_id', 'ou_name', 'image_id', 'image_name', 'image_os_type', 'image_os_version'],
      ...['image_os_platform', 'image_product_code', 'product_id', 'flavor_id', 'desktop_name_policy_id'],
      'user_reset_policy',
    ],
    /same names/,
  ],
  ['desktop_pool_subnet_info', [...B, 'subnet_id'], /\bsubnet_ids\[\], else subnet_id\b/],
  [
    'desktop_pool_product_info',
    [
      ...B,
      ...['product_id', 'flavor_id', 'product_type', 'package_type', 'architecture', 'charge_mode', 'is_gpu'],
      ...['system_disk_type', 'contain_data_disk', 'resource_type', 'cloud_service_type', 'volume_product_type'],
    ],
    /\(product\)/,
  ],
  ['desktop_pool_product_status', [...B, 'status'], /\bproduct\.status\b/],
  ['desktop_pool_product_vcpus', B, /\bproduct\.cpu\b/],
  ['desktop_pool_product_memory_bytes', B, /\bproduct\.memory\b/],
  ['desktop_pool_product_system_disk_bytes', B, /\bproduct\.system_disk_size\b/],
  ['desktop_pool_root_volume_size_bytes', [...B, 'volume_type'], /\broot_volume\.size\b/],
  ['desktop_pool_data_volume_size_bytes', [...B, 'index', 'volume_type'], /\bdata_volumes\[\]\.size/],
  ['desktop_pool_security_group_info', [...B, 'security_group_id', 'security_group_name'], /\bsecurity_groups\[\]/],
  ['desktop_pool_tag_info', [...B, 'key', 'value'], /\btags\[\]/],
];
const READS: Table = [
  ['desktop_pool_configured', ['project', 'pool_id']],
  ['desktop_pool_up', ['project', 'pool_id']],
  ['desktop_pool_last_success_timestamp_seconds', ['project', 'pool_id']],
  ['desktop_pool_found', ['project', 'pool_id']],
  ['exporter_collector_success', ['project', 'collector']],
  ['exporter_collector_duration_seconds', ['project', 'collector']],
  ['exporter_collector_last_success_timestamp_seconds', ['project', 'collector']],
];
const SESSIONS: Table = [
  ['desktop_pool_run_state_desktops', [...B, 'state'], /\brun_state_statistics\b/],
  ['desktop_pool_login_state_desktops', [...B, 'state'], /\blogin_state_statistics\b/],
  ['desktop_pool_attach_state_desktops', [...B, 'state'], /\battach_statistics\b/],
];
const USERS: Table = [
  ['users', ['project']],
  ['desktop_pool_users', [...B, 'attached']],
  ['user_desktop_pools', ['project', 'user_id'], /\bdesktop_pool_count\b/],
  ['user_desktop_pool_attached', [...B, 'user_id'], /\bis_attached\b/],
];
const QUOTAS: Table = [
  ['quota_limit', ['project', 'site_id', 'resource', 'unit']],
  ['quota_used', ['project', 'site_id', 'resource', 'unit']],
];
const EXPORTER: Table = [
  ['auth_blocked', ['project']],
  ['api_throttled_until_timestamp_seconds', ['project']],
  ['credential_expiry_timestamp_seconds', ['project', 'kind']],
  ['build_info', ['version', 'revision', 'node_version']],
  ['config_last_reload_successful', []],
  ['config_last_reload_success_timestamp_seconds', []],
  ['api_requests_total', ['project', 'operation', 'code']],
  ['api_errors_total', ['project', 'operation', 'reason']],
  ['api_request_duration_seconds', ['project', 'operation']],
  ['api_retries_total', ['project', 'operation', 'reason']],
  ['api_requests_in_flight', ['project']],
  ['api_budget_wait_seconds_total', ['project']],
  ['token_requests_total', ['project', 'result']],
  ['scrapes_coalesced_total', []],
  ['scrape_deadline_exceeded_total', []],
  ['schema_violations_total', ['operation']],
  ['log_writes_failed_total', []],
  ['unknown_enum_values_total', ['field']],
  ['series_dropped_total', ['collector', 'reason']],
  ['http_requests_total', ['handler', 'code']],
  ['http_request_duration_seconds', ['handler']],
];

const PREFIX = 'huaweicloud_workspace_';
const sections = await allSections();
const all: readonly MetricInfo[] = sections.flatMap(({ metrics }) => metrics);
const byName = new Map(all.map((metric) => [metric.name, metric]));
const sectionOf = (title: string) => sections.find((section) => section.title === title)?.metrics ?? [];
const sorted = (table: readonly (readonly [string, readonly string[]])[]) =>
  [...table].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, labels]) => [name, [...labels].sort()]);

describe('the catalogue has the metrics of the contract, and no others', () => {
  const tables: [string, string, Table][] = [
    ['Project', PREFIX, PROJECT],
    ['Collector pools', PREFIX, POOLS],
    ['Reads', PREFIX, READS],
    ['Exporter', `${PREFIX}exporter_`, EXPORTER],
  ];
  const others: [string, Table][] = [
    ['users', USERS],
    ['sessions', SESSIONS],
    ['quotas', QUOTAS],
  ];
  for (const [name, table] of others)
    if (collectors.some((collector) => collector.name === name)) tables.push([`Collector ${name}`, PREFIX, table]);

  test.each(tables)('%s', (title, prefix, table) => {
    const metrics = sectionOf(title).map(({ name, labels }) => [name, labels] as const);
    expect(sorted(metrics)).toEqual(sorted(table.map(([name, labels]) => [prefix + name, labels])));
  });

  test.each(
    tables.flatMap(([, prefix, table]) =>
      table.flatMap(([name, , fields]) => (fields === undefined ? [] : [[prefix + name, fields] as const])),
    ),
  )('HELP of %s names the field of the API: %s', (name, fields) => {
    expect(byName.get(name)?.help).toMatch(fields);
  });

  test('every collector has a section, and there are no others', () => {
    expect(sections.map(({ title }) => title)).toEqual([
      'Project',
      ...collectors.map(({ name }) => `Collector ${name}`),
      'Reads',
      'Exporter',
      'Process',
    ]);
  });

  test('the operations are those of the contract', () => {
    expect([...OPERATIONS].sort()).toEqual([
      ...['create_token', 'get_metadata_credential', 'list_desktop_pools', 'list_desktop_pools_by_users'],
      ...['list_desktops_statistics', 'list_users', 'show_desktop_pool', 'show_quotas'],
    ]);
  });
});

describe('every metric', () => {
  test('has a name of its own', () => {
    expect(byName.size).toBe(all.length);
    expect(new Set(dataOrder).size).toBe(dataOrder.length);
  });

  test.each(all.map((metric) => [metric.name, metric]))(
    '%s is named and described as Prometheus wants it',
    (name, metric) => {
      expect(name).toMatch(/^(huaweicloud_workspace|process|nodejs)_[a-z0-9_]+$/);
      expect(metric.help).toMatch(/\S/);
      if (name.startsWith(PREFIX)) expect(metric.help).toMatch(/^[A-Z0-9v].*\.$/);
      expect(new Set(metric.labels).size).toBe(metric.labels.length);
      expect(name.endsWith('_total')).toBe(metric.type === 'counter');
      if (name.startsWith(PREFIX)) expect(name.endsWith('_info')).toBe(metric.type === 'info');
    },
  );
});

describe('a page with everything on it', async () => {
  const telemetry = createTelemetry({ processMetrics: true });
  for (const [name, labels] of EXPORTER) {
    const own: Record<string, string> = Object.fromEntries(labels.map((label) => [label, 'x']));
    // Reason: the names and labels of a table are not those of the types, which is the point of the test.
    const call = (method: 'count' | 'observe' | 'set') => telemetry[method](name as never, own as never, 1);
    const type = byName.get(`${PREFIX}exporter_${name}`)?.type;
    if (
      !['auth_blocked', 'api_throttled_until_timestamp_seconds', 'credential_expiry_timestamp_seconds'].includes(name)
    )
      call(type === 'counter' ? 'count' : type === 'histogram' ? 'observe' : 'set');
  }
  // Once: the collection of garbage between the pages adds a family.
  const ownFamilies = await telemetry.families();
  const { scrape, clock, project } = house({
    script: () => desktopPool('newer-fields'),
    selection: {
      pools: [{ id: 'a130ab3a-72bf-4b71-baa9-af4987c8e338', capacity_limit: 5 }],
      pool_tags: ['cost-center', 'team'],
    },
    own: async () => [
      ...credentialFamilies([
        {
          ...project,
          credential: () => ({
            blocked: { until: clock.now(), why: 'HTTP 401', othersFrom: undefined },
            heldUntil: clock.now() + MINUTE,
            issued: { kind: 'token', until: clock.now() + MINUTE },
          }),
        },
      ]),
      ...ownFamilies,
    ],
  });
  const text = await clock.finish(scrape({ withOwn: true }));
  const openMetrics = await clock.finish(scrape({ withOwn: true, format: 'openmetrics' }));
  const page: ReadPage = readPage(text);

  test('has every metric of the project, the pools, the reads and the exporter', () => {
    const expected = ['Project', 'Collector pools', 'Reads', 'Exporter'].flatMap((title) => sectionOf(title));
    expect(expected.map(({ name }) => name).filter((name) => !page.types.has(name))).toEqual([]);
  });

  test('has no metric that is not in the catalogue, and each with its type', () => {
    const types = [...page.types].map(([name, type]) => [name, type]);
    const known = types.map(([name = '']) => {
      const type = byName.get(name)?.type;
      return [name, type === 'info' ? 'gauge' : type];
    });
    expect(types).toEqual(known);
    expect(types.length).toBeGreaterThan(70);
  });

  test('has exactly the labels of the catalogue, in its order', () => {
    const familyOf = (name: string) => (byName.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''));
    for (const { name, labels } of page.samples) {
      const own = Object.keys(labels).filter((label) => label !== 'le');
      expect([name, own]).toEqual([name, byName.get(familyOf(name))?.labels]);
      expect('le' in labels).toBe(name.endsWith('_bucket'));
    }
  });

  test('has the families in the order of the catalogue', () => {
    const order = [...dataSections, ...ownSections].flatMap(({ metrics }) => metrics.map(({ name }) => name));
    const shown = [...page.types.keys()].filter((name) => order.includes(name));
    expect(shown).toEqual(order.filter((name) => page.types.has(name)));
  });

  test('has no series twice', () => {
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(new Set(series.map((line) => line.replace(/ \S+$/, ''))).size).toBe(series.length);
  });

  test('credentials are told as the contract says', () => {
    expect(page.value('exporter_auth_blocked')).toBe(1);
    expect(page.value('exporter_api_throttled_until_timestamp_seconds')).toBe((clock.now() + MINUTE) / 1000);
    expect(page.value('exporter_credential_expiry_timestamp_seconds', { kind: 'token' })).toBe(
      (clock.now() + MINUTE) / 1000,
    );
  });

  describe.skipIf(!hasPrometheus())('for other eyes', () => {
    test('promtool finds no fault with the text', () => {
      expect(promtool(['check', 'metrics'], text)).toBe('');
    });

    test('the strict parser takes the OpenMetrics page, and finds units and info types', () => {
      const parsed = parseOpenMetrics(openMetrics);
      const stripped = (name: string) => {
        const type = byName.get(name)?.type;
        return type === 'counter' ? name.replace(/_total$/, '') : type === 'info' ? name.replace(/_info$/, '') : name;
      };
      expect(Object.keys(parsed).sort()).toEqual([...page.types.keys()].map(stripped).sort());
      for (const name of page.types.keys()) {
        const { type, unit } = parsed[stripped(name)] ?? {};
        expect([name, type]).toEqual([name, byName.get(name)?.type]);
        expect([name, unit]).toEqual([name, /_(seconds|bytes)$/.exec(stripped(name))?.[1] ?? '']);
      }
    });
  });
});

test('a credential that is fine is told so, and nothing more', () => {
  const { project } = house({ script: () => ({}) });
  const page = readPage(pageText(credentialFamilies([project])));
  expect(page.samples).toEqual([{ name: `${PREFIX}exporter_auth_blocked`, labels: { project: 'prod' }, value: 0 }]);
});
