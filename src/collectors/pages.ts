// The one pager: every row of a list, or an error, because an incomplete list must not make anything look gone.
import type { Deadline } from '../async/deadline.ts';
import { mapInSlices } from '../async/in-slices.ts';
import type { Api, Call } from '../cloud/client.ts';
import type { JsonReader } from '../cloud/json-reader.ts';
import { member } from '../option-types/record.ts';

export interface PagedCall extends Call {
  /** The field of the answer that holds the list. */
  readonly rows: string;
  /** Rows of one page at most. */
  readonly limit: number;
}

/** The API within the deadline of one collection. */
export interface CollectorApi {
  /** One GET; see `Api`. */
  get<T>(call: Call, parse: (json: unknown) => T | Promise<T>): Promise<T>;
  /**
   * Gives every row to `take`, which returns its id. Pages are read until `total_count` rows or an empty page came; where an API
   * has no total, `isOver` decides after each page. Resolves with the number of rows that the cloud counts but does not show:
   * some may be hidden from this user. Rejects where the list cannot be complete.
   */
  pages(call: PagedCall, take: (row: unknown) => string, isOver?: () => boolean): Promise<number>;
}

const INCOMPLETE = 'so the list may be incomplete and is not used';

/** Without it no row of the list counts, so a number that is written as text is good enough. */
function countIn(json: unknown): number {
  const count = member(json, 'total_count');
  const total = typeof count === 'string' && /^\d{1,15}$/.test(count) ? Number(count) : count;
  if (typeof total === 'number' && Number.isSafeInteger(total) && total >= 0) return total;
  throw new Error(`total_count is ${count === undefined ? 'missing' : 'not a count'}, ${INCOMPLETE}`);
}

export function createCollectorApi(api: Api, deadline: Deadline, reader: JsonReader): CollectorApi {
  return {
    get: (call, parse) => api.get(call, deadline, parse, reader.read),
    async pages({ rows: field, limit, ...call }, take, isOver) {
      const ids = new Set<string>();
      let received = 0;
      let total: number | undefined;

      async function readPage(json: unknown): Promise<boolean> {
        // Before the rows: what is wrong inside them must not be told of a list that does not count.
        const rows: unknown = member(json, field);
        if (!Array.isArray(rows)) throw new Error(`${field} is ${rows === undefined ? 'missing' : 'not a list'}`);
        const counted = isOver === undefined ? countIn(json) : undefined;
        const known = ids.size;
        for (const id of await mapInSlices(rows, take)) ids.add(id);
        received += rows.length;
        if (counted === undefined) return isOver?.() ?? true;
        total ??= counted;
        if (counted !== total)
          throw new Error(`total_count changed from ${total} to ${counted} between pages, ${INCOMPLETE}`);
        if (rows.length > 0 && ids.size === known)
          throw new Error(`a page repeats the rows of the pages before it, ${INCOMPLETE}`);
        const isLast = rows.length === 0 || received >= total;
        if (isLast && (ids.size !== received || ids.size > total))
          throw new Error(
            `total_count is ${total}, but ${received} rows came, with ${ids.size} different ids, ${INCOMPLETE}`,
          );
        return isLast;
      }

      const read = (text: string) => reader.readRows(text, field);
      for (let isLast = false; !isLast; ) {
        const query = { ...call.query, limit, offset: received };
        isLast = await api.get({ ...call, query, isList: true }, deadline, readPage, read);
      }
      return (total ?? ids.size) - ids.size;
    },
  };
}
