// `rules`: the recording and alerting rules, fitted to the place where they run.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaults, type Mixin } from '../../prometheus/mixin.ts';
import { printedRules, ruleFiles } from '../../prometheus/rules.ts';
import { type ThresholdName, thresholdList } from '../../prometheus/thresholds.ts';
import type { Config } from '../config/schema.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** Prints one file, or writes each to its own. The configuration, if there is one, has thresholds too. */
export async function rules(flags: Flags, { argv, out }: Terminal, config?: Config): Promise<number> {
  const mixin: Mixin = {
    job: flags.job ?? defaults.job,
    interval: flags.interval / 1000,
    by: flags.by,
    thresholds: { ...commonThresholds(config), ...Object.fromEntries(flags.thresholds) },
    runbookUrl: flags.runbookUrl,
  };
  // Where it was written to says nothing about it.
  const madeBy = argv.filter((word, index) => !/^--out(=|$)/.test(word) && argv[index - 1] !== '--out').join(' ');
  if (flags.outFolder === undefined) {
    out(printedRules(mixin, flags.format, madeBy));
    return 0;
  }
  await mkdir(flags.outFolder, { recursive: true });
  for (const [name, text] of Object.entries(ruleFiles(mixin, flags.format, madeBy))) {
    const path = join(flags.outFolder, name);
    await writeFile(path, text);
    out(`${path}\n`);
  }
  return 0;
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
