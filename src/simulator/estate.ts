// What the company looks like at an instant: a pure function of the seed and the time, so that a test can ask for the truth.
import type { Autoscale, PoolProfile } from './cast.ts';
import { cast } from './cast.ts';
import { generatedPools } from './generated.ts';
import { keyOf } from './noise.ts';
import { attendance, hourOf, isWeekend } from './rhythm.ts';

/** The state stands still for this long (ms): two questions within a step get the same answer. */
export const stepMs = 60_000;
/** The simulated autoscaler looks at a pool this often, and a desktop is built this long (ms). */
const lookMs = 2 * 60_000;
const buildMs = 3 * 60_000;
/** What cannot be built is tried again this often, and is listed until the end of the day (ms). */
const retryMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;

export interface PoolState {
  readonly profile: PoolProfile;
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly desktops: number;
  readonly used: number;
  readonly isolated: number;
  /** Desktops that are being built. */
  readonly pending: number;
  /** Desktops that could not be built since midnight. */
  readonly failed: number;
  readonly login: {
    readonly inUse: number;
    readonly ready: number;
    readonly disconnected: number;
    readonly unregistered: number;
    readonly unableToConnect: number;
  };
  readonly run: {
    readonly active: number;
    readonly stopped: number;
    readonly hibernated: number;
    readonly error: number;
  };
  readonly attach: {
    readonly attached: number;
    readonly unattached: number;
    readonly attaching: number;
    readonly attachError: number;
  };
}

export interface Estate {
  /** Start of the step, simulated epoch ms. */
  readonly at: number;
  readonly pools: readonly PoolState[];
}

/** Everything in both projects at a simulated time (epoch ms): the cast, then `generated` healthy pools of the first project. */
export function estateAt(seed: number, time: number, generated = 0): Estate {
  const at = stepOf(time);
  return { at, pools: [...cast, ...generatedPools(0, generated)].map((profile) => poolAt(profile, seed, at)) };
}

export function stepOf(time: number): number {
  return Math.floor(time / stepMs) * stepMs;
}

export function poolAt(profile: PoolProfile, seed: number, time: number): PoolState {
  const at = stepOf(time);
  const key = keyOf(profile.id);
  const present = attendance(profile.rhythm, seed, key, at);
  const wanted = (moment: number) => Math.round(profile.people * attendance(profile.rhythm, seed, key, moment));
  const desktops = desktopsAt(profile, wanted, at);
  const used = Math.min(profile.type === 'STATIC' ? profile.people : Math.round(profile.people * present), desktops);
  const pending = pendingAt(profile, wanted, at, desktops);
  return {
    profile,
    id: profile.id,
    name: profile.name,
    status: profile.status ?? (pending > 0 ? 'TEMPORARY' : 'STEADY'),
    desktops,
    used,
    pending,
    failed: failedAt(profile, wanted, at),
    isolated: Math.min(profile.isolated ?? 0, desktops),
    ...sessions(profile, desktops, used, present, at),
    attach: attachments(profile, desktops, used),
  };
}

type Demand = (moment: number) => number;

function desktopsAt(profile: PoolProfile, wanted: Demand, at: number): number {
  const { autoscale } = profile;
  if (autoscale === undefined || profile.growthBlocked) return profile.desktops;
  // On access a desktop is there as soon as somebody asks; pre-created ones come when they are built.
  if (autoscale.type === 'ACCESS_CREATED')
    return target(autoscale, Math.max(wanted(at), crowd(autoscale, wanted, at)), 0);
  return target(autoscale, crowd(autoscale, wanted, at - buildMs), autoscale.minIdle);
}

/** The largest demand that the autoscaler saw within the idle retention: until that has passed nothing shrinks. */
function crowd(autoscale: Autoscale, wanted: Demand, until: number): number {
  let most = 0;
  const last = Math.floor(until / lookMs) * lookMs;
  for (let look = last; look > last - autoscale.idleRetention * 60_000; look -= lookMs)
    most = Math.max(most, wanted(look));
  return most;
}

function target(autoscale: Autoscale, most: number, reserve: number): number {
  const stepped = Math.ceil((most + reserve) / autoscale.step) * autoscale.step;
  return Math.min(Math.max(stepped, autoscale.minRetention), autoscale.max);
}

function pendingAt({ autoscale, growthBlocked }: PoolProfile, wanted: Demand, at: number, desktops: number): number {
  if (autoscale?.type !== 'AUTO_CREATED' || growthBlocked) return 0;
  return Math.max(target(autoscale, crowd(autoscale, wanted, at), autoscale.minIdle) - desktops, 0);
}

/** The autoscaler tries again every ten minutes while idle desktops are missing; the policy alone is no failure. */
function failedAt({ autoscale, growthBlocked, desktops }: PoolProfile, wanted: Demand, at: number): number {
  if (autoscale === undefined || growthBlocked === undefined || growthBlocked === 'policy') return 0;
  let failed = 0;
  for (let look = Math.floor(at / dayMs) * dayMs; look <= at; look += retryMs) {
    const missing = autoscale.minIdle - (desktops - Math.min(wanted(look), desktops));
    failed += Math.min(Math.max(missing, 0), autoscale.step);
  }
  return failed;
}

/** Who is connected, and which desktops are powered: idle ones sleep at night and at weekends, but for a reserve. */
function sessions(profile: PoolProfile, desktops: number, used: number, present: number, at: number) {
  const isStatic = profile.type === 'STATIC';
  const inUse = Math.min(Math.round(used * (isStatic ? 0.95 * present : 0.7 + 0.25 * Math.min(present, 1))), used);
  const disconnected = isStatic ? Math.round((used - inUse) * 0.3 * Math.min(present, 1)) : used - inUse;
  const unableToConnect = Math.min(profile.unreachable ?? 0, desktops - inUse - disconnected);
  const free = desktops - inUse - disconnected - unableToConnect;
  const isAwake = !isWeekend(at) && hourOf(at) >= 6 && hourOf(at) < 20;
  const ready = isAwake ? free : Math.min(free, Math.ceil((profile.autoscale?.minIdle ?? 3) / 3));
  const asleep = free - ready;
  return {
    login: { inUse, ready, disconnected, unregistered: asleep, unableToConnect },
    run: {
      active: desktops - asleep,
      stopped: profile.hibernates ? 0 : asleep,
      hibernated: profile.hibernates ? asleep : 0,
      error: 0,
    },
  };
}

function attachments(profile: PoolProfile, desktops: number, used: number) {
  const attachError = Math.min(profile.isolated ?? 0, desktops - used);
  return { attached: used, unattached: desktops - used - attachError, attaching: 0, attachError };
}
