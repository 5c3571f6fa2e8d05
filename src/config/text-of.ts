// The text of a configuration file, or a problem in the same words as all the others.
import type { FileText } from '../option-types/regular-file.ts';
import { ConfigError } from './problem.ts';

/** Throws a `ConfigError` that names the file. */
export function textOf(path: string, read: FileText): string {
  if ('text' in read) return read.text;
  const message = `cannot be read ${read.why}`;
  throw new ConfigError([{ place: { text: path, order: 0 }, path: [], message }]);
}
