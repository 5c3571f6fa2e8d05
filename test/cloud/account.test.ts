// The whole chain against the simulated cloud, which locks keys as the real one does: hours of scrapes on a fake clock.
import { describe, expect, it } from 'vitest';
import { authOptions, SIGN_IN_TYPES } from '../../src/cloud/auth/index.ts';
import { createCloud } from '../../src/simulator/cloud.ts';
import { askSigned } from '../simulator/ask.ts';
import { createCredentials, projectOf, sendTo } from '../support/chain.ts';
import { createFakeClock, START } from '../support/fake-clock.ts';
import { exampleOf } from '../support/sign-ins.ts';

const MINUTE = 60_000;
const STEP = 15_000;

function company() {
  const clock = createFakeClock();
  const cloud = createCloud({ clock });
  const { credentials } = cloud;
  const project = (
    way: string,
    more: Omit<Partial<Parameters<typeof projectOf>[0]>, 'auth'> & { auth?: object } = {},
  ) => {
    const auth = authOptions.parse({ ...exampleOf(way, { credentials, url: 'http://169.254.169.254' }), ...more.auth });
    return projectOf({ clock, send: sendTo(cloud, clock), ...more, auth });
  };
  /** One collection of the list. */
  const read = async (of: ReturnType<typeof projectOf>) => {
    const close = await of.session.open();
    const outcome = await clock.finish(of.get({ query: { limit: 1000, offset: 0 } }).catch((error: unknown) => error));
    close();
    return outcome;
  };
  return { clock, cloud, project, read };
}

/** For the right access key. */
const WRONG = { auth: { secret_key: 'not-the-secret-key' } };

const listed = { total_count: expect.any(Number) };

describe('a wrong secret key', () => {
  it('never locks the key for another user of it, in 200 collections of 12 pools', async () => {
    const { clock, cloud, project } = company();
    const { collect } = project('aksk', WRONG);
    let locked = 0;
    for (let step = 0; step < 200; step += 1) {
      const from = clock.now();
      await clock.finish(collect(12));
      await clock.advance(STEP - (clock.now() - from));
      locked += cloud.lockedKeys().length;
      // Somebody else works with the right secret key, every ten minutes.
      if (step % 40 === 39) expect(askSigned(cloud, clock.now()).status).toBe(200);
    }
    expect(locked).toBe(0);
    expect(cloud.refusals()).toMatchObject({ locks: 0, signatures: 5 });
  });

  it('is refused at most three times in any 15 min, the first refusal aside', async () => {
    const { clock, cloud, project } = company();
    const { collect } = project('aksk', WRONG);
    for (let step = 0; step < 4 * 60; step += 1) {
      await clock.finish(collect(12));
      await clock.advance(STEP);
    }
    const moments = cloud.requests.map(({ at }) => at);
    expect(moments.length).toBeGreaterThan(3);
    for (const from of moments)
      expect(moments.slice(1).filter((at) => at >= from && at < from + 15 * MINUTE).length).toBeLessThanOrEqual(3);
  });

  it('shared by three projects is refused no more often than with one', async () => {
    const { clock, cloud, project } = company();
    const credentials = createCredentials(clock);
    const projects = ['a', 'b', 'c'].map((name) => project('aksk', { ...WRONG, project: name, credentials }));
    for (let step = 0; step < 40; step += 1) {
      await clock.finish(Promise.all(projects.map(({ collect }) => collect(12))));
      await clock.advance(STEP);
    }
    expect(cloud.refusals().signatures).toBe(2);
    expect(cloud.lockedKeys()).toEqual([]);
  });

  it('of one project does not follow the right one of another at full width', async () => {
    const { clock, cloud, project } = company();
    const credentials = createCredentials(clock);
    const right = project('aksk', { project: 'right', credentials });
    const wrong = project('aksk', { ...WRONG, project: 'wrong', credentials });
    for (let step = 0; step < 40; step += 1) {
      await clock.finish(Promise.all([right.collect(12), wrong.collect(12)]));
      await clock.advance(STEP);
    }
    expect(cloud.refusals().locks).toBe(0);
    expect(cloud.lockedKeys()).toEqual([]);
  });

  it('that comes over night, under eight requests at once, is not tried on', async () => {
    const { clock, cloud, project, read } = company();
    const { collect, ...rest } = project('aksk');
    expect(await read({ collect, ...rest })).toMatchObject(listed);
    cloud.control.setSecretKey('a new one');
    for (let step = 0; step < 20; step += 1) {
      await clock.finish(collect(12));
      await clock.advance(STEP);
    }
    expect(cloud.refusals()).toMatchObject({ signatures: 2, locks: 0 });
  });
});

describe('a day of scrapes', () => {
  it.each(SIGN_IN_TYPES)('is without one refusal with %s', async (way) => {
    const { clock, cloud, project, read } = company();
    const its = project(way);
    for (let step = 0; step < 26 * 12; step += 1) {
      expect(await read(its)).toMatchObject(listed);
      await clock.advance(5 * MINUTE);
    }
    expect(cloud.refusals()).toEqual({ signatures: 0, tokens: 0, passwords: 0, locks: 0 });
  });

  it('signs in and asks for temporary keys once at the start, and again before each day’s end', async () => {
    const { clock, cloud, project, read } = company();
    const both = [project('password'), project('metadata')];
    for (let step = 0; step < 48 * 4; step += 1) {
      for (const its of both) await read(its);
      await clock.advance(15 * MINUTE);
    }
    expect(cloud.counts()).toMatchObject({ 'POST /v3/auth/tokens': 3, 'GET /openstack/latest/securitykey': 3 });
  });
});

describe('what ends early', () => {
  it.each<['password' | 'metadata', 'revokeTokens' | 'expireTokens' | 'expireTemporaryKeys']>([
    ['password', 'revokeTokens'],
    ['password', 'expireTokens'],
    ['metadata', 'expireTemporaryKeys'],
  ])('is renewed once with %s after %s, and no read fails', async (way, end) => {
    const { clock, cloud, project, read } = company();
    const its = project(way);
    await read(its);
    cloud.control[end]();
    await clock.advance(STEP);
    expect(await read(its)).toMatchObject(listed);
    expect(its.told.filter((line) => line === 'signed in success').length).toBe(2);
    expect(its.credentials.blocked).toEqual([]);
  });

  it('is renewed by both projects that share it', async () => {
    const { clock, cloud, project } = company();
    const credentials = createCredentials(clock);
    const ids = [cloud.credentials.projectId, cloud.credentials.projectId2];
    for (const way of ['password', 'metadata'] as const) {
      const projects = ids.map((projectId) => project(way, { project: `${way} ${projectId}`, projectId, credentials }));
      const readBoth = async () => {
        const closes = await Promise.all(projects.map(({ session }) => session.open()));
        const answers = await clock.finish(
          Promise.all(projects.map(({ get }) => get({ query: { limit: 1000, offset: 0 } }))),
        );
        for (const close of closes) close();
        return answers;
      };
      await readBoth();
      cloud.control.revokeTokens();
      cloud.control.expireTemporaryKeys();
      await clock.advance(STEP);
      expect(await readBoth()).toEqual([expect.objectContaining(listed), expect.objectContaining(listed)]);
    }
    expect(credentials.blocked).toEqual([]);
  });

  it('blocks a token that nobody renews, for 60 s and then 15 min', async () => {
    const { clock, cloud, project, read } = company();
    const its = project('token');
    await read(its);
    cloud.control.revokeTokens();
    for (let step = 0; step < 80; step += 1) {
      await clock.advance(STEP);
      await read(its);
    }
    expect(cloud.refusals().tokens).toBe(3);
    expect(its.credentials.blocked.map(({ at, until }) => (until - at) / MINUTE)).toEqual([1, 15, 15]);
  });
});

it('a wrong clock is named in the error, with how far it is off', async () => {
  const { clock, cloud, project, read } = company();
  const its = project('aksk', {
    send: async (request) => {
      // The cloud's time is 20 minutes behind.
      const answer = await sendTo(cloud, clock)(request);
      return { ...answer, headers: { ...answer.headers, date: new Date(clock.now() - 20 * MINUTE).toUTCString() } };
    },
  });
  cloud.fault({
    status: 401,
    body: { error_code: 'APIGW.0301', error_msg: 'calc ak sk signature fail:signature expired' },
  });
  expect(String(await read(its))).toContain('this clock is 1200 s ahead of the cloud');
  expect(clock.now()).toBeGreaterThan(START);
});
