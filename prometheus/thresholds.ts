// Every number of the alerts, by the name that the configuration (`alerts`), `--threshold` and the label `threshold` have for it.

interface Threshold {
  readonly preset: number;
  readonly says: string;
  /** May be set per pool in the exporter's configuration; the exporter then exports it, and the rules take it before the preset. */
  readonly isPerPool?: true;
  /** What is no share of something may be more than 1. */
  readonly isShare?: true;
  /** The window of an expression: PromQL knows no empty one, and no part of a second. */
  readonly isWindow?: true;
}

export const THRESHOLDS = {
  utilization_high: {
    preset: 0.85,
    isPerPool: true,
    isShare: true,
    says: 'Used desktops / desktops, of a pool that does not scale by itself: a warning above it',
  },
  utilization_critical: { preset: 0.95, isPerPool: true, isShare: true, says: 'The same: critical above it' },
  capacity_limit: {
    preset: 0.9,
    isPerPool: true,
    isShare: true,
    says: 'Desktops / your own ceiling (`capacity_limit`): a warning above it',
  },
  predicted_utilization: {
    preset: 0.6,
    isPerPool: true,
    isShare: true,
    says: 'Used desktops / desktops from which exhaustion is foretold',
  },
  prediction_seconds: { preset: 4 * 3600, says: 'How far ahead exhaustion is foretold, from the trend of two hours' },
  shrunk_to: {
    preset: 0.8,
    isPerPool: true,
    isShare: true,
    says: 'Desktops / desktops of an hour ago: a warning below it',
  },
  shrunk_by: {
    preset: 2,
    isPerPool: true,
    says: 'How many fewer desktops it must be besides: a small pool halves with one',
  },
  wasted_utilization: {
    preset: 0.3,
    isPerPool: true,
    isShare: true,
    says: 'Average of used desktops / desktops in a week below which a pool is too large',
  },
  wasted_idle: {
    preset: 2,
    isPerPool: true,
    says: 'Fewest idle desktops of a week / idle desktops that the policy wants, above which a pool is too large',
  },
  users_per_free_desktop: {
    preset: 2,
    isPerPool: true,
    says: 'Users without a desktop / desktops that are idle or may still be created',
  },
  unreachable: {
    preset: 0.1,
    isPerPool: true,
    isShare: true,
    says: 'Desktops that run and cannot be connected to / desktops',
  },
  failed: {
    preset: 0,
    isPerPool: true,
    says: 'Desktops that failed to start, to be assigned or, within an hour, to be created',
  },
  isolated: { preset: 0, isPerPool: true, says: 'Isolated desktops' },
  free_addresses: { preset: 5, says: 'Free addresses of a subnet: a warning below it' },
  free_addresses_per_idle: {
    preset: 2,
    says: 'Free addresses of a subnet / idle desktops that the policies of its pools want: a warning below it',
  },
  maintenance_seconds: { preset: 4 * 3600, isWindow: true, says: 'Longest maintenance' },
  transition_seconds: { preset: 2 * 3600, isWindow: true, says: 'Longest change of a pool (status TEMPORARY)' },
  quota: { preset: 0.9, isShare: true, says: 'Used / limit of a quota' },
  data_age_seconds: {
    preset: 5 * 60,
    says: 'Age of values. They end after `scrape.max_staleness` (10m): this has to come before. With scrapes rarer than every two minutes it grows by itself',
  },
  pools_left: { preset: 0.5, isShare: true, says: 'Selected pools / selected pools of an hour ago' },
  api_errors: { preset: 0.05, isShare: true, says: 'Failed attempts / requests within 15 minutes' },
  api_errors_count: { preset: 2, says: 'Failed attempts within 15 minutes; more than this besides' },
  credential_left_seconds: {
    preset: 10 * 60,
    says: 'Remaining life of a credential. Renewal is due at 40 minutes, or a third of a shorter life',
  },
  clock_skew_seconds: {
    preset: 5 * 60,
    says: "Difference to the cloud's clock, which refuses signatures at 15 minutes",
  },
  creation_seconds: {
    preset: 10 * 60,
    isWindow: true,
    says: 'How long it usually takes to create a desktop: the window of the right-sizing figures. No alert has it',
  },
  price_per_desktop_hour: {
    preset: 0,
    isPerPool: true,
    says: 'What an hour of a desktop costs, in your currency: right-sizing then shows money, too. 0: not known. No alert has it',
  },
  slow_scrapes: { preset: 3, says: 'Scrapes within 15 minutes that ended before their collection did' },
  restarts: { preset: 2, says: 'Starts of the exporter within half an hour' },
} as const satisfies Readonly<Record<string, Threshold>>;

const MONTH = 30 * 24 * 3600;

/** What it can be. */
export function rangeOf({ isShare, isWindow }: Threshold) {
  if (isShare) return { least: 0, most: 1, isWhole: false, says: 'a number from 0 to 1' };
  if (isWindow) return { least: 1, most: MONTH, isWhole: true, says: `whole seconds from 1 to ${MONTH}` };
  return { least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: false, says: 'a number from 0 on' };
}

export type ThresholdName = keyof typeof THRESHOLDS;
export type Thresholds = Readonly<Record<ThresholdName, number>>;

/** In the order of the documentation. */
export const thresholdList: readonly (Threshold & { readonly name: ThresholdName })[] = Object.entries(THRESHOLDS).map(
  // Reason: Object.entries forgets the type of the keys.
  ([name, threshold]) => ({ ...threshold, name: name as ThresholdName }),
);

/** The presets. */
// Reason: Object.fromEntries forgets the keys.
export const thresholds = Object.fromEntries(thresholdList.map(({ name, preset }) => [name, preset])) as Thresholds;

/** Pairs of which the first has to stay below the second, and what happens else. */
const PAIRS: readonly (readonly [ThresholdName, ThresholdName, string])[] = [
  ['utilization_high', 'utilization_critical', 'the warning would never come before the critical alert'],
  ['predicted_utilization', 'utilization_critical', 'exhaustion would be foretold when it is already there'],
  ['wasted_utilization', 'utilization_high', 'a pool would be too large and nearly full at the same time'],
];

type Some = Readonly<Record<string, number | undefined>>;

/** Sentences on what is set and contradicts the rest of it, what it is set on top of, or a preset; each with the name of the one that is set. */
export function contradictions(set: Some, under: Some = {}) {
  const numbers: Some = { ...thresholds, ...under, ...set };
  return PAIRS.flatMap(([low, high, consequence]) => {
    const name = [low, high].find((one) => set[one] !== undefined);
    const [below = 0, above = 0] = [numbers[low], numbers[high]];
    if (name === undefined || below <= above) return [];
    return [{ name, message: `${low} (${below}) is above ${high} (${above}): ${consequence}` }];
  });
}
