// The colours and words of the dashboards, in one place: a state looks the same on every panel.
import {
  MappingType,
  type Threshold,
  type ValueMapping,
  type ValueMappingResult,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { thresholds } from '../prometheus/rules.ts';

/** Colours from the lowest value up: the first has no lower bound. */
export const steps = (first: string, ...others: readonly (readonly [from: number, color: string])[]): Threshold[] => [
  { value: null, color: first },
  ...others.map(([value, color]) => ({ value, color })),
];

/** Of a ratio. Below half the pool is not too full but too large. */
export const UTILIZATION = steps(
  'blue',
  [0.5, 'green'],
  [thresholds.utilization_high, 'orange'],
  [thresholds.utilization_critical, 'red'],
);
export const NEUTRAL = steps('blue');
/** Nothing is well, anything is worth a look. */
export const NONE_WANTED = steps('green', [1, 'orange']);
export const NONE_ALLOWED = steps('green', [1, 'red']);
/** Seconds; red is where the alert is, and after 10 minutes the data ends. */
export const DATA_AGE = steps('green', [120, 'orange'], [thresholds.data_age_seconds, 'red']);
/** Seconds until something runs out. */
export const HOURS_LEFT = steps('red', [3600, 'orange'], [thresholds.prediction_seconds, 'green']);

/** Texts and colours of single values. */
export const words = (texts: Readonly<Record<string, ValueMappingResult>>): ValueMapping => ({
  type: MappingType.ValueToText,
  options: Object.fromEntries(Object.entries(texts).map(([value, result], index) => [value, { ...result, index }])),
});

export interface States {
  /** As in the label `status`, the gravest first. */
  readonly names: readonly string[];
  /** From the position among the names. */
  readonly byNumber: ValueMapping;
  /** From the name. */
  readonly byName: ValueMapping;
}

function statesOf(colors: Readonly<Record<string, string>>): States {
  const entries = Object.entries(colors);
  return {
    names: Object.keys(colors),
    byNumber: words(Object.fromEntries(entries.map(([text, color], number) => [number, { text, color }]))),
    byName: words(Object.fromEntries(entries.map(([text, color]) => [text, { text, color }]))),
  };
}

export const POOL_STATUS = statesOf({
  ERROR: 'dark-red',
  EXIST_FROZEN: 'red',
  UNKNOWN: 'purple',
  OTHER: 'semi-dark-purple',
  TEMPORARY: 'yellow',
  STEADY: 'green',
});
export const PRODUCT_STATUS = statesOf({ abandon: 'dark-red', sellout: 'red', other: 'purple', normal: 'green' });

export const MAINTENANCE = words({
  0: { text: 'in service', color: 'green' },
  1: { text: 'maintenance', color: 'orange' },
});
export const SUCCESS = words({ 0: { text: 'failed', color: 'red' }, 1: { text: 'ok', color: 'green' } });
export const ON_OFF = words({ 0: { text: 'off', color: 'text' }, 1: { text: 'on', color: 'green' } });

/** Of desktops by kind, the same on every panel. */
const DESKTOP_COLORS = {
  Desktops: 'text',
  'In use': 'blue',
  Idle: 'green',
  'In use and minimum idle': 'semi-dark-yellow',
  'Minimum idle': 'semi-dark-yellow',
  Cap: 'red',
  'Own limit': 'purple',
};

/** By the names of series. */
export const desktopColors = (...names: readonly (keyof typeof DESKTOP_COLORS)[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, DESKTOP_COLORS[name]]));
