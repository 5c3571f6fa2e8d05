// Rows of a pool's dashboard: its use against what it has, how it scales, and its usual week.
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { desktopColors, NEUTRAL, NONE_WANTED, steps, YES_NO } from './looks.ts';
import { lines } from './over-time.ts';
import { stat } from './present.ts';
import { week } from './tables.ts';

const dashed: DynamicConfigValue = { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } };
const filled = (opacity: number): DynamicConfigValue => ({ id: 'custom.fillOpacity', value: opacity });

export const capacity = ({ perRead, record }: Kit): Row => {
  const used = record('desktops_used:max');
  return {
    title: 'Capacity',
    panels: [
      lines({
        title: 'Use against size and minimum idle',
        description:
          'The yellow band above the use is what the policy wants to be idle: the grey line, the size of the pool, should be at its upper edge or above. The dashed orange line is the largest size that it held for an hour within the week before, which proves what is possible; purple is your own ceiling. What the policy may create is no size, and not drawn.',
        unit: 'none',
        width: 24,
        height: 11,
        style: 'steps',
        queries: [
          { expr: used, legend: 'In use' },
          { expr: `${used} + ${record('autoscale_min_idle:max')}`, legend: 'In use and minimum idle' },
          { expr: record('desktops:max'), legend: 'Desktops' },
          { expr: `max_over_time(${record('desktops:min1h')}[7d])`, legend: 'Largest of the week' },
          { expr: perRead('desktop_pool_capacity_limit_desktops'), legend: 'Own limit' },
        ],
        colors: desktopColors('In use', 'In use and minimum idle', 'Desktops', 'Largest of the week', 'Own limit'),
        overrides: {
          'In use': [filled(25)],
          'In use and minimum idle': [filled(25), { id: 'custom.fillBelowTo', value: 'In use' }],
          Desktops: [{ id: 'custom.lineWidth', value: 2 }],
          'Largest of the week': [dashed],
          'Own limit': [dashed],
        },
      }),
    ],
  };
};

const SMALL = { unit: 'none', width: 3, height: 4 } as const;

export const growth = (kit: Kit): Row => {
  const { belowLimit, created, failedLately, freeAddresses, mayCreate, missingIdle, pending, quotaUse, soldOut } = kit;
  const { labels, limit, record } = kit;
  return {
    title: 'Why it grows, or does not',
    panels: [
      stat({
        ...SMALL,
        title: 'Being created',
        description: 'Desktops of the pool that are being created. Read only while it lacks idle ones or changes.',
        none: 'not read',
        thresholds: NEUTRAL,
        queries: [{ expr: pending }],
      }),
      stat({
        ...SMALL,
        title: 'Failed, last hour',
        description:
          'Creations that failed within the last hour. Read only while the pool lacks idle desktops or changes.',
        none: 'not read',
        thresholds: NONE_WANTED,
        queries: [{ expr: failedLately }],
      }),
      stat({
        ...SMALL,
        title: 'Sold out',
        description: 'Whether the product of the desktops is sold out or withdrawn: then the pool cannot grow.',
        mappings: [YES_NO],
        queries: [{ expr: soldOut }],
      }),
      stat({
        ...SMALL,
        title: 'Free addresses',
        description: 'Free addresses of the subnets of the pool, together: a desktop needs one.',
        none: 'not read',
        thresholds: steps('red', [1, 'orange'], [20, 'green']),
        queries: [{ expr: freeAddresses }],
      }),
      stat({
        ...SMALL,
        title: 'Added in a week',
        description:
          'By so many desktops the pool is larger than at its smallest within a week: at least so many were created, by scaling or by hand.',
        thresholds: NEUTRAL,
        queries: [{ expr: created }],
      }),
      stat({
        ...SMALL,
        title: 'May create in all',
        description:
          'How many desktops autoscaling may create. It is no limit of the size, which counts bought ones too.',
        none: 'no policy',
        thresholds: NEUTRAL,
        queries: [{ expr: mayCreate }],
      }),
      stat({
        ...SMALL,
        title: 'Below own limit',
        description: 'Room below the ceiling that the configuration of the exporter gives the pool.',
        none: 'no limit',
        thresholds: steps('red', [1, 'blue']),
        queries: [{ expr: belowLimit }],
      }),
      stat({
        ...SMALL,
        title: 'Fullest quota',
        description: 'Used share of the quota of the project that is the nearest to its limit, whichever it is.',
        unit: 'percentunit',
        none: 'not read',
        thresholds: steps('blue', [limit('quota'), 'orange'], [1, 'red']),
        queries: [{ expr: `max by (${labels('project')}) (${quotaUse})` }],
      }),
      lines({
        title: 'Missing, created and failed',
        description:
          'Idle desktops that the policy wants and does not have, beside desktops being created and creations that failed within the hour before. Missing for long while nothing is created: the numbers above say why.',
        unit: 'none',
        width: 24,
        height: 8,
        style: 'steps',
        queries: [
          { expr: `${missingIdle} or 0 * ${record('desktops:max')}`, legend: 'Missing' },
          { expr: pending, legend: 'Being created' },
          { expr: failedLately, legend: 'Failed' },
        ],
        colors: { Missing: 'orange', 'Being created': 'blue', Failed: 'red' },
      }),
    ],
  };
};

/** Minutes of the last hour in which the size moved in this direction; 0 where it did not. */
const eventsPerHour = (size: string, step: string, direction: '>' | '<') =>
  `count_over_time((${size} ${direction} ${size} offset ${step})[1h:${step}]) or 0 * ${size}`;

export const scaling = ({ limit, record, step }: Kit): Row => {
  const size = record('desktops:max');
  const idle = record('desktops_idle:max');
  return {
    title: 'Scaling and forecast',
    panels: [
      lines({
        title: 'Scale events per hour',
        description:
          'Minutes (or scrapes, where those are rarer) of the last hour in which the pool grew, and in which it shrank. Many of both is a policy that cannot make up its mind.',
        unit: 'none',
        width: 12,
        height: 9,
        style: 'steps',
        queries: [
          { expr: eventsPerHour(size, step, '>'), legend: 'Grew' },
          { expr: eventsPerHour(size, step, '<'), legend: 'Shrank' },
        ],
        colors: { Grew: 'green', Shrank: 'purple' },
      }),
      lines({
        title: 'Idle desktops, now and predicted',
        description:
          'Idle desktops, and where they would be in one and in four hours if the trend of the last two hours went on. Below 0 desktops are missing.',
        unit: 'none',
        width: 12,
        height: 9,
        decimals: 0,
        queries: [
          { expr: idle, legend: 'Idle' },
          { expr: `predict_linear(${idle}[2h], 3600)`, legend: 'In one hour' },
          { expr: `predict_linear(${idle}[2h], ${limit('prediction_seconds')})`, legend: 'In four hours' },
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
};

const LOCAL = 'vector(time() + 3600 * $utc_offset)';
/** The weekday from 1, Monday, to 7; the hour in two digits: both sort as texts. */
const WEEKDAY = `label_replace(count_values("weekday", day_of_week(${LOCAL})), "weekday", "7", "weekday", "0")`;
const HOUR = `label_replace(count_values("hour", hour(${LOCAL})), "hour", "0$1", "hour", "(.)")`;

/** The darker, the fuller; no colour of alarm, because a pool may be full by design. */
const FULLNESS = steps(
  'transparent',
  [0.25, 'super-light-blue'],
  [0.5, 'light-blue'],
  [0.7, 'blue'],
  [0.85, 'dark-blue'],
);

export const usualWeek = ({ record }: Kit): Row => ({
  title: 'Usual week',
  panels: [
    week({
      title: 'Utilization by weekday and hour, mean of four weeks',
      description:
        'When the pool is full and when it is empty: the mean of the last 28 days, whatever time the dashboard shows. Hours are those of UTC, moved by the choice above.',
      unit: 'percentunit',
      width: 24,
      height: 9,
      decimals: 0,
      thresholds: FULLNESS,
      queries: [
        {
          expr: `avg_over_time((max(${record('utilization:ratio')}) * on () group_right () (${HOUR} * on () group_left (weekday) ${WEEKDAY}))[28d:15m])`,
          as: 'table',
        },
      ],
    }),
  ],
});
