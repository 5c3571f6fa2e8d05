// Rows of the overview: when room runs out, what is paid for nothing, and who waits for a desktop.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { NEUTRAL, steps } from './looks.ts';
import { lines } from './over-time.ts';
import { bars } from './present.ts';
import { busiest, gravest } from './promql.ts';

const DAY = 24 * 3600;

export const forecast = ({ HOURS_LEFT, eachPool, having, limit, named, orNone, record }: Kit): Row => {
  const idle = record('desktops_idle:max');
  return {
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
        thresholds: HOURS_LEFT,
        queries: [
          {
            expr: orNone(
              named(
                `bottomk(10, ${having(`${idle} / clamp_min(-deriv(${idle}[1h]), 1 / ${DAY}) < ${DAY}`, 'pool_type="DYNAMIC"', 'autoscale_type!="ACCESS_CREATED"')})`,
              ),
              'No pool within',
              { value: DAY },
            ),
            legend: eachPool,
          },
        ],
      }),
      lines({
        title: 'Idle desktops, predicted for four hours ahead',
        description:
          'Where the idle desktops of the pools with the fewest would be in four hours if the trend of the last two hours went on. Below 0 desktops are missing.',
        unit: 'short',
        width: 12,
        height: 10,
        legend: 'min',
        decimals: 0,
        queries: [
          { expr: named(gravest(`predict_linear(${idle}[2h], ${limit('prediction_seconds')})`)), legend: eachPool },
        ],
      }),
    ],
  };
};

export const waste = ({ eachPool, named, orNone, perRead, record }: Kit): Row => {
  const idle = record('desktops_idle:max');
  const unused = (what: 'desktop_pool_product_vcpus' | 'desktop_pool_product_memory_bytes') => [
    { expr: named(busiest(`${idle} * ${perRead(what)}`)), legend: eachPool },
  ];
  return {
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
        queries: [
          {
            expr: orNone(
              named(`topk(10, ${idle} - 2 * (${record('autoscale_min_idle:max')} or 0 * ${idle}) > 0)`),
              'No pool',
            ),
            legend: eachPool,
          },
        ],
      }),
      lines({
        title: 'Unused vCPUs',
        description: 'vCPUs of the idle desktops, stacked by pool: the pools with the most.',
        unit: 'short',
        width: 8,
        height: 10,
        style: 'stacked',
        queries: unused('desktop_pool_product_vcpus'),
      }),
      lines({
        title: 'Unused memory',
        description: 'Memory of the idle desktops, stacked by pool: the pools with the most.',
        unit: 'bytes',
        width: 8,
        height: 10,
        style: 'stacked',
        queries: unused('desktop_pool_product_memory_bytes'),
      }),
    ],
  };
};

export const demand = ({ eachPool, named, orNone, perRead }: Kit): Row => {
  const users = (attached: boolean) => perRead('desktop_pool_users', [`attached="${attached}"`]);
  return {
    title: 'Demand',
    panels: [
      lines({
        title: 'Users with and without a desktop',
        description:
          'Users that are assigned to a pool, by whether they hold a desktop in it. Who holds none needs an idle one to connect.',
        unit: 'none',
        width: 12,
        height: 10,
        style: 'stacked',
        queries: [
          { expr: `sum(${users(true)})`, legend: 'With a desktop' },
          { expr: `sum(${users(false)})`, legend: 'Without a desktop' },
        ],
        colors: { 'With a desktop': 'blue', 'Without a desktop': 'orange' },
      }),
      bars({
        title: 'Users without a desktop',
        description: 'The ten pools with the most assigned users who hold no desktop in them.',
        unit: 'none',
        width: 12,
        height: 10,
        min: 0,
        thresholds: NEUTRAL,
        queries: [
          {
            expr: orNone(named(`topk(10, ${users(false)} > 0)`), 'No pool', { known: users(false) }),
            legend: eachPool,
          },
        ],
      }),
    ],
  };
};
