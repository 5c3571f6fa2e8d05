// The vendor's SDK as a client of the simulated cloud, and its signer beside ours: what it takes for valid is what we may rely on.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorization, encode } from '../../src/cloud/auth/signature.ts';
import { isRecord, member } from '../../src/option-types/record.ts';
import { mainOf, startWorld, type World } from '../e2e/world.ts';
import type { Labels, ReadPage } from '../scrape/read-page.ts';
import { everything } from '../support/everything.ts';
import { operations } from './operations.ts';
import { askSdk, hasSdk } from './sdk.ts';

describe.skipIf(!hasSdk())("the vendor's SDK", () => {
  let world: World;
  /** What the models kept, and what was sent, by operation. */
  const answers = new Map<string, { readonly sent: unknown; readonly read: unknown }>();
  let page: ReadPage;

  beforeAll(async () => {
    world = await startWorld({
      projects: (cloud) => [mainOf(cloud, { pools: [], discovery: { enabled: true }, collectors: everything() })],
    });
    const { credentials, truth, url } = world.cloud;
    page = await world.page();
    const pool = truth().pools.find(({ profile }) => profile.project === 'main')?.id ?? '';
    const subnet = page.labels('desktop_pool_subnet_info')[0]?.subnet_id ?? '';
    const users = page
      .labels('user_desktop_pools')
      .slice(0, 10)
      .map(({ user_id = '' }) => user_id);
    const names = Object.keys(operations);
    const found = await askSdk('ask', {
      endpoint: url,
      access_key: credentials.accessKey,
      secret_key: credentials.secretKey,
      project_id: credentials.projectId,
      calls: Object.values(operations).map((callOf) => callOf({ pool, subnet, users })),
    });
    for (const [index, answer] of found.entries()) answers.set(names[index] ?? '', answer);
  });
  afterAll(() => world?.close());

  it.each(Object.keys(operations))('reads every field that the simulated cloud sends for %s', (operation) => {
    const { sent, read } = answers.get(operation) ?? {};
    expect(sent).toBeTypeOf('object');
    expect(read).toEqual(sent);
  });

  it('is not refused once', () => {
    expect(world.cloud.refusals()).toMatchObject({ signatures: 0, tokens: 0, passwords: 0, locks: 0 });
  });

  it('gets the numbers that are on the page', () => {
    /** Rows of an answer by the path to their list. */
    const rowsOf = (operation: string, ...path: readonly string[]) => {
      const rows = path.reduce<unknown>(member, answers.get(operation)?.read);
      if (!Array.isArray(rows) || rows.length === 0) throw new Error(`${operation}: no rows`);
      return rows.filter(isRecord);
    };
    const expectEach = (rows: readonly object[], name: string, pairOf: (row: object) => readonly [Labels, unknown]) => {
      const pairs = rows.map(pairOf);
      expect(pairs.map(([labels]) => page.value(name, labels))).toEqual(pairs.map(([, value]) => value));
    };
    const textOf = (row: object, key: string) => String(member(row, key));
    expectEach(rowsOf('list_desktop_pools', 'desktop_pools'), 'desktop_pool_desktops', (row) => [
      { pool_id: textOf(row, 'id') },
      member(row, 'desktop_count'),
    ]);
    const statistics = rowsOf('list_desktops_statistics', 'desktop_pool_statistics');
    expectEach(statistics, 'desktop_pool_login_state_desktops', (row) => [
      { pool_id: textOf(row, 'desktop_pool_id'), state: 'in_use' },
      member(member(row, 'login_state_statistics'), 'in_use_num'),
    ]);
    expectEach(rowsOf('list_desktop_pools_by_users', 'users'), 'user_desktop_pools', (row) => [
      { user_id: textOf(row, 'user_id') },
      member(member(row, 'desktop_pools'), 'length'),
    ]);
    const counted = rowsOf('show_quotas', 'quotas', 'resources').filter((row) => member(row, 'unit') === 'count');
    expectEach(counted, 'quota_used', (row) => [{ resource: textOf(row, 'type'), site_id: '' }, member(row, 'used')]);
  });

  it('signs any request as this exporter does', async () => {
    const word = fc.string({ unit: 'binary', maxLength: 12 });
    // Segments of a path that a client would resolve away are not sent by anybody.
    const segment = word.filter((text) => !['', '.', '..'].includes(text));
    const request = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT'),
      path: fc.array(segment, { maxLength: 4 }),
      query: fc.array(fc.tuple(segment, word), { maxLength: 5 }),
      body: fc.oneof(fc.constant(''), fc.json()),
    });
    const headers = { host: 'workspace.example.com', 'x-sdk-date': '20260102T030405Z', 'x-project-id': 'p' };
    const samples = fc.sample(request, 500);
    const theirs = await askSdk('sign', {
      access_key: 'AccessKey',
      secret_key: 'SecretKey',
      requests: samples.map(({ path, ...one }) => ({
        ...one,
        path: `/${path.map(encode).join('/')}`,
        headers: { ...headers },
      })),
    });
    const ours = samples.map(({ method, path, query, body }) => {
      const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
      const url = new URL(`https://${headers.host}/${path.map(encode).join('/')}?${search}`);
      return authorization({ method, url, headers, body }, { accessKey: 'AccessKey', secretKey: 'SecretKey' });
    });
    for (const [index, sample] of samples.entries()) expect(ours[index], JSON.stringify(sample)).toBe(theirs[index]);
  });
});
