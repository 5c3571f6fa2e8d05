// What differs from place to place, in one configuration: rules and dashboards follow from it; what is committed follows from the defaults.
import { type ThresholdName, thresholds } from './thresholds.ts';

export interface Mixin {
  /** Expression on the label `job` of the exporter's targets; only the dashboards ask for it. */
  readonly job: string;
  /** Seconds between two scrapes: whole ones, as PromQL and Grafana know no other. */
  readonly interval: number;
  /** Labels of the target to keep, such as `cluster`. */
  readonly by: readonly string[];
  readonly thresholds: Readonly<Partial<Record<ThresholdName, number>>>;
  /** Address of a copy of the repository; without it alerts have no `runbook_url`. */
  readonly runbookUrl?: string | undefined;
}

export const defaults: Mixin = { job: '.+', interval: 60, by: [], thresholds: {} };

/** Texts that expressions are made of. Texts, because the Helm chart puts in its own values later. */
export interface Place {
  readonly by: readonly string[];
  /** How long a value outlives its last sample: one missed scrape must not start every `for` anew. */
  readonly memory: string;
  /** A target that exists has an `up` within: a missed scrape leaves one, too. */
  readonly scrape: string;
  readonly threshold: (name: ThresholdName) => string;
  /** A threshold in seconds, as a duration. */
  readonly duration: (name: ThresholdName) => string;
  /** `for` of so many minutes: more than one sample, however rare they are. */
  readonly held: (minutes: number) => string;
  /** Minutes in which events are counted: these, and more where samples are rare, or what recurs would seem to pause. */
  readonly window: (minutes: number) => string;
  readonly runbookUrl?: string | undefined;
}

const MINUTE = 60;

export function placeOf({ interval, by, thresholds: given, runbookUrl }: Mixin): Place {
  const memory = Math.max(2 * interval, 2 * MINUTE) + MINUTE;
  // One missed scrape is no old data either.
  const all = { ...thresholds, data_age_seconds: Math.max(thresholds.data_age_seconds, memory), ...given };
  return {
    by,
    memory: durationOf(memory),
    scrape: durationOf(Math.max(interval, 2 * MINUTE) + MINUTE),
    threshold: (name) => String(all[name]),
    duration: (name) => durationOf(all[name]),
    held: (minutes) => durationOf(Math.max(minutes * MINUTE, interval + MINUTE)),
    window: (minutes) => String(minutes + Math.ceil((2 * Math.max(interval - MINUTE, 0)) / MINUTE)),
    runbookUrl,
  };
}

/** As Prometheus writes it: in the largest unit that gives a whole number. */
export function durationOf(seconds: number): string {
  const [size, unit] = UNITS.find(([size]) => seconds % size === 0) ?? [1, 's'];
  return `${seconds / size}${unit}`;
}
const UNITS = [
  [24 * 3600, 'd'],
  [3600, 'h'],
  [60, 'm'],
] as const;
