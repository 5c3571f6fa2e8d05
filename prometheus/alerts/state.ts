// Alerts about the state of a pool and of its desktops, as the cloud reports it. They speak in maintenance, too.
import { lines, perPool } from '../promql.ts';
import { record } from '../recording.ts';
import { thresholds } from '../thresholds.ts';
import { type AlertGroup, DESKTOPS, POOL } from './alert.ts';

const desktops = record('desktops:max');
const maintenance = record('in_maintenance:max');
const transition = record('in_transition:max');

const login = (state: 'unregistered' | 'unable_to_connect') =>
  perPool('huaweicloud_workspace_desktop_pool_login_state_desktops', `state="${state}"`);
const run = (state: 'stopped' | 'hibernated') =>
  perPool('huaweicloud_workspace_desktop_pool_run_state_desktops', `state="${state}"`);
const status = (states: string) => perPool('huaweicloud_workspace_desktop_pool_status', `status=~"${states}"`);

export const state: AlertGroup = {
  category: 'state',
  keepFiringFor: '10m',
  alerts: [
    {
      name: 'WorkspacePoolMaintenanceTooLong',
      for: '5m',
      severity: 'warning',
      expr: lines(
        `min_over_time(${maintenance}[${thresholds.maintenance}]) == 1`,
        `and ${maintenance} offset ${thresholds.maintenance} >= 0`,
      ),
      summary: 'A desktop pool has been in maintenance mode for hours.',
      description: `${POOL} has been in maintenance mode for more than ${thresholds.maintenance}.`,
    },
    {
      name: 'WorkspacePoolMaintenanceWithUsers',
      for: '30m',
      severity: 'info',
      expr: lines(`${record('desktops_used:max')} > 0`, `and ${maintenance} == 1`),
      summary: 'A desktop pool is in maintenance mode while users hold desktops in it.',
      description: `${POOL} is in maintenance mode; {{ $value }} of its ${DESKTOPS} desktops are bound to users.`,
    },
    {
      name: 'WorkspacePoolHasFrozenDesktops',
      for: '10m',
      severity: 'critical',
      expr: `${perPool('huaweicloud_workspace_desktop_pool_status', 'status="EXIST_FROZEN"')} == 1`,
      summary: 'Some desktops of a pool are frozen.',
      description: `${POOL} has the status EXIST_FROZEN: the cloud froze some of its ${DESKTOPS} desktops.`,
    },
    {
      name: 'WorkspacePoolStuckInTransition',
      for: '5m',
      severity: 'warning',
      expr: lines(
        `min_over_time(${transition}[${thresholds.transition}]) == 1`,
        `and ${transition} offset ${thresholds.transition} >= 0`,
      ),
      summary: 'A change of a desktop pool has not come to an end for hours.',
      description: `${POOL} has had the status TEMPORARY for more than ${thresholds.transition}.`,
    },
    {
      name: 'WorkspacePoolStatusUnknown',
      for: '15m',
      severity: 'warning',
      expr: `${status('UNKNOWN|ERROR|OTHER')} == 1`,
      summary: 'A desktop pool is in a state of failure, or in one that nobody knows.',
      description: `${POOL} has a status other than STEADY, TEMPORARY and EXIST_FROZEN.`,
    },
    {
      name: 'WorkspacePoolProductUnavailable',
      for: '10m',
      severity: 'warning',
      expr: lines(
        `${perPool('huaweicloud_workspace_desktop_pool_product_status', 'status=~"sellout|abandon"')} == 1`,
        `and ${record('autoscale_enabled:max')} == 1`,
      ),
      summary: 'A desktop pool cannot grow, because its product is not on sale.',
      description: `${POOL} has ${DESKTOPS} desktops of a product that is sold out or withdrawn.`,
    },
    {
      name: 'WorkspacePoolDesktopsUnreachable',
      for: '15m',
      severity: 'warning',
      // A desktop that is off is unregistered, too. Where it is not reported how many are off, no unregistered one is suspicious.
      expr: lines(
        `${login('unable_to_connect')}`,
        `+ (`,
        `  clamp_min(${login('unregistered')} - ${run('stopped')} - ${run('hibernated')}, 0)`,
        `  or 0 * ${login('unable_to_connect')}`,
        `)`,
        `> ${thresholds.unreachable} * (${desktops} > 0)`,
      ),
      summary: 'Desktops of a pool run and yet cannot be connected to.',
      description: `${POOL} has {{ $value }} desktops of ${DESKTOPS} that run without a working agent or refuse connections.`,
    },
  ],
};
