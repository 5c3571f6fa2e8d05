// Rows of the overview: when room runs out, what is paid for nothing, and who waits for a desktop.
import { thresholds } from '../prometheus/rules.ts';
import type { Row } from './dashboard.ts';
import { HOURS_LEFT, NEUTRAL, steps, UTILIZATION } from './looks.ts';
import { lines } from './over-time.ts';
import { bars } from './present.ts';
import { having, metric, named, OF_PROJECT, perPool, record } from './promql.ts';

const ofEachPool = (expr: string) => [{ expr, legend: '{{pool_name}}' }];
const ofEachPoolNow = (expr: string) => [{ expr, legend: '{{pool_name}}', as: 'instant' as const }];

const IDLE = record('desktops_idle:max');
const DAY = 24 * 3600;

export const forecast: Row = {
  title: 'Forecast',
  panels: [
    bars({
      title: 'Time until no desktop is idle',
      description:
        'Idle desktops divided by how fast they became fewer within the last hour, for the ten DYNAMIC pools with the least time. Only pools with less than a day are shown. Autoscaling, which would add desktops, is not foreseen; pools that create a desktop for whoever connects are left out.',
      unit: 's',
      width: 12,
      height: 10,
      max: DAY,
      min: 0,
      decimals: 1,
      none: 'No pool runs out within a day',
      thresholds: HOURS_LEFT,
      queries: ofEachPoolNow(
        named(
          `bottomk(10, ${having(`${IDLE} / clamp_min(-deriv(${IDLE}[1h]), 1 / ${DAY}) < ${DAY}`, 'pool_type="DYNAMIC"', 'autoscale_type!="ACCESS_CREATED"')})`,
        ),
      ),
    }),
    lines({
      title: 'Idle desktops, predicted for four hours ahead',
      description:
        'Where the idle desktops of each pool would be in four hours if the trend of the last two hours went on. Below 0 desktops are missing.',
      unit: 'short',
      width: 12,
      height: 10,
      legend: 'table',
      decimals: 0,
      queries: ofEachPool(named(`predict_linear(${IDLE}[2h], ${thresholds.prediction_seconds})`)),
    }),
  ],
};

const unused = (what: 'desktop_pool_product_vcpus' | 'desktop_pool_product_memory_bytes') =>
  `${IDLE} * on (project, pool_id) group_left (pool_name) ${perPool(what)}`;

export const waste: Row = {
  title: 'Waste',
  panels: [
    bars({
      title: 'Idle above twice the minimum',
      description:
        'Desktops that are idle beyond twice what the policy keeps idle (beyond none where there is no policy), for the ten pools with the most.',
      unit: 'short',
      width: 8,
      height: 10,
      min: 0,
      thresholds: steps('green', [5, 'orange'], [20, 'red']),
      queries: ofEachPoolNow(
        named(`topk(10, clamp_min(${IDLE} - 2 * (${record('autoscale_min_idle:max')} or 0 * ${IDLE}), 0))`),
      ),
    }),
    lines({
      title: 'Unused vCPUs',
      description: 'vCPUs of the idle desktops, stacked by pool.',
      unit: 'short',
      width: 8,
      height: 10,
      style: 'stacked',
      queries: ofEachPool(unused('desktop_pool_product_vcpus')),
    }),
    lines({
      title: 'Unused memory',
      description: 'Memory of the idle desktops, stacked by pool.',
      unit: 'bytes',
      width: 8,
      height: 10,
      style: 'stacked',
      queries: ofEachPool(unused('desktop_pool_product_memory_bytes')),
    }),
  ],
};

const USERS = (attached: boolean) => perPool('desktop_pool_users', [`attached="${attached}"`]);

export const demand: Row = {
  title: 'Demand',
  panels: [
    lines({
      title: 'Users with and without a desktop',
      description:
        'Users that are assigned to a pool, by whether they hold a desktop in it. Who holds none needs an idle one to connect.',
      unit: 'short',
      width: 8,
      height: 10,
      style: 'stacked',
      queries: [
        { expr: `sum(${USERS(true)})`, legend: 'With a desktop' },
        { expr: `sum(${USERS(false)})`, legend: 'Without a desktop' },
      ],
      colors: { 'With a desktop': 'blue', 'Without a desktop': 'orange' },
    }),
    bars({
      title: 'Users without a desktop',
      description: 'The ten pools with the most assigned users who hold no desktop in them.',
      unit: 'short',
      width: 8,
      height: 10,
      min: 0,
      thresholds: NEUTRAL,
      queries: ofEachPoolNow(`topk(10, ${USERS(false)})`),
    }),
    bars({
      title: 'Quotas of the projects',
      description:
        'Use of the limited resources of the tenant: a pool cannot grow beyond a quota. The ten that are used the most.',
      unit: 'percentunit',
      width: 8,
      height: 10,
      min: 0,
      max: 1,
      thresholds: UTILIZATION,
      queries: [
        {
          expr: `topk(10, max by (project, site_id, resource) (${metric('quota_used', OF_PROJECT)}) / (max by (project, site_id, resource) (${metric('quota_limit', OF_PROJECT)}) > 0))`,
          legend: '{{project}} {{resource}}',
          as: 'instant',
        },
      ],
    }),
  ],
};
