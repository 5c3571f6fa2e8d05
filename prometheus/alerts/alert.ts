// What an alert is, and the words that its description may look up.
import type { MetricName } from '../../src/app/catalog.ts';
import type { Promql } from '../promql.ts';
import { type RecordName, record } from '../records.ts';

export interface Alert {
  readonly name: `Workspace${string}`;
  /** How long it has to be true: in minutes. */
  readonly minutes: number;
  /** It counts events within as many minutes, and `for` is as long: a single one has left the window by then, and never fires. */
  readonly countsEvents?: true;
  /** critical: act now · warning: act in working hours · info: know it when something else happens. */
  readonly severity: 'critical' | 'warning' | 'info';
  readonly expr: string;
  /** A sentence that names what it is about: a phone shows nothing else. */
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
export const POOL = 'Pool {{ $labels.pool_name }}';
export const WHERE = '({{ $labels.project }}, {{ $labels.pool_id }})';

/** Numbers of the pool beside the value of the alert, looked up when it fires. */
export function createLookup({ by }: Promql) {
  const own = ['project=%q', 'pool_id=%q', ...by.map((label) => `${label}=%q`)];
  const values = ['project', 'pool_id', ...by].map((label) => ` $labels.${label}`).join('');
  /** Opens a part of the text that is there if the query finds something. */
  const whenFound = (name: RecordName | MetricName, matchers: readonly string[] = [], [before, after] = ['', '']) =>
    `{{ with printf "${before}${name}{${[...own, ...matchers].join(', ')}}${after}"${values} | query }}`;
  const number = (name: RecordName) => `${whenFound(name)}{{ first . | value }}{{ else }}?{{ end }}`;
  return {
    whenFound,
    desktops: number(record('desktops:max')),
    used: number(record('desktops_used:max')),
    idle: number(record('desktops_idle:max')),
    minIdle: number(record('autoscale_min_idle:max')),
    mayCreate: number(record('autoscale_max_auto_created:max')),
    deficit: number(record('idle_deficit:max')),
    created: number(record('auto_created:min')),
  };
}
