// Rows of the overview: how the pools were used, and in which states they were.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { desktopColors, MAINTENANCE, NEUTRAL, POOL_STATUS } from './looks.ts';
import { lines, timeline } from './over-time.ts';
import { busiest, gravest, MOST_LINES } from './promql.ts';

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
      legend: 'table',
      thresholds: NEUTRAL,
      queries: [{ expr: named(busiest(record('utilization:ratio'))), legend: eachPool }],
    }),
  ],
});

const FIRST = `The ${MOST_LINES} that were in the gravest state come first; more are not shown.`;

export const states = ({ eachPool, named, record, stateNumber }: Kit): Row => ({
  title: 'States',
  panels: [
    timeline({
      title: 'Status of the pools',
      description: `What the cloud says of each pool. STEADY is well; TEMPORARY is a change under way; EXIST_FROZEN is an unpaid bill or a legal hold. ${FIRST}`,
      unit: 'none',
      width: 12,
      height: 12,
      mappings: [POOL_STATUS.byNumber],
      queries: [{ expr: gravest(stateNumber('desktop_pool_status', POOL_STATUS.names)), legend: eachPool }],
    }),
    timeline({
      title: 'Maintenance of the pools',
      description: `While an administrator has a pool in maintenance, nobody new can connect and the alerts about its capacity are silent. ${FIRST}`,
      unit: 'none',
      width: 12,
      height: 12,
      mappings: [MAINTENANCE],
      queries: [{ expr: named(busiest(record('in_maintenance:max'))), legend: eachPool }],
    }),
  ],
});
