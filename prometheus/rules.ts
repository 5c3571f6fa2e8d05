// All rules of a place, and the files that are made of them: for Prometheus (rules/*.yml), for its operator (a PrometheusRule), for the Helm chart.
import { stringify } from 'yaml';
import type { Alert, AlertGroup } from './alerts/alert.ts';
import { capacity } from './alerts/capacity.ts';
import { exporter } from './alerts/exporter.ts';
import { reads } from './alerts/reads.ts';
import { state } from './alerts/state.ts';
import { defaults, type Mixin, type Place, placeOf } from './mixin.ts';
import { createPromql } from './promql.ts';
import { recordingGroups } from './recording.ts';
import { thresholds } from './thresholds.ts';

export { metric } from './promql.ts';
export { type RecordName, record } from './records.ts';
export { thresholds };

/** Every alert, by category. */
export const alertGroupsOf = (place: Place): readonly AlertGroup[] => {
  const promql = createPromql(place);
  return [capacity(promql), state(promql), reads(promql), exporter(promql)];
};
export const alertGroups = alertGroupsOf(placeOf(defaults));
export const alerts = alertGroups.flatMap((group) => group.alerts);
export const recordings = recordingGroups(createPromql(placeOf(defaults))).flatMap(({ rules }) => rules);

export const runbookPath = (alert: string) => `docs/runbooks/${alert}.md`;

const PROJECT = 'huaweicloud-workspace';

const recordingsOf = (place: Place) =>
  recordingGroups(createPromql(place)).map((group) => ({ ...group, name: `${PROJECT}.${group.name}` }));

const alertsOf = (place: Place) =>
  alertGroupsOf(place).map(({ category, keepFiringFor, alerts }) => ({
    name: `${PROJECT}.${category}`,
    rules: alerts.map((alert) => ({
      alert: alert.name,
      expr: alert.expr,
      for: alert.countsEvents ? `${place.window(alert.minutes)}m` : place.held(alert.minutes),
      ...(keepFiringFor === undefined ? {} : { keep_firing_for: keepFiringFor }),
      labels: { severity: alert.severity, category },
      annotations: annotationsOf(alert, place),
    })),
  }));

/** A link that leads nowhere is left out. */
export const annotationsOf = ({ name, summary, description }: Alert, { runbookUrl }: Place) => ({
  summary,
  description,
  ...(runbookUrl === undefined ? {} : { runbook_url: `${runbookUrl}/${runbookPath(name)}` }),
});

/** Names of all groups in the order in which they are evaluated. */
export const groupNames = [...recordingsOf(placeOf(defaults)), ...alertsOf(placeOf(defaults))].map(({ name }) => name);

const yaml = (document: unknown) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false });
const written = (document: unknown, madeBy: string) =>
  `# Made by \`${PROJECT}-exporter ${madeBy}\`; do not edit.\n${yaml(document)}`;

export type Format = 'prometheus' | 'operator';

/** Text of the files by name. `madeBy`: the command line that makes them. */
export function ruleFiles(mixin: Mixin, format: Format, madeBy = 'rules'): Readonly<Record<string, string>> {
  if (format === 'operator') return { 'prometheusrule.yaml': printedRules(mixin, format, madeBy) };
  const place = placeOf(mixin);
  return {
    'recording.yml': written({ groups: recordingsOf(place) }, madeBy),
    'alerts.yml': written({ groups: alertsOf(place) }, madeBy),
  };
}

/** All rules in one file. */
export function printedRules(mixin: Mixin, format: Format, madeBy: string): string {
  const place = placeOf(mixin);
  const groups = [...recordingsOf(place), ...alertsOf(place)];
  if (format === 'prometheus') return written({ groups }, madeBy);
  return written(
    {
      // The operator has to be new enough to know `keep_firing_for`.
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: PROJECT, labels: { 'app.kubernetes.io/name': `${PROJECT}-exporter` } },
      spec: { groups },
    },
    madeBy,
  );
}

/** For the Helm chart, which replaces what stands between two at signs by its values. */
export const chartRules = () => {
  const place: Place = {
    ...placeOf(defaults),
    by: ['@by@'],
    memory: '@memory@',
    scrape: '@scrape@',
    threshold: (name) => `@${name}@`,
    duration: (name) => `@${name}@s`,
    window: (minutes) => `@window${minutes}@`,
  };
  return yaml({ thresholds, groups: [...recordingsOf(place), ...alertsOf(place)] });
};
