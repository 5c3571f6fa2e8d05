// Whom the users collector asks for: configured ids, those of a file, and the pages of the user list.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Api, Call } from '../../src/cloud/client.ts';
import { createJsonReader } from '../../src/cloud/json-reader.ts';
import { createCollectorApi } from '../../src/collectors/pages.ts';
import { readUserIds } from '../../src/collectors/user-ids.ts';
import { scriptedApi } from '../scrape/house.ts';
import { deadlineOf } from '../support/chain.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'user-ids-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'ids');

const deadline = deadlineOf(createFakeClock());
const none: Api = scriptedApi(() => new Error('nothing is to be asked'));
const contextOf = (api: Api) => ({ api: createCollectorApi(api, deadline, createJsonReader()) });
const named = async (options: { user_ids?: string[]; user_ids_file?: string }, api: Api = none) => {
  const { ids, unlisted } = await readUserIds({ from: 'ids', user_ids: [], ...options }, contextOf(api));
  expect(unlisted).toBe(0);
  return ids;
};

describe('a file of ids', () => {
  test.each([
    ['one a line', 'u2\nu1\n', ['u1', 'u2']],
    ['without an end of its last line', 'u1\nu2', ['u1', 'u2']],
    ['from Windows, with its mark', '\uFEFFu1\r\nu2\r\n', ['u1', 'u2']],
    ['with spaces, empty lines and comments', '# staff\n\n  u1 \n\t\n#u3\nu2', ['u1', 'u2']],
    ['with repetitions', 'u1\nu1\n', ['u1']],
    ['that is empty', '', []],
  ])('%s', async (_, text, ids) => {
    writeFileSync(file, text);
    expect(await named({ user_ids_file: file })).toEqual(ids);
  });

  test('adds to the configured ones', async () => {
    writeFileSync(file, 'u2\nu1\n');
    expect(await named({ user_ids_file: file, user_ids: ['u3', 'u1'] })).toEqual(['u1', 'u2', 'u3']);
  });

  test('is read again when it has changed', async () => {
    writeFileSync(file, 'u1\n');
    expect(await named({ user_ids_file: file })).toEqual(['u1']);
    writeFileSync(file, 'u1\nu2\n');
    expect(await named({ user_ids_file: file })).toEqual(['u1', 'u2']);
  });

  test('that is none is not waited for', async () => {
    await expect(named({ user_ids_file: '/dev/zero' })).rejects.toThrow(
      'cannot read user_ids_file /dev/zero (not a regular file)',
    );
  });

  test('that cannot be read is named, with the reason and what to do', async () => {
    const missing = join(folder, 'missing');
    await expect(named({ user_ids_file: missing })).rejects.toThrow(
      `cannot read user_ids_file ${missing} (ENOENT); check that it exists and is readable`,
    );
  });
});

describe('the list of users', () => {
  const people = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `u${1000 + index}` }));
  const pageOf = (rows: readonly object[], { query }: Call, size = Number(query?.limit)) => ({
    total_count: rows.length,
    users: rows.slice(Number(query?.offset), Number(query?.offset) + size),
  });
  async function listed(script: (call: Call) => unknown) {
    const api = scriptedApi(script);
    const options = { from: 'list', user_ids: [] } as const;
    const result = await readUserIds(options, contextOf(api)).catch((error: Error) => error.message);
    const { ids, unlisted } = typeof result === 'string' ? { ids: result, unlisted: undefined } : result;
    return { ids, unlisted, queries: api.calls.map(({ query }) => query) };
  }

  test.each([
    [0, [0]],
    [1, [0]],
    [100, [0]],
    [101, [0, 100]],
    [250, [0, 100, 200]],
  ])('of %d is read in pages of a hundred', async (count, offsets) => {
    const { ids, queries } = await listed((call) => pageOf(people(count), call));
    expect(ids).toEqual(people(count).map(({ id }) => id));
    expect(queries).toEqual(offsets.map((offset) => ({ limit: 100, offset, is_query_total_desktops: 'false' })));
  });

  test('may come in shorter pages than asked: the offset advances by what came', async () => {
    const { ids, queries } = await listed((call) => pageOf(people(5), call, 2));
    expect(ids).toHaveLength(5);
    expect(queries.map((query) => query?.offset)).toEqual([0, 2, 4]);
  });

  test('may write its total as text', async () => {
    const { ids } = await listed(() => ({ total_count: '3', users: people(3) }));
    expect(ids).toHaveLength(3);
  });

  test('may come whole, whatever was asked', async () => {
    const { ids, queries } = await listed(() => ({ total_count: 250, users: people(250) }));
    expect(ids).toHaveLength(250);
    expect(queries).toHaveLength(1);
  });

  test.each([0, 3, 100, 150])('may count more than it shows, and says how many: %d of 152', async (shown) => {
    const { ids, unlisted, queries } = await listed((call) => ({
      ...pageOf(people(shown), call),
      total_count: 152,
    }));
    expect(ids).toEqual(people(shown).map(({ id }) => id));
    expect(unlisted).toBe(152 - shown);
    // Only an empty page says that no more comes.
    expect(queries.at(-1)?.offset).toBe(shown);
  });

  test('with 60,000 wrong rows fails in few words', async () => {
    const users = Array.from({ length: 60_000 }, () => ({ id: 7 }));
    const { ids } = await listed(() => ({ total_count: 60_000, users }));
    expect(ids).toMatch(/^list_users: users\[\]\.id: /);
    expect(ids.length).toBeLessThan(200);
  });

  test.each([
    ['repeats its first page', () => ({ total_count: 5, users: people(3) }), /a page repeats the rows of/],
    [
      'names somebody twice and ends early',
      ({ query }: Call) => ({ total_count: 5, users: query?.offset === 0 ? [{ id: 'u' }, { id: 'u' }] : [] }),
      /5, but 2 rows came, with 1 different ids/,
    ],
    [
      'names somebody twice',
      () => ({ total_count: 2, users: [{ id: 'u' }, { id: 'u' }] }),
      /2, but 2 rows came, with 1/,
    ],
    ['brings more than it counts', () => ({ total_count: 1, users: people(2) }), /total_count is 1, but 2 rows came/],
    ['has no total', () => ({ users: people(2) }), /total_count/],
    ['has no users', () => ({ total_count: 0 }), /users/],
    ['names somebody without an id', () => ({ total_count: 1, users: [{ user_name: 'anna' }] }), /id/],
    ['has an id that is none', () => ({ total_count: 1, users: [{ id: '\uD800' }] }), /not the id of a user/],
    ['has an id that no label can show', () => ({ total_count: 1, users: [{ id: 'a\0' }] }), /not the id of a user/],
    [
      'changes between its pages',
      ({ query }: Call) => ({
        total_count: query?.offset === 0 ? 3 : 2,
        users: people(3).slice(Number(query?.offset), Number(query?.offset) + 1),
      }),
      /total_count changed from 3 to 2 between pages/,
    ],
  ])('that %s is a failed read', async (_, script, why) => {
    expect((await listed(script)).ids).toMatch(why);
  });

  test('tells nobody the names of people, not even when it fails', async () => {
    const { ids } = await listed(() => ({ total_count: 1, users: [{ id: 7, user_name: 'anna.larsen' }] }));
    expect(ids).toMatch(/id/);
    expect(ids).not.toContain('anna');
  });
});
