// Which of the shipped alerts look at metrics that the configuration leaves out: they may stay silent, and nothing else would say so.
import { alerts, record, recordings } from '../../prometheus/rules.ts';
import { keepsMetric } from '../app/app.ts';
import type { Config } from '../config/schema.ts';

const expressions = new Map<string, string>(recordings.map(({ record, expr }) => [record, expr]));
/** Names have a fallback, and thresholds a preset. */
const DISPENSABLE: readonly string[] = [
  record('name:info'),
  'huaweicloud_workspace_desktop_pool_alert_threshold',
  'huaweicloud_workspace_desktop_pool_capacity_limit_desktops',
];

/** Metrics of the exporter behind an expression, those behind its recorded series included. */
function metricsIn(expr: string): string[] {
  const names = [...new Set(expr.match(/huaweicloud_workspace_[\w:]+/g))].filter((name) => !DISPENSABLE.includes(name));
  return names.flatMap((name) => {
    const recorded = expressions.get(name);
    return recorded === undefined ? [name] : metricsIn(recorded);
  });
}

/** A sentence, if there are any. */
export function silencedAlerts({ metrics }: Config): readonly string[] {
  const isKept = keepsMetric(metrics);
  const silenced = alerts.flatMap(({ name, expr }) => {
    const lost = metricsIn(expr).filter((metric) => !isKept(metric));
    return lost.length === 0 ? [] : [{ name, lost }];
  });
  if (silenced.length === 0) return [];
  const lost = [...new Set(silenced.flatMap((alert) => alert.lost))].toSorted();
  return [
    `metrics leaves out what shipped alerts look at, and they may stay silent: ${first(silenced.map(({ name }) => name))} (${first(lost)})`,
  ];
}

const MOST = 5;
const first = (names: readonly string[]) =>
  names.length > MOST ? `${names.slice(0, MOST).join(', ')} and ${names.length - MOST} more` : names.join(', ');
