// Which users to read: the configured ones, those of a file, or every user of the tenant (GET /v2/{project_id}/users).
import * as z from 'zod';
import { files } from '../option-types/regular-file.ts';
import type { Context } from './collector.ts';

export interface UserIdOptions {
  readonly from: 'ids' | 'list';
  readonly user_ids: readonly string[];
  readonly user_ids_file?: string | undefined;
}

const PAGE_SIZE = 100;

// Names, e-mail addresses and telephone numbers in the answer end here. An id goes into a query and a label, so it must not
// hold what neither can carry (control characters, half a surrogate pair).
const userSchema = z.object({ id: z.string().regex(/^[^\p{Cc}\p{Cs}]{1,256}$/u, 'not the id of a user') });

/** Requests of `readUserIds` for so many users, at worst. Pure. */
export const requestsForIds = ({ from }: Pick<UserIdOptions, 'from'>, users: number): number =>
  from === 'list' ? Math.max(Math.ceil(users / PAGE_SIZE), 1) : 0;

export interface UserIds {
  /** Lowest first, each once. */
  readonly ids: readonly string[];
  /** Users of the tenant that the list counts but does not show. */
  readonly unlisted: number;
}

/** Rejects when the file cannot be read or the list is incomplete. */
export async function readUserIds(
  options: UserIdOptions,
  context: Pick<Context<unknown, unknown>, 'api'>,
): Promise<UserIds> {
  const { user_ids, user_ids_file, from } = options;
  const inFile = user_ids_file === undefined ? [] : await readLines(user_ids_file);
  const listed = from === 'list' ? await listIds(context) : { ids: [], unlisted: 0 };
  return { ids: [...new Set([...user_ids, ...inFile, ...listed.ids])].sort(), unlisted: listed.unlisted };
}

async function readLines(file: string): Promise<string[]> {
  const read = await files.read(file, 'list');
  if ('why' in read) throw new Error(`cannot read user_ids_file ${file} ${read.why}`);
  return read.text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

async function listIds({ api }: Pick<Context<unknown, unknown>, 'api'>): Promise<UserIds> {
  const ids = new Set<string>();
  // Without this query the cloud would count the desktops of each user, which is of no use here.
  const query = { is_query_total_desktops: 'false' };
  const call = { operation: 'list_users', path: ['users'], query, rows: 'users', limit: PAGE_SIZE };
  const unlisted = await api.pages(call, (row) => {
    const id = idOf(row);
    ids.add(id);
    return id;
  });
  return { ids: [...ids], unlisted };
}

/** Not `parse`, whose error message fills a page. */
function idOf(user: unknown): string {
  const { data, error } = userSchema.safeParse(user);
  if (data === undefined) throw new Error(`users[].id: ${error.issues[0]?.message}`);
  return data.id;
}
