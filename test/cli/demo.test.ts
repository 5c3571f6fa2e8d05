// What a stranger sees first: the demo at its usual speed.
import { expect, it } from 'vitest';
import { playOut } from '../demo-day/play.ts';

const MINUTE = 60_000;
const EVERY = 5000;
const MORNING = Date.UTC(2026, 0, 15, 7);
/** Of the simulated cloud, which counts both projects together. */
const ALLOWED = 200;

it('asks for so little in its busiest minute that other days, and a Prometheus beside it, fit in', async () => {
  const play = { from: MORNING, to: MORNING + 8 * MINUTE, every: EVERY, company: { speed: 60 } };
  const sent: number[] = [];
  await playOut(
    play,
    (metric) => metric.endsWith('_api_requests_total'),
    (lines) => sent.push(lines.reduce((sum, line) => sum + Number(line.split(' ').at(-2)), 0)),
  );
  const perMinute = sent.slice(MINUTE / EVERY).map((count, i) => count - (sent[i] ?? 0));
  expect(Math.min(...perMinute)).toBeGreaterThan(20);
  expect(Math.max(...perMinute)).toBeLessThan(0.75 * ALLOWED);
});
