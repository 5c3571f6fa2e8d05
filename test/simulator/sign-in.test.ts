// The simulated IAM and the metadata service: what they hand out, and to whom.
import { describe, expect, test } from 'vitest';
import type { Cloud } from '../../src/simulator/cloud.ts';
import { askSigned, body, cloudAt, hour, type Key, signIn, wednesday } from './ask.ts';

const now = wednesday + 9 * hour;

describe('signing in with a password', () => {
  test('gives a token in a header and its life in the body', () => {
    const { cloud } = cloudAt(now);
    const answer = signIn(cloud);
    expect(answer.status).toBe(201);
    expect(answer.headers['x-subject-token']).toMatch(/^MII/);
    expect(body(answer)).toMatchObject({
      token: {
        issued_at: '2026-01-14T09:00:00.000000Z',
        expires_at: '2026-01-15T09:00:00.000000Z',
        methods: ['password'],
        project: { id: cloud.credentials.projectId },
      },
    });
  });

  test('gives another token every time', () => {
    const { cloud } = cloudAt(now);
    expect(signIn(cloud).headers['x-subject-token']).not.toBe(signIn(cloud).headers['x-subject-token']);
  });

  test('is refused with a wrong password, in IAM’s nested form, and counted', () => {
    const { cloud } = cloudAt(now);
    const answer = signIn(cloud, 'wrong');
    expect(answer.status).toBe(401);
    expect(body(answer)).toEqual({ error: { code: 401, message: expect.any(String), title: 'Unauthorized' } });
    expect(cloud.refusals().passwords).toBe(1);
  });

  test('is refused with the old password after a change', () => {
    const { cloud } = cloudAt(now);
    const { password } = cloud.credentials;
    cloud.control.setPassword('new one');
    expect(signIn(cloud, password).status).toBe(401);
    expect(signIn(cloud).status).toBe(201);
  });

  test('gives tokens that live as long as they were set to', () => {
    const { cloud } = cloudAt(now);
    cloud.control.setLifetimes({ token: hour });
    expect(body(signIn(cloud))).toMatchObject({ token: { expires_at: '2026-01-14T10:00:00.000000Z' } });
  });

  test.each(['', 'no json', '{}', '{"auth":{"identity":{"methods":["totp"]}}}'])('refuses the body %j', (text) => {
    const { cloud } = cloudAt(now);
    const answer = cloud.answer({ method: 'POST', url: '/v3/auth/tokens?nocatalog=true', headers: {}, body: text });
    expect([answer.status, body(answer)]).toMatchObject([400, { error: { title: 'Bad Request' } }]);
  });
});

describe('the metadata service', () => {
  const fetchKey = (cloud: Cloud, token?: string) =>
    cloud.answer({ method: 'GET', url: '/openstack/latest/securitykey', headers: { 'x-metadata-token': token } });
  const fetchToken = (cloud: Cloud, seconds = '21600') =>
    cloud.answer({
      method: 'PUT',
      url: '/meta-data/latest/api/token',
      headers: { 'x-metadata-token-ttl-seconds': seconds },
    });
  const keyOf = (cloud: Cloud): Key & { expires: string } => {
    type Answer = { credential: { access: string; secret: string; securitytoken: string; expires_at: string } };
    const { credential } = body<Answer>(fetchKey(cloud));
    return {
      accessKey: credential.access,
      secretKey: credential.secret,
      securityToken: credential.securitytoken,
      expires: credential.expires_at,
    };
  };

  test('gives a temporary key that works with its security token', () => {
    const { cloud } = cloudAt(now);
    expect(askSigned(cloud, now, keyOf(cloud)).status).toBe(200);
  });

  test('gives a key that does not work without its security token, or with another', () => {
    const { cloud } = cloudAt(now);
    const { accessKey, secretKey } = keyOf(cloud);
    expect(askSigned(cloud, now, { accessKey, secretKey }).status).toBe(401);
    expect(askSigned(cloud, now, { accessKey, secretKey, securityToken: 'other' }).status).toBe(401);
  });

  test('gives the same key until half of its life is over, then another, and the old one works to its end', () => {
    const { cloud, clock } = cloudAt(now);
    cloud.control.setLifetimes({ temporaryKey: 2 * hour });
    const first = keyOf(cloud);
    expect(first.expires).toBe('2026-01-14T11:00:00.000000Z');
    clock.time += hour - 1;
    expect(keyOf(cloud)).toEqual(first);
    clock.time += 1;
    expect(keyOf(cloud).accessKey).not.toBe(first.accessKey);
    clock.time += hour - 1;
    expect(askSigned(cloud, clock.time, first).status).toBe(200);
    clock.time += 1;
    expect(askSigned(cloud, clock.time, first).body).toContain('token expires');
  });

  test('can expire its keys early', () => {
    const { cloud } = cloudAt(now);
    const first = keyOf(cloud);
    cloud.control.expireTemporaryKeys();
    expect(askSigned(cloud, now, first).status).toBe(401);
    expect(askSigned(cloud, now, keyOf(cloud)).status).toBe(200);
  });

  test('wants its own token when that is required, for as long as it lives', () => {
    const { cloud, clock } = cloudAt(now);
    cloud.control.setMetadataMode('required');
    expect(fetchKey(cloud).status).toBe(401);
    const token = fetchToken(cloud, '60').body;
    expect(fetchKey(cloud, token).status).toBe(200);
    clock.time += 60_000;
    expect(fetchKey(cloud, token).status).toBe(401);
  });

  test('may know no tokens of its own', () => {
    const { cloud } = cloudAt(now);
    cloud.control.setMetadataMode('unsupported');
    expect([fetchToken(cloud).status, fetchKey(cloud).status]).toEqual([404, 200]);
  });

  test('says so when the machine has no agency', () => {
    const { cloud } = cloudAt(now);
    cloud.control.setMetadataMode('noAgency');
    expect(fetchKey(cloud)).toMatchObject({
      status: 401,
      body: expect.stringContaining('Please configure Cloud Service Agency first'),
    });
  });
});
