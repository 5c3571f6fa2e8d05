// Every sick pool is sick when it should be, and the healthy ones never are: alerts are tried out against them.
import { describe, expect, test } from 'vitest';
import { cast } from '../../src/simulator/cast.ts';
import { type PoolState, poolAt, stepMs } from '../../src/simulator/estate.ts';
import { hour, wednesday } from './ask.ts';

const seeds = [1, 2, 3];

function day(name: string, seed: number, from = 0, to = 24): readonly PoolState[] {
  const profile = cast.find((one) => one.name === name);
  if (profile === undefined) throw new Error(`no pool ${name}`);
  const minutes = Math.round(((to - from) * hour) / stepMs);
  return Array.from({ length: minutes }, (_, minute) =>
    poolAt(profile, seed, wednesday + from * hour + minute * stepMs),
  );
}

const deficit = ({ profile, desktops, used }: PoolState) =>
  Math.max((profile.autoscale?.minIdle ?? 0) - (desktops - used), 0);
const utilization = ({ desktops, used }: PoolState) => used / desktops;

function longestRun(states: readonly PoolState[], isSo: (state: PoolState) => boolean): number {
  let longest = 0;
  let run = 0;
  for (const state of states) {
    run = isSo(state) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

describe.each(seeds)('with seed %i', (seed) => {
  const healthy = ['Office Singapore', '工程部 GPU', 'קבוצת פיתוח', 'night-shift support'];

  test.each(healthy)('%s never lacks its idle reserve for fifteen minutes, and is never nearly full', (name) => {
    const states = day(name, seed);
    expect(longestRun(states, (state) => deficit(state) > 0)).toBeLessThan(15);
    expect(longestRun(states, (state) => utilization(state) > 0.85)).toBeLessThan(15);
  });

  test('the call centre is exhausted in the late morning, at its cap, and has room again in the afternoon', () => {
    const morning = day('مركز الاتصال', seed, 10.9, 11.6);
    expect(morning.every(({ desktops, used }) => desktops === 48 && used === 48)).toBe(true);
    expect(Math.max(...day('مركز الاتصال', seed, 14, 16).map(utilization))).toBeLessThan(0.9);
    expect(Math.max(...day('مركز الاتصال', seed, 0, 6).map(utilization))).toBeLessThan(0.6);
  });

  test.each([
    ['render-farm', 'sold out'],
    ['Magazyn Łódź', 'without a free address'],
  ])('%s, %s, lacks its idle reserve all through the busy hours, does not grow, and is not exhausted', (name) => {
    const busy = day(name, seed, 10.5, 12);
    expect(busy.every((state) => deficit(state) > 0)).toBe(true);
    expect(new Set(day(name, seed).map(({ desktops }) => desktops)).size).toBe(1);
    expect(Math.max(...busy.map(utilization))).toBeLessThan(0.95);
    expect(longestRun(day(name, seed, 0, 6), (state) => deficit(state) > 0)).toBe(0);
  });

  test('what could not be built is counted until midnight, and only of those who cannot grow', () => {
    for (const { name, growthBlocked } of cast) {
      const failed = day(name, seed).map((state) => state.failed);
      expect(
        failed.every((count, index) => count >= (failed[index - 1] ?? 0)),
        name,
      ).toBe(true);
      const isStalled = growthBlocked === 'soldOut' || growthBlocked === 'noAddress';
      expect((failed.at(-1) ?? 0) > 0, name).toBe(isStalled);
      expect(failed[0], name).toBe(0);
    }
  });

  test('a pool that grows has desktops under construction, and says so by its status', () => {
    const states = day('Office Singapore', seed);
    expect(states.some(({ pending }) => pending > 0)).toBe(true);
    for (const { pending, status } of states) expect(status).toBe(pending > 0 ? 'TEMPORARY' : 'STEADY');
  });

  test('more than a tenth of the R&D desktops cannot be connected to, at any hour', () => {
    expect(
      day('R&D "blue" \\ team 🚀', seed).every(({ login, desktops }) => login.unableToConnect > 0.1 * desktops),
    ).toBe(true);
  });

  test('nobody else is unreachable, not even with desktops powered off at night', () => {
    for (const { name } of cast.filter((profile) => profile.unreachable === undefined)) {
      for (const { login, run } of day(name, seed)) {
        expect(login.unableToConnect + login.unregistered - run.stopped - run.hibernated).toBe(0);
      }
    }
  });

  test('the pool in maintenance has somebody working in it by day', () => {
    const states = day('legal-2025', seed, 9.5, 16.5);
    expect(states.every(({ profile, used }) => profile.inMaintenance === true && used > 0)).toBe(true);
  });

  test('the contractors are frozen', () => {
    expect(day('contractors', seed).every(({ status }) => status === 'EXIST_FROZEN')).toBe(true);
  });

  test('the pool of the documentation wants more idle desktops than it may create', () => {
    const { profile, desktops } = day('yay-test', seed)[0] ?? {};
    expect([profile?.autoscale?.minIdle, profile?.autoscale?.max, desktops]).toEqual([10, 1, 10]);
  });

  test('the interns use less than three in ten of their desktops, and idle is far above the reserve', () => {
    for (const state of day('summer-interns', seed)) {
      expect(utilization(state)).toBeLessThan(0.3);
      expect(state.desktops - state.used).toBeGreaterThan(2 * 4);
    }
  });

  test('the finance pool is fully assigned, and its people still go home', () => {
    const states = day('finance-static', seed);
    expect(states.every(({ desktops, used }) => desktops === 25 && used === 25)).toBe(true);
    expect(day('finance-static', seed, 11, 12)[0]?.login.inUse).toBeGreaterThan(15);
    expect(day('finance-static', seed, 3, 4)[0]?.login.inUse).toBeLessThan(4);
  });
});
