// `check`: is the configuration right, and with --api: does the cloud agree?
import { createApp } from '../app/app.ts';
import { enabledCollectors, sourceOf } from '../app/connected-project.ts';
import type { Logger } from '../app/logger.ts';
import { budgetWarnings, requestsPerMinute } from '../app/request-estimate.ts';
import { readClocks } from '../async/clock.ts';
import { unusableFiles } from '../config/named-files.ts';
import { ConfigError, formatProblem, type Problem } from '../config/problem.ts';
import type { Config, ProjectConfig } from '../config/schema.ts';
import type { Loaded } from '../config/validate.ts';
import { openWebFile } from '../config/web.ts';
import { overview, type ProjectOverview } from '../scrape/overview.ts';
import { expectedPerMinute, explain, type Heard, listening, permissionRows } from './check-cloud.ts';
import type { Flags } from './flags.ts';
import type { Terminal } from './terminal.ts';

type Row = readonly string[];
const HEAD: Row = ['PROJECT', 'REGION', 'CREDENTIAL', 'SOURCE', 'POOLS', 'REQUESTS/MIN AT WORST', 'READ'];

/** 1 if the cloud said no. Rejects with a `ConfigError` that has every problem of the configuration, its files and the web's. */
export async function check(
  read: () => Promise<Loaded>,
  { api, explain: explains, webConfigFile }: Flags,
  terminal: Terminal,
  log: Logger,
  silencedAlerts: (config: Config) => Promise<readonly string[]>,
): Promise<number> {
  const { config, remarks: ofConfig } = await requireSound(read, webConfigFile);
  const remarks: string[] = [];
  const asked = api || explains ? await ask(config, quiet(log, remarks)) : [];
  const rows = config.projects.map((project, i) => rowOf(project, config, asked[i]?.seen));
  const missing = asked.flatMap(({ seen }) => missingOf(seen));
  const warnings = [...ofConfig.map(formatProblem), ...budgetWarnings(config), ...(await silencedAlerts(config))];
  const text = [
    `The configuration is valid.\n\n${table([HEAD, ...rows])}\n`,
    ...(asked.length > 0 ? [cloudText(config, asked)] : []),
    ...(explains ? asked.map(explanationOf) : []),
    ...(missing.length > 0 ? [section('Missing', missing)] : []),
    ...remarks.map((remark) => `Remark: ${remark}\n`),
    ...warnings.map((warning) => `Warning: ${warning}\n`),
  ];
  terminal.out(text.join('\n'));
  return missing.length === 0 ? 0 : 1;
}

async function requireSound(read: () => Promise<Loaded>, webConfigFile: string | undefined): Promise<Loaded> {
  const loaded = await read().catch(asConfigError);
  const problems = [
    ...(loaded instanceof ConfigError ? loaded.problems : []),
    ...(await unusableFiles(loaded.files)),
    ...(webConfigFile === undefined ? [] : await webProblems(webConfigFile)),
  ];
  if (loaded instanceof ConfigError || problems.length > 0) throw new ConfigError(problems);
  return loaded;
}

/** One project, what was heard while it was read, and what came of it. */
interface Asked {
  readonly project: ProjectConfig;
  readonly heard: Heard;
  readonly seen: ProjectOverview;
}

/** Reads every project once. In the order of the configuration. */
async function ask(config: Config, log: Logger): Promise<readonly Asked[]> {
  const { transport, heard } = listening();
  const app = createApp(config, { log, transport });
  const { pages, projects } = app.running();
  await pages.page({ withOwn: false, format: 'text', patience: config.scrape.timeout + 1000 });
  const asked = projects.flatMap((one, i) => {
    const [project, heardOfIt] = [config.projects[i], heard[i]];
    if (project === undefined || heardOfIt === undefined) return [];
    return [{ project, heard: heardOfIt, seen: overview(one, readClocks(app.clock)) }];
  });
  await app.close();
  return asked;
}

const section = (title: string, lines: readonly string[]): string =>
  `${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`;

const explanationOf = ({ project, heard, seen }: Asked): string =>
  section(`Pools of ${project.name}`, explain(project, heard, new Set(seen.pools.map(({ id }) => id))));

/** Each operation with its permission, the requests to expect, and what the gateway still allows. */
function cloudText(config: Config, asked: readonly Asked[]): string {
  const head: Row = ['PROJECT', 'OPERATION', 'ANSWER', 'PERMISSION'];
  const rows = asked.flatMap(({ project, heard }) => permissionRows(project, heard));
  const lines = asked.flatMap(({ project, heard }) => [
    `${project.name}: about ${expectedPerMinute(project, config, heard)} requests a minute to expect, ${requestsPerMinute(project, config)} at worst`,
    ...[...heard.remaining].map(
      ([operation, left]) => `${project.name}: the gateway allows ${left} more of ${operation}`,
    ),
  ]);
  return `${table([head, ...rows])}\n\n${lines.map((line) => `${line}\n`).join('')}`;
}

async function webProblems(file: string): Promise<readonly Problem[]> {
  const opened = await openWebFile(file).catch(asConfigError);
  if (!(opened instanceof ConfigError)) return [];
  // Behind those of the other file.
  return opened.problems.map((one) => ({ ...one, place: { ...one.place, order: one.place.order + 2 ** 32 } }));
}

function asConfigError(error: unknown): ConfigError {
  if (error instanceof ConfigError) return error;
  throw error;
}

function rowOf(project: ProjectConfig, config: Config, seen: ProjectOverview | undefined): Row {
  const read = seen?.pools.filter(({ state }) => state === 'fresh').length;
  const asked = project.discovery.enabled ? 'discovery' : String(project.pools.length);
  return [
    project.name,
    project.region,
    project.auth.type,
    sourceOf(project),
    read === undefined ? asked : `${read} read`,
    `${requestsPerMinute(project, config)} of ${project.http.requests_per_minute}`,
    seen === undefined
      ? 'not tried (--api)'
      : enabledCollectors(project)
          .map(({ collector }) => stateOf(seen, collector.name))
          .join(' '),
  ];
}

const stateOf = ({ collectors }: ProjectOverview, name: string) =>
  `${name}:${collectors.find((one) => one.name === name)?.finished?.isSuccess === true ? 'ok' : 'failed'}`;

function missingOf({ name, collectors, pools }: ProjectOverview): string[] {
  const failures = collectors.flatMap((collector) =>
    [...collector.failures].map(([error, { count, requestId }]) => {
      const times = count > 1 ? ` (${count} times)` : '';
      return `${name}, ${collector.name}: ${error}${times}${requestId === undefined ? '' : ` [request ${requestId}]`}`;
    }),
  );
  const lost = pools
    .filter(({ failure }) => failure === 'gone')
    .map(({ id }) => `${name}: the cloud does not know pool ${id}`);
  return [...failures, ...lost];
}

function table(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The table says what failed, log lines would say it twice; what collectors notice besides (a fallback) is a remark. */
const quiet = (log: Logger, remarks: string[]): Logger => ({
  ...log,
  info: log.debug,
  error: log.debug,
  warn(message, fields = {}) {
    log.debug(message, fields);
    const { project, collector, error, ...rest } = fields;
    if (collector === undefined || error !== undefined) return;
    const details = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
    remarks.push(`${project}, ${collector}: ${message}${details.length === 0 ? '' : ` (${details.join(', ')})`}`);
  },
});
