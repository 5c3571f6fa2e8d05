// Dashboard B: everything about one pool, its use against what it has, wants and may have.
import { dashboard, UIDS } from './dashboard.ts';
import { annotations } from './one-pool-annotations.ts';
import { desktopStates, policyAndInventory, reading } from './one-pool-details.ts';
import { now } from './one-pool-now.ts';
import { capacity, scaling, usualWeek } from './one-pool-use.ts';
import { datasource, pool, project, utcOffset } from './variables.ts';

export const onePool = dashboard({
  uid: UIDS.pool,
  title: 'Workspace / One pool',
  description:
    'One desktop pool: its use against what it has, wants and may have, its states, its week and its policy.',
  from: 'now-6h',
  variables: [datasource, project, pool, utcOffset],
  annotations,
  rows: [now, capacity, scaling, desktopStates, usualWeek, policyAndInventory, reading],
});
