// A refusal, what may follow it, and what must not: the account is never locked by this program.
import { describe, expect, it } from 'vitest';
import { isFresh, tokenMaterial } from '../../../src/cloud/auth/sign-in.ts';
import { deadlineOf } from '../../support/chain.ts';
import { createFakeClock, type FakeClock, START } from '../../support/fake-clock.ts';
import { fakeSend, type Scripted } from '../../support/fake-send.ts';
import { askOf, bought, carried, isSignIn, ownSecret, type Secrets, sessionOf } from '../../support/identities.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A project with a secret of its own, and a cloud that takes those in `right`. */
function withKey({ secret = 'right', delay = 20, right = new Set(['right']), maxRetries = 0 } = {}) {
  const clock = createFakeClock();
  const secrets: Secrets = { configured: secret };
  const cloud = { read: undefined as Scripted | undefined };
  const script = (request: Parameters<typeof carried>[0]) =>
    cloud.read ?? (right.has(carried(request) ?? '') ? 200 : 401);
  const { send, sent } = fakeSend(clock, script, delay);
  const project = sessionOf({ clock, send, identify: () => ownSecret(secrets), maxRetries });
  return { clock, secrets, right, cloud, sent, ...project };
}

/** A project with a password; the cloud's password, tokens and moods are the test's. */
function withPassword({ delay = 20, lifetime = 24 * HOUR, projects = 1 } = {}) {
  const clock = createFakeClock();
  const secrets: Secrets = { configured: 'right' };
  const cloud = {
    password: 'right',
    tokens: new Set<string>(),
    issued: 0,
    signIn: undefined as Scripted | undefined,
    read: undefined as Scripted | undefined,
    onRead: undefined as (() => Scripted) | undefined,
  };
  const script = (request: Parameters<typeof carried>[0]): Scripted => {
    if (!isSignIn(request))
      return cloud.onRead?.() ?? cloud.read ?? (cloud.tokens.has(carried(request) ?? '') ? 200 : 401);
    if (cloud.signIn !== undefined) return cloud.signIn;
    if (carried(request) !== cloud.password) return 401;
    cloud.issued += 1;
    cloud.tokens.add(`token ${cloud.issued}`);
    return { status: 201, body: `token ${cloud.issued}` };
  };
  const { send, sent } = fakeSend(clock, script, delay);
  const identify = () => bought(secrets, askOf(clock, send), clock, lifetime);
  const first = sessionOf({ clock, send, identify });
  const others = Array.from({ length: projects - 1 }, (_, index) =>
    sessionOf({ clock, send, identify, credentials: first.credentials, project: `other ${index}` }),
  );
  const signIns = () => sent.filter(({ request }) => isSignIn(request)).length;
  return { clock, secrets, cloud, sent, signIns, others, ...first };
}

describe('with a secret that the cloud refuses', () => {
  it('nothing is sent after the refusal of the first request', async () => {
    const { collect, sent } = withKey({ secret: 'wrong' });
    expect(await collect(12)).toEqual(['unauthorized', ...Array(11).fill('not sent: blocked')]);
    expect(sent.length).toBe(1);
  });

  it('one request is tried after 60 s, then one every 15 min', async () => {
    const { clock, collect, sent } = withKey({ secret: 'wrong', delay: 0 });
    for (let step = 0; step < 4 * 60; step += 1) {
      await collect(12);
      await clock.advance(15_000);
    }
    expect(sent.map(({ at }) => (at - START) / MINUTE)).toEqual([0, 1, 16, 31, 46]);
  });

  it('the block tells its end and the reason once', async () => {
    const { collect, blocked } = withKey({ secret: 'wrong', delay: 0 });
    await collect(12);
    expect(blocked).toEqual([
      { at: START, until: START + MINUTE, othersFrom: undefined, why: expect.stringContaining('APIGW.0301') },
    ]);
  });

  it.each<[string, () => { get: () => Promise<unknown>; clock: FakeClock }, number]>([
    ['a key', () => withKey({ secret: 'wrong', delay: 0 }), MINUTE],
    [
      'a password',
      () => {
        const { cloud, ...rest } = withPassword({ delay: 0 });
        cloud.password = 'another';
        return rest;
      },
      15 * MINUTE,
    ],
  ])(
    'the answer of the cloud to %s and the time of the next try are told while the block lasts',
    async (_, make, rest) => {
      const { get, clock } = make();
      const said = async () => String(await get().catch((error: unknown) => error)).replace(/^\w+: /, '');
      const words = await said();
      expect(words).toMatch(/HTTP 401 APIGW\.0301: Incorrect IAM authentication information/);
      expect(words).toContain(`; next try at ${new Date(START + rest).toISOString()}`);
      await clock.advance(30_000);
      expect(await said()).toBe(words);
    },
  );

  it('a changed secret is tried at once', async () => {
    const { secrets, collect } = withKey({ secret: 'wrong' });
    await collect(12);
    secrets.configured = 'right';
    expect(await collect(12)).toEqual(Array(12).fill('200'));
  });

  it('a changed secret that is wrong as well is blocked from 60 s again', async () => {
    const { clock, secrets, collect, blocked } = withKey({ secret: 'wrong', delay: 0 });
    await collect(1);
    await clock.advance(MINUTE);
    await collect(1);
    secrets.configured = 'also wrong';
    await collect(1);
    expect(blocked.map(({ at, until }) => until - at)).toEqual([MINUTE, 15 * MINUTE, MINUTE]);
  });

  it('no more than three requests go out in a quarter of an hour, however often the secret changes', async () => {
    const { clock, secrets, collect, sent } = withKey({ secret: 'wrong', delay: 0 });
    await collect(1);
    for (let change = 0; change < 14; change += 1) {
      await clock.advance(MINUTE);
      secrets.configured = `wrong ${change}`;
      await collect(12);
    }
    expect(sent.length - 1).toBe(3);
  });

  it('the block outlives success of a request that had left before', async () => {
    const clock = createFakeClock();
    const secrets: Secrets = { configured: 'x' };
    // The first opens the gate; of the next two, the quick one is refused.
    const script: Scripted[] = [200, 401, 200];
    const { send, sent } = fakeSend(clock, script, 20);
    let calls = 0;
    const slowThird: typeof send = async (request) => {
      calls += 1;
      const answer = await send(request);
      if (calls >= 3 && request.url.hash === '') await new Promise<void>((resolve) => clock.after(500, resolve));
      return answer;
    };
    const { collect, session } = sessionOf({ clock, send: slowThird, identify: () => ownSecret(secrets) });
    const outcomes = await collect(3);
    expect(outcomes).toContain('200');
    expect(sent.length).toBe(3);
    expect(session.blocked()).toBeDefined();
  });

  it.each<[string, number, string, boolean]>([
    ['404 of the gateway', 404, 'APIGW.0101', false],
    ['403 of the gateway', 403, 'APIGW.0302', false],
    ['400 of the gateway', 400, 'APIG.0201', false],
    ['403 of a proxy, without a code', 403, '', false],
    ['404 of the service', 404, 'WKS.0202', true],
    ['403 of the service', 403, 'WKS.0003', true],
    ['403 of a policy', 403, 'PAP5.0001', true],
    ['400 of the service', 400, 'WKS.0001', true],
  ])('after a refusal, a %s (%d %s) proves that the cloud knows it: %s', async (_, status, code, isProof) => {
    const clock = createFakeClock();
    const body = JSON.stringify(code === '' ? {} : { error_code: code, error_msg: 'x' });
    const { send, sent } = fakeSend(clock, [401, { status, body }, 401]);
    const { collect } = sessionOf({ clock, send, identify: () => ownSecret({ configured: 'x' }) });
    await collect(1);
    await clock.advance(MINUTE);
    // Strangers too get such answers: the next refusal then counts as the second in a row.
    await collect(2);
    expect(sent.length).toBe(3);
    await clock.advance(2 * MINUTE);
    await collect(1);
    expect(sent.length).toBe(isProof ? 4 : 3);
  });

  it('no more is sent when a block ends while siblings wait', async () => {
    const { clock, collect, start, sent } = withKey({ secret: 'wrong', delay: 3000 });
    await collect(1);
    await clock.advance(MINUTE - 1);
    const early = start(3);
    await clock.advance(1);
    const late = start(12, deadlineOf(clock));
    await clock.finish(Promise.all([early, late]));
    expect(sent.length).toBe(2);
  });

  it('the refusals of eight requests under way count as one', async () => {
    const { clock, right, get, session, blocked } = withKey();
    const close = await session.open();
    await clock.finish(get());
    right.clear();
    await clock.finish(Promise.allSettled(Array.from({ length: 12 }, () => get())));
    close();
    expect(blocked.map(({ at, until }) => until - at)).toEqual([MINUTE]);
  });

  it('a wall clock that flaps makes the block neither longer nor shorter', async () => {
    const { clock, collect, session, sent } = withKey({ secret: 'wrong', delay: 0 });
    for (let step = 0; step < 4 * 15; step += 1) {
      clock.jump(step % 2 === 0 ? HOUR : -HOUR);
      await collect(1);
      await clock.advance(15_000);
    }
    expect(sent.length).toBe(2);
    clock.jump(HOUR);
    expect(session.blocked()?.until).toBe(clock.now() + MINUTE);
  });
});

describe('a secret that is right', () => {
  /** Three reads in a row that fail for another reason, 15 s apart. */
  async function threeTimes(collect: (reads: number) => Promise<string[]>, advance: (ms: number) => Promise<void>) {
    const outcomes: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      await advance(15_000);
      outcomes.push(...(await collect(1)));
    }
    await advance(15_000);
    return outcomes;
  }

  it('is not blocked over 5xx answers after its token died and was renewed', async () => {
    const { clock, cloud, collect, blocked } = withPassword({ delay: 0 });
    await collect(1);
    await clock.advance(15_000);
    // The renewal works; what is asked with the new token fails.
    let reads = 0;
    const { issued } = cloud;
    cloud.onRead = () => (++reads === 1 ? 401 : 503);
    await collect(1);
    expect(cloud.issued).toBe(issued + 1);
    expect(await threeTimes(collect, clock.advance)).toEqual(['server', 'server', 'server']);
    cloud.onRead = undefined;
    expect(await collect(2)).toEqual(['200', '200']);
    expect(blocked).toEqual([]);
  });

  it('that replaced a wrong one is not blocked over 5xx answers', async () => {
    const { clock, secrets, collect, sent, cloud } = withKey({ secret: 'wrong', delay: 0 });
    await collect(1);
    secrets.configured = 'right';
    cloud.read = 503;
    expect(await threeTimes(collect, clock.advance)).toEqual(['server', 'server', 'server']);
    cloud.read = undefined;
    expect(await collect(2)).toEqual(['200', '200']);
    expect(sent.length).toBe(1 + 3 + 2);
  });

  it('is tried at once after three wrong ones', async () => {
    const { clock, secrets, collect } = withKey({ secret: 'wrong 1', delay: 0 });
    for (const secret of ['wrong 1', 'wrong 2', 'wrong 3']) {
      secrets.configured = secret;
      await collect(3);
      await clock.advance(15_000);
    }
    secrets.configured = 'right';
    expect(await collect(3)).toEqual(['200', '200', '200']);
  });

  it('is tried when the oldest of four refusals is 15 min old, and it is told when', async () => {
    const { clock, secrets, collect, sent, session, blocked } = withKey({ secret: 'wrong 1', delay: 0 });
    for (const secret of ['wrong 1', 'wrong 2', 'wrong 3', 'wrong 4']) {
      secrets.configured = secret;
      await collect(3);
      await clock.advance(15_000);
    }
    secrets.configured = 'right';
    const until = START + 15 * MINUTE;
    expect(await collect(2)).toEqual(['not sent: blocked', 'not sent: blocked']);
    expect(session.blocked()).toEqual({ until, othersFrom: until, why: expect.stringContaining('APIGW.0301') });
    expect(blocked.at(-1)).toMatchObject({ until, othersFrom: until });
    await clock.advance(14 * MINUTE - 1);
    await collect(1);
    expect(sent.length).toBe(4);
    await clock.advance(1);
    expect(await collect(2)).toEqual(['200', '200']);
  });

  it('of another access key has a count of its own', async () => {
    const clock = createFakeClock();
    const secrets: Secrets = { configured: 'wrong 1' };
    const { send } = fakeSend(clock, (request) => (carried(request) === 'right' ? 200 : 401));
    let key = 'first key';
    const identify = async () => ({ ...(await ownSecret(secrets)), key });
    const { collect } = sessionOf({ clock, send, identify });
    for (const secret of ['wrong 1', 'wrong 2', 'wrong 3', 'wrong 4']) {
      secrets.configured = secret;
      await collect(1);
    }
    key = 'second key';
    secrets.configured = 'right';
    expect(await collect(2)).toEqual(['200', '200']);
  });
});

describe('a request with a secret that nothing has proven', () => {
  it('is not tried again after a 5xx; with one that has worked it is', async () => {
    const { collect, cloud, sent } = withKey({ delay: 0, maxRetries: 2 });
    cloud.read = 503;
    expect(await collect(1)).toEqual(['server']);
    expect(sent.length).toBe(1);
    cloud.read = undefined;
    await collect(1);
    cloud.read = 503;
    await collect(1);
    expect(sent.length).toBe(1 + 1 + 3);
  });

  it('is sent three times in 15 min after a refusal, however the cloud fails then', async () => {
    const { clock, collect, cloud, sent } = withKey({ secret: 'wrong', delay: 0, maxRetries: 2 });
    await collect(1);
    cloud.read = 503;
    for (let step = 0; step < 4 * 15; step += 1) {
      await clock.advance(15_000);
      await collect(2);
    }
    expect(sent.length).toBe(1 + 3);
  });
});

describe('with a secret that changed unnoticed', () => {
  it('the refused request is repeated at once with the new one', async () => {
    const { secrets, right, collect, start, clock, sent } = withKey({ delay: 20 });
    await collect(1);
    right.delete('right');
    right.add('new');
    const reads = start(1);
    // After the collection has begun, before the answer.
    await clock.settle();
    secrets.configured = 'new';
    expect(await clock.finish(reads)).toEqual(['200']);
    expect(sent.map(({ request }) => carried(request))).toEqual(['right', 'right', 'new']);
  });

  it('the request is repeated once: when the new one is refused as well, it is blocked', async () => {
    const { secrets, right, collect, start, clock, sent, blocked } = withKey({ delay: 20 });
    await collect(1);
    right.clear();
    const reads = start(4);
    await clock.settle();
    secrets.configured = 'new';
    await clock.finish(reads);
    expect(sent.slice(1).map(({ request }) => carried(request))).toEqual(['right', 'new']);
    expect(blocked.length).toBe(1);
  });

  it('siblings under way that are refused are repeated with the new one and do not block', async () => {
    const { secrets, right, collect, get, session, clock, blocked } = withKey({ delay: 20 });
    const close = await session.open();
    await clock.finish(get());
    right.clear();
    right.add('new');
    const reads = Promise.all(Array.from({ length: 8 }, () => get()));
    await clock.settle();
    secrets.configured = 'new';
    expect((await clock.finish(reads)).map(({ status }) => status)).toEqual(Array(8).fill(200));
    close();
    expect(blocked).toEqual([]);
    expect(await collect(3)).toEqual(['200', '200', '200']);
  });

  it('the late refusal of the old one does not block the new one', async () => {
    const { secrets, start, session, clock, sent } = withKey({ secret: 'old', delay: 1000 });
    const old = start(1);
    await clock.advance(500);
    secrets.configured = 'right';
    const close = await session.open();
    expect(await clock.finish(old)).toEqual(['200']);
    close();
    expect(session.blocked()).toBeUndefined();
    expect(sent.map(({ request }) => carried(request))).toEqual(['old', 'right']);
  });
});

describe('with an access key that changed while others wait', () => {
  it('those who wait go through the gate of the new one, alone until it has worked', async () => {
    const clock = createFakeClock();
    const secrets: Secrets = { configured: 'old' };
    const { send, sent } = fakeSend(clock, (request) => (carried(request) === 'old' ? 200 : 401), 1000);
    const identify = async () => {
      const identity = await ownSecret(secrets);
      return { ...identity, key: `key of ${identity.configured}` };
    };
    const { start, collect, session } = sessionOf({ clock, send, identify });
    await collect(1);
    // The first goes alone, eight follow, eleven wait.
    const reads = start(20);
    await clock.advance(1500);
    secrets.configured = 'wrong';
    const close = await session.open();
    await clock.finish(reads);
    close();
    expect(sent.filter(({ request }) => carried(request) === 'wrong').length).toBe(1);
  });
});

describe('of two collections, before and after a reload', () => {
  /** Two sessions of one credential and one project, each with a secret of its own. */
  function reloaded(answer: (secret: string) => Scripted) {
    const clock = createFakeClock();
    const { send, sent } = fakeSend(clock, (request) => answer(carried(request) ?? ''), 1000);
    const of = (configured: string, credentials?: ReturnType<typeof sessionOf>['credentials']) =>
      sessionOf({
        clock,
        send,
        identify: () => ownSecret({ configured }),
        ...(credentials === undefined ? {} : { credentials }),
      });
    const before = of('old');
    return { clock, before, after: of('new', before.credentials), sent, blocked: before.credentials.blocked };
  }

  it('the late refusal of the old secret does not block the new one, and the old one is sent no more', async () => {
    const { clock, before, after, sent, blocked } = reloaded((secret) => (secret === 'new' ? 200 : 401));
    const old = before.start(5);
    await clock.advance(500);
    expect(await clock.finish(after.start(5))).toEqual(Array(5).fill('200'));
    expect(await clock.finish(old)).toEqual(['unauthorized', ...Array(4).fill('not sent: blocked')]);
    expect(blocked).toEqual([]);
    expect(sent.filter(({ request }) => carried(request) === 'old').length).toBe(1);
    expect([before.session.blocked()?.until, after.session.blocked()]).toEqual([expect.any(Number), undefined]);
  });

  it('the old secret is tried again after 15 min: two projects may have two, and the older one be right', async () => {
    const { clock, before, after, sent } = reloaded(() => 401);
    await before.collect(1);
    await clock.advance(2 * MINUTE);
    await after.collect(1);
    await clock.advance(2 * MINUTE);
    await before.collect(1);
    const count = sent.length;
    await clock.advance(14 * MINUTE);
    await before.collect(1);
    expect(sent.length).toBe(count);
    await clock.advance(2 * MINUTE);
    await before.collect(1);
    expect(sent.length).toBe(count + 1);
  });
});

describe('with a password', () => {
  it('reads at the same time share one sign-in', async () => {
    const { collect, signIns, signedIn } = withPassword();
    expect(await collect(12)).toEqual(Array(12).fill('200'));
    expect(signIns()).toBe(1);
    expect(signedIn).toEqual(['success']);
  });

  it('that is wrong, one sign-in is tried, the next after 15 min, then hourly', async () => {
    const { clock, cloud, collect, sent } = withPassword({ delay: 0 });
    cloud.password = 'another';
    for (let step = 0; step < 4 * 60 * 4; step += 1) {
      await collect(3);
      await clock.advance(15_000);
    }
    expect(sent.map(({ at }) => (at - START) / MINUTE)).toEqual([0, 15, 75, 135, 195]);
  });

  it('that is wrong, the sign-in alone is refused: no read is sent', async () => {
    const { cloud, collect, sent, signIns, signedIn } = withPassword();
    cloud.password = 'another';
    expect(await collect(3)).toEqual(['unauthorized', 'not sent: sign_in', 'not sent: sign_in']);
    expect([sent.length, signIns(), signedIn]).toEqual([1, 1, ['failure']]);
  });

  it.each([401, 403, 400, 404])('a sign-in refused with %d blocks', async (status) => {
    const { clock, cloud, collect, sent, blocked } = withPassword({ delay: 0 });
    cloud.signIn = status;
    await collect(1);
    await clock.advance(14 * MINUTE);
    await collect(1);
    expect([sent.length, blocked.length]).toEqual([1, 1]);
  });

  it.each([500, 503])('a sign-in that fails with %d does not block, and is left alone for 5 s', async (status) => {
    const { clock, cloud, collect, signIns, blocked } = withPassword({ delay: 0 });
    cloud.signIn = status;
    await collect(12);
    expect(signIns()).toBe(1);
    expect(blocked).toEqual([]);
    cloud.signIn = undefined;
    await clock.advance(10_000);
    expect(await collect(2)).toEqual(['200', '200']);
  });

  it('a sign-in that is throttled holds every request of the credential', async () => {
    const { clock, cloud, start, session, signIns, blocked } = withPassword({ delay: 0 });
    cloud.signIn = 429;
    const reads = start(3);
    await clock.advance(4999);
    expect(signIns()).toBe(1);
    expect(session.current()?.gate.heldUntil()).toBe(START + 5500);
    cloud.signIn = undefined;
    expect(await clock.finish(reads)).toEqual(['throttled', '200', '200']);
    expect(blocked).toEqual([]);
  });

  it('a token that dies early is renewed once, and all reads succeed', async () => {
    const { clock, cloud, collect, signIns, blocked } = withPassword();
    await collect(12);
    cloud.tokens.clear();
    await clock.advance(15_000);
    expect(await collect(12)).toEqual(Array(12).fill('200'));
    expect([signIns(), blocked]).toEqual([2, []]);
  });

  it('tokens that die under way are renewed once for all', async () => {
    const { clock, cloud, get, session, signIns, blocked } = withPassword();
    const close = await session.open();
    await clock.finish(get());
    const reads = Promise.all(Array.from({ length: 12 }, () => get()));
    cloud.tokens.clear();
    await clock.finish(reads);
    close();
    expect([signIns(), blocked]).toEqual([2, []]);
  });

  it('tokens that are refused though new are not bought in a loop', async () => {
    const { clock, cloud, collect, signIns, sent } = withPassword({ delay: 0 });
    cloud.read = 401;
    for (let step = 0; step < 4 * 60 * 2; step += 1) {
      await collect(12);
      await clock.advance(15_000);
    }
    expect(signIns()).toBeLessThanOrEqual(5);
    expect(sent.length - signIns()).toBeLessThanOrEqual(5);
  });

  it('the late refusal of the old one does not block the new one', async () => {
    const { clock, secrets, cloud, start, session, get } = withPassword({ delay: 1000 });
    secrets.configured = 'old';
    const old = start(1);
    await clock.advance(500);
    secrets.configured = 'right';
    const close = await session.open();
    await clock.finish(old);
    expect(session.blocked()).toBeUndefined();
    await clock.advance(5000);
    expect(await clock.finish(get())).toMatchObject({ status: 200 });
    expect(cloud.issued).toBe(1);
    close();
  });

  it.each<[string, Scripted]>([
    ['fails', 503],
    ['is cut by the end of the collection', 'hang'],
  ])('a renewal that %s blocks nothing: the next collection signs in', async (_, scripted) => {
    const { clock, cloud, collect, start, blocked } = withPassword();
    await collect(1);
    cloud.tokens.clear();
    cloud.signIn = scripted;
    await clock.advance(15_000);
    await clock.finish(start(3, deadlineOf(clock, 2000)));
    expect(blocked).toEqual([]);
    cloud.signIn = undefined;
    await clock.advance(15_000);
    expect(await collect(3)).toEqual(Array(3).fill('200'));
  });

  it('a renewal that fails for hours is tried three times in 15 min, no more', async () => {
    const { clock, cloud, collect, signIns } = withPassword({ delay: 0 });
    await collect(1);
    cloud.tokens.clear();
    cloud.signIn = 503;
    for (let step = 0; step < 4 * 60; step += 1) {
      await clock.advance(15_000);
      await collect(3);
    }
    expect(signIns()).toBeLessThanOrEqual(1 + 4 * 4);
  });

  it('that was changed with all its tokens, the block is the first one of 15 min', async () => {
    const { clock, cloud, collect, blocked } = withPassword();
    await collect(1);
    cloud.tokens.clear();
    cloud.password = 'another';
    await clock.advance(15_000);
    await collect(3);
    expect(blocked.map(({ at, until }) => until - at)).toEqual([15 * MINUTE]);
  });

  it('that is corrected is tried at once', async () => {
    const { cloud, secrets, collect } = withPassword({ delay: 0 });
    cloud.password = 'another';
    await collect(1);
    secrets.configured = 'another';
    expect(await collect(2)).toEqual(['200', '200']);
  });

  it('what was refused and came again from its source is asked for anew after the block', async () => {
    const clock = createFakeClock();
    const source = { keys: 'old' };
    const { send, sent } = fakeSend(clock, (request) => (carried(request) === 'new' ? 200 : 401));
    const identify = async () => ({
      ...(await ownSecret({ configured: '' })),
      asksTheCloud: true,
      load: async () => tokenMaterial(source.keys),
    });
    const { collect, blocked } = sessionOf({ clock, send, identify });
    await collect(1);
    source.keys = 'new';
    await clock.advance(MINUTE);
    expect(await collect(1)).toEqual(['200']);
    expect([sent.length, blocked.length]).toEqual([2, 1]);
  });

  it('refusals of two sign-ins under way at once count as one', async () => {
    const { clock, cloud, collect, others, blocked } = withPassword({ projects: 2, lifetime: 3 * HOUR });
    const [other] = others;
    await collect(1);
    await other?.collect(1);
    // Both tokens are due for renewal, and the gate is open to both.
    cloud.password = 'another';
    await clock.advance(2 * HOUR + 30 * MINUTE);
    await collect(1);
    await Promise.all([collect(1), clock.settle()]);
    expect(blocked.length).toBe(1);
  });

  it('shared by two projects, both renew tokens that died together, and nothing is blocked', async () => {
    const { clock, cloud, collect, start, others, signIns, blocked } = withPassword({ projects: 2 });
    const [other] = others;
    if (other === undefined) throw new Error('no other project');
    await collect(1);
    await other.collect(1);
    cloud.tokens.clear();
    await clock.advance(15_000);
    const outcomes = await clock.finish(Promise.all([start(6), other.start(6)]));
    expect(outcomes.flat()).toEqual(Array(12).fill('200'));
    expect(blocked).toEqual([]);
    expect(signIns()).toBe(4);
  });

  it('shared by two projects, a refusal in one blocks both', async () => {
    const { cloud, collect, others, sent } = withPassword({ projects: 2 });
    cloud.password = 'another';
    await collect(1);
    expect(await others[0]?.collect(3)).toEqual(Array(3).fill('not sent: blocked'));
    expect(sent.length).toBe(1);
  });
});

describe('renewal ahead of the end', () => {
  const at = (milliseconds: number, jump = 0) => ({ wall: START + milliseconds + jump, monotonic: milliseconds });
  const material = (life: number) =>
    tokenMaterial('t', { kind: 'token', until: START + life, issuedAt: at(0), lasts: life });

  it.each([
    ['24 h', 24 * HOUR, 40 * MINUTE],
    ['2 h', 2 * HOUR, 40 * MINUTE],
    ['90 min', 90 * MINUTE, 30 * MINUTE],
    ['15 min', 15 * MINUTE, 5 * MINUTE],
  ])('of what lives %s is due when %d ms … min(40 min, a third) remain', (_, life, remaining) => {
    const due = life - remaining;
    expect([isFresh(material(life), at(due - 1)), isFresh(material(life), at(due))]).toEqual([true, false]);
  });

  it('is never due for what does not say when it ends', () => {
    expect(isFresh(tokenMaterial('t'), at(1000 * HOUR))).toBe(true);
  });

  it('is not put off by a wall clock that was set back, and not missed by a machine that slept', () => {
    const due = 24 * HOUR - 40 * MINUTE;
    expect(isFresh(material(24 * HOUR), at(due - 1, -HOUR))).toBe(true);
    expect(isFresh(material(24 * HOUR), at(due, -HOUR))).toBe(false);
    expect(isFresh(material(24 * HOUR), at(0, due))).toBe(false);
  });

  it('happens in time, without a refusal', async () => {
    const { clock, collect, signIns, sent } = withPassword({ lifetime: 90 * MINUTE });
    await collect(1);
    await clock.advance(59 * MINUTE);
    await collect(1);
    expect(signIns()).toBe(1);
    await clock.advance(MINUTE);
    await collect(1);
    expect(signIns()).toBe(2);
    expect(sent.length).toBe(5);
  });

  it.each<[string, Scripted]>([
    ['fails', 503],
    ['is throttled', 429],
  ])('that %s leaves the old token in use while it lives', async (_, scripted) => {
    const { clock, cloud, collect, blocked } = withPassword({ lifetime: 90 * MINUTE });
    await collect(1);
    cloud.signIn = scripted;
    await clock.advance(70 * MINUTE);
    expect(await collect(5)).toEqual(Array(5).fill('200'));
    await clock.advance(21 * MINUTE);
    expect(await collect(1)).toEqual([scripted === 503 ? 'server' : 'throttled']);
    expect(blocked).toEqual([]);
  });

  it('that is refused ends the use of the old token', async () => {
    const { clock, cloud, collect, sent } = withPassword({ lifetime: 90 * MINUTE });
    await collect(1);
    cloud.password = 'another';
    await clock.advance(70 * MINUTE);
    const before = sent.length;
    expect(await collect(3)).toEqual(['unauthorized', 'not sent: blocked', 'not sent: blocked']);
    expect(sent.length - before).toBe(1);
  });
});

describe('the first request of a collection', () => {
  it('goes alone; the others follow its success together', async () => {
    const { clock, start, sent } = withKey({ delay: 1000 });
    const reads = start(12);
    await clock.advance(999);
    expect(sent.length).toBe(1);
    await clock.advance(1);
    expect(sent.length).toBe(9);
    await clock.finish(reads);
    const next = start(12);
    await clock.advance(999);
    expect(sent.length).toBe(13);
    await clock.finish(next);
  });

  it('is followed by one at a time while nothing proves that the cloud knows the credential', async () => {
    const clock = createFakeClock();
    const { send, sent } = fakeSend(clock, [503], 1000);
    const { start } = sessionOf({ clock, send, identify: () => ownSecret({ configured: 'x' }) });
    const reads = start(4);
    await clock.advance(3500);
    expect(sent.length).toBe(4);
    expect(new Set(sent.map(({ at }) => at)).size).toBe(4);
    await clock.finish(reads);
  });
});

describe('a secret that cannot be read', () => {
  const missing = new Error('cannot read the secret file /run/secrets/sk (ENOENT)');

  it('sends nothing and names the file', async () => {
    const { secrets, collect, get, sent } = withKey();
    secrets.configured = missing;
    expect(await collect(2)).toEqual(['not sent: secret', 'not sent: secret']);
    await expect(get()).rejects.toThrow('/run/secrets/sk');
    expect(sent).toEqual([]);
  });

  it('leaves the one known before in use, and says so', async () => {
    const { secrets, collect, problems } = withKey();
    await collect(1);
    secrets.configured = missing;
    expect(await collect(3)).toEqual(['200', '200', '200']);
    expect(problems).toEqual([missing.message]);
  });

  it('is used once it can be read, also within a collection', async () => {
    const { secrets, session, get, clock } = withKey();
    secrets.configured = missing;
    await session.open();
    secrets.configured = 'right';
    expect(await clock.finish(get())).toMatchObject({ status: 200 });
  });

  it('does not undo a refusal: the known one is blocked', async () => {
    const { secrets, right, collect, sent, clock, start } = withKey();
    await collect(1);
    right.clear();
    const reads = start(2);
    await clock.settle();
    secrets.configured = missing;
    expect(await clock.finish(reads)).toEqual(['unauthorized', 'not sent: blocked']);
    await collect(3);
    expect(sent.length).toBe(2);
  });
});
