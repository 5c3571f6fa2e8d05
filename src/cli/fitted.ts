// What the commands `rules` and `dashboards` have in common: the place that they fit, and the files that they write.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { defaults, type Mixin } from '../../prometheus/mixin.ts';
import { contradictions, type ThresholdName, thresholdList } from '../../prometheus/thresholds.ts';
import type { Config } from '../config/schema.ts';
import { errorCode } from '../option-types/error-code.ts';
import { member } from '../option-types/record.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** Remarks on thresholds that contradict each other. */
export function mixinOf(flags: Flags, config: Config | undefined, { err }: Terminal): Mixin {
  const thresholds = { ...commonThresholds(config), ...Object.fromEntries(flags.thresholds) };
  for (const { message } of contradictions(thresholds)) err(`Warning: ${message}\n`);
  return {
    job: flags.job ?? defaults.job,
    interval: Math.ceil(flags.interval / 1000),
    by: [...new Set(flags.by)],
    thresholds,
    runbookUrl: flags.runbookUrl,
  };
}

/** What all projects agree on. What they do not agree on, the exporter tells Prometheus, pool by pool. */
function commonThresholds(config: Config | undefined): Mixin['thresholds'] {
  const [first, ...others] = config?.projects ?? [];
  const agreed = thresholdList.flatMap(({ name }): [ThresholdName, number][] => {
    const value = first?.alerts[name];
    return value !== undefined && others.every(({ alerts }) => alerts[name] === value) ? [[name, value]] : [];
  });
  return Object.fromEntries(agreed);
}

/** Says which files it wrote. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>, out: Terminal['out']) {
  await makeFolder(resolve(folder)).catch(failAt(folder));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(path, text).catch(failAt(path));
    out(`${path}\n`);
  }
}

const failAt = (path: string) => (error: unknown) => {
  throw new Error(`cannot write ${path} (${errorCode(error)}); --out needs a folder in which this user may write`);
};

/** With those above it. Not by `recursive`: where nothing can be made, as in /proc, Node tries for ever. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = member(error, 'code');
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}
