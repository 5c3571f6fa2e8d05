// The real Prometheus, or VictoriaMetrics, which answers the same API, as a process: started, asked and ended, whatever it is for.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

export interface PrometheusProcess {
  /** Like `http://127.0.0.1:40000`. */
  readonly url: string;
  /** What the HTTP API says below `/api/v1/`. Rejects with Prometheus' own words. */
  get<T>(path: string, parameters?: Readonly<Record<string, string>>): Promise<T>;
  /** Everything it logged so far. */
  log(): string;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** Its file; JSON is YAML. */
  readonly config: unknown;
  /** Blocks that are there already; else it begins with none. */
  readonly data?: string;
  readonly flags?: readonly string[];
  /** Where another one than the first on the PATH is meant. */
  readonly program?: string;
}

interface Kind {
  readonly program: string;
  flags(file: string, data: string): readonly string[];
  /** What it logs once it listens. */
  readonly listening: RegExp;
  readonly ready: string;
}
const PROMETHEUS: Kind = {
  program: 'prometheus',
  flags: (file, data) => [`--config.file=${file}`, `--storage.tsdb.path=${data}`, '--web.listen-address=127.0.0.1:0'],
  listening: / msg="Listening on".* address=(\S+)/,
  ready: '/-/ready',
};
const VICTORIA_METRICS: Kind = {
  program: 'victoria-metrics',
  flags: (file, data) => [
    `-promscrape.config=${file}`,
    `-storageDataPath=${data}`,
    '-httpListenAddr=127.0.0.1:0',
    // Ignores settings of Prometheus that it has in another place, like this one.
    '-promscrape.config.strictParse=false',
    '-promscrape.httpSDCheckInterval=1s',
    // Answers with what it has at the moment, not with what it had half a minute ago.
    '-search.latencyOffset=0',
    '-search.disableCache',
    '-retentionPeriod=100y',
  ],
  listening: /started server at http:\/\/(\S+)\//,
  ready: '/health',
};

/** Longest wait for it to listen, and to have read its blocks. */
const START_MS = 30_000;

/** Starts a server on a free port of the loopback. Resolves once it is ready. */
export const launchPrometheus = (options: PrometheusOptions) => launch(PROMETHEUS, options);
export const launchVictoriaMetrics = (options: PrometheusOptions) => launch(VICTORIA_METRICS, options);

async function launch(kind: Kind, options: PrometheusOptions): Promise<PrometheusProcess> {
  const { config, program = kind.program, flags = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify(config));
  const data = options.data ?? join(folder, 'data');
  const child = spawn(program, [...kind.flags(file, data), ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const stop = async () => {
    process.off('exit', killed);
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const unlessEnded = <T>(found: T): T => {
    if (child.exitCode !== null) throw new Error(`${program} ended:\n${log}`);
    return found;
  };
  try {
    const listening = () => unlessEnded(kind.listening.exec(log)?.[1]);
    const url = `http://${await eventually(`${program} to listen`, listening, START_MS)}`;
    // One that gives up on its configuration listens for a moment.
    const isReady = async () => unlessEnded((await fetch(url + kind.ready).catch(() => undefined))?.ok || undefined);
    await eventually(`${program} to be ready`, isReady, START_MS);
    return { url, get: (path, parameters) => get(`${url}/api/v1/${path}`, parameters), log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function get<T>(url: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`);
  // The shape is Prometheus' own, which is documented and stable; a wrong one is a failing expectation.
  const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
  if (status !== 'success') throw new Error(`${error}, in ${JSON.stringify(parameters)}`);
  return data;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
