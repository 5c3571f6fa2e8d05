// `rules`: the recording and alerting rules, fitted to the place where they run.
import { printedRules, ruleFiles } from '../../prometheus/rules.ts';
import type { Config } from '../config/schema.ts';
import { mixinOf, writeFiles } from './fitted.ts';
import { FlagError, type Flags } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** Prints one file, or writes each to its own. The configuration, if there is one, has thresholds too. */
export async function rules(flags: Flags, terminal: Terminal, config?: Config): Promise<number> {
  const { argv, out } = terminal;
  const { format } = flags;
  if (format === 'perses') throw new FlagError('--format=perses is for dashboards: Perses has no rules');
  const mixin = mixinOf(flags, config, terminal);
  // Where it was written to says nothing about it.
  const words = argv.filter((word, index) => !/^--out(=|$)/.test(word) && argv[index - 1] !== '--out');
  // It stands in a comment of one line.
  const madeBy = words.join(' ').replace(/[\p{Cc}\s]+/gu, ' ');
  if (flags.outFolder === undefined) out(printedRules(mixin, format, madeBy));
  else await writeFiles(flags.outFolder, ruleFiles(mixin, format, madeBy), out);
  return 0;
}
