// What to set, not only what is wrong: figures of weeks per pool, and what a usual week says of tomorrow. docs/right-sizing.md explains them.
// They build on one sample an hour; where these do not go back far enough, a figure is absent, not wrong.
import { type AlertGroup, createLookup, POOL, WHERE } from './alerts/alert.ts';
import { lines, type Promql } from './promql.ts';
import { type Name, record } from './records.ts';

type Expressions = Readonly<Partial<Record<Name, string>>>;

const desktops = record('desktops:max');
const used = record('desktops_used:max');
const idle = record('desktops_idle:max');

/** What is recorded every hour, as it was last, or so long before. */
const hourly = (name: Name, before?: string) =>
  `last_over_time(${record(name)}[2h]${before === undefined ? '' : ` offset ${before}`})`;

/** Keeps what was there already at the beginning of the window. */
const since = (window: string, name: Name, expr: string) => `${expr} and ${hourly(name, window)}`;

/** How many desktops were taken into use within the time that it takes to create one: what idle ones had to serve. */
export const riseOf = ({ duration }: Promql) => `${used} - min_over_time(${used}[${duration('creation_seconds')}])`;

/** The same hour and weekday of earlier weeks, and how much use grew from it to the hour a day later. */
const WEEKS = [1, 2, 3, 4];
const growthAfter = (week: number) =>
  `label_replace(${hourly('desktops_used:max1h', `${7 * week - 1}d`)} - ${hourly('desktops_used:max1h', `${7 * week}d`)}, "week", "${week}", "", "")`;

/** In the order of evaluation. Averages, not sums: those would count the rules of a second Prometheus, too. */
export const rightSizing = ({ threshold }: Promql): Expressions => ({
  'desktops_used:max1h': `max_over_time(${used}[1h])`,
  'desktops_used_rise:max1h': `max_over_time(${record('desktops_used:rise')}[1h])`,
  'desktops_idle:avg1h': `avg_over_time(${idle}[1h])`,
  'desktops_used:max1d': `max_over_time(${record('desktops_used:max1h')}[1d])`,
  'desktops_idle:min1d': `min_over_time(${record('desktops_idle:min1h')}[1d])`,
  'desktops_used_rise:max28d': since(
    '28d',
    'desktops_used_rise:max1h',
    `max_over_time(${record('desktops_used_rise:max1h')}[28d])`,
  ),
  'desktops_used_rise:p99_28d': since(
    '28d',
    'desktops_used_rise:max1h',
    `quantile_over_time(0.99, ${record('desktops_used_rise:max1h')}[28d])`,
  ),
  'desktops_idle:min28d': since('28d', 'desktops_used:max1h', `min_over_time(${record('desktops_idle:min1d')}[28d])`),
  'desktops_idle:hours7d': since(
    '7d',
    'desktops_idle:avg1h',
    `24 * 7 * avg_over_time(${record('desktops_idle:avg1h')}[7d])`,
  ),
  'desktops_idle:cost7d': `${record('desktops_idle:hours7d')} * (${threshold('price_per_desktop_hour')} > 0)`,
  'desktops_used:tomorrow': lines(
    `${record('desktops_used:max1h')}`,
    `+ avg without (week) (`,
    `  ${WEEKS.map(growthAfter).join('\n  or ')}`,
    `)`,
    `and ${hourly('desktops_used:max1h', '14d')}`,
  ),
});

const isAutoscaled = `${record('autoscale_enabled:max')} == 1`;

/** Desktops that autoscaling may still create, at best. Where it scales by itself and has no maximum, nobody knows how many: absent. */
export const mayStillCreate = lines(
  '(',
  `  (clamp_min((${record('autoscale_max_auto_created:max')} > 0) - ${record('auto_created:min')}, 0) and ${isAutoscaled})`,
  `  or (0 * ${desktops} unless ${isAutoscaled})`,
  ')',
);

export function tomorrow(promql: Promql): AlertGroup['alerts'][number] {
  const { named, perPool } = promql;
  const show = createLookup(promql);
  const expected = hourly('desktops_used:tomorrow');
  return {
    name: 'WorkspacePoolExhaustsTomorrow',
    minutes: 0,
    severity: 'info',
    expr: named(
      lines(
        '(',
        `${expected} > ${desktops} + ${mayStillCreate}`,
        `or ${expected} > ${perPool('huaweicloud_workspace_desktop_pool_capacity_limit_desktops')}`,
        ')',
        `and ${perPool('huaweicloud_workspace_desktop_pool_info', 'pool_type="DYNAMIC"')}`,
        `unless ${record('in_maintenance:max')} == 1`,
      ),
    ),
    summary: `${POOL} runs out of desktops tomorrow, if the day is like its weekday usually is.`,
    description: `${POOL} ${WHERE} would need {{ printf "%.0f" $value }} desktops at this hour tomorrow, by how its use grew from this weekday to the next in the last weeks; it has ${show.desktops}.`,
  };
}
