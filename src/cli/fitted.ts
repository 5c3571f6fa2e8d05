// What the commands `rules` and `dashboards` have in common: the place that they fit, and the files that they write.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaults, type Mixin } from '../../prometheus/mixin.ts';
import { type ThresholdName, thresholdList } from '../../prometheus/thresholds.ts';
import type { Config } from '../config/schema.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './terminal.ts';

export const mixinOf = (flags: Flags, config: Config | undefined): Mixin => ({
  job: flags.job ?? defaults.job,
  interval: flags.interval / 1000,
  by: flags.by,
  thresholds: { ...commonThresholds(config), ...Object.fromEntries(flags.thresholds) },
  runbookUrl: flags.runbookUrl,
});

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
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(path, text);
    out(`${path}\n`);
  }
}
