// The state of the simulated company: pure, seeded, coherent, and moving like a working day.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cast } from '../../src/simulator/cast.ts';
import { estateAt, type PoolState, stepMs } from '../../src/simulator/estate.ts';
import { nearestWorkingMorning } from '../../src/simulator/rhythm.ts';
import { hour, wednesday } from './ask.ts';

const year = 365 * 24 * hour;
const anyTime = fc.integer({ min: wednesday - year, max: wednesday + year });
const anySeed = fc.integer({ min: 0, max: 1000 });

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, count) => total + count, 0);
const usedAt = (time: number) => estateAt(1, time).pools.reduce((total, pool) => total + pool.used, 0);
const inUseAt = (time: number) => estateAt(1, time).pools.reduce((total, pool) => total + pool.login.inUse, 0);

function find(pools: readonly PoolState[], name: string): PoolState {
  const pool = pools.find((one) => one.name === name);
  if (pool === undefined) throw new Error(`no pool ${name}`);
  return pool;
}

describe('the estate', () => {
  test('is a function of seed and time alone', () => {
    fc.assert(
      fc.property(anySeed, anyTime, (seed, time) => {
        const before = estateAt(seed, time);
        estateAt(seed, time + hour);
        expect(estateAt(seed, time)).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  test('stands still within a step', () => {
    const at = wednesday + 9 * hour;
    expect(estateAt(1, at + stepMs - 1)).toEqual(estateAt(1, at));
  });

  test('differs between seeds', () => {
    expect(estateAt(1, wednesday + 9 * hour)).not.toEqual(estateAt(2, wednesday + 9 * hour));
  });

  test('never has more desktops used than there are, and every desktop in exactly one state of each kind', () => {
    fc.assert(
      fc.property(anySeed, anyTime, (seed, time) => {
        for (const { desktops, used, isolated, login, run, attach } of estateAt(seed, time, 5).pools) {
          expect(used).toBeGreaterThanOrEqual(0);
          expect(used).toBeLessThanOrEqual(desktops);
          expect(isolated).toBeLessThanOrEqual(desktops);
          expect([sum(login), sum(run), sum(attach)]).toEqual([desktops, desktops, desktops]);
          expect(attach.attached).toBe(used);
          expect(login.unregistered).toBe(run.stopped + run.hibernated + run.error);
          for (const count of [login, run, attach].flatMap((counts) => Object.values(counts))) {
            expect(Number.isInteger(count) && count >= 0).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test('keeps autoscaled pools between their floor and their cap', () => {
    fc.assert(
      fc.property(anySeed, anyTime, (seed, time) => {
        for (const { profile, desktops } of estateAt(seed, time).pools) {
          if (profile.autoscale === undefined || profile.growthBlocked) continue;
          expect(desktops).toBeGreaterThanOrEqual(profile.autoscale.minRetention);
          expect(desktops).toBeLessThanOrEqual(profile.autoscale.max);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('changes by little from minute to minute', () => {
    for (let time = wednesday; time < wednesday + 24 * hour; time += stepMs) {
      expect(Math.abs(usedAt(time + stepMs) - usedAt(time))).toBeLessThan(30);
    }
  });

  test('is full at eleven and empty at three in the night', () => {
    expect(inUseAt(wednesday + 11 * hour)).toBeGreaterThan(5 * inUseAt(wednesday + 3 * hour));
    expect(usedAt(wednesday + 11 * hour)).toBeGreaterThan(2 * usedAt(wednesday + 3 * hour));
  });

  test('fills in the morning, thins at lunch, and empties in the evening', () => {
    const [seven, eight, ten, lunch, three, eight20] = [7, 8.5, 10.5, 12.75, 15, 20].map((at) =>
      inUseAt(wednesday + at * hour),
    );
    expect(seven).toBeLessThan(eight ?? 0);
    expect(eight).toBeLessThan(ten ?? 0);
    expect(lunch).toBeLessThan(0.9 * (three ?? 0));
    expect(eight20).toBeLessThan(0.3 * (three ?? 0));
  });

  test('is quiet at the weekend', () => {
    expect(inUseAt(wednesday + 3 * 24 * hour + 11 * hour)).toBeLessThan(0.3 * inUseAt(wednesday + 11 * hour));
  });

  test('powers idle desktops off at night', () => {
    const stoppedAt = (time: number) => estateAt(1, time).pools.reduce((total, pool) => total + pool.run.stopped, 0);
    expect(stoppedAt(wednesday + 11 * hour)).toBe(0);
    expect(stoppedAt(wednesday + 3 * hour)).toBeGreaterThan(100);
  });

  test('adds generated pools after the cast, each with an id of its own', () => {
    const { pools } = estateAt(1, wednesday, 1000);
    expect(pools.slice(0, cast.length).map((pool) => pool.id)).toEqual(cast.map((profile) => profile.id));
    expect(new Set(pools.map((pool) => pool.id)).size).toBe(cast.length + 1000);
  });
});

describe('autoscaling', () => {
  const office = (time: number) => find(estateAt(1, time).pools, 'Office Singapore');

  test('grows the office by its step when the morning eats the idle reserve, and shrinks it in the evening', () => {
    const [night, noon, late] = [3, 11, 22].map((at) => office(wednesday + at * hour).desktops);
    expect(noon).toBeGreaterThan(2 * (night ?? 0));
    expect(late).toBe(night);
    expect((noon ?? 1) % 4).toBe(0);
  });

  test('says TEMPORARY while desktops are being built, never for long', () => {
    let run = 0;
    let longest = 0;
    for (let time = wednesday; time < wednesday + 24 * hour; time += stepMs) {
      run = office(time).status === 'TEMPORARY' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(10);
  });

  test('gives a connecting user a desktop at once where desktops are created on access', () => {
    for (let time = wednesday + 7 * hour; time < wednesday + 12 * hour; time += stepMs) {
      const { desktops, used, profile } = find(estateAt(1, time).pools, 'Офис Алматы');
      expect(desktops).toBeLessThan(profile.autoscale?.max ?? 0);
      expect(used).toBeLessThanOrEqual(desktops);
    }
  });
});

describe('the nearest working morning', () => {
  test.each([
    ['2026-01-14T09:00:00Z', '2026-01-14T07:00:00Z', 'today, when it is just past'],
    ['2026-01-14T20:00:00Z', '2026-01-15T07:00:00Z', 'tomorrow, in the evening'],
    ['2026-01-17T10:00:00Z', '2026-01-16T07:00:00Z', 'Friday, on a Saturday'],
    ['2026-01-18T12:00:00Z', '2026-01-19T07:00:00Z', 'Monday, on a Sunday'],
  ])('%s is nearest to %s: %s', (now, morning) => {
    expect(new Date(nearestWorkingMorning(Date.parse(now))).toISOString()).toBe(new Date(morning).toISOString());
  });
});
