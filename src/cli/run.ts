// The command line: reads flags and configuration, starts a command, and turns its end into an exit code.

import { createLogger, type Logger } from '../app/logger.ts';
import { isBug } from '../cloud/errors.ts';
import { collectors } from '../collectors/index.ts';
import { ignoredVariables, proxyRemarks, readEnvironment } from '../config/env.ts';
import { type Occasion, readConfig } from '../config/load.ts';
import { unusableFiles } from '../config/named-files.ts';
import { ConfigError, formatProblem } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import type { Loaded } from '../config/validate.ts';
import { messageOf } from '../option-types/error-code.ts';
import { PROGRAM, revision, version } from '../version.ts';
import { check } from './check.ts';
import { completion } from './completion.ts';
import { FlagError, type Flags, helpText, parseFlags } from './flags.ts';
import { metrics } from './metrics.ts';
import { serveUntilStopped } from './serve.ts';
import type { Terminal } from './terminal.ts';

// The one chunk that main.ts loads: it also has to write, and to know whether the process can exit.
export { files } from '../option-types/regular-file.ts';
export { createOutput } from './output.ts';

/** Exit codes of every command: 0 good, 2 invalid flags or configuration, 1 anything else. */
export async function run(terminal: Terminal): Promise<number> {
  try {
    const flags = parseFlags(terminal.argv);
    if (flags.help) return say(terminal, helpText());
    if (flags.version) return say(terminal, versionText());
    const { logLevel: level, logFormat: format } = flags;
    const log = createLogger({ level, format, write: terminal.err, lost: terminal.errLost });
    return await runCommand(flags, terminal, log);
  } catch (error) {
    const words = isBug(error) ? `a bug, please report it: ${error.stack}` : messageOf(error);
    terminal.err(`${PROGRAM}: ${words}\n`);
    return error instanceof ConfigError || error instanceof FlagError ? 2 : 1;
  }
}

async function runCommand(flags: Flags, terminal: Terminal, log: Logger): Promise<number> {
  switch (flags.command) {
    case 'help':
      return say(terminal, helpText(flags.argument));
    case 'version':
      return say(terminal, versionText());
    case 'completion':
      return say(terminal, completion(flags.argument));
    case 'simulate':
      return (await import('./simulate.ts')).simulate(flags, terminal);
    case 'demo':
      return (await import('./demo.ts')).demo(flags, terminal, log);
    case 'check':
      return unlessStopped(
        check(
          () => load(flags, terminal, log),
          flags,
          terminal,
          log,
          async (config) => (await import('./silenced-alerts.ts')).silencedAlerts(config),
        ),
        terminal,
      );
    case 'rules':
    case 'dashboards': {
      const make =
        flags.command === 'rules' ? (await import('./rules.ts')).rules : (await import('./dashboards.ts')).dashboards;
      const loaded = flags.configFile === undefined ? undefined : await load(flags, terminal, log);
      return make(flags, terminal, loaded?.config);
    }
    case 'metrics':
      return unlessStopped(
        configOf(flags, terminal, log).then((config) => metrics(config, terminal, log)),
        terminal,
      );
    case 'serve':
      return serveUntilStopped((occasion) => configOf(flags, terminal, log, occasion), flags, terminal, log);
  }
}

/** A command that ends by itself ends early when it is asked to. */
const unlessStopped = (code: Promise<number>, { stopped }: Terminal): Promise<number> =>
  Promise.race([code, stopped.then(() => 0)]);

/** A pipe may take as long as its writer does. Where there is none, nothing else would say why nothing happens. */
const SILENT_MS = 5000;

async function load(
  { configFile }: Flags,
  { env }: Terminal,
  log: Logger,
  occasion: Occasion = 'start',
): Promise<Loaded> {
  const proxies = proxyRemarks(env);
  if (configFile === undefined) {
    const loaded = readEnvironment(env, collectors);
    return { ...loaded, remarks: [...proxies, ...loaded.remarks] };
  }
  const reading = readConfig(configFile, collectors, occasion);
  const waiting = { file: configFile, hint: 'a pipe is read until its writer closes it' };
  const timer = setTimeout(() => log.warn('still waiting for the configuration', waiting), SILENT_MS);
  const loaded = await reading.finally(() => clearTimeout(timer));
  return { ...loaded, remarks: [...ignoredVariables(env), ...proxies, ...loaded.remarks] };
}

/** What the exporter runs on. A file that is not there yet, as a secret may be for a moment, is told, and read again when it is needed. */
async function configOf(flags: Flags, terminal: Terminal, log: Logger, occasion: Occasion = 'start'): Promise<Config> {
  const { config, remarks, files } = await load(flags, terminal, log, occasion);
  for (const remark of remarks) log.warn(formatProblem(remark));
  // Not awaited: a file that hangs must not keep the healthy projects from being served.
  void unusableFiles(files).then((problems) => {
    for (const problem of problems)
      log.error('a file named in the configuration cannot be used; it is read again at each collection', {
        error: formatProblem(problem),
      });
  });
  return config;
}

function say({ out }: Terminal, text: string): number {
  out(text);
  return 0;
}

const versionText = () =>
  `${PROGRAM}, version ${version} (revision: ${revision})\n  node version: ${process.version}\n  platform: ${process.platform}/${process.arch}\n`;
