// What the recording rules are called; a misspelt name does not compile.

const PREFIX = 'huaweicloud_workspace_desktop_pool:';

export type Name =
  | 'name:info'
  | 'desktops:max'
  | 'desktops_used:max'
  | 'autoscale_min_idle:max'
  | 'autoscale_max_auto_created:max'
  | 'autoscale_enabled:max'
  | 'in_maintenance:max'
  | 'in_transition:max'
  | 'desktops_idle:max'
  | 'utilization:ratio'
  | 'idle_deficit:max'
  | 'auto_created:min'
  | 'desktops:min1h'
  | 'desktops_idle:min1h'
  | 'utilization:avg1h'
  | 'desktops:min7d'
  | 'desktops_idle:min7d'
  | 'utilization:avg7d'
  | 'desktops_used:rise'
  | 'desktops_used:max1h'
  | 'desktops_used_rise:max1h'
  | 'desktops_idle:avg1h'
  | 'desktops_used:max1d'
  | 'desktops_idle:min1d'
  | 'desktops_used_rise:max28d'
  | 'desktops_used_rise:p99_28d'
  | 'desktops_idle:min28d'
  | 'desktops_idle:hours7d'
  | 'desktops_idle:cost7d'
  | 'desktops_used:tomorrow';

/** Dashboards and alerts name it through `record`. */
export type RecordName = `${typeof PREFIX}${Name}`;

/** The full name of a recording rule. */
export const record = <const N extends Name>(name: N): `${typeof PREFIX}${N}` => `${PREFIX}${name}`;
