// Collects the bytes of a page in place: 1,000 pools are 30,000 lines, which as strings would cost five times as much.

export interface PageWriter {
  /** Appends text as UTF-8. */
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  length(): number;
  /** Drops what was appended after `length` bytes. */
  cut(length: number): void;
  /** Everything so far; the writer must not be used afterwards. */
  take(): Buffer;
}

const SMALLEST = 64 * 1024;

/** `size` is a guess of the page's bytes; a wrong one costs a copy. */
export function createPageWriter(size = SMALLEST): PageWriter {
  let buffer = Buffer.allocUnsafe(Math.max(Math.ceil(size), SMALLEST));
  let end = 0;

  function reserve(bytes: number) {
    if (end + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, end + bytes));
    buffer.copy(larger, 0, 0, end);
    buffer = larger;
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
    length: () => end,
    cut(length) {
      end = Math.min(end, length);
    },
    take: () => buffer.subarray(0, end),
  };
}
