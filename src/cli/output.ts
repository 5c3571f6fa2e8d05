// Writes to a standard stream that may be closed, full or unread: what cannot be written is dropped and counted, and never stops the program.
import type { Writable } from 'node:stream';

export interface Output {
  write(text: string): void;
  /** Texts that could not be written so far. */
  lost(): number;
  /** Why the first of them could not, as a code of the system; undefined while nothing is lost. */
  problem(): string | undefined;
  /** Resolves when everything has been handed over. */
  flushed(): Promise<void>;
}

/** `mostWaiting`: characters that may wait for a slow reader. Node keeps them in memory without a limit of its own. */
export function createOutput(stream: Writable, mostWaiting = Number.POSITIVE_INFINITY): Output {
  let lost = 0;
  let problem: string | undefined;
  const lose = (why: string) => {
    lost += 1;
    problem ??= why;
  };
  // Without a listener the event would end the process; the callback of each write gets the error as well.
  stream.on('error', () => {});
  return {
    write(text) {
      if (stream.writableLength + text.length > mostWaiting) lose('no reader');
      else
        stream.write(text, (error) => {
          if (error != null) lose('code' in error ? String(error.code) : error.message);
        });
    },
    lost: () => lost,
    problem: () => problem,
    flushed: () => new Promise((resolve) => stream.write('', () => resolve())),
  };
}
