// Rows of a pool's dashboard: its use against what it has, how it scales, and its usual week.
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { thresholds } from '../prometheus/rules.ts';
import type { Row } from './dashboard.ts';
import { desktopColors, UTILIZATION } from './looks.ts';
import { lines } from './over-time.ts';
import { perPool, record } from './promql.ts';
import { week } from './tables.ts';

const SIZE = record('desktops:max');
const USED = record('desktops_used:max');
const IDLE = record('desktops_idle:max');

const dashed: DynamicConfigValue = { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } };
const filled = (opacity: number): DynamicConfigValue => ({ id: 'custom.fillOpacity', value: opacity });

export const capacity: Row = {
  title: 'Capacity',
  panels: [
    lines({
      title: 'Use against size, minimum idle and cap',
      description:
        'The yellow band above the use is what the policy wants to be idle: the grey line, the size of the pool, should be at its upper edge or above. Red is how many desktops autoscaling may create, purple your own ceiling.',
      unit: 'short',
      width: 24,
      height: 11,
      style: 'steps',
      queries: [
        { expr: USED, legend: 'In use' },
        { expr: `${USED} + ${record('autoscale_min_idle:max')}`, legend: 'In use and minimum idle' },
        { expr: SIZE, legend: 'Desktops' },
        { expr: record('autoscale_max_auto_created:max'), legend: 'Cap' },
        { expr: perPool('desktop_pool_capacity_limit_desktops'), legend: 'Own limit' },
      ],
      colors: desktopColors('In use', 'In use and minimum idle', 'Desktops', 'Cap', 'Own limit'),
      overrides: {
        'In use': [filled(25)],
        'In use and minimum idle': [filled(25), { id: 'custom.fillBelowTo', value: 'In use' }],
        Desktops: [{ id: 'custom.lineWidth', value: 2 }],
        Cap: [dashed],
        'Own limit': [dashed],
      },
    }),
  ],
};

/** Minutes of the last hour in which the size moved in this direction; 0 where it did not. */
const eventsPerHour = (direction: '>' | '<') =>
  `count_over_time((${SIZE} ${direction} ${SIZE} offset 1m)[1h:1m]) or 0 * ${SIZE}`;

export const scaling: Row = {
  title: 'Scaling and forecast',
  panels: [
    lines({
      title: 'Scale events per hour',
      description:
        'Minutes of the last hour in which the pool grew, and in which it shrank. Many of both is a policy that cannot make up its mind.',
      unit: 'short',
      width: 12,
      height: 9,
      style: 'steps',
      queries: [
        { expr: eventsPerHour('>'), legend: 'Grew' },
        { expr: eventsPerHour('<'), legend: 'Shrank' },
      ],
      colors: { Grew: 'green', Shrank: 'purple' },
    }),
    lines({
      title: 'Idle desktops, now and predicted',
      description:
        'Idle desktops, and where they would be in one and in four hours if the trend of the last two hours went on. Below 0 desktops are missing.',
      unit: 'short',
      width: 12,
      height: 9,
      decimals: 0,
      queries: [
        { expr: IDLE, legend: 'Idle' },
        { expr: `predict_linear(${IDLE}[2h], 3600)`, legend: 'In one hour' },
        { expr: `predict_linear(${IDLE}[2h], ${thresholds.prediction_seconds})`, legend: 'In four hours' },
        { expr: record('autoscale_min_idle:max'), legend: 'Minimum idle' },
      ],
      colors: {
        ...desktopColors('Idle', 'Minimum idle'),
        'In one hour': 'purple',
        'In four hours': 'red',
      },
      overrides: { 'In one hour': [dashed], 'In four hours': [dashed], 'Minimum idle': [dashed] },
    }),
  ],
};

const LOCAL = 'vector(time() + 3600 * $utc_offset)';
/** The weekday from 1, Monday, to 7; the hour in two digits: both sort as texts. */
const WEEKDAY = `label_replace(count_values("weekday", day_of_week(${LOCAL})), "weekday", "7", "weekday", "0")`;
const HOUR = `label_replace(count_values("hour", hour(${LOCAL})), "hour", "0$1", "hour", "(.)")`;

export const usualWeek: Row = {
  title: 'Usual week',
  panels: [
    week({
      title: 'Utilization by weekday and hour, mean of four weeks',
      description:
        'When the pool is full and when it is empty: the mean of the last 28 days, whatever time the dashboard shows. Hours are those of UTC, moved by the choice above.',
      unit: 'percentunit',
      width: 24,
      height: 10,
      decimals: 0,
      thresholds: UTILIZATION,
      queries: [
        {
          expr: `avg_over_time((max(${record('utilization:ratio')}) * on () group_right () (${HOUR} * on () group_left (weekday) ${WEEKDAY}))[28d:15m])`,
          as: 'table',
        },
      ],
    }),
  ],
};
