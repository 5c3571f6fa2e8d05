// Every operation of the collectors as the vendor's SDK calls it. An operation of a new collector is a line here.
import type { Call } from './sdk.ts';

/** What there is to ask about. */
export interface Subjects {
  readonly pool: string;
  readonly subnet: string;
  readonly users: readonly string[];
}

export const operations: Readonly<Record<string, (subjects: Subjects) => Call>> = {
  show_desktop_pool: ({ pool }) => ({ name: 'ShowDesktopPoolDetail', with: { pool_id: pool } }),
  list_desktop_pools: () => ({ name: 'ListDesktopPools', with: { offset: 0, limit: 1000 } }),
  list_desktop_pools_by_users: ({ users }) => ({
    name: 'ListDesktopPoolsByUsers',
    with: { user_ids: users, offset: 0, limit: 10 },
  }),
  list_users: () => ({ name: 'ListUsers', with: { offset: 0, limit: 100 } }),
  list_desktops_statistics: () => ({
    name: 'ListDesktopsStatistics',
    with: { desktop_type: ['POOLED'], statistics_type: ['attach-state', 'login-state', 'run-state'] },
  }),
  show_quotas: () => ({ name: 'ShowQuotas', with: {} }),
  list_sub_jobs: ({ pool }) => ({
    name: 'ListItaSubJobs',
    with: { desktop_pool_id: pool, job_type: 'expandDesktopPool', status: 'RUNNING', limit: 1 },
  }),
  show_available_ip: ({ subnet }) => ({ name: 'ShowAvailableIp', with: { subnet_id: subnet } }),
  list_availability_zones: () => ({ name: 'ListAvailabilityZones', with: {} }),
  show_lock_status: () => ({ name: 'ShowWorkspaceLock', with: {} }),
  show_workspace: () => ({ name: 'ListWorkspaces', with: {} }),
};
