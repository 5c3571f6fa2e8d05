// `dashboards`: the dashboards for Grafana or Perses, fitted to the place where they are shown.
import { configMaps, dashboardsOf, textOf } from '../../grafana/index.ts';
import { inPerses } from '../../grafana/perses.ts';
import type { Config } from '../config/schema.ts';
import { mixinOf, writeFiles } from './fitted.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** Prints a list of all, or writes each to a file of its own. The configuration, if there is one, has thresholds too. */
export async function dashboards(flags: Flags, terminal: Terminal, config?: Config): Promise<number> {
  const { out } = terminal;
  const mixin = mixinOf(flags, config, terminal);
  const all = dashboardsOf(mixin);
  const made = flags.format === 'perses' ? inPerses(all, mixin.by) : all;
  const isYaml = flags.format === 'operator';
  const files = isYaml ? configMaps(all) : Object.fromEntries(made.map(({ name, json }) => [name, textOf(json)]));
  if (flags.outFolder !== undefined) await writeFiles(flags.outFolder, files, out);
  else out(isYaml ? Object.values(files).join('---\n') : textOf(made.map(({ json }) => json)));
  return 0;
}
