// The files that a configuration names, and whether they can be used: otherwise a missing secret would be noticed only at the first request.
import { resolve } from 'node:path';
import { readAuthorities } from '../cloud/authorities.ts';
import { cleanText } from '../option-types/clean-text.ts';
import { type Purpose, files as reader } from '../option-types/regular-file.ts';
import {
  type ConfigNode,
  entryOf,
  isFileOption,
  listScalars,
  locate,
  type NamedFile,
  type Path,
  readScalar,
} from './node.ts';
import { inOrder, type Problem, problemAt } from './problem.ts';

/** Those of the projects, whose defaults are merged. What belongs to a collector that is off is not read, and left out. */
export const findNamedFiles = (root: ConfigNode, folder: string): readonly NamedFile[] =>
  listScalars(root).flatMap(({ node: { value, path: written, place }, path }) => {
    const isUsed = path[0] === 'projects' && (path[2] !== 'collectors' || isOn(root, path.slice(0, 4)));
    return isUsed && isFileOption(path.at(-1), value) ? [{ file: resolve(folder, value), path: written, place }] : [];
  });

/** Collectors that read files are off by default. */
const isOn = (root: ConfigNode, collector: Path) =>
  readScalar(entryOf(locate(root, collector).node, 'enabled')) === true;

/** A problem for each `ca_file` that cannot be used. Never rejects. */
export const unusableAuthorities = (files: readonly NamedFile[]): Promise<readonly Problem[]> =>
  problemsOf(files.filter(isOfAuthorities), async (file) => {
    const read = await readAuthorities(file);
    return 'why' in read ? read.why : undefined;
  });

/** A problem for each other file that cannot be read or is empty. Never rejects. */
export const unusableFiles = (files: readonly NamedFile[]): Promise<readonly Problem[]> =>
  problemsOf(
    files.filter((one) => !isOfAuthorities(one)),
    problemOf,
  );

const isOfAuthorities = ({ path }: NamedFile) => path.at(-1) === 'ca_file';

async function problemsOf(
  files: readonly NamedFile[],
  problemOf: (file: string, option: string) => Promise<string | undefined>,
): Promise<readonly Problem[]> {
  const messages = new Map<string, string | undefined>();
  // One after the other: only few files are read at the same time, and collections go first.
  for (const { file, path } of files)
    if (!messages.has(file)) messages.set(file, await problemOf(file, String(path.at(-1))));
  return inOrder(
    files.flatMap((one) => {
      const message = messages.get(one.file);
      return message === undefined ? [] : [problemAt(one, message)];
    }),
  );
}

/** The others hold secrets, and so do all that a variable names. */
async function problemOf(file: string, option: string): Promise<string | undefined> {
  const purpose: Purpose = option === 'user_ids_file' ? 'list' : 'secret';
  const read = await reader.read(file, purpose);
  if ('why' in read) return `${file} cannot be read ${read.why}`;
  if (read.text.trim() === '') return `${file} is empty`;
  if (purpose === 'list') return undefined;
  const clean = cleanText(read.text, option === 'password_file' ? 'password' : 'key');
  return 'fault' in clean ? `${file} ${clean.fault}` : undefined;
}
