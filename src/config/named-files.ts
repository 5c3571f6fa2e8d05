// The files that a configuration names, and whether they can be used: a missing secret would show only when the cloud is asked.
import { resolve } from 'node:path';
import { readAuthorities } from '../cloud/authorities.ts';
import { cleanText } from '../option-types/clean-text.ts';
import { type Purpose, files as reader } from '../option-types/regular-file.ts';
import { type ConfigNode, entryOf, isFileOption, type NamedFile } from './node.ts';
import { inOrder, type Problem } from './problem.ts';

/** Those of the projects, whose defaults are merged. What belongs to a collector that is off is not read, and left out. */
export function namedFiles(root: ConfigNode, folder: string): readonly NamedFile[] {
  const projects = entryOf(root, 'projects');
  return projects === undefined ? [] : filesIn(projects, folder);
}

function filesIn(node: ConfigNode, folder: string): readonly NamedFile[] {
  if (node.kind === 'list') return node.items.flatMap((item) => filesIn(item, folder));
  if (node.kind === 'scalar') return [];
  return [...node.entries].flatMap(([key, child]) => {
    if (key === 'collectors' && child.kind === 'map')
      return [...child.entries.values()].flatMap((collector) => (isOn(collector) ? filesIn(collector, folder) : []));
    if (child.kind !== 'scalar' || !isFileOption(key, child.value)) return filesIn(child, folder);
    return [{ file: resolve(folder, child.value), path: child.path, place: child.place }];
  });
}

/** Collectors that read files are off where nothing is said. */
function isOn(collector: ConfigNode): boolean {
  const enabled = entryOf(collector, 'enabled');
  return enabled?.kind === 'scalar' && enabled.value === true;
}

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
    files.flatMap(({ file, path, place }) => {
      const message = messages.get(file);
      return message === undefined ? [] : [{ place, path, message }];
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
