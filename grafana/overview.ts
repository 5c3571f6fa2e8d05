// Dashboard A: is there room in every pool, where not, and what is paid for nothing.
import { dashboard, UIDS } from './dashboard.ts';
import { capacityNow } from './overview-capacity.ts';
import { demand, forecast, waste } from './overview-outlook.ts';
import { overTime, states } from './overview-past.ts';
import { status } from './overview-status.ts';
import { datasource, pools, projects } from './variables.ts';

export const overview = dashboard({
  uid: UIDS.overview,
  title: 'Workspace / Capacity overview',
  description: 'All desktop pools: is there room, where not, for how long, and what is paid for nothing.',
  from: 'now-6h',
  variables: [datasource, projects, pools],
  rows: [status, capacityNow, overTime, states, forecast, waste, demand],
});
