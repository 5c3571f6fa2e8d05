// Rows of the overview: how the pools were used, and in which states they were.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { desktopColors, MAINTENANCE, NEUTRAL, POOL_STATUS } from './looks.ts';
import { lines, timeline } from './over-time.ts';
import { busiest, gravest, MOST_LINES, overRange } from './promql.ts';

export const overTime = ({ eachPool, named, record }: Kit): Row => ({
  title: 'Over time',
  panels: [
    lines({
      title: 'Desktops of all pools',
      description: 'Desktops bound to a user and idle ones, stacked: together they are the desktops that exist.',
      unit: 'short',
      width: 12,
      height: 9,
      style: 'stacked',
      queries: [
        { expr: `sum(${record('desktops_used:max')})`, legend: 'In use' },
        { expr: `sum(${record('desktops_idle:max')})`, legend: 'Idle' },
      ],
      colors: desktopColors('In use', 'Idle'),
    }),
    lines({
      title: 'Utilization by pool',
      description:
        'Share of the desktops that are bound to a user, of the pools that were the fullest within the time shown.',
      unit: 'percentunit',
      width: 12,
      height: 9,
      max: 1,
      legend: 'max',
      thresholds: NEUTRAL,
      queries: [{ expr: named(busiest(record('utilization:ratio'))), legend: eachPool }],
    }),
  ],
});

const FIRST = `The ${MOST_LINES} that were in the gravest state come first; more are not shown.`;

export const states = ({ eachPool, named, orNone, record, stateNumber }: Kit): Row => {
  const maintenance = record('in_maintenance:max');
  const ever = `${overRange('max', maintenance)} > 0`;
  return {
    title: 'States',
    panels: [
      timeline({
        title: 'Status of the pools',
        description: `What the cloud says of each pool. STEADY is well; TEMPORARY is a change under way; EXIST_FROZEN is an unpaid bill or a legal hold. ${FIRST}`,
        unit: 'none',
        width: 12,
        height: 12,
        mappings: [POOL_STATUS.byNumber],
        queries: [{ expr: named(gravest(stateNumber('desktop_pool_status', POOL_STATUS.names))), legend: eachPool }],
      }),
      timeline({
        title: 'Maintenance of the pools',
        description: `Pools that were in maintenance within the time shown, at most ${MOST_LINES}: meanwhile nobody new can connect, and the alerts about their capacity are silent.`,
        unit: 'none',
        width: 12,
        height: 12,
        mappings: [MAINTENANCE],
        isSparse: true,
        queries: [
          {
            expr: orNone(named(`${maintenance} and topk(${MOST_LINES}, ${ever})`), 'No pool', {
              known: `${record('desktops:max')} unless on () ${ever}`,
            }),
            legend: eachPool,
          },
        ],
      }),
    ],
  };
};
