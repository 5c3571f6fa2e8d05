// The company as a test has bent it: pools removed, renamed, added on top of the pure estate, and answers remembered for one step.
import { cast, type PoolProfile, type ProjectKey } from './cast.ts';
import { type Estate, type PoolState, poolAt, stepOf } from './estate.ts';
import { generatedPools } from './generated.ts';

export interface World {
  /** The pools that a project's list shows, in the order of the cast. */
  pools(project: ProjectKey): readonly PoolState[];
  pool(project: ProjectKey, id: string): PoolState | undefined;
  /** How many pools were generated on top of the cast. */
  generated(): number;
  /** A text computed once per step and change of the company: a benchmark must not measure the simulator. */
  remember(key: string, make: () => string): string;
  estate(time?: number): Estate;
  removePool(id: string): void;
  restorePool(id: string): void;
  renamePool(id: string, name: string): void;
  addPools(count: number): void;
}

/** A pool from the start of a step (simulated epoch ms) on. */
export type StateOf = (profile: PoolProfile, at: number) => PoolState;

/** `simulatedNow` gives simulated epoch ms. */
export function createWorld(
  seed: number,
  simulatedNow: () => number,
  generated: number,
  stateAt: StateOf = (profile, at) => poolAt(profile, seed, at),
): World {
  const removed = new Set<string>();
  const names = new Map<string, string>();
  let extra = generated;
  let profiles = new Map<string, PoolProfile>();
  let at = Number.NaN;
  let states = new Map<string, PoolState>();
  let texts = new Map<string, string>();

  const changed = () => {
    const shown = [...cast, ...generatedPools(0, extra)].filter(({ id }) => !removed.has(id));
    profiles = new Map(shown.map((profile) => [profile.id, renamed(profile, names)]));
    at = Number.NaN;
  };
  changed();

  const enterStep = () => {
    const step = stepOf(simulatedNow());
    if (step === at) return;
    at = step;
    states = new Map();
    texts = new Map();
  };
  const stateOf = (profile: PoolProfile): PoolState => {
    const state = states.get(profile.id) ?? stateAt(profile, at);
    states.set(profile.id, state);
    return state;
  };

  return {
    pools(project) {
      enterStep();
      return [...profiles.values()].filter((profile) => profile.project === project).map(stateOf);
    },
    pool(project, id) {
      enterStep();
      const profile = profiles.get(id);
      return profile?.project === project ? stateOf(profile) : undefined;
    },
    generated: () => extra,
    remember(key, make) {
      enterStep();
      const text = texts.get(key) ?? make();
      texts.set(key, text);
      return text;
    },
    estate(time = simulatedNow()) {
      const step = stepOf(time);
      return { at: step, pools: [...profiles.values()].map((profile) => stateAt(profile, step)) };
    },
    removePool: (id) => alter(() => removed.add(id), changed),
    restorePool: (id) => alter(() => removed.delete(id), changed),
    renamePool: (id, name) => alter(() => names.set(id, name), changed),
    addPools: (count) => alter(() => (extra += count), changed),
  };
}

function alter(change: () => unknown, changed: () => void): void {
  change();
  changed();
}

function renamed(profile: PoolProfile, names: ReadonlyMap<string, string>): PoolProfile {
  const name = names.get(profile.id);
  return name === undefined ? profile : { ...profile, name };
}
