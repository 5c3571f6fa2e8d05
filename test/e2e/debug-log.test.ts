// What an operator reads at --log.level=debug: every request to the cloud, and every collection.
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { signIns } from '../support/sign-ins.ts';
import { GPU, household, mainOf, OFFICE, type WorldOptions } from './world.ts';

const DEBUG: WorldOptions = { log: { level: 'debug', format: 'json' }, projects: (cloud) => [mainOf(cloud)] };

/** What is logged, by message. */
async function logging(options: WorldOptions = {}) {
  const clock = createFakeClock();
  const { page, log, cloud } = await household(clock, { ...DEBUG, ...options });
  const said = (message: string) =>
    log
      .map((line) => JSON.parse(line))
      .flatMap(({ msg, time: _, level: __, ...fields }) => (msg === message ? [fields] : []));
  /** As soon as it was said that often. */
  const heard = (message: string, times: number) =>
    eventually(`"${message}" ${times} times`, () => (said(message).length === times ? true : undefined));
  return { said, heard, log, cloud, clock, page };
}

/** The same, after one page. */
async function logged(options: WorldOptions = {}) {
  const one = await logging(options);
  await one.page();
  return one;
}
const REQUEST = 'request to the cloud';
const AGAIN = 'request retried';
const COLLECTION = 'collection';

describe('a request to the cloud', () => {
  it('is a line with its operation, status, time and request id', async () => {
    const { said } = await logged();
    expect(said(REQUEST)).toEqual(
      Array.from({ length: 2 }, () => ({
        project: 'main',
        operation: 'show_desktop_pool',
        status: '200',
        milliseconds: expect.any(Number),
        request_id: expect.stringMatching(/./),
      })),
    );
  });

  it('is no line at the other levels', async () => {
    const { log } = await logged({ log: { level: 'info', format: 'json' } });
    expect(log.filter((line) => line.includes(REQUEST) || line.includes(`"${COLLECTION}"`))).toEqual([]);
  });

  it('that fails says why, and each further try is a line too', async () => {
    const { said, heard, clock, page } = await logging({
      http: { max_retries: 2 },
      // The first proves the credential; requests of one that never worked are not tried again.
      projects: (cloud) => [mainOf(cloud, { pools: [GPU, OFFICE] })],
      cloud: { faults: [{ status: 503, match: { path: OFFICE } }] },
    });
    const pending = page();
    for (const requests of [2, 3]) {
      await heard(REQUEST, requests);
      await clock.advance(500);
    }
    await pending;
    const failed = said(REQUEST).filter(({ reason }) => reason !== undefined);
    expect(failed.map(({ status, reason }) => [status, reason])).toEqual(Array(3).fill(['503', 'server']));
    expect(said(AGAIN)).toEqual(
      Array.from({ length: 2 }, () => ({ project: 'main', operation: 'show_desktop_pool', reason: 'server' })),
    );
  });

  it('without an answer says how long it was waited for', async () => {
    const { said, cloud, clock, page } = await logging({
      http: { timeout: '2s' },
      projects: (cloud) => [mainOf(cloud, { pools: [OFFICE] })],
      cloud: { faults: [{ kind: 'hang' }] },
    });
    const pending = page();
    await eventually('the request', () => cloud.requests[0]);
    await clock.advance(2000);
    await pending;
    expect(said(REQUEST)).toEqual([
      { project: 'main', operation: 'show_desktop_pool', status: 'none', reason: 'timeout', milliseconds: 2000 },
    ]);
  });

  it('whose answer cannot be used says so', async () => {
    const { said } = await logged({ cloud: { faults: [{ kind: 'notJson', match: { path: OFFICE } }] } });
    expect(said('unusable answer from the cloud')).toEqual([
      { project: 'main', operation: 'show_desktop_pool', reason: 'schema' },
    ]);
  });

  it.each([
    ['create_token', signIns.password],
    ['get_metadata_credential', signIns.metadata],
  ])('may be one to sign in: %s', async (operation, auth) => {
    const { said } = await logged({ projects: (cloud) => [mainOf(cloud, { auth: auth(cloud), pools: [OFFICE] })] });
    expect(said(REQUEST).map((line) => line.operation)).toEqual([operation, 'show_desktop_pool']);
  });

  it('is told without its address, where ids of users stand', async () => {
    const users = { enabled: true, user_ids: ['person-0001', 'person-0002'] };
    const { said, log } = await logged({ projects: (cloud) => [mainOf(cloud, { collectors: { users } })] });
    expect(said(REQUEST).map(({ operation }) => operation)).toContain('list_desktop_pools_by_users');
    expect(log.filter((line) => line.includes('person-') || line.includes('/v2/'))).toEqual([]);
  });
});

describe('a collection', () => {
  const collection = { project: 'main', collector: 'pools', read: 2, failed: 0, gone: 0, deadline: false };

  it('is a line with what came of it', async () => {
    const { said, cloud, clock, page } = await logged();
    expect(said(COLLECTION)).toEqual([collection]);
    cloud.fault({ status: 500, match: { path: OFFICE } });
    cloud.fault({ status: 404, body: { error_code: 'WKS.0202' }, match: { path: GPU } });
    await clock.advance(10_000);
    await page();
    expect(said(COLLECTION).at(-1)).toEqual({ ...collection, read: 0, failed: 1, gone: 1 });
  });

  it('says whether its deadline ended it', async () => {
    const { said, heard, cloud, clock, page } = await logged({
      scrape: { timeout: '3s' },
      http: { timeout: '20s' },
    });
    cloud.fault({ kind: 'hang', match: { path: OFFICE } });
    await clock.advance(10_000);
    const pending = page();
    await heard(REQUEST, 3);
    await clock.advance(3000);
    await pending;
    expect(said(COLLECTION).at(-1)).toEqual({ ...collection, read: 1, failed: 1, deadline: true });
  });
});
