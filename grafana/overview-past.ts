// Rows of the overview: how the pools were used, and in which states they were.
import type { Row } from './dashboard.ts';
import { desktopColors, MAINTENANCE, POOL_STATUS, UTILIZATION } from './looks.ts';
import { lines, timeline } from './over-time.ts';
import { named, record, stateNumber } from './promql.ts';

const ofEachPool = (expr: string) => [{ expr, legend: '{{pool_name}}' }];

export const overTime: Row = {
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
      description: 'Share of the desktops that are bound to a user. The dashed lines are 50, 85 and 95 percent.',
      unit: 'percentunit',
      width: 12,
      height: 9,
      max: 1,
      legend: 'table',
      thresholds: UTILIZATION,
      showThresholds: true,
      queries: ofEachPool(named(record('utilization:ratio'))),
    }),
  ],
};

export const states: Row = {
  title: 'States',
  panels: [
    timeline({
      title: 'Status of the pools',
      description:
        'What the cloud says of each pool. STEADY is well; TEMPORARY is a change under way; EXIST_FROZEN is an unpaid bill or a legal hold.',
      unit: 'none',
      width: 12,
      height: 12,
      mappings: [POOL_STATUS.byNumber],
      queries: ofEachPool(stateNumber('desktop_pool_status', POOL_STATUS.names)),
    }),
    timeline({
      title: 'Maintenance of the pools',
      description:
        'While an administrator has a pool in maintenance, nobody new can connect and the alerts about its capacity are silent.',
      unit: 'none',
      width: 12,
      height: 12,
      mappings: [MAINTENANCE],
      queries: ofEachPool(named(record('in_maintenance:max'))),
    }),
  ],
};
