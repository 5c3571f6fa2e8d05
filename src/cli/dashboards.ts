// `dashboards`: the dashboards for Grafana, fitted to the place where they are shown.
import { configMaps, dashboardsOf, textOf } from '../../grafana/index.ts';
import type { Config } from '../config/schema.ts';
import { mixinOf, writeFiles } from './fitted.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** Prints a list of all, or writes each to a file of its own. The configuration, if there is one, has thresholds too. */
export async function dashboards(flags: Flags, { out }: Terminal, config?: Config): Promise<number> {
  const made = dashboardsOf(mixinOf(flags, config));
  const files =
    flags.format === 'operator'
      ? configMaps(made)
      : Object.fromEntries(made.map(({ name, json }) => [name, textOf(json)]));
  if (flags.outFolder !== undefined) await writeFiles(flags.outFolder, files, out);
  else if (flags.format === 'operator') out(Object.values(files).join('---\n'));
  else out(textOf(made.map(({ json }) => json)));
  return 0;
}
