// Dashboard A: is there room in every pool, where not and why, and what is paid for nothing.
import { dashboard, UIDS } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { capacityNow } from './overview-capacity.ts';
import { growth } from './overview-growth.ts';
import { demand, forecast, waste } from './overview-outlook.ts';
import { overTime, states } from './overview-past.ts';
import { rightSizing } from './overview-right-sizing.ts';
import { status } from './overview-status.ts';
import { datasource, keptChoices, pools, projects } from './variables.ts';

export const overview = (kit: Kit) =>
  dashboard(kit, {
    uid: UIDS.overview,
    title: 'Workspace / Capacity overview',
    description: 'All desktop pools: is there room, where not and why, for how long, and what is paid for nothing.',
    from: 'now-6h',
    variables: [datasource, ...keptChoices(kit), projects(kit), pools(kit)],
    rows: [status, capacityNow, growth, overTime, states, forecast, rightSizing, waste, demand],
  });
