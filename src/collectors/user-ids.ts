// Whom to ask for: the configured users, those of a file, or every user of the tenant (GET /v2/{project_id}/users).
import * as z from 'zod';
import { mapInSlices } from '../async/in-slices.ts';
import { files } from '../option-types/regular-file.ts';
import type { Context } from './collector.ts';
import { createPageCount, totalCount } from './page-count.ts';

export interface UserIdOptions {
  readonly from: 'ids' | 'list';
  readonly user_ids: readonly string[];
  readonly user_ids_file?: string | undefined;
}

const PAGE_SIZE = 100;

// Names, mail addresses and telephone numbers of the answer end here. An id goes into a query and a label: what neither
// can carry (control characters, half a surrogate pair) is none.
const userSchema = z.object({ id: z.string().regex(/^[^\p{Cc}\p{Cs}]{1,256}$/u, 'not the id of a user') });
const pageSchema = z.object({ total_count: totalCount(), users: z.array(z.unknown()) });

/** Requests of `userIds` for so many users, at worst. Pure. */
export const requestsForIds = ({ from }: Pick<UserIdOptions, 'from'>, users: number): number =>
  from === 'list' ? Math.max(Math.ceil(users / PAGE_SIZE), 1) : 0;

export interface UserIds {
  /** Lowest first, each once. */
  readonly ids: readonly string[];
  /** Users of the tenant that the list counts, but does not show. */
  readonly unlisted: number;
}

/** Rejects when the file cannot be read or the list is incomplete. */
export async function userIds(
  options: UserIdOptions,
  context: Pick<Context<unknown, unknown>, 'api' | 'deadline'>,
): Promise<UserIds> {
  const { user_ids, user_ids_file, from } = options;
  const inFile = user_ids_file === undefined ? [] : await linesOf(user_ids_file);
  const listed = from === 'list' ? await listedIds(context) : { ids: [], unlisted: 0 };
  return { ids: [...new Set([...user_ids, ...inFile, ...listed.ids])].sort(), unlisted: listed.unlisted };
}

async function linesOf(file: string): Promise<string[]> {
  const read = await files.read(file, 'list');
  if ('why' in read) throw new Error(`cannot read user_ids_file ${file} ${read.why}`);
  return read.text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

async function listedIds({ api, deadline }: Pick<Context<unknown, unknown>, 'api' | 'deadline'>): Promise<UserIds> {
  const found = new Set<string>();
  const pages = createPageCount('users');
  while (!pages.isOver()) {
    // Else the cloud would count the desktops of each user, which nobody wants to know here.
    const query = { limit: PAGE_SIZE, offset: pages.offset(), is_query_total_desktops: 'false' };
    const call = { operation: 'list_users', path: ['users'], query, isList: true } as const;
    await api.get(call, deadline, async (json) => {
      const page = pageSchema.parse(json);
      await mapInSlices(page.users, (user) => found.add(idOf(user)));
      pages.add(page.total_count, page.users.length, found.size);
    });
  }
  return { ids: [...found], unlisted: pages.unlisted() };
}

/** Not `parse`, whose error would have a page of words. */
function idOf(user: unknown): string {
  const { data, error } = userSchema.safeParse(user);
  if (data === undefined) throw new Error(`users[].id: ${error.issues[0]?.message}`);
  return data.id;
}
