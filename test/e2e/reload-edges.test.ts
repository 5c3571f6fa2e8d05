// What a reload meets while something is under way: what was sent before it, and comes back after.
import { describe, expect, it } from 'vitest';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { aksk, branchOf, household, mainOf } from './world.ts';

const MINUTE = 60_000;
const asked = { withOwn: true, format: 'text' } as const;
const both = (cloud: Simulator) => [mainOf(cloud), branchOf(cloud)];

it('a project that changed and then went, while it was read, does not come back when that ends', async () => {
  const clock = createFakeClock();
  const { page, apply, cloud, app } = await household(clock, { projects: both });
  cloud.fault({ match: { path: cloud.credentials.projectId2 }, delayMs: 100 });
  const running = app.running().pages.page({ ...asked, patience: MINUTE });
  await eventually('the read to begin', () => cloud.requests[2]);
  await apply({ projects: (own) => [mainOf(own), branchOf(own, { http: { concurrency: 2 } })] });
  await apply({ projects: (own) => [mainOf(own)] });
  await running;
  expect((await page()).text).not.toContain('branch');
  await apply({ projects: both });
  expect((await page()).value('exporter_api_requests_in_flight', { project: 'branch' })).toBe(0);
});

describe('a secret that is corrected while the wrong one is under way', () => {
  const wrong = (own: Simulator) => ({ ...aksk(own), secret_key: 'a-wrong-secret-key' });

  it('is not blocked by the refusal of the wrong one', async () => {
    const clock = createFakeClock();
    const { page, apply, cloud, app } = await household(clock, {
      projects: (own) => [mainOf(own, { auth: wrong(own) })],
    });
    cloud.fault({ delayMs: 100, times: 1 });
    const before = app.running().pages.page({ ...asked, patience: MINUTE });
    await eventually('the read to begin', () => cloud.requests[0]);
    await apply({ projects: (own) => [mainOf(own, { auth: aksk(own) })] });
    const after = await page();
    await before;
    expect(after.values('desktop_pool_up')).toEqual([1, 1]);
    expect((await page()).value('exporter_auth_blocked')).toBe(0);
    // The other read of the old collection was not sent with a secret that was refused and replaced.
    expect(cloud.refusals().signatures).toBe(1);
  });
});
