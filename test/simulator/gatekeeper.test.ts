// Who gets past the simulated gateway: tokens, signatures, temporary keys, locks, projects and the request limit.
import { describe, expect, test } from 'vitest';
import type { CloudAnswer } from '../../src/simulator/cloud.ts';
import { ask, askSigned, body, cloudAt, hour, signedHeaders, signIn, wednesday } from './ask.ts';

const now = wednesday + 9 * hour;
const minute = 60_000;

function refusal(answer: CloudAnswer): string {
  const { error_code: code, error_msg: message } = body<{ error_code: string; error_msg: string }>(answer);
  return `${answer.status} ${code} ${message}`;
}

describe('a signature', () => {
  test('lets in', () => {
    const { cloud } = cloudAt(now);
    expect(askSigned(cloud, now).status).toBe(200);
  });

  test('is refused with another secret', () => {
    const { cloud } = cloudAt(now);
    const key = { ...cloud.credentials, secretKey: 'guessed' };
    expect(refusal(askSigned(cloud, now, key))).toMatch(/^401 APIGW\.0301 .*verify aksk signature fail$/);
  });

  test('is refused when the query was changed on the way', () => {
    const { cloud } = cloudAt(now);
    const path = `/v2/${cloud.credentials.projectId}/desktop-pools`;
    const headers = signedHeaders(`${path}?limit=1`, cloud.credentials, now);
    expect(cloud.answer({ method: 'GET', url: `${path}?limit=1`, headers }).status).toBe(200);
    expect(cloud.answer({ method: 'GET', url: `${path}?limit=2`, headers }).status).toBe(401);
  });

  test('is refused with an unknown access key', () => {
    const { cloud } = cloudAt(now);
    expect(refusal(askSigned(cloud, now, { accessKey: 'NOBODY', secretKey: 'x' }))).toMatch(/ak NOBODY not exist$/);
  });

  test.each([-15, 15])('of a clock that is %i minutes off is good, and a second more is expired', (minutes) => {
    const { cloud } = cloudAt(now);
    expect(askSigned(cloud, now + minutes * minute).status).toBe(200);
    const beyond = askSigned(cloud, now + minutes * minute + Math.sign(minutes) * 1000);
    expect(refusal(beyond)).toMatch(/^401 APIGW\.0301 .*calc ak sk signature fail:signature expired$/);
  });

  test('must cover the date', () => {
    const { cloud } = cloudAt(now);
    const url = `/v2/${cloud.credentials.projectId}/quotas`;
    const send = (names: string[]) =>
      cloud.answer({ method: 'GET', url, headers: signedHeaders(url, cloud.credentials, now, {}, names) });
    expect(send(['x-sdk-date']).status).toBe(200);
    expect(send(['host']).status).toBe(401);
  });

  test('is refused after the secret was changed', () => {
    const { cloud } = cloudAt(now);
    const old = cloud.credentials;
    cloud.control.setSecretKey('another');
    expect(askSigned(cloud, now, old).status).toBe(401);
    expect(askSigned(cloud, now).status).toBe(200);
  });
});

describe('an access key', () => {
  test('is locked after five failures in a row, for everybody, for five minutes', () => {
    const { cloud, clock } = cloudAt(now);
    const wrong = { ...cloud.credentials, secretKey: 'guessed' };
    for (let count = 0; count < 5; count += 1) {
      expect(cloud.lockedKeys()).toEqual([]);
      askSigned(cloud, now, wrong);
    }
    expect(cloud.lockedKeys()).toEqual([cloud.credentials.accessKey]);
    expect(refusal(askSigned(cloud, now))).toMatch(/AK access failed to reach the limit,forbidden$/);
    clock.time += 5 * minute;
    expect(cloud.lockedKeys()).toEqual([]);
    expect(askSigned(cloud, clock.time).status).toBe(200);
    expect(cloud.refusals()).toMatchObject({ signatures: 5, locks: 1 });
  });

  test('is not locked when a success comes between', () => {
    const { cloud } = cloudAt(now);
    const wrong = { ...cloud.credentials, secretKey: 'guessed' };
    for (let count = 0; count < 4; count += 1) askSigned(cloud, now, wrong);
    askSigned(cloud, now);
    for (let count = 0; count < 4; count += 1) askSigned(cloud, now, wrong);
    expect(askSigned(cloud, now).status).toBe(200);
    expect(cloud.refusals().locks).toBe(0);
  });
});

describe('a token', () => {
  const withToken = (cloud: ReturnType<typeof cloudAt>['cloud'], token: string | undefined, projectId: string) =>
    cloud.answer({ method: 'GET', url: `/v2/${projectId}/quotas`, headers: { 'x-auth-token': token } });

  test('is asked for when nothing is sent', () => {
    const { cloud } = cloudAt(now);
    const answer = cloud.answer({ method: 'GET', url: `/v2/${cloud.credentials.projectId}/quotas`, headers: {} });
    expect(refusal(answer)).toMatch(/^401 APIGW\.0301 .*x-auth-token not found$/);
  });

  test('that was made up is refused', () => {
    const { cloud } = cloudAt(now);
    expect(refusal(withToken(cloud, 'made-up', cloud.credentials.projectId))).toMatch(/decrypt token fail$/);
    expect(cloud.refusals().tokens).toBe(1);
  });

  test('of the static kind is good for both projects and for years', () => {
    const { cloud, clock } = cloudAt(now);
    clock.time += 1000 * 24 * hour;
    expect(ask(cloud, '/quotas').status).toBe(200);
    expect(ask(cloud, '/quotas', cloud.credentials.projectId2).status).toBe(200);
  });

  test('from IAM is good for its project alone, for a day', () => {
    const { cloud, clock } = cloudAt(now);
    const token = signIn(cloud).headers['x-subject-token'];
    expect(withToken(cloud, token, cloud.credentials.projectId).status).toBe(200);
    expect(withToken(cloud, token, cloud.credentials.projectId2).status).toBe(403);
    clock.time += 24 * hour;
    expect(refusal(withToken(cloud, token, cloud.credentials.projectId))).toMatch(
      /token expires, expires_at: 2026-01-15T09:00:00\.000000Z$/,
    );
  });

  test('must be updated once revoked, and a new one works', () => {
    const { cloud } = cloudAt(now);
    cloud.control.revokeTokens();
    expect(refusal(ask(cloud, '/quotas'))).toMatch(/^401 APIGW\.0307 /);
    expect(withToken(cloud, cloud.control.issueToken(), cloud.credentials.projectId2).status).toBe(200);
  });

  test('can be expired early', () => {
    const { cloud } = cloudAt(now);
    cloud.control.expireTokens();
    expect(refusal(ask(cloud, '/quotas'))).toMatch(/^401 APIGW\.0301 .*token expires/);
  });
});

describe('a project', () => {
  test('that is not the credential’s is forbidden', () => {
    const { cloud } = cloudAt(now);
    expect(refusal(ask(cloud, '/quotas', 'f'.repeat(32)))).toMatch(/^403 APIGW\.0310 /);
  });

  test('must be the one named in X-Project-Id', () => {
    const { cloud } = cloudAt(now);
    const { projectId, projectId2 } = cloud.credentials;
    expect(askSigned(cloud, now, cloud.credentials, { 'x-project-id': projectId }).status).toBe(200);
    expect(askSigned(cloud, now, cloud.credentials, { 'x-project-id': projectId2 }).status).toBe(403);
  });
});

describe('the request limit', () => {
  test('lets 200 requests of a user through in any minute, whichever way they signed in', () => {
    const { cloud, clock } = cloudAt(now);
    for (let count = 0; count < 100; count += 1) {
      expect([ask(cloud, '/quotas').status, askSigned(cloud, now).status]).toEqual([200, 200]);
    }
    expect(refusal(ask(cloud, '/quotas'))).toMatch(/^429 APIGW\.0308 /);
    clock.time += minute - 1;
    expect(ask(cloud, '/quotas').status).toBe(429);
    clock.time += 1;
    expect(ask(cloud, '/quotas').status).toBe(200);
  });

  test('can be set, with Retry-After, and lifted', () => {
    const { cloud } = cloudAt(now, { throttle: { requestsPerMinute: 1, retryAfterSeconds: 7 } });
    ask(cloud, '/quotas');
    expect(ask(cloud, '/quotas')).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    cloud.control.setThrottle({ requestsPerMinute: Number.POSITIVE_INFINITY });
    for (let count = 0; count < 300; count += 1) expect(ask(cloud, '/quotas').status).toBe(200);
  });
});
