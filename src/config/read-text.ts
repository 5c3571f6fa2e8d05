// The text of a configuration file, or a problem in the same words as all the others.
import { readFile } from 'node:fs/promises';
import { whyUnreadable } from '../options/error-code.ts';
import { ConfigError } from './problem.ts';

/** Rejects with a `ConfigError` that names the file. A pipe is as good as a file where `read` takes it. */
export async function readText(
  path: string,
  read: (path: string) => Promise<string> = (path) => readFile(path, 'utf8'),
): Promise<string> {
  try {
    return await read(path);
  } catch (error) {
    const message = `cannot be read ${whyUnreadable(error)}`;
    throw new ConfigError([{ place: { text: path, order: 0 }, path: [], message }]);
  }
}
