// The recording rules: the facts of a pool as one series each, whoever read them, and what follows from them.
import { lines, metric, type Promql } from './promql.ts';
import { type Name, type RecordName, record } from './records.ts';
import { rightSizing, riseOf } from './right-sizing.ts';

export interface Recording {
  readonly record: RecordName;
  readonly expr: string;
}

export interface RecordingGroup {
  readonly name: 'recording' | 'week' | 'right-sizing';
  readonly interval?: string;
  readonly rules: readonly Recording[];
}

type Expressions = Readonly<Partial<Record<Name, string>>>;

const desktops = record('desktops:max');
const used = record('desktops_used:max');
const idle = record('desktops_idle:max');

/** In the order of evaluation: what is computed from others comes after them. */
const facts = ({ perPool, ID, labels }: Promql, rise: string): Expressions => ({
  'desktops:max': perPool('huaweicloud_workspace_desktop_pool_desktops'),
  'desktops_used:max': perPool('huaweicloud_workspace_desktop_pool_desktops_used'),
  'autoscale_min_idle:max': perPool('huaweicloud_workspace_desktop_pool_autoscale_min_idle_desktops'),
  'autoscale_max_auto_created:max': perPool('huaweicloud_workspace_desktop_pool_autoscale_max_auto_created_desktops'),
  'autoscale_enabled:max': perPool('huaweicloud_workspace_desktop_pool_autoscale_enabled'),
  'in_maintenance:max': perPool('huaweicloud_workspace_desktop_pool_in_maintenance_mode'),
  'in_transition:max': perPool('huaweicloud_workspace_desktop_pool_status', 'status="TEMPORARY"'),
  'desktops_idle:max': `clamp_min(${desktops} - ${used}, 0)`,
  'utilization:ratio': `${used} / (${desktops} > 0)`,
  'idle_deficit:max': `clamp_min(${record('autoscale_min_idle:max')} - ${idle}, 0)`,
  'desktops_used:rise': rise,
  // What was not there at some time within the week was created since; there is no telling by whom.
  'auto_created:min': `clamp_min(${desktops} - ${lastly('desktops:min7d')}, 0)`,
  // One name per pool: the newest, else the last known, else its id. So a renamed pool is one pool, and joining names never loses any.
  'name:info': lines(
    `topk by (${ID}) (1, max by (${labels('project', 'pool_id', 'pool_name')}) (timestamp(${metric('huaweicloud_workspace_desktop_pool_info')}))) ^ 0`,
    `or on (${ID}) (${record('name:info')} and on (${ID}) ${isKnown(perPool)})`,
    `or on (${ID}) label_replace(${isKnown(perPool)} ^ 0, "pool_name", "$1", "pool_id", "(.*)")`,
  ),
});

const isKnown = (perPool: Promql['perPool']) =>
  `(${perPool('huaweicloud_workspace_desktop_pool_configured')} or ${desktops})`;

/** What is recorded every five minutes, as it was last. */
export function lastly(name: Name): string {
  return `last_over_time(${record(name)}[15m])`;
}

/** Windows of a week over hours, five minutes apart: a tenth of the samples. */
const week: Expressions = {
  'desktops:min1h': `min_over_time(${desktops}[1h])`,
  'desktops_idle:min1h': `min_over_time(${idle}[1h])`,
  'utilization:avg1h': `avg_over_time(${record('utilization:ratio')}[1h])`,
  'desktops:min7d': `min_over_time(${record('desktops:min1h')}[7d])`,
  'desktops_idle:min7d': `min_over_time(${record('desktops_idle:min1h')}[7d])`,
  'utilization:avg7d': `avg_over_time(${record('utilization:avg1h')}[7d])`,
};

const rulesOf = (expressions: Expressions) =>
  Object.entries(expressions).map(([name, expr]) => ({
    // Reason: Object.entries forgets the type of the keys.
    record: record(name as Name),
    expr,
  }));

export const recordingGroups = (promql: Promql): readonly RecordingGroup[] => [
  { name: 'recording', rules: rulesOf(facts(promql, riseOf(promql))) },
  { name: 'week', interval: '5m', rules: rulesOf(week) },
  { name: 'right-sizing', interval: '1h', rules: rulesOf(rightSizing(promql)) },
];
