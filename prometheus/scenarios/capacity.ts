// Scenarios of the alerts about capacity.
import { A, B, calmPool, POOL, pool, type Scenario, sample, steps, type Values } from './scenario.ts';

const OFFICE = 'Pool Office (prod, p-1)';
const everySizeAlert = [
  'WorkspacePoolIdleBelowMinimum',
  'WorkspacePoolAutoscaleStalled',
  'WorkspacePoolAutoscaleMaximumReached',
  'WorkspacePoolExhausted',
  'WorkspacePoolUtilizationHigh',
  'WorkspacePoolUtilizationCritical',
  'WorkspacePoolPredictedExhaustion',
  'WorkspacePoolEmpty',
  'WorkspacePoolShrank',
] as const;

const vendorSample = { autoscale: 'AUTO_CREATED', minIdle: 10, mayCreate: 1, desktops: 10 } as const;
const stalled = { autoscale: 'AUTO_CREATED', minIdle: 5, mayCreate: 40, desktops: 20, used: 18 } as const;
/** From 40 on. */
const onePerFiveMinutes = steps(...Array.from({ length: 40 }, (_, step) => [40 + step, 5] as const));
const users = (attached: boolean, values: number) =>
  sample('huaweicloud_workspace_desktop_pool_users', { ...POOL, attached: String(attached) }, values);
const limit = (values: number) => sample('huaweicloud_workspace_desktop_pool_capacity_limit_desktops', POOL, values);
const subnet = (subnet_id: string, free: number, info: Values = 1) => [
  sample('huaweicloud_workspace_desktop_pool_subnet_info', { ...POOL, subnet_id }, info),
  sample('huaweicloud_workspace_subnet_free_addresses', { project: 'prod', subnet_id }, free),
];
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
    silent: [...everySizeAlert, 'WorkspacePoolAutoscalePolicyTight'],
  },
  {
    name: 'The sample of the documentation, idle: only its policy is remarked',
    series: pool({ ...vendorSample, used: 0 }),
    firing: {
      '59m': [],
      '62m': ['WorkspacePoolAutoscalePolicyTight'],
      '70m': ['WorkspacePoolAutoscalePolicyTight'],
    },
    silent: everySizeAlert,
    says: [
      {
        at: '62m',
        alert: 'WorkspacePoolAutoscalePolicyTight',
        labels: POOL,
        description: `${OFFICE} is to keep 10 desktops idle, and may create 1.`,
      },
    ],
  },
  {
    name: 'The sample of the documentation as a STATIC pool: the same',
    series: pool({ ...vendorSample, type: 'STATIC', used: 0 }),
    firing: { '59m': [], '70m': ['WorkspacePoolAutoscalePolicyTight'] },
    silent: everySizeAlert,
  },
  {
    name: 'The sample of the documentation, used: idle desktops are missing, but autoscaling cannot be blamed',
    series: pool({ ...vendorSample, used: 3 }),
    firing: { '70m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscalePolicyTight'] },
    silent: ['WorkspacePoolAutoscaleStalled', 'WorkspacePoolAutoscaleMaximumReached'],
  },
  {
    name: 'An infeasible policy that is off: nothing fires',
    series: pool({ ...vendorSample, enabled: 0, used: 3 }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolAutoscalePolicyTight', 'WorkspacePoolIdleBelowMinimum'],
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
    series: pool({ autoscale: 'ACCESS_CREATED', minIdle: 1, mayCreate: 60, desktops: 10, used: 10 }),
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
    name: 'A pool that creates desktops on access, and has created all that it may: the next user is turned away',
    series: pool({
      autoscale: 'ACCESS_CREATED',
      minIdle: 1,
      mayCreate: 10,
      desktops: steps([5, 10], [15, 300]),
      used: steps([5, 10], [15, 300]),
    }),
    firing: { '14m': [], '20m': ['WorkspacePoolExhausted'], '70m': ['WorkspacePoolExhausted'] },
    silent: [
      'WorkspacePoolIdleBelowMinimum',
      'WorkspacePoolAutoscaleMaximumReached',
      'WorkspacePoolUtilizationCritical',
    ],
  },
  {
    name: 'A pool that creates desktops on access, bought larger than it may create: nothing fires',
    series: pool({ autoscale: 'ACCESS_CREATED', minIdle: 1, mayCreate: 10, desktops: 10, used: 10 }),
    firing: { '10m': [], '70m': [] },
    silent: everySizeAlert,
  },
  {
    name: 'A pool that creates desktops on access, as large as you allow: the next user is turned away',
    series: [...pool({ autoscale: 'ACCESS_CREATED', mayCreate: 60, desktops: 10, used: 10 }), limit(10)],
    firing: { '7m': ['WorkspacePoolExhausted'], '70m': ['WorkspacePoolExhausted', 'WorkspacePoolCapacityLimitNear'] },
  },
  {
    name: 'A pool that would create desktops on access, with autoscaling off: the next user is turned away',
    series: pool({ autoscale: 'ACCESS_CREATED', enabled: 0, mayCreate: 60, desktops: 10, used: 10 }),
    firing: { '10m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical'] },
  },
  {
    name: 'An empty pool that creates desktops on access: nothing fires',
    series: pool({ autoscale: 'ACCESS_CREATED', minIdle: 1, mayCreate: 60, desktops: 0, used: 0 }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolEmpty', 'WorkspacePoolIdleBelowMinimum', 'WorkspacePoolExhausted'],
  },
  {
    name: 'As many idle desktops as the policy may create, all idle: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 10, mayCreate: 10, desktops: 10, used: 0 }),
    firing: { '70m': [] },
    silent: [
      'WorkspacePoolAutoscaleMaximumReached',
      'WorkspacePoolAutoscalePolicyTight',
      // Hardly used, but for an hour only.
      'WorkspacePoolOverProvisioned',
    ],
  },
  {
    name: 'All that it may create is created, with as many idle desktops as wanted: nothing fires',
    series: pool({
      autoscale: 'AUTO_CREATED',
      minIdle: 5,
      mayCreate: 20,
      desktops: steps([20, 10], [40, 300]),
      used: steps([5, 10], [20, 300]),
    }),
    firing: { '70m': [] },
    silent: ['WorkspacePoolAutoscaleMaximumReached'],
  },
  {
    name: 'All that it may create is created, and idle desktops are missing',
    series: pool({
      autoscale: 'AUTO_CREATED',
      minIdle: 5,
      mayCreate: 20,
      desktops: steps([20, 10], [40, 300]),
      used: steps([15, 10], [37, 300]),
    }),
    firing: {
      '20m': [],
      '28m': ['WorkspacePoolIdleBelowMinimum'],
      '45m': ['WorkspacePoolAutoscaleMaximumReached', 'WorkspacePoolIdleBelowMinimum'],
      '80m': ['WorkspacePoolAutoscaleMaximumReached', 'WorkspacePoolIdleBelowMinimum'],
    },
    silent: ['WorkspacePoolAutoscaleStalled', 'WorkspacePoolUtilizationHigh'],
    says: [
      {
        at: '45m',
        alert: 'WorkspacePoolAutoscaleMaximumReached',
        labels: POOL,
        description: `${OFFICE} lacks 2 idle desktops and has 40; at least 20 were added within a week, and autoscaling may create 20.`,
      },
      {
        at: '45m',
        alert: 'WorkspacePoolIdleBelowMinimum',
        labels: POOL,
        description: `${OFFICE} lacks 2 idle desktops: 3 of 40 are idle, the policy keeps 5.`,
      },
    ],
  },
  {
    name: 'A policy that is fulfilled: 96 of 100 desktops used, four wanted idle: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 4, mayCreate: 100, desktops: 100, used: 96 }),
    firing: { '20m': [], '70m': [] },
    silent: everySizeAlert,
  },
  {
    name: 'Bought larger than what it may create, and idle desktops are missing: it could grow, and does not',
    series: pool({ ...stalled, mayCreate: 6 }),
    firing: {
      '20m': ['WorkspacePoolIdleBelowMinimum'],
      '35m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscaleStalled'],
    },
    silent: ['WorkspacePoolAutoscaleMaximumReached'],
  },
  {
    name: 'As large as you allow, and idle desktops are missing',
    series: [...pool({ ...stalled, used: 17 }), limit(20)],
    firing: {
      '20m': [
        'WorkspacePoolAutoscaleMaximumReached',
        'WorkspacePoolIdleBelowMinimum',
        'WorkspacePoolCapacityLimitNear',
      ],
      '70m': [
        'WorkspacePoolAutoscaleMaximumReached',
        'WorkspacePoolIdleBelowMinimum',
        'WorkspacePoolCapacityLimitNear',
      ],
    },
    silent: ['WorkspacePoolAutoscaleStalled'],
  },
  {
    name: 'What it may create is used up for a moment, then raised, and the pool grows',
    series: pool({
      autoscale: 'AUTO_CREATED',
      minIdle: 5,
      mayCreate: steps([20, 20], [80, 200]),
      desktops: `${steps([20, 10], [40, 10])} 41+1x20 ${steps([62, 200])}`,
      used: steps([10, 10], [37, 300]),
    }),
    firing: { '24m': [], '30m': [], '60m': [] },
    silent: ['WorkspacePoolAutoscaleMaximumReached', 'WorkspacePoolAutoscaleStalled'],
  },
  {
    name: 'Room to grow, idle desktops are missing, and nothing is created',
    series: pool(stalled),
    firing: {
      '14m': [],
      '20m': ['WorkspacePoolIdleBelowMinimum'],
      '35m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscaleStalled'],
    },
    silent: ['WorkspacePoolAutoscaleMaximumReached'],
    says: [
      {
        at: '35m',
        alert: 'WorkspacePoolAutoscaleStalled',
        labels: POOL,
        description: `${OFFICE} lacks 3 idle desktops and has not grown for half an hour; it has 20. Created within a week: at least 0 of 40.`,
      },
    ],
  },
  {
    name: 'The same, and the product is sold out: it is said why',
    series: [
      ...pool({ ...stalled, product: 'large' }),
      sample('huaweicloud_workspace_desktop_pool_product_status', { ...POOL, status: 'normal' }, 0),
      sample('huaweicloud_workspace_desktop_pool_product_status', { ...POOL, status: 'sellout' }, 1),
      sample('huaweicloud_workspace_desktop_pool_desktops_pending', POOL, 0),
      sample('huaweicloud_workspace_desktop_pool_creations_failed', POOL, 2),
      ...subnet('s-1', 3),
      ...subnet('s-2', 400),
      sample(
        'huaweicloud_workspace_product_sold_out',
        { project: 'prod', product_id: 'large', availability_zone: 'az1' },
        1,
      ),
    ],
    firing: {
      '35m': [
        'WorkspacePoolIdleBelowMinimum',
        'WorkspacePoolAutoscaleStalled',
        'WorkspacePoolProductUnavailable',
        'WorkspaceSubnetAddressesLow',
      ],
    },
    says: [
      {
        at: '35m',
        alert: 'WorkspacePoolAutoscaleStalled',
        labels: POOL,
        description: `${OFFICE} lacks 3 idle desktops and has not grown for half an hour; it has 20. Created within a week: at least 0 of 40. Being created: 0. Failed creations: 2. Its product is sellout. Its product is sold out in az1. Free addresses in its subnets: 403.`,
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
      mayCreate: 500,
      desktops: steps(...Array.from({ length: 12 }, (_, step) => [24 + 4 * step, 16] as const)),
      used: steps(...Array.from({ length: 48 }, (_, step) => [12 + step, 4] as const)),
    }),
    firing: { '30m': [], '1h': [], '2h45m': [] },
    silent: everySizeAlert,
  },
  {
    name: 'A pool that grows, but not fast enough: idle desktops are missing, and autoscaling is at work',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 8, mayCreate: 500, desktops: '30+1x200', used: '25+1x200' }),
    firing: {
      '5m': [],
      '20m': ['WorkspacePoolIdleBelowMinimum'],
      '40m': ['WorkspacePoolIdleBelowMinimum'],
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
    name: 'An exhausted pool is renamed: one pool all along, soon by its new name',
    series: [
      ...pool({
        name: 'Old',
        desktops: `${steps([20, 60])} stale`,
        used: `${steps([20, 60])} stale`,
        enabled: `${steps([0, 60])} stale`,
        maintenance: `${steps([0, 60])} stale`,
        info: `${steps([1, 60])} stale`,
      }),
      ...pool({
        name: 'New',
        desktops: '_x60 20x99',
        used: '_x60 20x99',
        enabled: '_x60 0x99',
        maintenance: '_x60 0x99',
        info: '_x60 1x99',
      }),
    ],
    firing: {
      '59m': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical', 'WorkspacePoolUtilizationHigh'],
      '2h': ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationCritical', 'WorkspacePoolUtilizationHigh'],
    },
    says: [
      {
        at: '2h',
        alert: 'WorkspacePoolExhausted',
        labels: { ...POOL, pool_name: 'New' },
        description: 'Pool New (prod, p-1) has 20 desktops, and all of them are bound to users.',
      },
    ],
  },
  {
    name: 'The info series of a pool ends: its alerts do not, and they keep its name',
    series: [
      ...pool({ desktops: 20, used: 20, autoscale: 'AUTO_CREATED', enabled: 0, info: `${steps([1, 5])} stale` }),
      sample('huaweicloud_workspace_desktop_pool_status', { ...POOL, status: 'EXIST_FROZEN' }, 1),
    ],
    firing: { '90m': ['WorkspacePoolHasFrozenDesktops'] },
    says: [
      {
        at: '90m',
        alert: 'WorkspacePoolHasFrozenDesktops',
        labels: POOL,
        description: 'Pool Office (prod, p-1) has the status EXIST_FROZEN: the cloud froze some of its 20 desktops.',
      },
    ],
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
    name: 'Half of the desktops are used, and the configuration wants to know it of this pool, not of another',
    series: [
      ...pool({ desktops: 20, used: 12 }),
      ...pool({ id: 'p-2', name: 'Lab', desktops: 20, used: 12 }),
      sample(
        'huaweicloud_workspace_desktop_pool_alert_threshold',
        { project: 'prod', pool_id: 'p-1', threshold: 'utilization_high' },
        0.5,
      ),
    ],
    firing: { '20m': ['WorkspacePoolUtilizationHigh'] },
  },
  {
    name: 'Nine of ten desktops are used, and the configuration allows so many for this pool: nothing fires',
    series: [
      ...pool({ desktops: 20, used: 18 }),
      sample(
        'huaweicloud_workspace_desktop_pool_alert_threshold',
        { project: 'prod', pool_id: 'p-1', threshold: 'utilization_high' },
        0.9,
      ),
    ],
    firing: { '20m': [], '70m': [] },
    silent: ['WorkspacePoolUtilizationHigh'],
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
        description: `${OFFICE} has 19 desktops: 95% of its capacity_limit.`,
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
        description: `${OFFICE} has 29 idle of 100 desktops; at the rate of the last two hours none is left in 4h 0m 0s.`,
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
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 3, mayCreate: 40, desktops: 0, used: 0 }),
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
    series: pool({
      autoscale: 'AUTO_CREATED',
      minIdle: 5,
      mayCreate: 40,
      desktops: steps([20, 90], [10, 300]),
      used: 7,
    }),
    firing: { '102m': ['WorkspacePoolShrank'], '110m': ['WorkspacePoolShrank', 'WorkspacePoolIdleBelowMinimum'] },
  },
  {
    name: 'Autoscaling removes desktops that nobody needs: nothing fires',
    series: pool({
      autoscale: 'AUTO_CREATED',
      minIdle: 5,
      mayCreate: 40,
      desktops: steps([20, 90], [10, 300]),
      used: 3,
    }),
    firing: { '102m': [], '120m': [] },
    silent: ['WorkspacePoolShrank'],
  },
  {
    name: 'Autoscaling on access removes idle desktops: nothing fires',
    series: pool({
      autoscale: 'ACCESS_CREATED',
      minIdle: 1,
      mayCreate: 40,
      desktops: steps([20, 90], [4, 300]),
      used: 4,
    }),
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
      ...pool({ autoscale: 'AUTO_CREATED', minIdle: 12, mayCreate: 80, desktops: 14, used: 0 }),
      users(true, 0),
      users(false, 46),
    ],
    firing: { '70m': [] },
    silent: ['WorkspacePoolUsersExceedDesktops', 'WorkspacePoolIdleBelowMinimum'],
  },
  {
    name: 'The same, and autoscaling has no maximum: nothing fires',
    series: [
      ...pool({ autoscale: 'AUTO_CREATED', minIdle: 12, mayCreate: 0, desktops: 14, used: 0 }),
      users(true, 0),
      users(false, 46),
    ],
    firing: { '70m': [] },
    silent: ['WorkspacePoolUsersExceedDesktops'],
  },
  {
    name: 'Autoscaling may not create enough for those who wait',
    series: [
      ...pool({ autoscale: 'AUTO_CREATED', minIdle: 4, mayCreate: 20, desktops: 14, used: 8 }),
      users(true, 8),
      users(false, 60),
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
    name: 'Autoscaling is off: nothing is expected of it',
    series: pool({ ...stalled, enabled: 0 }),
    firing: { '65m': ['WorkspacePoolUtilizationHigh'] },
    silent: ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscaleStalled'],
  },
  {
    name: 'Autoscaling is off, in a pool that has what its policy may create: the same',
    series: pool({ ...stalled, enabled: 0, mayCreate: 20 }),
    firing: { '40m': ['WorkspacePoolUtilizationHigh'] },
    silent: ['WorkspacePoolAutoscaleMaximumReached'],
  },
  {
    name: 'A policy that wants more than it may create, and a small pool: the policy is remarked, not autoscaling',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 10, mayCreate: 5, desktops: 3, used: 0 }),
    firing: { '65m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscalePolicyTight'] },
    silent: ['WorkspacePoolAutoscaleStalled'],
  },
  {
    name: 'A maximum of 0 is none',
    series: pool({ ...stalled, mayCreate: 0 }),
    firing: {
      '65m': ['WorkspacePoolIdleBelowMinimum', 'WorkspacePoolAutoscaleStalled'],
    },
    silent: ['WorkspacePoolAutoscaleMaximumReached', 'WorkspacePoolAutoscalePolicyTight'],
  },
  {
    name: 'A maximum of 0 is none where desktops are created on access',
    series: pool({ autoscale: 'ACCESS_CREATED', mayCreate: 0, desktops: 10, used: 10 }),
    firing: { '20m': [] },
    silent: ['WorkspacePoolExhausted', 'WorkspacePoolUtilizationHigh', 'WorkspacePoolUtilizationCritical'],
  },
  {
    name: 'More is created than autoscaling may, by hand: somebody is at it',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 15, mayCreate: 20, desktops: '20+1x90', used: '8+1x90' }),
    firing: { '30m': ['WorkspacePoolIdleBelowMinimum'], '60m': ['WorkspacePoolIdleBelowMinimum'] },
    silent: ['WorkspacePoolAutoscaleMaximumReached', 'WorkspacePoolAutoscaleStalled'],
  },
  {
    name: 'In maintenance, at the own ceiling, with many users: capacity is not spoken of',
    series: [
      ...pool({ autoscale: 'AUTO_CREATED', minIdle: 5, mayCreate: 40, desktops: 40, used: 37, maintenance: 1 }),
      limit(40),
      users(false, 100),
    ],
    firing: { '65m': ['WorkspacePoolMaintenanceWithUsers'] },
    silent: [
      'WorkspacePoolAutoscaleMaximumReached',
      'WorkspacePoolCapacityLimitNear',
      'WorkspacePoolUsersExceedDesktops',
    ],
  },
  {
    name: 'In maintenance, emptied: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 3, mayCreate: 40, desktops: 0, used: 0, maintenance: 1 }),
    firing: { '40m': [] },
    silent: ['WorkspacePoolEmpty'],
  },
  {
    name: 'Empty, and no desktops are to be ready: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', minIdle: 0, mayCreate: 40, desktops: 0, used: 0 }),
    firing: { '40m': [] },
    silent: ['WorkspacePoolEmpty'],
  },
  {
    name: 'Empty, and autoscaling is off: nothing fires',
    series: pool({ autoscale: 'AUTO_CREATED', enabled: 0, minIdle: 3, mayCreate: 40, desktops: 0, used: 0 }),
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
    name: 'Autoscaling removes idle desktops while use grows slowly: nothing is foretold',
    series: pool({
      autoscale: 'AUTO_CREATED',
      minIdle: 5,
      mayCreate: 40,
      desktops: steps([100, 60], [60, 300]),
      used: steps(...Array.from({ length: 10 }, (_, step) => [40 + step, 30] as const)),
    }),
    firing: { '2h35m': [], '2h55m': [] },
    silent: ['WorkspacePoolPredictedExhaustion', 'WorkspacePoolShrank'],
  },
  {
    name: 'Use grows steadily where desktops are created on access: nothing is foretold',
    series: pool({ autoscale: 'ACCESS_CREATED', mayCreate: 200, desktops: 100, used: onePerFiveMinutes }),
    firing: { '2h35m': [] },
    silent: ['WorkspacePoolPredictedExhaustion'],
  },
  {
    name: 'Two of twenty desktops vanish: nothing fires',
    series: pool({ desktops: steps([20, 70], [18, 300]), used: 5 }),
    firing: { '85m': [] },
    silent: ['WorkspacePoolShrank'],
  },
  {
    name: 'A subnet has fewer addresses than twice the reserve of its pools',
    series: [...calmPool(), ...subnet('s-1', 9)],
    firing: { '28m': [], '32m': ['WorkspaceSubnetAddressesLow'] },
    says: [
      {
        at: '32m',
        alert: 'WorkspaceSubnetAddressesLow',
        labels: { project: 'prod', subnet_id: 's-1' },
        description:
          'Subnet s-1 of project prod has 9 free addresses; its desktop pools may need more to keep their idle desktops.',
      },
    ],
  },
  {
    name: 'The same, and a scrape was missed',
    series: [...calmPool(), ...subnet('s-1', 9, '1x19 _ 1x300')],
    firing: { '28m': [], '32m': ['WorkspaceSubnetAddressesLow'] },
  },
  {
    name: 'The same, and autoscaling is off: no policy asks for addresses, nothing fires',
    series: [
      ...pool({ autoscale: 'AUTO_CREATED', enabled: 0, minIdle: 5, desktops: 20, used: 8 }),
      ...subnet('s-1', 9),
    ],
    firing: { '1h': [] },
    silent: ['WorkspaceSubnetAddressesLow'],
  },
  {
    name: 'A subnet of pools without a reserve has four addresses left',
    series: [...pool({ desktops: 20, used: 5 }), ...subnet('s-1', 4)],
    firing: { '32m': ['WorkspaceSubnetAddressesLow'] },
  },
  {
    name: 'Subnets have enough addresses: nothing fires',
    series: [...calmPool(), ...subnet('s-1', 10)],
    firing: { '1h': [] },
    silent: ['WorkspaceSubnetAddressesLow'],
  },
];
