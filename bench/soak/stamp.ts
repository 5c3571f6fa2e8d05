// Pools whose numbers say which pool, which field and which version of it they are: values of two states cannot hide on one page.
import type { PoolProfile } from '../../src/simulator/cast.ts';
import { type PoolState, stepMs } from '../../src/simulator/estate.ts';

/** What a number of the page must be: its field of the state, the collector that read it, and units of the page in one of the API's. */
export interface Stamped {
  readonly metric: string;
  readonly state?: string;
  readonly collector: 'pools' | 'sessions';
  readonly factor: number;
}

const pool = (metric: string, factor = 1): Stamped => ({
  metric: `desktop_pool_${metric}`,
  collector: 'pools',
  factor,
});
const session = (kind: string, state: string): Stamped => ({
  metric: `desktop_pool_${kind}_state_desktops`,
  state,
  collector: 'sessions',
  factor: 1,
});

/** A field's number is its place in this list. */
export const stamped = [
  pool('desktops'),
  pool('desktops_used'),
  pool('desktops_isolated'),
  pool('autoscale_min_idle_desktops'),
  pool('autoscale_max_auto_created_desktops'),
  pool('autoscale_step_desktops'),
  pool('autoscale_min_retention_desktops'),
  pool('autoscale_idle_retention_seconds', 60),
  ...['in_use', 'ready', 'disconnected', 'unregistered', 'unable_to_connect'].map((state) => session('login', state)),
  ...['active', 'stopped', 'hibernated', 'error'].map((state) => session('run', state)),
  ...['attached', 'unattached', 'attaching', 'attach_error'].map((state) => session('attach', state)),
];

export const statuses = ['STEADY', 'TEMPORARY', 'EXIST_FROZEN', 'UNKNOWN', 'ERROR'] as const;

const versions = 1_000_000;
const pools = 1000;

const numbers = new Map<string, number>();
/** Of a pool id; given out as they are asked for. */
export function numberOf(id: string): number {
  const number = numbers.get(id) ?? numbers.size;
  numbers.set(id, number);
  return number;
}

export interface Stamp {
  readonly field: number;
  readonly pool: number;
  readonly version: number;
}

export const stamp = ({ field, pool: number, version }: Stamp) => ((field + 1) * pools + number) * versions + version;

/** Undefined for a number that is no stamp. */
export function readStamp(value: number): Stamp | undefined {
  if (!Number.isInteger(value) || value < pools * versions) return undefined;
  const place = Math.floor(value / versions);
  return { field: Math.floor(place / pools) - 1, pool: place % pools, version: value % versions };
}

/** A pool in its version, which counts the simulator's steps since `startAt`. */
export function stampedState(profile: PoolProfile, at: number, startAt: number): PoolState {
  const version = Math.round((at - startAt) / stepMs);
  const number = numberOf(profile.id);
  const n = (metric: string, state?: string) => {
    const field = stamped.findIndex((one) => one.metric === `desktop_pool_${metric}` && one.state === state);
    return stamp({ field, pool: number, version });
  };
  const login = (state: string) => n('login_state_desktops', state);
  const run = (state: string) => n('run_state_desktops', state);
  const attach = (state: string) => n('attach_state_desktops', state);
  const autoscale = {
    type: version % 2 === 0 ? 'AUTO_CREATED' : 'ACCESS_CREATED',
    minIdle: n('autoscale_min_idle_desktops'),
    max: n('autoscale_max_auto_created_desktops'),
    step: n('autoscale_step_desktops'),
    minRetention: n('autoscale_min_retention_desktops'),
    idleRetention: n('autoscale_idle_retention_seconds'),
  } as const;
  const { inMaintenance: _, ...rest } = profile;
  return {
    profile: { ...rest, autoscale, ...(version % 2 === 1 ? { inMaintenance: true } : {}) },
    id: profile.id,
    name: profile.name,
    status: statuses[version % statuses.length] ?? statuses[0],
    desktops: n('desktops'),
    used: n('desktops_used'),
    isolated: n('desktops_isolated'),
    pending: 0,
    failed: 0,
    login: {
      inUse: login('in_use'),
      ready: login('ready'),
      disconnected: login('disconnected'),
      unregistered: login('unregistered'),
      unableToConnect: login('unable_to_connect'),
    },
    run: { active: run('active'), stopped: run('stopped'), hibernated: run('hibernated'), error: run('error') },
    attach: {
      attached: attach('attached'),
      unattached: attach('unattached'),
      attaching: attach('attaching'),
      attachError: attach('attach_error'),
    },
  };
}
