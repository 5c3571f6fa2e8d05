// How a scenario is told: series over time, and which alerts fire when; and how promtool plays it.
import { stringify } from 'yaml';
import type { MetricName } from '../../src/app/catalog.ts';
import { defaults, placeOf } from '../mixin.ts';
import { alertGroups, annotationsOf, groupNames } from '../rules.ts';
import { resample } from './resample.ts';

/** A constant, or promtool's notation: `10x5` is 10 and five times more, `0+1x9` counts up, `_` is a missing sample, `stale` ends the series. */
export type Values = number | string;

export interface Series {
  readonly series: string;
  readonly values: Values;
}

export interface Notification {
  readonly at: string;
  readonly alert: string;
  /** Beside `severity` and `category`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly description: string;
}

export interface Scenario {
  /** What happens, and what should follow. */
  readonly name: string;
  readonly series: readonly Series[];
  /** All alerts that fire at a time, each as often as it is named: whatever is not named here is silent. */
  readonly firing: Readonly<Record<string, readonly string[]>>;
  /** The same where samples are five minutes apart, if that is another story. */
  readonly firingWhenRare?: Readonly<Record<string, readonly string[]>>;
  /** Alerts that this scenario comes near to, and that have to stay silent in it. */
  readonly silent?: readonly string[];
  /** Notifications, word for word. */
  readonly says?: readonly Notification[];
  /** Somebody loaded the alerts alone. */
  readonly isWithoutRecording?: true;
}

/** The values one after another, each for so many samples. */
export const steps = (...parts: readonly (readonly [value: number | '_', samples: number])[]) =>
  parts.map(([value, samples]) => (value === '_' ? `_x${samples}` : `${value}x${samples - 1}`)).join(' ');

export const A = 'a:10054';
export const B = 'b:10054';
const JOB = 'huaweicloud-workspace';

const seriesOf = (name: string, labels: Readonly<Record<string, string>>, values: Values): Series => ({
  series: `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ')}}`,
  values,
});

/** A series of the exporter; a misspelt metric does not compile. */
export const sample = (
  name: MetricName,
  labels: Readonly<Record<string, string>>,
  values: Values,
  instance: string = A,
): Series => seriesOf(name, { job: JOB, instance, ...labels }, values);

/** A series of the process that tells of itself, whatever it is. */
export const ofProcess = (name: 'up' | 'process_start_time_seconds', values: Values, instance: string = A, job = JOB) =>
  seriesOf(name, { job, instance }, values);

/** A target, which had been an exporter before it did not answer. */
export const target = (values: Values, instance: string = A, job = JOB): Series[] => [
  ofProcess('up', values, instance, job),
  seriesOf('huaweicloud_workspace_exporter_build_info', { job, instance, version: '1' }, build(values)),
];
/** When the target does not answer, its series end. */
const build = (values: Values): Values =>
  typeof values === 'number' ? values || '1 stale' : values.replace(/\b0(x\d+)?\b/, 'stale');

export const POOL = { project: 'prod', pool_id: 'p-1', pool_name: 'Office' } as const;

export interface PoolStory {
  readonly id?: string;
  readonly name?: string;
  readonly type?: 'DYNAMIC' | 'STATIC';
  readonly desktops?: Values;
  readonly used?: Values;
  readonly autoscale?: 'AUTO_CREATED' | 'ACCESS_CREATED';
  readonly enabled?: Values;
  readonly minIdle?: Values;
  readonly mayCreate?: Values;
  readonly maintenance?: Values;
  readonly info?: Values;
  readonly product?: string;
}

/** The series of one pool as one exporter tells them; autoscaling is on if there is a kind of it. */
export function pool(story: PoolStory, instance: string = A): Series[] {
  const { id = POOL.pool_id, name = POOL.pool_name, type = 'DYNAMIC', autoscale, info = 1, maintenance = 0 } = story;
  const labels = { ...POOL, pool_id: id, pool_name: name };
  const numbers: readonly (readonly [MetricName, Values | undefined])[] = [
    ['huaweicloud_workspace_desktop_pool_desktops', story.desktops],
    ['huaweicloud_workspace_desktop_pool_desktops_used', story.used],
    ['huaweicloud_workspace_desktop_pool_autoscale_enabled', story.enabled ?? (autoscale === undefined ? 0 : 1)],
    ['huaweicloud_workspace_desktop_pool_autoscale_min_idle_desktops', story.minIdle],
    ['huaweicloud_workspace_desktop_pool_autoscale_max_auto_created_desktops', story.mayCreate],
    ['huaweicloud_workspace_desktop_pool_in_maintenance_mode', maintenance],
  ];
  const attributes = {
    ...labels,
    pool_type: type,
    autoscale_type: autoscale ?? '',
    product_id: story.product ?? '',
    availability_zone: 'az1',
  };
  return [
    ...numbers.flatMap(([metric, values]) => (values === undefined ? [] : [sample(metric, labels, values, instance)])),
    sample('huaweicloud_workspace_desktop_pool_info', attributes, info, instance),
  ];
}

/** A pool where all is well, as the background of a story about something else. */
export const calmPool = (instance: string = A, values: (value: number) => Values = (value) => value) =>
  pool(
    {
      desktops: values(20),
      used: values(8),
      autoscale: 'AUTO_CREATED',
      enabled: values(1),
      minIdle: values(5),
      mayCreate: values(40),
      maintenance: values(0),
      info: values(1),
    },
    instance,
  );

/** A label to keep. */
const KEPT = 'cluster';
export type Kept = typeof KEPT;

/**
 * A test file of promtool in which each scenario is by itself, with its notifications. `step`: minutes between two samples, as the scenarios are told. With a
 * label to keep, every target has it.
 */
export const singleTests = (ruleFiles: readonly string[], step: number, scenarios: readonly Scenario[], kept?: Kept) =>
  stringify({
    rule_files: ruleFiles,
    evaluation_interval: `${step}m`,
    group_eval_order: groupNames,
    tests: scenarios.map((scenario) => ({
      name: scenario.name,
      interval: `${step}m`,
      input_series: [...targetOf(scenario), ...scenario.series].map(({ series, values }) => ({
        series: kept === undefined ? series : series.replace('{', `{${kept}="east", `),
        values: typeof values === 'number' ? `${values}x${lastMinute(scenario) / step}` : values,
      })),
      promql_expr_test: Object.entries(scenario.firing).map(([at, names]) => firingTest(at, names)),
      ...(scenario.says === undefined ? {} : { alert_rule_test: notificationTests(scenario.says, kept) }),
    })),
  });

/**
 * A test file of promtool with all scenarios, `step` minutes between two samples, other than those of the scenarios. As many as can share one test, which is fast:
 * with a label to keep, each is in a cluster of its own, and a rule that forgets the label confuses them all; without, each is a project of its own. Whoever
 * speaks of series that name no project, or of no target at all, is by itself.
 */
export function resampledTests(
  ruleFiles: readonly string[],
  step: number,
  kept: Kept | undefined,
  scenarios: readonly Scenario[],
) {
  const canShare = ({ name, series }: Scenario) =>
    name !== NO_TARGET && (kept !== undefined || series.every((one) => one.series.includes(PROJECT)));
  const labelOf = ({ name }: Scenario) => `${kept ?? 'project'}=${JSON.stringify(name)}`;
  const move = (series: string, scenario: Scenario) =>
    kept === undefined ? series.replace(PROJECT, labelOf(scenario)) : series.replace('{', `{${labelOf(scenario)}, `);
  const inputOf = (scenario: Scenario, series: readonly Series[], named = (series: string) => series) =>
    series.map(({ series, values }) => ({
      series: named(series),
      values: resample(values, step, lastMinute(scenario)),
    }));
  const firingTests = (scenario: Scenario, matcher?: string) => {
    const { firing, firingWhenRare = firing } = scenario;
    return Object.entries(step < 5 ? firing : firingWhenRare).map(([at, names]) => firingTest(at, names, matcher));
  };
  const testOf = (input_series: object[], promql_expr_test: object[]) => ({
    interval: `${step * 60}s`,
    input_series,
    promql_expr_test,
  });

  const together = scenarios.filter(canShare);
  const last = Math.max(...together.map(lastMinute));
  const common = kept === undefined ? target(1).map(({ series }) => ({ series, values: resample(1, step, last) })) : [];
  const targetsOf = (scenario: Scenario) => (kept === undefined ? [] : targetOf(scenario));
  return stringify({
    rule_files: ruleFiles,
    evaluation_interval: '1m',
    group_eval_order: groupNames,
    tests: [
      testOf(
        [
          ...common,
          ...together.flatMap((scenario) =>
            inputOf(scenario, [...targetsOf(scenario), ...scenario.series], (series) => move(series, scenario)),
          ),
        ],
        together.flatMap((scenario) => firingTests(scenario, `, ${labelOf(scenario)}`)),
      ),
      ...scenarios
        .filter((scenario) => !canShare(scenario))
        .map((scenario) =>
          testOf(inputOf(scenario, [...targetOf(scenario), ...scenario.series]), firingTests(scenario)),
        ),
    ],
  });
}
const PROJECT = 'project="prod"';

/** Where a scenario has no target of its own, the exporter answers. */
const targetOf = ({ name, series }: Scenario) =>
  name === NO_TARGET || series.some((one) => one.series.startsWith('up{')) ? [] : target(1);

const firingTest = (at: string, names: readonly string[], matcher = '') => ({
  expr: `count by (alertname) (ALERTS{alertstate="firing"${matcher}})`,
  eval_time: at,
  exp_samples: [...new Set(names)].map((alert) => ({
    labels: `{alertname="${alert}"}`,
    value: names.filter((one) => one === alert).length,
  })),
});

/** A constant lasts as long as the scenario. */
const lastMinute = ({ firing, firingWhenRare = {} }: Scenario) =>
  Math.max(...[...Object.keys(firing), ...Object.keys(firingWhenRare)].map(minutes));

const MINUTES: Readonly<Record<string, number>> = { m: 1, h: 60, d: 24 * 60 };
const minutes = (duration: string) =>
  [...duration.matchAll(/(\d+)([mhd])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (MINUTES[unit] ?? Number.NaN),
    0,
  );

/** The one scenario in which Prometheus has no target at all. */
export const NO_TARGET = 'No target: the exporter is missed';

/** promtool wants all notifications of one alert at one time together. */
function notificationTests(says: readonly Notification[], kept: Kept | undefined) {
  const occasions = [...new Set(says.map(({ at, alert }) => `${at} ${alert}`))];
  return occasions.map((occasion) => {
    const of = says.filter(({ at, alert }) => `${at} ${alert}` === occasion);
    const [at, alertname] = occasion.split(' ');
    return { eval_time: at, alertname, exp_alerts: of.map((one) => expectedAlert(one, kept)) };
  });
}

function expectedAlert({ alert, labels, description }: Notification, kept: Kept | undefined) {
  const group = alertGroups.find(({ alerts }) => alerts.some((one) => one.name === alert));
  const rule = group?.alerts.find((one) => one.name === alert);
  if (group === undefined || rule === undefined) throw new Error(`no alert ${alert}`);
  return {
    exp_labels: {
      severity: rule.severity,
      category: group.category,
      ...labels,
      // That nothing is there is said of nothing.
      ...(kept === undefined || Object.keys(labels).length === 0 ? {} : { [kept]: 'east' }),
    },
    exp_annotations: { ...annotationsOf(rule, placeOf(defaults)), summary: fill(rule.summary, labels), description },
  };
}

/** What the template of a summary becomes. */
const fill = (template: string, labels: Readonly<Record<string, string>>) =>
  template
    .replace(/\{\{ with \$labels\.(\w+) \}\}(.*)\{\{ else \}\}(.*)\{\{ end \}\}/, (_, label, some, none) =>
      labels[label] === undefined ? none : some.replace('{{ . }}', labels[label]),
    )
    .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label) => labels[label] ?? '');
