// The faults of the soak: about as many as it says, of many kinds, and none that says that a pool is gone.
import { describe, expect, it } from 'vitest';
import { faultRules } from '../../bench/soak/faults.ts';
import { ask, cloudAt, wednesday } from '../simulator/ask.ts';

const office = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';

describe.each(['/desktop-pools', `/desktop-pools/${office}`, '/statistics', '/quotas'])('of %s', (path) => {
  const { cloud } = cloudAt(wednesday, {
    faults: faultRules(0.2, false),
    throttle: { requestsPerMinute: Number.POSITIVE_INFINITY },
  });
  const query = path === '/statistics' ? '?statistics_type=run-state&desktop_type=POOLED' : '';
  const answers = Array.from({ length: 3000 }, () => ask(cloud, path + query));
  const failed = cloud.requests.filter(({ faulted }) => faulted).length / answers.length;

  it('about a fifth goes wrong', () => {
    expect(failed).toBeGreaterThan(0.15);
    expect(failed).toBeLessThan(0.32);
  });

  it('nothing says that a pool is gone', () => {
    const says = answers.filter(
      ({ status, body }) => (status === 400 && body.includes('WKS.0001')) || (status === 404 && body.includes('"WKS.')),
    );
    expect(says).toEqual([]);
  });

  it('they go wrong in many ways', () => {
    const ways = new Set(
      answers.map(({ status, breakage, delayMs, headers, body }) =>
        [status, breakage, delayMs, headers['content-type'], body.length].join(' '),
      ),
    );
    expect(ways.size).toBeGreaterThan(30);
    expect(new Set(answers.map(({ breakage }) => breakage))).toEqual(
      new Set([undefined, 'reset', 'resetBody', 'hang', 'drip', 'truncate']),
    );
  });
});

it('refusals come only where they are wanted', () => {
  const refuses = (isRefused: boolean) => faultRules(0.2, isRefused).some(({ status }) => status === 401);
  expect([refuses(true), refuses(false)]).toEqual([true, false]);
});
