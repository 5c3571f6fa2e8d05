// Files that are read again and again while others wait: only what answers at once.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Far above any file of settings or certificates. */
const LARGEST_BYTES = 1024 * 1024;

/** The text of a file. Rejects where it cannot be read, also where it is a pipe or a device, which may never end, or very large. */
export async function readRegularFile(path: string): Promise<string> {
  // Opening a pipe would wait for somebody who writes into it, and take one of the few threads that all files share.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw coded('EISDIR');
    if (!stat.isFile()) throw coded('not a regular file');
    if (stat.size > LARGEST_BYTES) throw coded('larger than 1 MiB');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

const coded = (code: string) => Object.assign(new Error(code), { code });
