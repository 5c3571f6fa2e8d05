// Alerts about the state of a pool and of its desktops, as the cloud reports it. They speak in maintenance, too.
import { lines, type Promql } from '../promql.ts';
import { record } from '../records.ts';
import { type AlertGroup, createLookup, POOL, WHERE } from './alert.ts';

const desktops = record('desktops:max');
const maintenance = record('in_maintenance:max');
const transition = record('in_transition:max');

const CREATIONS_FAILED = 'huaweicloud_workspace_desktop_pool_creations_failed';

export function state(promql: Promql): AlertGroup {
  const { ID, duration, named, perPool, perProject, threshold } = promql;
  const show = createLookup(promql);

  const login = (state: 'unregistered' | 'unable_to_connect') =>
    perPool('huaweicloud_workspace_desktop_pool_login_state_desktops', `state="${state}"`);
  const run = (state: 'stopped' | 'hibernated' | 'error') =>
    perPool('huaweicloud_workspace_desktop_pool_run_state_desktops', `state="${state}"`);
  const status = (states: string) => perPool('huaweicloud_workspace_desktop_pool_status', `status=~"${states}"`);

  return {
    category: 'state',
    keepFiringFor: '10m',
    alerts: [
      {
        name: 'WorkspacePoolMaintenanceTooLong',
        minutes: 5,
        severity: 'warning',
        expr: named(
          lines(
            `min_over_time(${maintenance}[${duration('maintenance_seconds')}]) == 1`,
            `and ${maintenance} offset ${duration('maintenance_seconds')} >= 0`,
          ),
        ),
        summary: `${POOL} has been in maintenance mode for hours.`,
        description: `${POOL} ${WHERE} has been in maintenance mode for more than {{ ${threshold('maintenance_seconds')} | humanizeDuration }}.`,
      },
      {
        name: 'WorkspacePoolMaintenanceWithUsers',
        minutes: 30,
        severity: 'info',
        expr: named(lines(`${record('desktops_used:max')} > 0`, `and ${maintenance} == 1`)),
        summary: `${POOL} is in maintenance mode while users hold desktops in it.`,
        description: `${POOL} ${WHERE} is in maintenance mode; {{ $value }} of its ${show.desktops} desktops are bound to users.`,
      },
      {
        name: 'WorkspacePoolHasFrozenDesktops',
        minutes: 10,
        severity: 'critical',
        expr: named(`${status('EXIST_FROZEN')} == 1`),
        summary: `${POOL} has desktops that are frozen.`,
        description: `${POOL} ${WHERE} has the status EXIST_FROZEN: the cloud froze some of its ${show.desktops} desktops.`,
      },
      {
        name: 'WorkspacePoolStuckInTransition',
        minutes: 5,
        severity: 'warning',
        expr: named(
          lines(
            `min_over_time(${transition}[${duration('transition_seconds')}]) == 1`,
            `and ${transition} offset ${duration('transition_seconds')} >= 0`,
          ),
        ),
        summary: `${POOL} is in a change that has not come to an end for hours.`,
        description: `${POOL} ${WHERE} has had the status TEMPORARY for more than {{ ${threshold('transition_seconds')} | humanizeDuration }}.`,
      },
      {
        name: 'WorkspacePoolStatusUnknown',
        minutes: 15,
        severity: 'warning',
        expr: named(`${status('UNKNOWN|ERROR|OTHER')} == 1`),
        summary: `${POOL} is in a state of failure, or in one that nobody knows.`,
        description: `${POOL} ${WHERE} has a status other than STEADY, TEMPORARY and EXIST_FROZEN.`,
      },
      {
        name: 'WorkspacePoolProductUnavailable',
        minutes: 10,
        severity: 'warning',
        expr: named(
          lines(
            `${perPool('huaweicloud_workspace_desktop_pool_product_status', 'status=~"sellout|abandon"')} == 1`,
            `and ${record('autoscale_enabled:max')} == 1`,
          ),
        ),
        summary: `${POOL} cannot grow, because its product is not on sale.`,
        description: `${POOL} ${WHERE} has ${show.desktops} desktops of a product that is sold out or withdrawn.`,
      },
      {
        name: 'WorkspacePoolDesktopsUnreachable',
        minutes: 15,
        severity: 'warning',
        // A desktop that is off is unregistered, too. Where it is not reported how many are off, no unregistered one is suspicious.
        expr: named(
          lines(
            `${login('unable_to_connect')}`,
            `+ (`,
            `  clamp_min(${login('unregistered')} - ${run('stopped')} - ${run('hibernated')}, 0)`,
            `  or 0 * ${login('unable_to_connect')}`,
            `)`,
            `> ${threshold('unreachable')} * (${desktops} > 0)`,
          ),
        ),
        summary: `${POOL} has desktops that run and yet cannot be connected to.`,
        description: `${POOL} ${WHERE} has {{ $value }} desktops of ${show.desktops} that run without a working agent or refuse connections.`,
      },
      {
        name: 'WorkspacePoolDesktopsFailed',
        minutes: 15,
        severity: 'warning',
        expr: named(
          lines(
            `${run('error')} > ${threshold('failed')}`,
            `or ${perPool('huaweicloud_workspace_desktop_pool_attach_state_desktops', 'state="attach_error"')} > ${threshold('failed')}`,
            // The cloud goes on listing what failed: only what is new counts.
            `or ${perPool(CREATIONS_FAILED)} - min by (${ID}) (min_over_time(${CREATIONS_FAILED}[1h])) > ${threshold('failed')}`,
          ),
        ),
        summary: `${POOL} has desktops that failed to start, to be assigned, or to be created.`,
        description: `${POOL} ${WHERE} has {{ $value }} desktops, beside ${show.desktops} or among them, that failed to start, to be assigned or, within the last hour, to be created.`,
      },
      {
        name: 'WorkspaceTenantLocked',
        minutes: 5,
        severity: 'critical',
        expr: `${perProject('huaweicloud_workspace_tenant_locked')} == 1`,
        summary: 'Huawei Cloud has locked Workspace in project {{ $labels.project }}.',
        description:
          'The service is locked in project {{ $labels.project }}: an unpaid bill, a legal hold, or a lock by the account itself.',
      },
      {
        name: 'WorkspacePoolDesktopsIsolated',
        minutes: 30,
        severity: 'warning',
        expr: named(`${perPool('huaweicloud_workspace_desktop_pool_desktops_isolated')} > ${threshold('isolated')}`),
        summary: `${POOL} has desktops that are isolated.`,
        description: `${POOL} ${WHERE} has {{ $value }} isolated desktops of ${show.desktops}: nobody can connect to them, and autoscaling counts them.`,
      },
    ],
  };
}
