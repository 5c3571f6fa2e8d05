// Scenarios of the alerts about capacity.
import { A, B, calmPool, POOL, pool, type Scenario, sample, steps } from './scenario.ts';

const OFFICE = 'Pool Office (prod, p-1)';
const everySizeAlert = [
  'WorkspacePoolIdleBelowMinimum',
  'WorkspacePoolAutoscaleStalled',
  'WorkspacePoolAutoscaleCapReached',
  'WorkspacePoolExhausted',
  'WorkspacePoolUtilizationHigh',
  'WorkspacePoolUtilizationCritical',
  'WorkspacePoolPredictedExhaustion',
  'WorkspacePoolEmpty',
  'WorkspacePoolShrank',
] as const;

const vendorSample = { autoscale: 'AUTO_CREATED', minIdle: 10, cap: 1, desktops: 10 } as const;
const stalled = { autoscale: 'AUTO_CREATED', minIdle: 5, cap: 40, desktops: 20, used: 18 } as const;
/** From 40 on. */
const onePerFiveMinutes = steps(...Array.from({ length: 40 }, (_, step) => [40 + step, 5] as const));
const users = (attached: boolean, values: number) =>
  sample('huaweicloud_workspace_desktop_pool_users', { ...POOL, attached: String(attached) }, values);
const limit = (values: number) => sample('huaweicloud_workspace_desktop_pool_capacity_limit_desktops', POOL, values);
const quota = (resource: string, used: number, allowed?: number) => {
  const labels = { project: 'prod', site_id: '', resource, unit: 'count' };
  return [
    sample('huaweicloud_workspace_quota_used', labels, used),
    ...(allowed === undefined ? [] : [sample('huaweicloud_workspace_quota_limit', labels, allowed)]),
  ];
};

export const capacityScenarios: readonly Scenario[] = [
  {
    name: 'A healthy pool: nothing fires',
    series: calmPool(),
    firing: { '5m': [], '1h': [], '3h': [] },
    silent: [...everySizeAlert, 'WorkspacePoolAutoscalePolicyInfeasible'],
  },
  {
    name: 'The sample of the documentation, idle: only its policy is remarked',
    series: pool({ ...vendorSample, used: 0 }),
    firing: {
      '59m': [],
      '62m': ['WorkspacePoolAutoscalePolicyInfeasible'],
      '70m': ['WorkspacePoolAutoscalePolicyInfeasible'],
    },
    silent: everySizeAlert,
    says: [
      {
        at: '62m',
        alert: 'WorkspacePoolAutoscalePolicyInfeasible',
        labels: POOL,
        description: `${OFFICE} is to keep 10 desktops idle, and may create 1 at most.`,
      },
    ],
  },
  {
    name: 'The sample of the documentation as a STATIC pool: the same',
    series: pool({ ...vendorSample, type: 'STATIC', used: 0 }),
    firing: { '59m': [], '70m': ['WorkspacePoolAutoscalePolicyInfeasible'] },
    silent: everySizeAlert,
  },
  {
    name: 'The sample of the documentation, used: idle desktops are missing, but autoscaling cannot be blamed',
    series: pool({ ...vendorSample, used: 3 }),
    firing: { '70m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscalePolicyInfeasible'] },
    silent: ['WorkspacePoolAutoscaleStalled', 'WorkspacePoolAutoscaleCapReached'],
  },
  {
    name: 'An infeasible policy that is off: nothing fires',
    series: pool({ ...vendorSample, enabled: 0, used: 3 }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolAutoscalePolicyInfeasible', 'WorkspacePoolIdleBelowMinimum'],
  },
  {
    name: 'A STATIC pool whose desktops all have owners: nothing fires',
    series: pool({ type: 'STATIC', desktops: 25, used: 25 }),
    firing: { '10m': [], '70m': [] },
    silent: ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolUtilizationCritical'],
  },
  {
    name: 'A STATIC pool whose desktops are being handed out: nothing fires',
    series: pool({ type: 'STATIC', desktops: 100, used: onePerFiveMinutes }),
    firing: { '2h45m': [] },
    silent: ['WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'A pool that creates desktops on access, below its cap: it needs no idle ones',
    series: pool({ autoscale: 'ACCESS_CREATED', minIdle: 1, cap: 60, desktops: 10, used: 10 }),
    firing: { '10m': [], '70m': [] },
    silent: everySizeAlert,
  },
  {
    name: 'A pool that creates desktops on access and reports no cap: the same',
    series: pool({ autoscale: 'ACCESS_CREATED', desktops: 10, used: 10 }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolUtilizationCritical'],
  },
  {
    name: 'A pool that creates desktops on access, at its cap: the next user is turned away',
    series: pool({ autoscale: 'ACCESS_CREATED', minIdle: 1, cap: 10, desktops: 10, used: 10 }),
    firing: {
      '10m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical'],
      '70m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolUtilizationCritical'],
    },
    silent: ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscaleCapReached'],
  },
  {
    name: 'A pool that would create desktops on access, with autoscaling off: the next user is turned away',
    series: pool({ autoscale: 'ACCESS_CREATED', enabled: 0, cap: 60, desktops: 10, used: 10 }),
    firing: { '10m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical'] },
  },
  {
    name: 'An empty pool that creates desktops on access: nothing fires',
    series: pool({ autoscale: 'ACCESS_CREATED', minIdle: 1, cap: 60, desktops: 0, used: 0 }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolEmpty', 'WorkspacePoolIdleBelowMinimum', 'WorkspacePoolExhausted'],
  },
  {
    name: 'As many idle desktops as the policy may create, all idle: at the cap without demand',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 10, cap: 10, desktops: 10, used: 0 }),
    firing: { '70m': [] },
    silent: [
      'WorkspacePoolAutoscaleCapReached',
      'WorkspacePoolAutoscalePolicyInfeasible',
      // Hardly used, but for an hour only.
      'WorkspacePoolOverProvisioned',
    ],
  },
  {
    name: 'At the cap, with as many idle desktops as wanted: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 5, cap: 40, desktops: 40, used: 20 }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolAutoscaleCapReached'],
  },
  {
    name: 'At the cap, and idle desktops are missing',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 5, cap: 40, desktops: 40, used: 37 }),
    firing: {
      '10m': [],
      '20m': ['WorkspacePoolAutoscaleCapReached', 'WorkspacePoolIdleBelowMinimum', 'WorkspacePoolUtilizationHigh'],
      '70m': ['WorkspacePoolAutoscaleCapReached', 'WorkspacePoolIdleBelowMinimum', 'WorkspacePoolUtilizationHigh'],
    },
    silent: ['WorkspacePoolAutoscaleStalled'],
    says: [
      {
        at: '20m',
        alert: 'WorkspacePoolAutoscaleCapReached',
        labels: POOL,
        description: `${OFFICE} has 40 desktops of at most 40, and lacks 2 idle ones.`,
      },
      {
        at: '20m',
        alert: 'WorkspacePoolIdleBelowMinimum',
        labels: POOL,
        description: `${OFFICE} lacks 2 idle desktops: 3 of 40 are idle, the policy keeps 5.`,
      },
    ],
  },
  {
    name: 'At the cap for a moment, then the cap is raised and the pool grows',
    series: pool({
      autoscale: 'AUTO_CREATED',
      minIdle: 5,
      cap: steps([40, 10], [80, 200]),
      desktops: `${steps([40, 10])} 41+1x20 ${steps([62, 200])}`,
      used: 37,
    }),
    firing: { '20m': [], '60m': [] },
    silent: ['WorkspacePoolAutoscaleCapReached', 'WorkspacePoolAutoscaleStalled'],
  },
  {
    name: 'Room to grow, idle desktops are missing, and nothing is created',
    series: pool(stalled),
    firing: {
      '14m': [],
      '20m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolUtilizationHigh'],
      '35m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolAutoscaleStalled'],
    },
    silent: ['WorkspacePoolAutoscaleCapReached'],
    says: [
      {
        at: '35m',
        alert: 'WorkspacePoolAutoscaleStalled',
        labels: POOL,
        description: `${OFFICE} lacks 3 idle desktops and has not grown for half an hour; it has 20 of at most 40.`,
      },
    ],
  },
  {
    name: 'The same in maintenance: only the users in it are remarked',
    series: pool({ ...stalled, maintenance: 1 }),
    firing: { '20m': [], '70m': ['WorkspacePoolMaintenanceWithUsers'] },
    silent: ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscaleStalled', 'WorkspacePoolUtilizationHigh'],
  },
  {
    name: 'A pool that grows as its use does: nothing fires',
    series: pool({
      autoscale: 'AUTO_CREATED',
      minIdle: 8,
      cap: 500,
      desktops: steps(...Array.from({ length: 12 }, (_, step) => [24 + 4 * step, 16] as const)),
      used: steps(...Array.from({ length: 48 }, (_, step) => [12 + step, 4] as const)),
    }),
    firing: { '30m': [], '1h': [], '2h45m': [] },
    silent: everySizeAlert,
  },
  {
    name: 'A pool that grows, but not fast enough: idle desktops are missing, and autoscaling is at work',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 8, cap: 500, desktops: '30+1x200', used: '25+1x200' }),
    firing: {
      '5m': [],
      '20m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolUtilizationHigh'],
      '40m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolUtilizationHigh'],
    },
    silent: ['WorkspacePoolAutoscaleStalled', 'WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'All desktops are bound to users',
    series: pool({ desktops: 10, used: 10 }),
    firing: {
      '4m': [],
      '6m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical'],
      '16m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical', 'WorkspacePoolUtilizationHigh'],
    },
    says: [
      {
        at: '6m',
        alert: 'WorkspacePoolExhausted',
        labels: POOL,
        description: `${OFFICE} has 10 desktops, and all of them are bound to users.`,
      },
      {
        at: '6m',
        alert: 'WorkspacePoolUtilizationCritical',
        labels: POOL,
        description: `${OFFICE} uses 100% of its 10 desktops; 0 are idle.`,
      },
    ],
  },
  {
    name: 'A pool of a pair of exporters is one pool',
    series: [...pool({ desktops: 10, used: 10 }, A), ...pool({ desktops: 10, used: 10 }, B)],
    firing: { '10m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical'] },
  },
  {
    name: 'A healthy pool of a pair of exporters, of which one lags behind: nothing fires',
    series: [...calmPool(A), ...calmPool(B, (value) => `_x3 ${value}x300`)],
    firing: { '1m': [], '4m': [], '70m': [] },
    silent: everySizeAlert,
  },
  {
    name: 'Another instance takes over after a restart: the time until an alert goes on',
    series: [
      ...pool(
        {
          desktops: '10x8 stale',
          used: '10x8 stale',
          enabled: '0x8 stale',
          maintenance: '0x8 stale',
          info: '1x8 stale',
        },
        A,
      ),
      ...pool(
        {
          desktops: '_x8 10x300',
          used: '_x8 10x300',
          enabled: '_x8 0x300',
          maintenance: '_x8 0x300',
          info: '_x8 1x300',
        },
        B,
      ),
    ],
    firing: {
      '8m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical'],
      '9m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical'],
      '16m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical', 'WorkspacePoolUtilizationHigh'],
    },
  },
  {
    name: 'A missed scrape does not begin the time until an alert anew',
    series: pool({
      desktops: '10x3 _x2 10x4 _x2 10x300',
      used: '10x3 _x2 10x4 _x2 10x300',
      enabled: '0x3 _x2 0x4 _x2 0x300',
      maintenance: '0x3 _x2 0x4 _x2 0x300',
      info: '1x3 _x2 1x4 _x2 1x300',
    }),
    firing: {
      '6m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical'],
      '16m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical', 'WorkspacePoolUtilizationHigh'],
    },
  },
  {
    name: 'A pool is renamed: both names for a moment, then the new one',
    series: [
      ...pool({
        name: 'Old',
        desktops: '20x9 stale',
        used: '8x9 stale',
        enabled: '0x9 stale',
        maintenance: '0x9 stale',
        info: '1x9 stale',
      }),
      ...pool({
        name: 'New',
        desktops: '_x10 20x99',
        used: '_x10 8x99',
        enabled: '_x10 0x99',
        maintenance: '_x10 0x99',
        info: '_x10 1x99',
      }),
    ],
    firing: { '9m': [], '11m': [], '1h': [] },
    silent: everySizeAlert,
  },
  {
    name: 'Nine of ten desktops are used',
    series: pool({ desktops: 20, used: 18 }),
    firing: { '14m': [], '16m': ['WorkspacePoolUtilizationHigh'], '70m': ['WorkspacePoolUtilizationHigh'] },
    silent: ['WorkspacePoolUtilizationCritical', 'WorkspacePoolExhausted'],
    says: [
      {
        at: '16m',
        alert: 'WorkspacePoolUtilizationHigh',
        labels: POOL,
        description: `${OFFICE} uses 90% of its 20 desktops; 2 are idle.`,
      },
    ],
  },
  {
    name: 'A pool without desktops and without autoscaling divides by nothing',
    series: pool({ desktops: 0, used: 0 }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolEmpty'],
  },
  {
    name: 'More than nine tenths of the own ceiling',
    series: [...pool({ desktops: 19, used: 5 }), limit(20)],
    firing: { '14m': [], '16m': ['WorkspacePoolCapacityLimitNear'] },
    says: [
      {
        at: '16m',
        alert: 'WorkspacePoolCapacityLimitNear',
        labels: POOL,
        description: `${OFFICE} has 19 desktops, more than 90% of its capacity_limit.`,
      },
    ],
  },
  {
    name: 'Exactly nine tenths of the own ceiling: nothing fires',
    series: [...pool({ desktops: 18, used: 5 }), limit(20)],
    firing: { '70m': [] },
    silent: ['WorkspacePoolCapacityLimitNear'],
  },
  {
    name: 'Use grows steadily: exhaustion is foretold, once there are two hours to tell from',
    series: pool({ desktops: 100, used: onePerFiveMinutes }),
    firing: { '1h50m': [], '2h25m': [], '2h35m': ['WorkspacePoolPredictedExhaustion'] },
    says: [
      {
        at: '2h35m',
        alert: 'WorkspacePoolPredictedExhaustion',
        labels: POOL,
        description: `${OFFICE} has 29 idle of 100 desktops; at the rate of the last two hours none is left in 4 hours.`,
      },
    ],
  },
  {
    name: 'Use grows fast in a pool that is new: too young to tell',
    series: pool({
      desktops: 100,
      used: steps(...Array.from({ length: 60 }, (_, step) => [10 + 2 * step, 3] as const)),
    }),
    firing: { '1h30m': [], '1h45m': [] },
    silent: ['WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'A full pool empties: nothing is foretold',
    series: pool({ desktops: 100, used: steps(...Array.from({ length: 20 }, (_, step) => [84 - step, 10] as const)) }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'Use grows steadily in maintenance: nothing is foretold',
    series: pool({ desktops: 100, used: onePerFiveMinutes, maintenance: 1 }),
    firing: { '2h45m': ['WorkspacePoolMaintenanceWithUsers'] },
    silent: ['WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'No desktops, though some should be idle',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 3, cap: 40, desktops: 0, used: 0 }),
    firing: {
      '14m': [],
      '16m': ['WorkspacePoolEmpty', 'WorkspacePoolIdleBelowMinimum'],
      '35m': ['WorkspacePoolEmpty', 'WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscaleStalled'],
    },
    says: [
      {
        at: '16m',
        alert: 'WorkspacePoolEmpty',
        labels: POOL,
        description: `${OFFICE} has no desktops; the policy keeps 3 idle.`,
      },
    ],
  },
  {
    name: 'Half of the desktops of a pool without autoscaling vanish',
    series: pool({ desktops: steps([20, 90], [10, 300]), used: 5 }),
    firing: { '98m': [], '102m': ['WorkspacePoolShrank'], '158m': ['WorkspacePoolShrank'], '165m': [] },
    says: [
      {
        at: '102m',
        alert: 'WorkspacePoolShrank',
        labels: POOL,
        description: `${OFFICE} has 10 desktops fewer than an hour ago: 10, of which 5 are used.`,
      },
    ],
  },
  {
    name: 'Half of the desktops vanish, and autoscaling lacks them',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 5, cap: 40, desktops: steps([20, 90], [10, 300]), used: 7 }),
    firing: { '102m': ['WorkspacePoolShrank'], '110m': ['WorkspacePoolShrank', 'WorkspacePoolIdleBelowMinimum'] },
  },
  {
    name: 'Autoscaling removes desktops that nobody needs: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 5, cap: 40, desktops: steps([20, 90], [10, 300]), used: 3 }),
    firing: { '102m': [], '120m': [] },
    silent: ['WorkspacePoolShrank'],
  },
  {
    name: 'Autoscaling on access removes idle desktops: nothing fires',
    series: pool({ autoscale: 'ACCESS_CREATED', minIdle: 1, cap: 40, desktops: steps([20, 90], [4, 300]), used: 4 }),
    firing: { '102m': [], '120m': [] },
    silent: ['WorkspacePoolShrank'],
  },
  {
    name: 'A small pool loses one desktop: nothing fires',
    series: pool({ desktops: steps([3, 90], [2, 300]), used: 1 }),
    firing: { '102m': [], '120m': [] },
    silent: ['WorkspacePoolShrank'],
  },
  {
    name: 'Half of the desktops vanish in maintenance: nothing fires',
    series: pool({ desktops: steps([20, 90], [10, 300]), used: 0, maintenance: 1 }),
    firing: { '102m': [], '120m': [] },
    silent: ['WorkspacePoolShrank'],
  },
  {
    name: 'Many users have no desktop, and few are free',
    series: [...pool({ desktops: 10, used: 5 }), users(true, 5), users(false, 30)],
    firing: { '58m': [], '62m': ['WorkspacePoolUsersExceedDesktops'] },
    says: [
      {
        at: '62m',
        alert: 'WorkspacePoolUsersExceedDesktops',
        labels: POOL,
        description: `${OFFICE} has 30 users without a desktop; 5 of 10 desktops are idle.`,
      },
    ],
  },
  {
    name: 'At night hardly any user has a desktop, and autoscaling may create enough: nothing fires',
    series: [
      ...pool({ autoscale: 'AUTO_CREATED', minIdle: 12, cap: 80, desktops: 14, used: 0 }),
      users(true, 0),
      users(false, 46),
    ],
    firing: { '70m': [] },
    silent: ['WorkspacePoolUsersExceedDesktops', 'WorkspacePoolIdleBelowMinimum'],
  },
  {
    name: 'Autoscaling may not create enough for those who wait',
    series: [
      ...pool({ autoscale: 'AUTO_CREATED', minIdle: 4, cap: 20, desktops: 14, used: 8 }),
      users(true, 8),
      users(false, 46),
    ],
    firing: { '62m': ['WorkspacePoolUsersExceedDesktops'] },
  },
  {
    name: 'A static pool whose desktops are all assigned, and users who wait for one: nothing fires',
    series: [...pool({ type: 'STATIC', desktops: 25, used: 25 }), users(true, 10), users(false, 30)],
    firing: { '70m': [] },
    silent: ['WorkspacePoolUsersExceedDesktops'],
  },
  {
    name: 'A quota is nearly used up, another one is unlimited, a third is nothing of nothing',
    series: [
      ...quota('gpu_instances', 95, 100),
      ...quota('users', 5000),
      ...quota('deh', 0, 0),
      ...quota('general_instances', 90, 100),
    ],
    firing: { '58m': [], '62m': ['WorkspaceQuotaNearLimit'] },
    says: [
      {
        at: '62m',
        alert: 'WorkspaceQuotaNearLimit',
        labels: { project: 'prod', resource: 'gpu_instances', unit: 'count' },
        description: 'Project prod uses 95% of its quota of gpu_instances.',
      },
    ],
  },
  {
    name: 'Quotas that are half used, used to nine tenths, unlimited, and nothing of nothing: nothing fires',
    series: [
      ...quota('general_instances', 90, 100),
      ...quota('cores', 50, 100),
      ...quota('users', 5000),
      ...quota('deh', 0, 0),
    ],
    firing: { '70m': [] },
    silent: ['WorkspaceQuotaNearLimit'],
  },
  {
    name: 'Autoscaling is off, below the cap of its policy: nothing is expected of it',
    series: pool({ ...stalled, enabled: 0 }),
    firing: { '65m': ['WorkspacePoolUtilizationHigh'] },
    silent: ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscaleStalled'],
  },
  {
    name: 'Autoscaling is off, at the cap of its policy: the same',
    series: pool({ ...stalled, enabled: 0, cap: 20 }),
    firing: { '40m': ['WorkspacePoolUtilizationHigh'] },
    silent: ['WorkspacePoolAutoscaleCapReached'],
  },
  {
    name: 'A policy that is infeasible, and a pool below its cap: the policy is remarked, not autoscaling',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 10, cap: 5, desktops: 3, used: 0 }),
    firing: { '65m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscalePolicyInfeasible'] },
    silent: ['WorkspacePoolAutoscaleStalled'],
  },
  {
    name: 'A cap of 0 is none',
    series: pool({ ...stalled, cap: 0 }),
    firing: {
      '65m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolAutoscaleStalled'],
    },
    silent: ['WorkspacePoolAutoscaleCapReached', 'WorkspacePoolAutoscalePolicyInfeasible'],
  },
  {
    name: 'A cap of 0 is none where desktops are created on access',
    series: pool({ autoscale: 'ACCESS_CREATED', cap: 0, desktops: 10, used: 10 }),
    firing: { '20m': [] },
    silent: ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolUtilizationCritical'],
  },
  {
    name: 'Beyond the cap desktops are created by hand: somebody is at it',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 15, cap: 40, desktops: '40+1x60', used: '28+1x60' }),
    firing: { '40m': ['WorkspacePoolIdleBelowMinimum'] },
    silent: ['WorkspacePoolAutoscaleCapReached'],
  },
  {
    name: 'In maintenance, at the cap, at the own ceiling, with many users: capacity is not spoken of',
    series: [
      ...pool({ autoscale: 'AUTO_CREATED', minIdle: 5, cap: 40, desktops: 40, used: 37, maintenance: 1 }),
      limit(40),
      users(false, 100),
    ],
    firing: { '65m': ['WorkspacePoolMaintenanceWithUsers'] },
    silent: ['WorkspacePoolAutoscaleCapReached', 'WorkspacePoolCapacityLimitNear', 'WorkspacePoolUsersExceedDesktops'],
  },
  {
    name: 'In maintenance, emptied: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 3, cap: 40, desktops: 0, used: 0, maintenance: 1 }),
    firing: { '40m': [] },
    silent: ['WorkspacePoolEmpty'],
  },
  {
    name: 'Empty, and no desktops are to be ready: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 0, cap: 40, desktops: 0, used: 0 }),
    firing: { '40m': [] },
    silent: ['WorkspacePoolEmpty'],
  },
  {
    name: 'Empty, and autoscaling is off: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', enabled: 0, minIdle: 3, cap: 40, desktops: 0, used: 0 }),
    firing: { '40m': [] },
    silent: ['WorkspacePoolEmpty'],
  },
  {
    name: 'Use grows steadily in a pool that is half empty: it is too early to tell',
    series: pool({ desktops: 220, used: steps(...Array.from({ length: 80 }, (_, step) => [40 + step, 2] as const)) }),
    firing: { '2h35m': [] },
    silent: ['WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'Idle desktops become fewer, but not because use grows: nothing is foretold',
    series: pool({ desktops: steps(...Array.from({ length: 40 }, (_, step) => [100 - step, 5] as const)), used: 50 }),
    firing: { '2h35m': [] },
    silent: ['WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'Use grows steadily where desktops are created on access: nothing is foretold',
    series: pool({ autoscale: 'ACCESS_CREATED', cap: 200, desktops: 100, used: onePerFiveMinutes }),
    firing: { '2h35m': [] },
    silent: ['WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'Two of twenty desktops vanish: nothing fires',
    series: pool({ desktops: steps([20, 70], [18, 300]), used: 5 }),
    firing: { '85m': [] },
    silent: ['WorkspacePoolShrank'],
  },
];
