// Whom to ask for: the configured users, those of a file, or every user of the tenant (GET /v2/{project_id}/users).
import * as z from 'zod';
import { files } from '../options/regular-file.ts';
import type { Context } from './collector.ts';

export interface UserIdOptions {
  readonly from: 'ids' | 'list';
  readonly user_ids: readonly string[];
  readonly user_ids_file?: string | undefined;
}

const PAGE_SIZE = 100;

// Names, mail addresses and telephone numbers of the answer end here. An id goes into a query and a label: what neither
// can carry (control characters, half a surrogate pair) is none.
const pageSchema = z.object({
  total_count: z.int().nonnegative(),
  users: z.array(z.object({ id: z.string().regex(/^[^\p{Cc}\p{Cs}]{1,256}$/u, 'not the id of a user') })),
});

/** Requests of `userIds` for so many users, at worst. Pure. */
export const requestsForIds = ({ from }: Pick<UserIdOptions, 'from'>, users: number): number =>
  from === 'list' ? Math.max(Math.ceil(users / PAGE_SIZE), 1) : 0;

/** Lowest first, each once. Rejects when the file cannot be read or the list is incomplete. */
export async function userIds(
  options: UserIdOptions,
  context: Pick<Context<unknown, unknown>, 'api' | 'deadline'>,
): Promise<string[]> {
  const { user_ids, user_ids_file, from } = options;
  const inFile = user_ids_file === undefined ? [] : await linesOf(user_ids_file);
  const listed = from === 'list' ? await listedIds(context) : [];
  return [...new Set([...user_ids, ...inFile, ...listed])].sort();
}

async function linesOf(file: string): Promise<string[]> {
  const read = await files.read(file, 'list');
  if ('why' in read) throw new Error(`cannot read user_ids_file ${file} ${read.why}`);
  return read.text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

async function listedIds({ api, deadline }: Pick<Context<unknown, unknown>, 'api' | 'deadline'>): Promise<string[]> {
  const found = new Set<string>();
  let total: number | undefined;
  for (let offset = 0; ; ) {
    const query = { limit: PAGE_SIZE, offset };
    const page = await api.get({ endpoint: 'list_users', path: ['users'], query }, deadline, (json) => {
      const { total_count, users } = pageSchema.parse(json);
      total ??= total_count;
      if (total_count !== total) throw new Error(`total_count changed from ${total} to ${total_count} between pages`);
      for (const { id } of users) found.add(id);
      const isLast = users.length === 0 || offset + users.length >= total_count;
      if (isLast && found.size !== total_count)
        throw new Error(`total_count is ${total_count}, but ${found.size} users came`);
      return { received: users.length, isLast };
    });
    offset += page.received;
    if (page.isLast) return [...found];
  }
}
