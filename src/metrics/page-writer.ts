// Bytes of a page, appended in place: a page of 1,000 pools is 30,000 lines, and as strings they cost five times as much.

export interface PageWriter {
  /** Appends text as UTF-8. */
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  /**
   * Lets `write` append each item, but copies what the last page has of it: an item that is the same object at the same place of
   * the list of this name has the same lines.
   */
  each<Item>(name: string, items: readonly Item[], write: (item: Item) => void): void;
  length(): number;
  /** Drops what was appended after `length` bytes. */
  cut(length: number): void;
  /** Everything so far; the writer must not be used any more. */
  take(): Buffer;
  /** Of what was written so far, for the next page. */
  readonly marks: Marks;
}

/** By the name of a list: its items, and where the lines of each begin and those of the last end. */
export type Marks = ReadonlyMap<string, { readonly items: readonly unknown[]; readonly starts: Uint32Array }>;

export interface WrittenPage {
  readonly bytes: Buffer;
  readonly marks: Marks;
}

const SMALLEST = 64 * 1024;

/** `size` is a guess of the page's bytes; a wrong one costs a copy. `last`: the page before this one. */
export function createPageWriter(size = SMALLEST, last?: WrittenPage): PageWriter {
  let buffer = Buffer.allocUnsafe(Math.max(Math.ceil(size), SMALLEST));
  let end = 0;
  const marks = new Map<string, { items: readonly unknown[]; starts: Uint32Array }>();

  function reserve(bytes: number) {
    if (end + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, end + bytes));
    buffer.copy(larger, 0, 0, end);
    buffer = larger;
  }

  function copy(bytes: Buffer, from: number, to: number) {
    reserve(to - from);
    end += bytes.copy(buffer, end, from, to);
  }

  return {
    text(text) {
      // No character takes more than three bytes for each of its UTF-16 units.
      reserve(text.length * 3);
      end += buffer.write(text, end);
    },
    bytes(bytes) {
      reserve(bytes.length);
      buffer.set(bytes, end);
      end += bytes.length;
    },
    each(name, items, write) {
      const before = last?.marks.get(name);
      const starts = new Uint32Array(items.length + 1);
      const copyFrom = (first: number): number => {
        if (last === undefined || before === undefined) return first;
        let at = first;
        while (at < items.length && items[at] === before.items[at]) at++;
        const [from = 0, to = 0] = [before.starts[first], before.starts[at]];
        for (let i = first; i < at; i++) starts[i] = end + (before.starts[i] ?? 0) - from;
        if (to > from) copy(last.bytes, from, to);
        return at;
      };
      for (let at = copyFrom(0); at < items.length; at = copyFrom(at + 1)) {
        starts[at] = end;
        // Reason: `at` is within the list.
        write(items[at] as (typeof items)[number]);
      }
      starts[items.length] = end;
      marks.set(name, { items, starts });
    },
    length: () => end,
    cut(length) {
      end = Math.min(end, length);
    },
    take: () => buffer.subarray(0, end),
    marks,
  };
}
