// Scenarios of the alerts about reading.
import { A, B, calmPool, POOL, type Scenario, sample, steps, type Values } from './scenario.ts';

const read = { project: 'prod', pool_id: 'p-1' };
const unnamed = { ...POOL, pool_name: 'p-1' };
const configured = sample('huaweicloud_workspace_desktop_pool_configured', read, 1);
const up = (values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_desktop_pool_up', read, values, instance);
const lastSuccess = (values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_desktop_pool_last_success_timestamp_seconds', read, values, instance);
const found = (values: Values) => sample('huaweicloud_workspace_desktop_pool_found', read, values);
const selected = (values: Values) =>
  sample('huaweicloud_workspace_pools', { project: 'prod', state: 'selected' }, values);
const collector = (values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_exporter_collector_success', { project: 'prod', collector: 'pools' }, values, instance);

export const readsScenarios: readonly Scenario[] = [
  {
    name: 'Everything is read: nothing fires',
    series: [...calmPool(), up(1), lastSuccess('0+60x300'), found(1), selected(12), collector(1)],
    firing: { '5m': [], '3h': [] },
    silent: [
      'WorkspacePoolScrapeFailing',
      'WorkspacePoolDataStale',
      'WorkspacePoolNotFound',
      'WorkspacePoolsVanished',
      'WorkspaceCollectorFailing',
    ],
  },
  {
    name: 'Reads of a pool fail: its values get old, which is said before they end',
    series: [...calmPool(), up(steps([1, 10], [0, 100])), lastSuccess('0+60x9 540x100')],
    firing: {
      '15m': [],
      '18m': ['WorkspacePoolDataStale'],
      '21m': ['WorkspacePoolDataStale', 'WorkspacePoolScrapeFailing'],
    },
    firingWhenRare: {
      '18m': [],
      '21m': ['WorkspacePoolScrapeFailing'],
      '30m': ['WorkspacePoolDataStale', 'WorkspacePoolScrapeFailing'],
    },
    says: [
      {
        at: '18m',
        alert: 'WorkspacePoolDataStale',
        labels: POOL,
        description: 'Pool Office (prod, p-1) was last read 9m 0s ago.',
      },
      {
        at: '21m',
        alert: 'WorkspacePoolScrapeFailing',
        labels: POOL,
        description: 'Pool Office (prod, p-1) cannot be read; its last good values end after max_staleness.',
      },
    ],
  },
  {
    name: 'A pool was never read: it has no values, and its id for a name',
    series: [configured, up(0)],
    firing: { '9m': [], '11m': ['WorkspacePoolScrapeFailing'] },
    silent: ['WorkspacePoolDataStale'],
    says: [
      {
        at: '11m',
        alert: 'WorkspacePoolScrapeFailing',
        labels: unnamed,
        description: 'Pool p-1 (prod, p-1) cannot be read; its last good values end after max_staleness.',
      },
    ],
  },
  {
    name: 'One of two exporters cannot read a pool: nothing fires',
    series: [
      ...calmPool(A),
      ...calmPool(B),
      up(1, A),
      up(0, B),
      lastSuccess('0+60x300', A),
      lastSuccess(0, B),
      collector(1, A),
      collector(0, B),
    ],
    firing: { '1h': [] },
    silent: ['WorkspacePoolScrapeFailing', 'WorkspacePoolDataStale', 'WorkspaceCollectorFailing'],
  },
  {
    name: 'Every other read fails: values are never old',
    series: [
      ...calmPool(),
      up('1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1 0 1x99'),
      lastSuccess('0 0 120 120 240 240 360 360 480 480 600+60x99'),
    ],
    firing: { '11m': [], '19m': [], '40m': [] },
    silent: ['WorkspacePoolScrapeFailing', 'WorkspacePoolDataStale'],
  },
  {
    name: 'A restart of the exporter: pools have up 0 until they are read',
    series: [
      ...calmPool(A, (value) => `${value}x10 stale`),
      ...calmPool(B, (value) => `_x12 ${value}x300`),
      up('1x10 stale', A),
      up('_x11 0 1x300', B),
      lastSuccess('0+60x10 stale', A),
      lastSuccess('_x12 720+60x300', B),
    ],
    firing: { '11m': [], '13m': [], '30m': [] },
    silent: ['WorkspacePoolScrapeFailing', 'WorkspacePoolDataStale'],
  },
  {
    name: 'A configured pool does not exist',
    series: [configured, up(0), found(0)],
    firing: { '9m': [], '11m': ['WorkspacePoolNotFound', 'WorkspacePoolScrapeFailing'] },
    says: [
      {
        at: '11m',
        alert: 'WorkspacePoolNotFound',
        labels: unnamed,
        description: 'Pool p-1 (prod, p-1) is configured, and the cloud does not know it.',
      },
    ],
  },
  {
    name: 'Most pools of a project vanish',
    series: [selected(steps([12, 90], [5, 300]))],
    firing: { '104m': [], '106m': ['WorkspacePoolsVanished'], '3h': [] },
    says: [
      {
        at: '106m',
        alert: 'WorkspacePoolsVanished',
        labels: { project: 'prod' },
        description: 'Project prod has 5 pools left; an hour ago it had far more.',
      },
    ],
  },
  {
    name: 'Half of the pools of a project go, and the other half stay: nothing fires',
    series: [selected(steps([12, 90], [6, 300]))],
    firing: { '2h': [] },
    silent: ['WorkspacePoolsVanished'],
  },
  {
    name: 'A young project loses pools at once: there is no hour ago to compare with',
    series: [selected(steps([12, 10], [1, 40]))],
    firing: { '45m': [] },
    silent: ['WorkspacePoolsVanished'],
  },
  {
    name: 'A collector fails',
    series: [...calmPool(), collector(0)],
    firing: { '14m': [], '16m': ['WorkspaceCollectorFailing'] },
    says: [
      {
        at: '16m',
        alert: 'WorkspaceCollectorFailing',
        labels: { project: 'prod', collector: 'pools' },
        description: 'Reads of the collector pools fail in project prod.',
      },
    ],
  },
  {
    name: 'The filters of a project match no pool, from the start on',
    series: [selected(0)],
    firing: { '14m': [], '17m': ['WorkspaceProjectSelectsNothing'] },
    says: [
      {
        at: '17m',
        alert: 'WorkspaceProjectSelectsNothing',
        labels: { project: 'prod' },
        description: 'The configuration of project prod selects no pool: nothing of it is watched.',
      },
    ],
  },
  {
    name: 'A project with a single pool: nothing fires',
    series: [selected(1)],
    firing: { '1h': [] },
    silent: ['WorkspaceProjectSelectsNothing', 'WorkspacePoolsVanished'],
  },
  {
    name: 'A pool that was never read has no recorded series: nothing is wrong with the rules',
    series: [configured, up(1), ...calmPool()],
    firing: { '1h': [] },
    silent: ['WorkspaceRulesIncomplete'],
  },
  {
    name: 'The recording rules are not loaded',
    series: calmPool(),
    isWithoutRecording: true,
    firing: { '14m': [], '17m': ['WorkspaceRulesIncomplete'] },
    says: [
      {
        at: '17m',
        alert: 'WorkspaceRulesIncomplete',
        labels: { project: 'prod' },
        description:
          'Prometheus has 1 pools of project prod without recorded series: alerts about their size cannot fire, dashboards are empty.',
      },
    ],
  },
];
