// Dashboard B: everything about one pool, its use against what it has, wants and may have.
import { dashboard, UIDS } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { annotations } from './one-pool-annotations.ts';
import { desktopStates, policyAndInventory, reading } from './one-pool-details.ts';
import { now } from './one-pool-now.ts';
import { capacity, growth, scaling, usualWeek } from './one-pool-use.ts';
import { datasource, keptChoices, pool, project, utcOffset } from './variables.ts';

export const onePool = (kit: Kit) =>
  dashboard(kit, {
    uid: UIDS.pool,
    title: 'Workspace / One pool',
    description:
      'One desktop pool: its use against what it has and wants, why it grows or does not, its states, its week and its policy.',
    from: 'now-6h',
    variables: [datasource, ...keptChoices(kit), project(kit), pool(kit), utcOffset],
    annotations: annotations(kit),
    rows: [now, capacity, growth, scaling, desktopStates, usualWeek, policyAndInventory, reading],
  });
