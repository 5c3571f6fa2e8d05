// Reads the recording and alerting rules as they are shipped.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = 'prometheus/rules';

export interface Recording {
  readonly record: string;
  readonly expr: string;
  /** Seconds between two of its samples, where its group has an interval of its own. */
  readonly step?: number | undefined;
}

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  /** Seconds. */
  readonly holds: number;
  readonly severity: string;
}

export interface Rules {
  readonly recordings: readonly Recording[];
  readonly alerts: readonly Alert[];
}

const text = z.string();
const recording = z.object({ record: text, expr: text });
const alert = z.object({ alert: text, expr: text, for: text.default('0s'), labels: z.object({ severity: text }) });
const file = z.object({
  groups: z.array(z.object({ interval: text.optional(), rules: z.array(z.union([alert, recording])) })),
});

export function readRules(): Rules {
  const rules = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => file.safeParse(parse(readFileSync(join(FOLDER, name), 'utf8'))))
    // A PrometheusRule for Kubernetes says the same again in another form.
    .flatMap(({ data }) => data?.groups ?? [])
    .flatMap(({ interval, rules }) =>
      rules.map((rule) => ({ ...rule, step: interval === undefined ? undefined : secondsOf(interval) })),
    );
  return {
    recordings: rules.filter((rule) => 'record' in rule),
    alerts: rules.flatMap((rule) =>
      'alert' in rule
        ? [{ alert: rule.alert, expr: rule.expr, holds: secondsOf(rule.for), severity: rule.labels.severity }]
        : [],
    ),
  };
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Prometheus' durations: `90s`, `1h30m`. */
export function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([smhd])/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? Number.NaN), 0);
}
