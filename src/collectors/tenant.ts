// The service of the project as a whole: GET /v2/{project_id}/workspaces/lock-status and GET /v2/{project_id}/workspaces; and its desktops outside pools, GET /v2/{project_id}/statistics.
import * as z from 'zod';
import { describe, familiesOf, type NamesOf, rowsOf } from '../metrics/metric.ts';
import { type Collector, enabled, interval } from './collector.ts';
import { byLoginState, byRunState, loginStates, runStates } from './desktop-states.ts';
import { lossesTo, parseLeniently } from './lenient.ts';

const LOCK = 'show_lock_status';
const SERVICE = 'show_workspace';
const DESKTOPS = 'list_desktops_statistics';

const STATUSES = [
  'PREPARING',
  'SUBSCRIBING',
  'SUBSCRIBED',
  'SUBSCRIPTION_FAILED',
  'DEREGISTERING',
  'DEREGISTRATION_FAILED',
  'OTHER',
] as const;
const STATUS_FIELD = 'workspaces.status';

const lockSchema = z.object({ is_lock: z.literal([0, 1]) });
const serviceSchema = z.object({ status: z.string() });
const desktopsSchema = z.object({
  total_num: z.int().nonnegative().optional(),
  run_state_statistics: runStates,
  login_state_statistics: loginStates,
});

/** Each read fills its own part. */
interface Tenant {
  readonly isLocked?: boolean;
  readonly status?: string;
  readonly dedicated?: z.infer<typeof desktopsSchema>;
}
const { gauge, gauges, states, group } = rowsOf<Tenant>('project');

export const tenantRows = group({
  tenant_locked: gauge('Whether the cloud has locked the service (is_lock).', ({ isLocked }) => isLocked),
  tenant_status: states(
    'Status of the service: one series per known state, exactly one is 1 (status of workspaces).',
    'status',
    STATUSES,
    ({ status }) => status,
  ),
  dedicated_desktops: gauge(
    'Desktops outside pools (total_num of desktop_type DEDICATED).',
    ({ dedicated }) => dedicated?.total_num,
  ),
  dedicated_run_state_desktops: gauges(
    'Desktops outside pools by power state (run_state_statistics of desktop_type DEDICATED).',
    ['state'],
    ({ dedicated }) => byRunState(dedicated?.run_state_statistics),
  ),
  dedicated_login_state_desktops: gauges(
    'Desktops outside pools by login state; a powered-off desktop is unregistered (login_state_statistics of desktop_type DEDICATED).',
    ['state'],
    ({ dedicated }) => byLoginState(dedicated?.login_state_statistics),
  ),
});

const options = z.strictObject({
  enabled: enabled('Read whether the service is locked, and count desktops outside pools'),
  interval: interval('5m'),
});

export const tenant: Collector<z.infer<typeof options>, Tenant, NamesOf<typeof tenantRows>> = {
  name: 'tenant',
  subject: 'project',
  options: options.prefault({}),
  operations: [LOCK, SERVICE, DESKTOPS],
  actions: { [LOCK]: 'workspace:tenants:getLockStatus', [DESKTOPS]: 'workspace:statistics:listDesktopStatus' },
  enums: [STATUS_FIELD],
  metrics: describe(tenantRows),
  requests: () => 3,
  async collect({ api, read, report }) {
    const part = (id: string, load: () => Promise<Tenant>) =>
      read([id], async () => ({ records: new Map([[id, await load()]]) }));
    const parse = <Schema extends z.ZodType>(schema: Schema, json: unknown, operation: string) =>
      parseLeniently(schema, json, lossesTo(report, operation));
    const query = { desktop_type: 'DEDICATED', statistics_type: ['login-state', 'run-state'] };
    await Promise.all([
      part('lock', () =>
        api.get({ operation: LOCK, path: ['workspaces', 'lock-status'] }, (json) => ({
          isLocked: parse(lockSchema, json, LOCK).is_lock === 1,
        })),
      ),
      part('service', () =>
        api.get({ operation: SERVICE, path: ['workspaces'] }, (json) => {
          const { status } = parse(serviceSchema, json, SERVICE);
          const known = STATUSES.slice(0, -1);
          if (!known.some((one) => one === status))
            report.unknownValue(STATUS_FIELD, { value: status, expected: known.join(', ') });
          return { status };
        }),
      ),
      part('desktops', () =>
        api.get({ operation: DESKTOPS, path: ['statistics'], query }, (json) => ({
          dedicated: parse(desktopsSchema, json, DESKTOPS),
        })),
      ),
    ]);
  },
  families: ({ project, records }) => {
    const whole = { ...records.get('lock'), ...records.get('service'), ...records.get('desktops') };
    return familiesOf(tenantRows, [[[project], whole]]);
  },
};
