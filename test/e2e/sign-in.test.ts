// All ways to sign in, over days: renewed ahead of their end, after an early death, and never at the price of a locked key.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SIGN_IN_TYPES } from '../../src/cloud/auth/index.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { exampleOf, signIns } from '../support/sign-ins.ts';
import { aksk, branchOf, type Household, household, mainOf, type Part, type WorldOptions } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const { password, metadata } = signIns;

const CREATE = 'POST /v3/auth/tokens';
const KEYS = 'GET /openstack/latest/securitykey';
const isGood = (page: { values(name: string): number[] }) => page.values('desktop_pool_up').every((up) => up === 1);

const signedInBy = (auth: (cloud: Simulator) => Part): WorldOptions => ({
  projects: (cloud) => [mainOf(cloud, { auth: auth(cloud) })],
});

/** Scrapes every `interval` for `time`; whether every one was good. */
async function scrapes({ page }: Household, clock: FakeClock, interval: number, time: number): Promise<boolean[]> {
  const outcomes: boolean[] = [];
  for (let passed = 0; passed < time; passed += interval) {
    outcomes.push(isGood(await page()));
    await clock.advance(interval);
  }
  return outcomes;
}

function fileOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'secret');
  const write = (next: string) => writeFileSync(path, `${next}\n`);
  write(text);
  return { path, write };
}

describe.each(SIGN_IN_TYPES)('%s', (type) => {
  it('works for two days without a failure', async () => {
    const clock = createFakeClock();
    const one = await household(
      clock,
      signedInBy((cloud) => exampleOf(type, cloud)),
    );
    const outcomes = await scrapes(one, clock, HOUR, 48 * HOUR);
    expect(outcomes.filter((good) => !good)).toEqual([]);
    expect(one.cloud.refusals()).toEqual({ signatures: 0, tokens: 0, passwords: 0, locks: 0 });
    expect(one.log.filter((line) => /level=(warn|error)/.test(line))).toEqual([]);
  });
});

describe('the identity of a pod', () => {
  const ASK = 'POST /v1/credentials';
  async function pod(clock: FakeClock) {
    const file = fileOf('an-expired-token');
    const one = await household(
      clock,
      signedInBy(({ url }) => ({
        type: 'container',
        credentials_uri: `${url}/v1/credentials`,
        authorization_token_file: file.path,
      })),
    );
    const rotate = (token: string) => {
      one.cloud.control.setPodToken(token);
      file.write(token);
    };
    return { ...one, rotate };
  }

  it('follows the token that the cluster changes, and keeps its keys until they have to be renewed', async () => {
    const clock = createFakeClock();
    const { cloud, page, rotate, log } = await pod(clock);
    cloud.control.setLifetimes({ temporaryKey: 3 * HOUR });
    for (let hour = 0; hour < 12; hour++) {
      rotate(`token-of-hour-${hour}`);
      expect(isGood(await page())).toBe(true);
      await clock.advance(HOUR);
    }
    expect(cloud.counts()[ASK]).toBeLessThanOrEqual(5);
    expect(cloud.refusals().signatures).toBe(0);
    expect(log.filter((line) => /level=(warn|error)/.test(line))).toEqual([]);
  });

  it('that is refused is asked for once, and again after the block; nothing of it is shown', async () => {
    const clock = createFakeClock();
    const { cloud, page, rotate, log } = await pod(clock);
    const refused = await page();
    await page();
    expect(cloud.counts()).toEqual({ [ASK]: 1 });
    expect(refused.value('exporter_auth_blocked')).toBe(1);
    rotate('a-good-token');
    await clock.advance(MINUTE);
    expect(isGood(await page())).toBe(true);
    expect([...log, refused.text].join('\n')).not.toMatch(/expired-token|good-token/);
  });
});

describe('a token by password', () => {
  const issued = (clock: FakeClock) => household(clock, signedInBy(password));

  it('is asked for once, and shows when it ends', async () => {
    const clock = createFakeClock();
    const { cloud, page } = await issued(clock);
    const began = clock.now();
    const good = await page();
    await page();
    expect(cloud.counts()[CREATE]).toBe(1);
    expect(good.value('exporter_credential_expiry_timestamp_seconds', { kind: 'token' })).toBe(
      (began + 24 * HOUR) / 1000,
    );
    expect(good.value('exporter_token_requests_total', { result: 'success' })).toBe(1);
  });

  it('is renewed when less than forty minutes remain', async () => {
    const clock = createFakeClock();
    const { cloud, page } = await issued(clock);
    await page();
    await clock.advance(24 * HOUR - 40 * MINUTE - 1);
    await page();
    expect(cloud.counts()[CREATE]).toBe(1);
    await clock.advance(1);
    await page();
    expect(cloud.counts()[CREATE]).toBe(2);
  });

  it('of a short life is renewed when a third of it remains', async () => {
    const clock = createFakeClock();
    const { cloud, page } = await issued(clock);
    cloud.control.setLifetimes({ token: 30 * MINUTE });
    await page();
    await clock.advance(20 * MINUTE - 1);
    await page();
    expect(cloud.counts()[CREATE]).toBe(1);
    await clock.advance(1);
    await page();
    expect(cloud.counts()[CREATE]).toBe(2);
  });

  it('is renewed at once when the cloud ends it early, and the scrape is good', async () => {
    const clock = createFakeClock();
    const { cloud, page, log } = await issued(clock);
    await page();
    cloud.control.revokeTokens();
    const after = await page();
    expect(isGood(after)).toBe(true);
    expect(after.value('exporter_collector_success', {})).toBe(1);
    expect(cloud.counts()[CREATE]).toBe(2);
    expect(cloud.refusals().tokens).toBe(1);
    expect(after.value('exporter_auth_blocked')).toBe(0);
    expect(log.filter((line) => /level=(warn|error)/.test(line))).toEqual([]);
  });

  it('stays in use while IAM is broken', async () => {
    const clock = createFakeClock();
    const { cloud, page } = await issued(clock);
    await page();
    cloud.fault({ status: 503, match: { path: '/v3/auth/tokens' } });
    await clock.advance(24 * HOUR - 10 * MINUTE);
    const late = await page();
    expect(isGood(late)).toBe(true);
    expect(late.value('exporter_token_requests_total', { result: 'failure' })).toBeGreaterThan(0);
  });

  it('is one for each project of the user, and the wrong password is sent once for both', async () => {
    const clock = createFakeClock();
    const one = await household(clock, {
      projects: (cloud) => [mainOf(cloud, { auth: password(cloud) }), branchOf(cloud, { auth: password(cloud) })],
    });
    expect(isGood(await one.page())).toBe(true);
    expect(one.cloud.counts()[CREATE]).toBe(2);
    one.cloud.control.setPassword('another');
    one.cloud.control.revokeTokens();
    await one.page();
    await one.page();
    expect(one.cloud.refusals().passwords).toBe(1);
  });

  it('survives a changed password in its file at once', async () => {
    const clock = createFakeClock();
    const file = fileOf('wrong');
    const { cloud, page } = await household(clock, {
      projects: (its) => {
        const { password: _, ...auth } = password(its);
        return [mainOf(its, { auth: { ...auth, password_file: file.path } })];
      },
    });
    const blocked = await page();
    expect(blocked.value('exporter_auth_blocked')).toBe(1);
    file.write(cloud.credentials.password);
    expect(isGood(await page())).toBe(true);
    expect(cloud.refusals().passwords).toBe(1);
  });
});

describe('a token in a file', () => {
  it('is read again when it changes, and the scrape after it is good', async () => {
    const clock = createFakeClock();
    const file = fileOf('');
    const { cloud, page } = await household(clock, {
      projects: (its) => {
        file.write(its.credentials.token);
        return [mainOf(its, { auth: { type: 'token', token_file: file.path } })];
      },
    });
    expect(isGood(await page())).toBe(true);
    cloud.control.revokeTokens();
    const refused = await page();
    expect([isGood(refused), refused.value('exporter_auth_blocked')]).toEqual([false, 1]);
    file.write(cloud.control.issueToken());
    const renewed = await page();
    expect([isGood(renewed), renewed.value('exporter_auth_blocked')]).toEqual([true, 0]);
  });
});

describe('temporary keys', () => {
  it('are renewed ahead of their end, and show when that is', async () => {
    const clock = createFakeClock();
    const { cloud, page } = await household(clock, signedInBy(metadata));
    cloud.control.setLifetimes({ temporaryKey: HOUR });
    const began = clock.now();
    const first = await page();
    expect(first.value('exporter_credential_expiry_timestamp_seconds', { kind: 'temporary_key' })).toBe(
      (began + HOUR) / 1000,
    );
    await clock.advance(40 * MINUTE - 1);
    await page();
    expect(cloud.counts()[KEYS]).toBe(1);
    await clock.advance(1);
    const second = await page();
    expect(cloud.counts()[KEYS]).toBe(2);
    expect(second.value('exporter_credential_expiry_timestamp_seconds', {})).toBe((clock.now() + HOUR) / 1000);
    expect(cloud.refusals().signatures).toBe(0);
  });

  it('that ended early are replaced within the scrape', async () => {
    const clock = createFakeClock();
    const { cloud, page } = await household(clock, signedInBy(metadata));
    await page();
    cloud.control.expireTemporaryKeys();
    expect(isGood(await page())).toBe(true);
    expect(cloud.refusals().signatures).toBe(1);
  });

  it.each(['required', 'unsupported'] as const)('come from a metadata service whose tokens are %s', async (mode) => {
    const clock = createFakeClock();
    const { cloud, page } = await household(clock, signedInBy(metadata));
    cloud.control.setMetadataMode(mode);
    expect(isGood(await page())).toBe(true);
  });

  it('that a machine without an agency has not are asked for with advice', async () => {
    const clock = createFakeClock();
    const { cloud, page, log } = await household(clock, signedInBy(metadata));
    cloud.control.setMetadataMode('noAgency');
    expect(isGood(await page())).toBe(false);
    expect(log.join('\n')).toContain('attach an agency with Workspace read permission to this ECS');
  });
});

describe('a secret that is wrong', () => {
  const wrong: Readonly<Record<string, (cloud: Simulator) => Part>> = {
    'a secret key': (cloud) => ({ ...aksk(cloud), secret_key: 'wrong' }),
    'an access key': (cloud) => ({ ...aksk(cloud), access_key: 'UNKNOWN' }),
    'a token': () => ({ type: 'token', token: 'wrong' }),
    'a password': (cloud) => ({ ...password(cloud), password: 'wrong' }),
  };

  it.each(Object.entries(wrong))('never locks the account: %s, over five hours of two projects', async (_, auth) => {
    const clock = createFakeClock();
    const one = await household(clock, {
      scrape: { min_interval: '10s' },
      projects: (cloud) => [mainOf(cloud, { auth: auth(cloud) }), branchOf(cloud, { auth: auth(cloud) })],
    });
    await scrapes(one, clock, 30 * SECOND, 5 * HOUR);
    expect(one.cloud.lockedKeys()).toEqual([]);
    const refused = one.cloud.requests.filter(({ status }) => status === 401).map(({ at }) => at);
    expect(refused.length).toBeGreaterThan(2);
    for (const at of refused)
      expect(refused.filter((other) => other > at && other <= at + 15 * MINUTE).length).toBeLessThanOrEqual(3);
    expect(refused.length).toBeLessThan(30);
    // Neither does it fill the log: a line for each try, and a reminder every ten minutes.
    expect(one.log.filter((line) => line.includes('the cloud refused the credential')).length).toBeLessThan(30);
    expect(one.log.length).toBeLessThan(300);
  });

  it('is tried again when the key becomes right', async () => {
    const clock = createFakeClock();
    const one = await household(clock);
    const { secretKey } = one.cloud.credentials;
    await one.page();
    one.cloud.control.setSecretKey('another');
    expect(isGood(await one.page())).toBe(false);
    await scrapes(one, clock, MINUTE, 30 * MINUTE);
    one.cloud.control.setSecretKey(secretKey);
    await clock.advance(15 * MINUTE);
    expect(isGood(await one.page())).toBe(true);
    expect(one.cloud.refusals().locks).toBe(0);
  });
});
