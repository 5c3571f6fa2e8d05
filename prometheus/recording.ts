// The recording rules: the facts of a pool as one series each, whoever read them, and what follows from them.
import { perPool } from './promql.ts';

const PREFIX = 'huaweicloud_workspace_desktop_pool:';

type Name =
  | 'desktops:max'
  | 'desktops_used:max'
  | 'autoscale_min_idle:max'
  | 'autoscale_max_auto_created:max'
  | 'autoscale_enabled:max'
  | 'in_maintenance:max'
  | 'in_transition:max'
  | 'desktops_idle:max'
  | 'utilization:ratio'
  | 'idle_deficit:max';

/** What a recording rule is called; dashboards and alerts name it through `record`. */
export type RecordName = `${typeof PREFIX}${Name}`;

/** The full name of a recording rule; a misspelt one does not compile. */
export const record = <const N extends Name>(name: N): `${typeof PREFIX}${N}` => `${PREFIX}${name}`;

const desktops = record('desktops:max');
const used = record('desktops_used:max');

/** In the order of evaluation: what is computed from others comes after them. */
const expressions: Readonly<Record<Name, string>> = {
  'desktops:max': perPool('huaweicloud_workspace_desktop_pool_desktops'),
  'desktops_used:max': perPool('huaweicloud_workspace_desktop_pool_desktops_used'),
  'autoscale_min_idle:max': perPool('huaweicloud_workspace_desktop_pool_autoscale_min_idle_desktops'),
  'autoscale_max_auto_created:max': perPool('huaweicloud_workspace_desktop_pool_autoscale_max_auto_created_desktops'),
  'autoscale_enabled:max': perPool('huaweicloud_workspace_desktop_pool_autoscale_enabled'),
  'in_maintenance:max': perPool('huaweicloud_workspace_desktop_pool_in_maintenance_mode'),
  'in_transition:max': perPool('huaweicloud_workspace_desktop_pool_status', 'status="TEMPORARY"'),
  'desktops_idle:max': `clamp_min(${desktops} - ${used}, 0)`,
  'utilization:ratio': `${used} / (${desktops} > 0)`,
  'idle_deficit:max': `clamp_min(${record('autoscale_min_idle:max')} - ${record('desktops_idle:max')}, 0)`,
};

export interface Recording {
  readonly record: RecordName;
  readonly expr: string;
}

export const recordings: readonly Recording[] = Object.entries(expressions).map(([name, expr]) => ({
  // Reason: Object.entries forgets the type of the keys.
  record: record(name as Name),
  expr,
}));
