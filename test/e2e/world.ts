// The exporter and its simulated cloud over real sockets: what the tests of the whole have in common.
import { type IncomingHttpHeaders, request } from 'node:http';
import { type RequestOptions, request as requestOverTls } from 'node:https';
import { onTestFinished } from 'vitest';
import { type App, createApp } from '../../src/app/app.ts';
import { createLogger, type LoggerOptions } from '../../src/app/logger.ts';
import type { Clock } from '../../src/async/clock.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { type Exporter, startExporter } from '../../src/cli/serve.ts';
import { createTransport } from '../../src/cloud/transport.ts';
import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { PageRequest } from '../../src/scrape/page.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { type ReadPage, readPage } from '../scrape/read-page.ts';
import { signIns } from '../support/sign-ins.ts';
import { validPage } from './valid-page.ts';

/** Pools of the simulated company: two of the project `main`, and all of the project `branch`. */
export const OFFICE = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
export const GPU = '3f1d2c86-9a54-4e0b-8f7a-0d6c1b2e4a11';
export const BRANCH = [
  'b7e2f495-6a1c-4d83-8c5f-4e9d0b3a7cbb',
  '4c9f1b6e-0d37-4e5a-a286-9f8c3d5b1ecc',
  '8d0c7a52-b3f6-4196-9e4d-5a2b6c8f0edd',
  '3e6b9c08-5d71-4f2a-b4c6-7f1a2d9e8b10',
] as const;
/** A Wednesday at work, at which the simulated time stands still. */
export const NOON = Date.UTC(2026, 0, 14, 11, 0, 30);

/** A part of a configuration, as it is written in the file. */
export type Part = Readonly<Record<string, unknown>>;

export const { aksk } = signIns;

/** The project `main`: two pools by id. */
export const mainOf = (cloud: Simulator, part: Part = {}): Part => ({
  name: 'main',
  region: 'ap-southeast-3',
  project_id: cloud.credentials.projectId,
  endpoint: cloud.url,
  iam_endpoint: cloud.url,
  auth: aksk(cloud),
  pools: [OFFICE, GPU],
  ...part,
});

/** The project `branch`: whatever is there. */
export const branchOf = (cloud: Simulator, part: Part = {}): Part => ({
  ...mainOf(cloud),
  name: 'branch',
  project_id: cloud.credentials.projectId2,
  pools: [],
  discovery: { enabled: true },
  ...part,
});

export interface WorldOptions {
  readonly cloud?: SimulatorOptions;
  readonly scrape?: Part;
  readonly http?: Part;
  readonly projects?: (cloud: Simulator) => readonly Part[];
  readonly metrics?: Part;
  readonly flags?: readonly string[];
  readonly log?: Partial<Pick<LoggerOptions, 'level' | 'format'>>;
  /** Hears of every set of connections that is opened (1) or closed (-1). */
  readonly onTransport?: (by: 1 | -1) => void;
}

/** A configuration that reads anew with every scrape and never waits long, as JSON. */
export function configOf(cloud: Simulator, { scrape, http, projects, metrics }: WorldOptions = {}): string {
  return JSON.stringify({
    scrape: { min_interval: '0s', timeout: '5s', ...scrape },
    defaults: { http: { timeout: '2s', max_retries: 0, ...http } },
    projects: projects?.(cloud) ?? [mainOf(cloud)],
    ...(metrics === undefined ? {} : { metrics }),
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates, and the address that it comes from. */
  readonly connection?: Pick<RequestOptions, 'ca' | 'cert' | 'key' | 'localAddress' | 'rejectUnauthorized'>;
}

/** One request on a connection of its own; unlike `fetch` it sends any Host header and unpacks nothing. */
export function ask(
  base: string,
  path: string,
  { method = 'GET', headers = {}, connection = {} }: Asking = {},
): Promise<Answer> {
  const { protocol, hostname, port } = new URL(base);
  const send = protocol === 'https:' ? requestOverTls : request;
  return new Promise((resolve, reject) => {
    const outgoing = send({ hostname, port, path, method, headers, agent: false, ...connection }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString() });
      });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}

export interface World {
  readonly cloud: Simulator;
  readonly exporter: Exporter;
  readonly url: string;
  /** Lines, without their line ends. */
  readonly log: string[];
  /** Another configuration, as text or as what differs; in force after a reload. */
  write(part: string | Partial<WorldOptions>): void;
  get(path: string, asking?: Asking): Promise<Answer>;
  /** A page that is valid, read. */
  page(path?: string, headers?: Readonly<Record<string, string>>): Promise<ReadPage>;
  close(): Promise<void>;
}

/** The same, closed when the test is over. */
export async function world(options: WorldOptions = {}): Promise<World> {
  const made = await startWorld(options);
  onTestFinished(made.close);
  return made;
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const cloud = await startSimulator({ startAt: NOON, speed: 0, ...options.cloud });
  const { lines, write } = record();
  const log = createLogger({ level: 'info', format: 'logfmt', ...options.log, write });
  let written = configOf(cloud, options);
  const read = () => loadConfig(written, 'test', collectors);
  const flags = parseFlags(['serve', '--web.listen-address=127.0.0.1:0', ...(options.flags ?? [])]);
  const exporter = await startExporter({ read, flags, log, env: {} });
  const url = exporter.server.urls[0] ?? '';
  const get: World['get'] = (path, asking) => ask(url, path, asking);
  return {
    cloud,
    exporter,
    url,
    log: lines,
    write(part) {
      written = typeof part === 'string' ? part : configOf(cloud, { ...options, ...part });
    },
    get,
    async page(path = '/metrics', headers = {}) {
      const { status, text } = await get(path, { headers });
      if (status !== 200) throw new Error(`${path}: HTTP ${status}: ${text}`);
      return readPage(validPage(text));
    },
    async close() {
      await exporter.close();
      await cloud.close();
    },
  };
}

export interface Household {
  readonly app: App;
  readonly cloud: Simulator;
  readonly log: string[];
  /** Runs on another configuration, given by what differs from the one before. */
  apply(part: WorldOptions): Promise<void>;
  /** Everything at once, with the exporter's own metrics. */
  page(request?: Partial<PageRequest>): Promise<ReadPage>;
}

/** The application without its HTTP server, by a clock that the test moves; its requests still go over sockets. */
export async function household(clock: Clock, options: WorldOptions = {}): Promise<Household> {
  const cloud = await startSimulator({ startAt: NOON, speed: 0, clock, ...options.cloud });
  const { lines, write } = record();
  const log = createLogger({ level: 'info', format: 'logfmt', ...options.log, write });
  let written = options;
  const load = () => loadConfig(configOf(cloud, written), 'test', collectors);
  const transport: typeof createTransport = (its) => {
    const made = createTransport(its);
    options.onTransport?.(1);
    const close = async () => {
      await made.close();
      options.onTransport?.(-1);
    };
    return { ...made, close };
  };
  const app = createApp(await load(), { log, clock, transport, random: () => 0.5, processMetrics: false });
  onTestFinished(async () => {
    await app.close();
    await cloud.close();
  });
  return {
    app,
    cloud,
    log: lines,
    async apply(part) {
      written = { ...written, ...part };
      await app.apply(await load());
    },
    async page(request = {}) {
      const { parts } = await app.running().pages.page({ withOwn: true, format: 'text', patience: 60_000, ...request });
      return readPage(validPage(Buffer.concat(parts).toString()));
    },
  };
}

/** A log that is kept. */
export function record() {
  const lines: string[] = [];
  return { lines, write: (text: string) => void lines.push(...text.split('\n').filter((line) => line !== '')) };
}
