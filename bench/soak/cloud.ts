// One moving simulated cloud with a credential of its own, and the whole history of what it was and what it was asked.
import { cast } from '../../src/simulator/cast.ts';
import { stepMs } from '../../src/simulator/estate.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import type { RequestRecord } from '../../src/simulator/journal.ts';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { faultRules } from './faults.ts';
import { stampedState } from './stamp.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** How long (ms) every pool keeps a state: shorter than the time between two reads, so that each read finds another one. */
const versionMs = 700;
const startAt = Date.UTC(2026, 0, 14);

/** Two complete answers make a pool gone, one makes it known; further ones may have come to a collection that was over. */
const enough = 4;
const lookBackMs = 60_000;

export interface SoakCloud {
  readonly simulator: Simulator;
  /** All of them, in order. */
  readonly requests: readonly RequestRecord[];
  /** Names of the pools of both projects; undefined while a pool does not exist. */
  readonly pools: ReadonlyMap<string, Timeline<string | undefined>>;
  versionAt(time: number): number;
  /** Whether such a request had true answers in that time, often enough. */
  isTold(path: string, from: number, to: number): boolean;
  rename(id: string, name: string): void;
  remove(id: string): void;
  restore(id: string): void;
  /** Another fault, for so long (ms). */
  suffer(rule: FaultRule, milliseconds: number): void;
  /** From now on every answer is true. */
  heal(): void;
}

export interface SoakCloudOptions {
  readonly seed: number;
  /** 0 to 1. */
  readonly faultShare: number;
  /** Whether credentials are refused by chance, too. */
  readonly isRefused: boolean;
}

export async function startSoakCloud({ seed, faultShare, isRefused }: SoakCloudOptions): Promise<SoakCloud> {
  const requests: RequestRecord[] = [];
  let began: number | undefined;
  const now = () => {
    const time = Date.now();
    began ??= time;
    return time;
  };
  const simulator = await startSimulator({
    seed,
    startAt,
    speed: stepMs / versionMs,
    clock: { now },
    throttle: { requestsPerMinute: Number.POSITIVE_INFINITY },
    stateOf: (profile, at) => stampedState(profile, at, startAt),
    onRequest: (record) => requests.push(record),
  });
  const removers = new Set(faultRules(faultShare, isRefused).map((rule) => simulator.fault(rule)));
  const pools = new Map(cast.map(({ id, name }) => [id, createTimeline<string | undefined>(name)]));
  const names = new Map(cast.map(({ id, name }) => [id, name]));
  const set = (id: string, name: string | undefined) => pools.get(id)?.set(name, Date.now());
  return {
    simulator,
    requests,
    pools,
    versionAt: (time) => Math.floor((time - (began ?? time)) / versionMs),
    isTold(path, from, to) {
      let count = 0;
      for (let index = requests.length - 1; index >= 0 && count < enough; index -= 1) {
        const request = requests[index];
        if (request === undefined || request.at <= Math.max(from, to - lookBackMs)) break;
        const isTrue = !request.faulted && (request.status === 200 || request.status === 400);
        if (request.at <= to && isTrue && request.path === path) count += 1;
      }
      return count >= enough;
    },
    rename(id, name) {
      names.set(id, name);
      simulator.control.renamePool(id, name);
      if (pools.get(id)?.at(Date.now()) !== undefined) set(id, name);
    },
    remove(id) {
      simulator.control.removePool(id);
      set(id, undefined);
    },
    restore(id) {
      simulator.control.restorePool(id);
      set(id, names.get(id));
    },
    suffer(rule, milliseconds) {
      const remove = simulator.fault(rule);
      removers.add(remove);
      // Removed once more by `heal`, it does no harm.
      setTimeout(remove, milliseconds);
    },
    heal() {
      for (const remove of removers) remove();
    },
  };
}
