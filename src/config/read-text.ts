// The text of a configuration file, or a problem in the same words as all the others.
import { readFile } from 'node:fs/promises';
import { ConfigError } from './problem.ts';

/** Rejects with a `ConfigError` that names the file. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const message = `cannot be read (${reason}); check that it exists and is readable`;
    throw new ConfigError([{ place: { text: path, order: 0 }, path: [], message }]);
  }
}
