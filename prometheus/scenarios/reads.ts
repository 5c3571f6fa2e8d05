// Scenarios of the alerts about reading.
import { A, B, calmPool, POOL, pool, type Scenario, sample, steps, type Values } from './scenario.ts';

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
    name: 'The clock of the exporter is six minutes behind: values look old, and are not',
    series: [
      ...pool({ desktops: 20, used: 20 }),
      up(1),
      lastSuccess('-360+60x300'),
      sample('huaweicloud_workspace_exporter_clock_skew_seconds', { project: 'prod' }, -360),
    ],
    firing: {
      '40m': [
        'WorkspaceClockSkew',
        'WorkspacePoolExhausted',
        'WorkspacePoolUtilizationCritical',
        'WorkspacePoolUtilizationHigh',
      ],
    },
    silent: ['WorkspacePoolDataStale'],
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
    name: 'A project vanishes whole, while another exporter goes on: nobody scrapes its own any more',
    series: [
      sample('huaweicloud_workspace_project_info', { project: 'prod' }, `${steps([1, 90])} stale`),
      selected(`${steps([12, 90])} stale`),
    ],
    firing: { '100m': [], '112m': ['WorkspacePoolsVanished'], '3h': [] },
    firingWhenRare: { '100m': [], '120m': ['WorkspacePoolsVanished'], '3h': [] },
    says: [
      {
        at: '112m',
        alert: 'WorkspacePoolsVanished',
        labels: { project: 'prod' },
        description: 'Project prod has 0 pools left; an hour ago it had far more.',
      },
    ],
  },
  {
    name: 'The list of pools cannot be read any more: the project is there all the same',
    series: [
      sample('huaweicloud_workspace_project_info', { project: 'prod' }, 1),
      selected(`${steps([12, 90])} stale`),
    ],
    firing: { '112m': [], '3h': [] },
    silent: ['WorkspacePoolsVanished', 'WorkspaceProjectSelectsNothing'],
  },
  {
    name: 'A pool that is exhausted and cannot be read is removed from the configuration: its alerts end',
    series: [
      ...pool({
        desktops: `${steps([20, 40])} stale`,
        used: `${steps([20, 40])} stale`,
        enabled: `${steps([0, 40])} stale`,
        maintenance: `${steps([0, 40])} stale`,
        info: `${steps([1, 40])} stale`,
      }),
      up(`${steps([0, 40])} stale`),
      lastSuccess(`${steps([0, 40])} stale`),
    ],
    firing: {
      '35m': [
        'WorkspacePoolExhausted',
        'WorkspacePoolUtilizationCritical',
        'WorkspacePoolUtilizationHigh',
        'WorkspacePoolDataStale',
        'WorkspacePoolScrapeFailing',
      ],
      '65m': [],
      '2h': [],
    },
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
    series: [up(1), ...calmPool()],
    isWithoutRecording: true,
    firing: { '14m': [], '17m': ['WorkspaceRulesIncomplete'] },
    says: [
      {
        at: '17m',
        alert: 'WorkspaceRulesIncomplete',
        labels: { project: 'prod' },
        description:
          'Of 1 pools of project prod that are read, Prometheus has no recorded size or no desktop_pool_info: the recording rules are not loaded, or metrics are left out.',
      },
    ],
  },
  {
    name: 'The number of desktops is left out of the page',
    series: [up(1), ...pool({ used: 8 })],
    firing: { '14m': [], '17m': ['WorkspaceRulesIncomplete'] },
  },
  {
    name: 'desktop_pool_info is left out of the page',
    series: [up(1), ...calmPool().filter(({ series }) => !series.includes('desktop_pool_info'))],
    firing: { '14m': [], '17m': ['WorkspaceRulesIncomplete'] },
  },
];
