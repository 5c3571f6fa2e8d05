// The simulated cloud as a test holds it: its clock, its journal, and what a test may change.
import { describe, expect, test } from 'vitest';
import type { createCloud } from '../../src/simulator/cloud.ts';
import { estateAt, poolAt } from '../../src/simulator/estate.ts';
import type { StateOf } from '../../src/simulator/world.ts';
import { ask, body, cloudAt, hour, wednesday } from './ask.ts';

const officeId = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
const namesIn = (cloud: ReturnType<typeof createCloud>) =>
  body<{ desktop_pools: { name: string }[] }>(ask(cloud, '/desktop-pools')).desktop_pools.map(({ name }) => name);

describe('time', () => {
  test('is the real one at speed 1', () => {
    const { cloud, clock } = cloudAt(wednesday);
    clock.time += hour;
    expect(cloud.now()).toBe(wednesday + hour);
  });

  test('begins on a working morning and runs faster at another speed', () => {
    const { cloud, clock } = cloudAt(wednesday + 9 * hour, { speed: 60 });
    expect(cloud.now()).toBe(wednesday + 7 * hour);
    clock.time += 60_000;
    expect(cloud.now()).toBe(wednesday + 8 * hour);
  });

  test('begins when it was told to', () => {
    expect(cloudAt(wednesday, { startAt: 5 }).cloud.now()).toBe(5);
  });

  test('moves the pools, and the truth with them', () => {
    const { cloud, clock } = cloudAt(wednesday + 3 * hour);
    const night = ask(cloud, `/desktop-pools/${officeId}`);
    clock.time += 8 * hour;
    const day = ask(cloud, `/desktop-pools/${officeId}`);
    expect(body<{ desktop_used: number }>(day).desktop_used).toBeGreaterThan(
      10 * body<{ desktop_used: number }>(night).desktop_used,
    );
    expect(cloud.truth()).toEqual(estateAt(1, wednesday + 11 * hour));
    expect(cloud.truth(wednesday + 3 * hour)).toEqual(estateAt(1, wednesday + 3 * hour));
  });
});

describe('a test', () => {
  test('can remove a pool and bring it back', () => {
    const { cloud } = cloudAt(wednesday);
    cloud.control.removePool(officeId);
    expect(ask(cloud, `/desktop-pools/${officeId}`).status).toBe(400);
    expect(namesIn(cloud)).toHaveLength(11);
    cloud.control.restorePool(officeId);
    expect(namesIn(cloud)[0]).toBe('Office Singapore');
  });

  test('can rename a pool, in the list, in its detail and in the statistics', () => {
    const { cloud } = cloudAt(wednesday);
    ask(cloud, `/desktop-pools/${officeId}`);
    cloud.control.renamePool(officeId, 'Head office');
    expect(namesIn(cloud)[0]).toBe('Head office');
    expect(ask(cloud, `/desktop-pools/${officeId}`).body).toContain('"Head office"');
    expect(ask(cloud, '/statistics?desktop_type=POOLED').body).toContain('"Head office"');
  });

  test('can add pools', () => {
    const { cloud } = cloudAt(wednesday, { pools: 1 });
    cloud.control.addPools(2);
    expect(namesIn(cloud).slice(12)).toEqual(['team-00001', 'team-00002', 'team-00003']);
  });

  test('can count what was asked, by route', () => {
    const { cloud } = cloudAt(wednesday);
    ask(cloud, '/desktop-pools?limit=3');
    ask(cloud, `/desktop-pools/${officeId}`);
    ask(cloud, '/desktop-pools/other');
    ask(cloud, '/desktops-pools');
    expect(cloud.counts()).toEqual({
      'GET /v2/{project_id}/desktop-pools': 1,
      'GET /v2/{project_id}/desktop-pools/{pool_id}': 2,
      'GET unknown': 1,
    });
    expect(cloud.requests.map(({ status }) => status)).toEqual([200, 200, 400, 404]);
    expect(cloud.requests[0]).toEqual({
      at: wednesday,
      method: 'GET',
      path: `/v2/${cloud.credentials.projectId}/desktop-pools`,
      query: 'limit=3',
      status: 200,
      faulted: false,
      credential: cloud.credentials.token,
    });
  });

  test('names every secret that ever was valid', () => {
    const { cloud } = cloudAt(wednesday);
    const { password, secretKey, token } = cloud.credentials;
    cloud.control.setPassword('another password');
    cloud.control.setSecretKey('another key');
    const issued = cloud.control.issueToken();
    expect(cloud.secrets()).toEqual(
      expect.arrayContaining([password, secretKey, token, 'another password', 'another key', issued]),
    );
  });

  test('shows pools as it is told to', () => {
    const stateOf: StateOf = (profile, at) => ({ ...poolAt(profile, 1, at), desktops: at });
    const { cloud } = cloudAt(wednesday, { stateOf });
    expect(body(ask(cloud, `/desktop-pools/${officeId}`))).toMatchObject({ desktop_count: wednesday });
    expect(cloud.truth().pools[0]?.desktops).toBe(wednesday);
  });

  test('says who asked: an access key, a user, or nobody', () => {
    const seen: string[] = [];
    const { cloud } = cloudAt(wednesday, { onRequest: ({ credential }) => seen.push(credential) });
    const signed = {
      authorization: `SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=${'0'.repeat(64)}`,
    };
    cloud.answer({ method: 'GET', url: '/v2/p/quotas', headers: signed });
    const auth = { identity: { methods: ['password'], password: { user: { name: 'who', password: 'wrong' } } } };
    cloud.answer({ method: 'POST', url: '/v3/auth/tokens', headers: {}, body: JSON.stringify({ auth }) });
    cloud.answer({ method: 'GET', url: '/v2/p/quotas', headers: {} });
    expect(seen).toEqual(['AK', 'who', '']);
  });

  test('sees the last ten thousand requests, while all are counted', () => {
    const { cloud } = cloudAt(wednesday, { throttle: { requestsPerMinute: Number.POSITIVE_INFINITY } });
    for (let count = 0; count < 10_001; count += 1) ask(cloud, `/nothing?${count}`);
    expect(cloud.requests).toHaveLength(10_000);
    expect(cloud.requests[0]?.query).toBe('1');
    expect(cloud.counts()).toEqual({ 'GET unknown': 10_001 });
  });
});
