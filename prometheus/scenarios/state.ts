// Scenarios of the alerts about states, and of failed reads while one of them fires.
import type { ThresholdName } from '../thresholds.ts';
import { A, B, calmPool, POOL, pool, type Scenario, sample, steps, type Values } from './scenario.ts';

const OFFICE = 'Pool Office (prod, p-1)';

const status = (state: string, values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_desktop_pool_status', { ...POOL, status: state }, values, instance);
const product = (state: string, values: Values) =>
  sample('huaweicloud_workspace_desktop_pool_product_status', { ...POOL, status: state }, values);
const login = (state: string, values: Values) =>
  sample('huaweicloud_workspace_desktop_pool_login_state_desktops', { ...POOL, state }, values);
const run = (state: string, values: Values) =>
  sample('huaweicloud_workspace_desktop_pool_run_state_desktops', { ...POOL, state }, values);
/** 20 desktops; the rest of them run and wait for users. */
const desktops = (counts: { unable?: number; unregistered: number; stopped: number; hibernated?: number }) => [
  login('unable_to_connect', counts.unable ?? 0),
  login('unregistered', counts.unregistered),
  run('stopped', counts.stopped),
  run('hibernated', counts.hibernated ?? 0),
];
const attach = (state: string, values: Values) =>
  sample('huaweicloud_workspace_desktop_pool_attach_state_desktops', { ...POOL, state }, values);
const failedCreations = (values: Values) => sample('huaweicloud_workspace_desktop_pool_creations_failed', POOL, values);
const locked = (values: Values) => sample('huaweicloud_workspace_tenant_locked', { project: 'prod' }, values);
const isolated = (values: Values) => sample('huaweicloud_workspace_desktop_pool_desktops_isolated', POOL, values);
const threshold = (name: ThresholdName, value: number) =>
  sample('huaweicloud_workspace_desktop_pool_alert_threshold', { ...read, threshold: name }, value);
const read = { project: POOL.project, pool_id: POOL.pool_id };

export const stateScenarios: readonly Scenario[] = [
  {
    name: 'Maintenance without end',
    series: pool({ desktops: 20, used: 0, maintenance: 1 }),
    firing: { '3h': [], '4h4m': [], '4h6m': ['WorkspacePoolMaintenanceTooLong'] },
    says: [
      {
        at: '4h6m',
        alert: 'WorkspacePoolMaintenanceTooLong',
        labels: POOL,
        description: `${OFFICE} has been in maintenance mode for more than 4h 0m 0s.`,
      },
    ],
  },
  {
    name: 'Maintenance of three hours, in a pool that is older: nothing fires',
    series: pool({ desktops: 20, used: 0, maintenance: steps([0, 120], [1, 180], [0, 120]) }),
    firing: { '3h': [], '4h30m': [] },
    silent: ['WorkspacePoolMaintenanceTooLong', 'WorkspacePoolMaintenanceWithUsers'],
  },
  {
    name: 'Maintenance without end, with a restart under another instance: it is not forgotten',
    series: [
      ...pool({ desktops: '20x120', used: '0x120', enabled: '0x120', maintenance: '1x120', info: '1x120' }, A),
      ...pool(
        {
          desktops: '_x122 20x300',
          used: '_x122 0x300',
          enabled: '_x122 0x300',
          maintenance: '_x122 1x300',
          info: '_x122 1x300',
        },
        B,
      ),
    ],
    firing: { '4h6m': ['WorkspacePoolMaintenanceTooLong'] },
  },
  {
    name: 'Maintenance while users hold desktops; capacity is not spoken of',
    series: pool({ desktops: 20, used: 20, maintenance: 1 }),
    firing: { '28m': [], '32m': ['WorkspacePoolMaintenanceWithUsers'] },
    silent: ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolUtilizationCritical'],
    says: [
      {
        at: '32m',
        alert: 'WorkspacePoolMaintenanceWithUsers',
        labels: POOL,
        description: `${OFFICE} is in maintenance mode; 20 of its 20 desktops are bound to users.`,
      },
    ],
  },
  {
    name: 'Users in a pool that is not in maintenance: nothing fires',
    series: [
      ...calmPool(),
      status('STEADY', 1),
      status('TEMPORARY', 0),
      status('EXIST_FROZEN', 0),
      status('UNKNOWN', 0),
    ],
    firing: { '70m': [] },
    silent: [
      'WorkspacePoolMaintenanceWithUsers',
      'WorkspacePoolHasFrozenDesktops',
      'WorkspacePoolStuckInTransition',
      'WorkspacePoolStatusUnknown',
    ],
  },
  {
    name: 'Some desktops are frozen, in maintenance as well',
    series: [...pool({ desktops: 15, used: 0, maintenance: 1 }), status('STEADY', 0), status('EXIST_FROZEN', 1)],
    firing: { '9m': [], '11m': ['WorkspacePoolHasFrozenDesktops'] },
    says: [
      {
        at: '11m',
        alert: 'WorkspacePoolHasFrozenDesktops',
        labels: POOL,
        description: `${OFFICE} has the status EXIST_FROZEN: the cloud froze some of its 15 desktops.`,
      },
    ],
  },
  {
    name: 'A read fails while desktops are frozen: the alert stays while values stay, and ten minutes longer',
    series: [
      ...pool({ desktops: steps([15, 31]), used: steps([5, 31]) }),
      status('EXIST_FROZEN', `${steps([1, 31])} stale`),
      sample('huaweicloud_workspace_desktop_pool_up', read, steps([1, 20], [0, 100])),
      sample('huaweicloud_workspace_desktop_pool_last_success_timestamp_seconds', read, '0+60x19 1140x100'),
    ],
    firing: {
      '15m': ['WorkspacePoolHasFrozenDesktops'],
      '25m': ['WorkspacePoolHasFrozenDesktops'],
      '28m': ['WorkspacePoolHasFrozenDesktops', 'WorkspacePoolDataStale'],
      '40m': ['WorkspacePoolHasFrozenDesktops', 'WorkspacePoolDataStale', 'WorkspacePoolScrapeFailing'],
      '50m': ['WorkspacePoolDataStale', 'WorkspacePoolScrapeFailing'],
    },
    firingWhenRare: {
      '25m': ['WorkspacePoolHasFrozenDesktops'],
      '40m': ['WorkspacePoolHasFrozenDesktops', 'WorkspacePoolDataStale', 'WorkspacePoolScrapeFailing'],
      '70m': ['WorkspacePoolDataStale', 'WorkspacePoolScrapeFailing'],
    },
  },
  {
    name: 'A read fails for a moment while a pool is exhausted: the alert stays',
    series: [
      ...pool({ desktops: 10, used: 10 }),
      sample('huaweicloud_workspace_desktop_pool_up', read, steps([1, 20], [0, 6], [1, 100])),
      sample('huaweicloud_workspace_desktop_pool_last_success_timestamp_seconds', read, '0+60x19 1140x5 1560+60x100'),
    ],
    firing: {
      '15m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical', 'WorkspacePoolUtilizationHigh'],
      '25m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical', 'WorkspacePoolUtilizationHigh'],
      '40m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical', 'WorkspacePoolUtilizationHigh'],
    },
    silent: ['WorkspacePoolScrapeFailing', 'WorkspacePoolDataStale'],
  },
  {
    name: 'A change does not come to an end',
    series: [...calmPool(), status('TEMPORARY', 1)],
    firing: { '2h4m': [], '2h6m': ['WorkspacePoolStuckInTransition'] },
    says: [
      {
        at: '2h6m',
        alert: 'WorkspacePoolStuckInTransition',
        labels: POOL,
        description: `${OFFICE} has had the status TEMPORARY for more than 2h 0m 0s.`,
      },
    ],
  },
  {
    name: 'A change, with a restart of the exporter in the middle: told by its own length, not by that of the series',
    series: [
      ...calmPool(),
      status('TEMPORARY', `${steps([0, 60], [1, 30])} stale`, A),
      status('TEMPORARY', `_x91 ${steps([1, 300])}`, B),
    ],
    firing: { '2h10m': [], '2h55m': [], '3h10m': ['WorkspacePoolStuckInTransition'] },
  },
  {
    name: 'Changes come and go: nothing fires',
    series: [...calmPool(), status('TEMPORARY', steps([1, 60], [0, 5], [1, 60], [0, 5], [1, 60], [0, 60]))],
    firing: { '2h5m': [], '2h15m': [] },
    silent: ['WorkspacePoolStuckInTransition'],
  },
  {
    name: 'A status that nobody knows turns into a failure: one alert',
    series: [...calmPool(), status('OTHER', steps([1, 10], [0, 99])), status('ERROR', steps([0, 10], [1, 99]))],
    firing: { '14m': [], '16m': ['WorkspacePoolStatusUnknown'] },
    says: [
      {
        at: '16m',
        alert: 'WorkspacePoolStatusUnknown',
        labels: POOL,
        description: `${OFFICE} has a status other than STEADY, TEMPORARY and EXIST_FROZEN.`,
      },
    ],
  },
  {
    name: 'The product is sold out, and the pool wants to grow by itself',
    series: [...calmPool(), product('normal', 0), product('sellout', 1)],
    firing: { '9m': [], '11m': ['WorkspacePoolProductUnavailable'] },
    says: [
      {
        at: '11m',
        alert: 'WorkspacePoolProductUnavailable',
        labels: POOL,
        description: `${OFFICE} has 20 desktops of a product that is sold out or withdrawn.`,
      },
    ],
  },
  {
    name: 'The product is withdrawn, and the pool does not grow by itself: nothing fires',
    series: [...pool({ desktops: 20, used: 5 }), product('abandon', 1)],
    firing: { '1h': [] },
    silent: ['WorkspacePoolProductUnavailable'],
  },
  {
    name: 'The product is on sale: nothing fires',
    series: [...calmPool(), product('normal', 1), product('sellout', 0), product('abandon', 0)],
    firing: { '1h': [] },
    silent: ['WorkspacePoolProductUnavailable'],
  },
  {
    name: 'Desktops refuse connections',
    series: [...calmPool(), ...desktops({ unable: 3, unregistered: 4, stopped: 4 })],
    firing: { '14m': [], '16m': ['WorkspacePoolDesktopsUnreachable'] },
    says: [
      {
        at: '16m',
        alert: 'WorkspacePoolDesktopsUnreachable',
        labels: POOL,
        description: `${OFFICE} has 3 desktops of 20 that run without a working agent or refuse connections.`,
      },
    ],
  },
  {
    name: 'Desktops run, and their agents do not register',
    series: [...calmPool(), ...desktops({ unregistered: 9, stopped: 4, hibernated: 2 })],
    firing: { '16m': ['WorkspacePoolDesktopsUnreachable'] },
  },
  {
    name: 'At night most desktops are off, and thus unregistered: nothing fires',
    series: [...calmPool(), ...desktops({ unregistered: 18, stopped: 12, hibernated: 6 })],
    firing: { '70m': [] },
    silent: ['WorkspacePoolDesktopsUnreachable'],
  },
  {
    name: 'At night, and the cloud does not report how many are hibernated: nothing fires',
    series: [...calmPool(), login('unable_to_connect', 0), login('unregistered', 18), run('stopped', 12)],
    firing: { '70m': [] },
    silent: ['WorkspacePoolDesktopsUnreachable'],
  },
  {
    name: 'The cloud does not report power states, but desktops that refuse connections',
    series: [...calmPool(), login('unable_to_connect', 3), login('unregistered', 4)],
    firing: { '16m': ['WorkspacePoolDesktopsUnreachable'] },
  },
  {
    name: 'Desktops fail to start',
    series: [...calmPool(), run('error', 2), attach('attach_error', 0)],
    firing: { '14m': [], '17m': ['WorkspacePoolDesktopsFailed'] },
    says: [
      {
        at: '17m',
        alert: 'WorkspacePoolDesktopsFailed',
        labels: POOL,
        description: `${OFFICE} has 2 desktops, beside 20 or among them, that failed to start, to be assigned or, within the last hour, to be created.`,
      },
    ],
  },
  {
    name: 'Creations of desktops fail',
    series: [...calmPool(), failedCreations(steps([4, 30], [7, 300]))],
    firing: { '40m': [], '50m': ['WorkspacePoolDesktopsFailed'], '120m': [] },
  },
  {
    name: 'Creations of desktops failed long ago, and are still listed: nothing fires',
    series: [...calmPool(), failedCreations(7)],
    firing: { '1h': [] },
    silent: ['WorkspacePoolDesktopsFailed'],
  },
  {
    name: 'The cloud locks the service',
    series: [...calmPool(), locked(1)],
    firing: { '4m': [], '7m': ['WorkspaceTenantLocked'] },
    says: [
      {
        at: '7m',
        alert: 'WorkspaceTenantLocked',
        labels: { project: 'prod' },
        description:
          'The service is locked in project prod: an unpaid bill, a legal hold, or a lock by the account itself.',
      },
    ],
  },
  {
    name: 'The service is not locked: nothing fires',
    series: [...calmPool(), locked(0)],
    firing: { '1h': [] },
    silent: ['WorkspaceTenantLocked'],
  },
  {
    name: 'Desktops cannot be assigned to users',
    series: [...calmPool(), attach('attach_error', 1)],
    firing: { '17m': ['WorkspacePoolDesktopsFailed'] },
  },
  {
    name: 'No desktop fails, and none is isolated: nothing fires',
    series: [...calmPool(), run('error', 0), attach('attach_error', 0), isolated(0)],
    firing: { '1h': [] },
    silent: ['WorkspacePoolDesktopsFailed', 'WorkspacePoolDesktopsIsolated'],
  },
  {
    name: 'Two desktops fail and three are isolated, and the configuration allows as many in this pool: nothing fires',
    series: [...calmPool(), run('error', 2), isolated(3), threshold('failed', 2), threshold('isolated', 3)],
    firing: { '1h': [] },
    silent: ['WorkspacePoolDesktopsFailed', 'WorkspacePoolDesktopsIsolated'],
  },
  {
    name: 'Desktops are isolated',
    series: [...calmPool(), isolated(3)],
    firing: { '28m': [], '32m': ['WorkspacePoolDesktopsIsolated'] },
    says: [
      {
        at: '32m',
        alert: 'WorkspacePoolDesktopsIsolated',
        labels: POOL,
        description: `${OFFICE} has 3 isolated desktops of 20: nobody can connect to them, and autoscaling counts them.`,
      },
    ],
  },
];
