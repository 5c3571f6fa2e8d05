// Scenes for the demo: a morning in which one thing goes wrong, and the alerts that the shipped rules send about it.
import type { PoolProfile } from './cast.ts';
import type { Cloud } from './cloud.ts';
import { poolAt } from './estate.ts';
import type { StateOf } from './world.ts';

export interface Scene {
  /** What happens, for whoever watches. */
  readonly says: string;
  /** Hours and minutes UTC of a working morning, in simulated time. */
  readonly startsAt: readonly [hours: number, minutes: number];
  /** How the company differs from its usual day. */
  readonly stateOf?: (seed: number) => StateOf;
  /** What happens to the cloud, `HAPPENS_MS` after the start. */
  readonly happens?: (cloud: Pick<Cloud, 'fault' | 'control'>) => void;
  /** Of the shipped rules, beside those about pools that are always sick; each within an hour and a half of the start. */
  readonly alerts: readonly string[];
}

/** First it is seen to work. */
export const HAPPENS_MS = 5 * 60_000;

/** A company whose pools differ; the same object for the same pool, so that answers can be cached by it. */
function withPools(change: (profile: PoolProfile) => PoolProfile): NonNullable<Scene['stateOf']> {
  const changed = new Map<string, PoolProfile>();
  return (seed) => (profile, at) => {
    const key = `${profile.id} ${profile.name}`;
    const known = changed.get(key) ?? change(profile);
    changed.set(key, known);
    return poolAt(known, seed, at);
  };
}

const READS_FAIL = ['WorkspaceCollectorFailing', 'WorkspacePoolDataStale', 'WorkspacePoolScrapeFailing'] as const;

export const scenes = {
  'morning-rush': {
    says: 'Twice as many people as usual come to work, and some pools may not grow as far as they would have to',
    startsAt: [8, 0],
    stateOf: withPools((profile) => (profile.type === 'STATIC' ? profile : { ...profile, people: 2 * profile.people })),
    alerts: [
      'WorkspacePoolAutoscaleMaximumReached',
      'WorkspacePoolCapacityLimitNear',
      'WorkspacePoolExhausted',
      'WorkspacePoolIdleBelowMinimum',
    ],
  },
  outage: {
    says: 'After five minutes the cloud answers every request with an error',
    startsAt: [9, 30],
    happens: ({ fault }) => void fault({ status: 503 }),
    alerts: [...READS_FAIL, 'WorkspaceApiErrorRateHigh', 'WorkspaceExporterScrapeSlow'],
  },
  'locked-key': {
    says: 'After five minutes somebody replaces the secret key; the exporter asks rarely from then on, so that the account is not locked',
    startsAt: [9, 30],
    happens: ({ control }) => control.setSecretKey('replaced-by-somebody'),
    alerts: [...READS_FAIL, 'WorkspaceApiAuthFailing'],
  },
  'sold-out': {
    says: 'The product of most pools is sold out, and the morning needs more desktops than the night left',
    startsAt: [8, 0],
    stateOf: withPools((profile) => {
      const { autoscale, product } = profile;
      if (autoscale?.type !== 'AUTO_CREATED' || product.flavor_id !== 'c7.xlarge.2') return profile;
      return {
        ...profile,
        growthBlocked: 'soldOut',
        desktops: autoscale.minRetention,
        product: { ...product, status: 'sellout' },
      };
    }),
    alerts: [
      'WorkspacePoolAutoscaleStalled',
      'WorkspacePoolDesktopsFailed',
      'WorkspacePoolExhausted',
      'WorkspacePoolIdleBelowMinimum',
      'WorkspacePoolProductUnavailable',
    ],
  },
} as const satisfies Readonly<Record<string, Scene>>;

export type SceneName = keyof typeof scenes;
// Reason: Object.keys forgets the type of the keys.
export const sceneNames = Object.keys(scenes) as SceneName[];
