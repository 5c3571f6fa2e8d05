// When a list of several pages is complete: the same for pools and for users.
import * as z from 'zod';

/** Without it no row of the list counts: so a number that is written as text is good enough. */
export const totalCount = () =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value),
    z.int().nonnegative(),
  );

export interface PageCount {
  /** Where the next page begins. */
  offset(): number;
  isOver(): boolean;
  /** A page of `rows` that says `total`; `distinct` ids came so far. Throws where the list cannot be right. */
  add(total: number, rows: number, distinct: number): void;
  /** How many more the cloud counts than it shows: some may be hidden from this user. */
  unlisted(): number;
}

/** Pages are asked for until `total_count` rows came, or an empty page. `of` are the rows, in words. */
export function createPageCount(of: string): PageCount {
  let first: number | undefined;
  let received = 0;
  let found = 0;
  let isOver = false;
  return {
    offset: () => received,
    isOver: () => isOver,
    unlisted: () => (first ?? 0) - found,
    add(total, rows, distinct) {
      first ??= total;
      if (total !== first) throw new Error(`total_count changed from ${first} to ${total} between pages`);
      if (rows > 0 && distinct === found) throw new Error(`a page repeats the ${of} of the pages before`);
      received += rows;
      found = distinct;
      isOver = rows === 0 || received >= total;
      if (isOver && (found !== received || found > total))
        throw new Error(`total_count is ${total}, but ${found} ${of} came in ${received} rows`);
    },
  };
}
