// The files that a configuration names, and whether they can be used: otherwise a missing secret would be noticed only at the first request.
import { resolve } from 'node:path';
import { readAuthorities } from '../cloud/authorities.ts';
import { cleanText } from '../option-types/clean-text.ts';
import { type Purpose, files as reader } from '../option-types/regular-file.ts';
import { type Problem, sortProblems } from './problem.ts';
import { isFileOption, listScalars, type NamedFile, type Path, type Source, valueAt } from './source.ts';

/** Those of the projects, whose defaults are merged. What belongs to a collector that is off is not read, and left out. */
export function findNamedFiles({ value, locate }: Source, folder: string): readonly NamedFile[] {
  // Collectors that read files are off by default.
  const isOn = (collector: Path) => valueAt(value, [...collector, 'enabled']) === true;
  return listScalars(value).flatMap(({ scalar, path }) => {
    const isUsed = path[0] === 'projects' && (path[2] !== 'collectors' || isOn(path.slice(0, 4)));
    if (!isUsed || !isFileOption(path.at(-1), scalar)) return [];
    const { place, path: written } = locate(path);
    return [{ file: resolve(folder, scalar), path: written, place }];
  });
}

/** A problem for each `ca_file` that cannot be used. Never rejects. */
export const unusableAuthorities = (files: readonly NamedFile[]): Promise<readonly Problem[]> =>
  checkFiles(files.filter(isOfAuthorities), async (file) => {
    const read = await readAuthorities(file);
    return 'why' in read ? read.why : undefined;
  });

/** A problem for each other file that cannot be read or is empty. Never rejects. */
export const unusableFiles = (files: readonly NamedFile[]): Promise<readonly Problem[]> =>
  checkFiles(
    files.filter((one) => !isOfAuthorities(one)),
    checkFile,
  );

const isOfAuthorities = ({ path }: NamedFile) => path.at(-1) === 'ca_file';

async function checkFiles(
  files: readonly NamedFile[],
  check: (file: string, option: string) => Promise<string | undefined>,
): Promise<readonly Problem[]> {
  const messages = new Map<string, string | undefined>();
  // One after the other: only few files are read at the same time, and collections go first.
  for (const { file, path } of files)
    if (!messages.has(file)) messages.set(file, await check(file, String(path.at(-1))));
  return sortProblems(
    files.flatMap(({ file, path, place }) => {
      const message = messages.get(file);
      return message === undefined ? [] : [{ place, path, message }];
    }),
  );
}

/** The others hold secrets, and so do all that a variable names. */
async function checkFile(file: string, option: string): Promise<string | undefined> {
  const purpose: Purpose = option === 'user_ids_file' ? 'list' : 'secret';
  const read = await reader.read(file, purpose);
  if ('why' in read) return `${file} cannot be read ${read.why}`;
  if (read.text.trim() === '') return `${file} is empty`;
  if (purpose === 'list') return undefined;
  const clean = cleanText(read.text, option === 'password_file' ? 'password' : 'key');
  return 'fault' in clean ? `${file} ${clean.fault}` : undefined;
}
