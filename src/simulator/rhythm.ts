// How much of a pool's crowd is at work at a moment: the working day, the lunch break, the night, the weekend. Hours are UTC.
import { drift, unit } from './noise.ts';

export type Rhythm = 'office' | 'lateMorning' | 'aroundTheClock' | 'quiet';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const nobodyLeft = 0.04;

/** 0 before `from`, 1 after `to`, smooth between. */
function rise(from: number, to: number, at: number): number {
  const part = Math.min(Math.max((at - from) / (to - from), 0), 1);
  return part * part * (3 - 2 * part);
}

function bump(middle: number, width: number, at: number): number {
  return Math.exp(-(((at - middle) / width) ** 2) / 2);
}

/** People come between 07:30 and 10:00, eat around 12:45, leave between 16:30 and 19:00. */
function atTheDesk(at: number): number {
  return rise(7.5, 10, at) * (1 - rise(16.5, 19, at)) * (1 - 0.18 * bump(12.75, 0.45, at));
}

const shapes: Record<Rhythm, (at: number) => number> = {
  office: atTheDesk,
  lateMorning: (at) => atTheDesk(at) * (0.5 + 0.5 * bump(11.25, 0.75, at)),
  aroundTheClock: (at) => 0.75 + 0.15 * Math.cos(((at - 22) / 24) * 2 * Math.PI),
  quiet: (at) => 0.5 * atTheDesk(at),
};

export function isWeekend(time: number): boolean {
  const weekday = new Date(time).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** Hours since midnight UTC, with their fraction. */
export function hourOf(time: number): number {
  return (time % day) / hour;
}

/** Share of the crowd (about 0 to 1.1) that wants a desktop. A function of its arguments alone, and continuous in time. */
export function attendance(rhythm: Rhythm, seed: number, key: number, time: number): number {
  const shift = 0.4 * (unit(seed, key, 1) - 0.5);
  const restsAtWeekends = rhythm !== 'aroundTheClock' && isWeekend(time);
  const present = shapes[rhythm](hourOf(time) + shift) * (restsAtWeekends ? 0.1 : 1);
  const mood = 1 + 0.05 * drift(seed, key ^ 0x5bd1, time, day) + 0.03 * drift(seed, key, time, 20 * minute);
  return (nobodyLeft + (1 - nobodyLeft) * present) * mood;
}

/** The weekday morning, 07:00 UTC, that is nearest to a moment: when a demonstration should begin. */
export function nearestWorkingMorning(now: number): number {
  const today = Math.floor(now / day) * day + 7 * hour;
  const mornings = [-3, -2, -1, 0, 1, 2, 3].map((offset) => today + offset * day).filter((time) => !isWeekend(time));
  return mornings.reduce((best, time) => (Math.abs(time - now) < Math.abs(best - now) ? time : best));
}
