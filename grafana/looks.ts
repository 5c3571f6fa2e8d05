// The colours and words of the dashboards, in one place: a state looks the same on every panel.
import {
  MappingType,
  type Threshold,
  type ValueMapping,
  type ValueMappingResult,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Place } from '../prometheus/mixin.ts';

/** Colours from the lowest value up: the first has no lower bound. */
export const steps = (first: string, ...others: readonly (readonly [from: number, color: string])[]): Threshold[] => [
  { value: null, color: first },
  ...others.map(([value, color]) => ({ value, color })),
];

export const NEUTRAL = steps('blue');
/** Nothing is well, anything is worth a look. */
export const NONE_WANTED = steps('green', [1, 'orange']);
export const NONE_ALLOWED = steps('green', [1, 'red']);
/** Colours that follow the thresholds of the alerts. */
export function createLooks({ threshold }: Place) {
  const limit = (...[name]: Parameters<Place['threshold']>) => Number(threshold(name));
  return {
    limit,
    /** Of a ratio. Below half the pools are not too full but too large. */
    UTILIZATION: steps(
      'blue',
      [0.5, 'green'],
      [limit('utilization_high'), 'orange'],
      [limit('utilization_critical'), 'red'],
    ),
    /** Seconds; red is where the alert is, and after 10 minutes the data ends. */
    DATA_AGE: steps('green', [0.4 * limit('data_age_seconds'), 'orange'], [limit('data_age_seconds'), 'red']),
    /** Seconds until something runs out. */
    HOURS_LEFT: steps('red', [3600, 'orange'], [limit('prediction_seconds'), 'green']),
  };
}

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

export const YES_NO = words({ 0: { text: 'no', color: 'green' }, 1: { text: 'yes', color: 'red' } });
/** What `room` finds, the gravest first. */
export const ROOM = words({
  0: { text: 'none left', color: 'red' },
  1: { text: 'nearly full', color: 'red' },
  2: { text: 'filling up', color: 'orange' },
  3: { text: 'short of idle', color: 'orange' },
  4: { text: 'maintenance', color: 'orange' },
  5: { text: 'enough', color: 'green' },
});
export const SEVERITY = words({
  0: { text: 'none', color: 'green' },
  1: { text: 'info', color: 'blue' },
  2: { text: 'warning', color: 'orange' },
  3: { text: 'critical', color: 'red' },
});

/** Of desktops by kind, the same on every panel. */
const DESKTOP_COLORS = {
  Desktops: 'text',
  'In use': 'blue',
  Idle: 'green',
  'In use and minimum idle': 'semi-dark-yellow',
  'Minimum idle': 'semi-dark-yellow',
  'Largest of the week': 'orange',
  'Own limit': 'purple',
};

/** By the names of series. */
export const desktopColors = (...names: readonly (keyof typeof DESKTOP_COLORS)[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, DESKTOP_COLORS[name]]));
