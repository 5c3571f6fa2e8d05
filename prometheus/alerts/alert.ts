// What an alert is, and the words that its description may look up.
import { metric } from '../promql.ts';
import { type RecordName, record } from '../recording.ts';

export interface Alert {
  readonly name: `Workspace${string}`;
  readonly for: string;
  /** critical: act now · warning: act in working hours · info: know it when something else happens. */
  readonly severity: 'critical' | 'warning' | 'info';
  readonly expr: string;
  /** A sentence, the same for all series: notifications are grouped by it. */
  readonly summary: string;
  /** The numbers, as a template of Prometheus. */
  readonly description: string;
}

export interface AlertGroup {
  /** The label `category` of its alerts. */
  readonly category: 'capacity' | 'state' | 'reads' | 'exporter';
  /** Where a failed read, which ends series for a while, must not resolve an alert. */
  readonly keepFiringFor?: string;
  readonly alerts: readonly Alert[];
}

/** The pool that an alert is about, as text of a template. */
export const POOL = 'Pool {{ $labels.pool_name }} ({{ $labels.project }}, {{ $labels.pool_id }})';

/** The same where the series have no name: it is looked up among the data of the last hour, and left out if there are none. */
export const NAMELESS_POOL =
  `Pool {{ with printf "last_over_time(${metric('huaweicloud_workspace_desktop_pool_info')}{project=%q, pool_id=%q}[1h])" $labels.project $labels.pool_id` +
  ' | query }}{{ first . | label "pool_name" }} {{ end }}({{ $labels.project }}, {{ $labels.pool_id }})';

const lookup = (name: RecordName, show: string) =>
  `{{ with printf "${name}{project=%q, pool_id=%q}" $labels.project $labels.pool_id | query }}{{ first . | value${show} }}{{ else }}?{{ end }}`;

/** Numbers of the pool beside the value of the alert. */
export const DESKTOPS = lookup(record('desktops:max'), '');
export const USED = lookup(record('desktops_used:max'), '');
export const IDLE = lookup(record('desktops_idle:max'), '');
export const MIN_IDLE = lookup(record('autoscale_min_idle:max'), '');
export const CAP = lookup(record('autoscale_max_auto_created:max'), '');
export const DEFICIT = lookup(record('idle_deficit:max'), '');
