// `serve`: the exporter on its sockets, until it is asked to end.
import { type App, createApp } from '../app/app.ts';
import type { Logger } from '../app/logger.ts';
import { createReload, type Reload } from '../app/reload.ts';
import { budgetWarnings } from '../app/request-estimate.ts';
import { cached } from '../async/cached.ts';
import { readClocks } from '../async/clock.ts';
import { preloadAuthorities } from '../cloud/authorities.ts';
import { collectors } from '../collectors/index.ts';
import type { Occasion } from '../config/load.ts';
import { maskConfig } from '../config/mask-config.ts';
import type { Config } from '../config/schema.ts';
import { overview } from '../scrape/overview.ts';
import { createGuard } from '../server/guard.ts';
import { landingPage } from '../server/landing/page.ts';
import { createRoutes, ROUTES } from '../server/routes.ts';
import { type RunningServer, serve } from '../server/server.ts';
import { inheritedSockets } from '../server/systemd-socket.ts';
import { revision, version } from '../version.ts';
import { type Flags, routePrefixOf } from './flags.ts';
import type { Terminal } from './terminal.ts';
import { openWebAccess } from './web-access.ts';

/** What only the demo shows. */
export interface DemoFacts {
  /** Milliseconds since the epoch. */
  readonly simulatedTime: () => number;
  readonly refreshSeconds: number;
}

export interface Exporter {
  readonly app: App;
  readonly server: RunningServer;
  readonly reload: Reload;
  /** Not ready, accepting nothing more; running scrapes end first. */
  close(): Promise<void>;
}

export interface ExporterOptions {
  /** The configuration, now and at each reload. Rejects with a `ConfigError`. */
  readonly read: (occasion: Occasion) => Promise<Config>;
  readonly flags: Flags;
  readonly log: Logger;
  /** Loses the variables with which systemd passes sockets. */
  readonly env: Terminal['env'];
  readonly demo?: DemoFacts;
}

/** With thousands of pools it takes a twentieth of a second to make, in which nobody else is answered. */
const LANDING_KEPT_MS = 1000;

/** The handler of requests that no page sees. */
const REFUSED = 'refused';

/** Listens, or rejects naming the address or, in a `ConfigError`, what is wrong with one of the configurations. */
export async function startExporter({ read, flags, log, env, demo }: ExporterOptions): Promise<Exporter> {
  const targets = flags.systemdSocket ? inheritedSockets(env, process.pid).map((fd) => ({ fd })) : flags.addresses;
  preloadAuthorities();
  const config = await read('start');
  log.info('starting', { version, revision, node: process.version });
  const web = await openWebAccess(flags.webConfigFile, log);
  const app = createApp(config, { log });
  const routePrefix = routePrefixOf(flags);
  const reload = createReload(app, () => read('reload'), log);
  for (const warning of budgetWarnings(config)) log.warn(warning);
  let isReady = false;
  const onAnswered = (handler: string, code: number, seconds: number) => {
    app.telemetry.count('http_requests_total', { handler, code: String(code) });
    app.telemetry.observe('http_request_duration_seconds', { handler }, seconds);
  };
  const routes = createRoutes({
    clock: app.clock,
    guard: createGuard({
      clock: app.clock,
      routePrefix,
      access: web?.access,
      onRefused: (code, seconds) => onAnswered(REFUSED, code, seconds),
    }),
    pages: () => app.running().pages,
    routePrefix,
    telemetryPath: flags.telemetryPath,
    collectors: collectors.map(({ name }) => name),
    projects: () => app.running().projects,
    isStrict: () => app.running().config.scrape.strict,
    externalUrl: flags.externalUrl,
    timeoutOffset: flags.timeoutOffset,
    timeout: () => app.running().config.scrape.timeout,
    maxRequests: flags.maxRequests,
    withOwn: !flags.withoutOwn,
    isReady: () => isReady,
    landing: cached(app.clock, LANDING_KEPT_MS, () => landingOf(app, flags, demo)),
    config: configText(app),
    reload: flags.withLifecycle ? reload : undefined,
    onAnswered,
    onError: (path, error) =>
      log.error('a request failed inside the exporter', {
        path,
        error: error instanceof Error ? error.stack : String(error),
      }),
  });
  for (const { handler, isAction } of Object.values(ROUTES))
    if (isAction !== true || flags.withLifecycle)
      app.telemetry.count('http_requests_total', { handler, code: '200' }, 0);
  app.telemetry.count('http_requests_total', { handler: 'other', code: '404' }, 0);
  for (const code of ['413', '414', ...(web === undefined ? [] : ['401', '429', '500'])])
    app.telemetry.count('http_requests_total', { handler: REFUSED, code }, 0);
  const server = await serve(routes, targets, app.clock, { tls: web?.tls });
  isReady = true;
  const urls = server.urls.map((url) => `${url}${routePrefix}/`);
  for (const url of urls) log.info('listening', { url, metrics: routePrefix + flags.telemetryPath });
  return {
    app,
    server,
    reload,
    async close() {
      isReady = false;
      await server.close();
      await app.close();
      await web?.close();
    },
  };
}

/** Made once for each configuration, when somebody asks. */
function configText({ running }: App): () => string {
  const texts = new WeakMap<Config, string>();
  return () => {
    const { config } = running();
    const text = texts.get(config) ?? maskConfig(config, collectors);
    texts.set(config, text);
    return text;
  };
}

function landingOf(app: App, { telemetryPath, runbookUrl }: Flags, demo: DemoFacts | undefined): string {
  const now = readClocks(app.clock);
  return landingPage({
    version,
    revision,
    now: now.wall,
    telemetryPath,
    runbookUrl,
    projects: app.running().projects.map((project) => overview(project, now)),
    ...(demo === undefined
      ? {}
      : { isDemo: true, simulatedTime: demo.simulatedTime(), refreshSeconds: demo.refreshSeconds }),
  });
}

export async function serveUntilStopped(
  read: ExporterOptions['read'],
  flags: Flags,
  { env, stopped, onHangup }: Terminal,
  log: Logger,
): Promise<number> {
  const starting = startExporter({ read, flags, log, env });
  // From the beginning: a signal that nobody handles ends the program. What went wrong is in the log already.
  onHangup(() => void starting.then(({ reload }) => reload()).catch(() => {}));
  const exporter = await starting;
  await stopped;
  log.info('shutting down; running scrapes finish first');
  await exporter.close();
  return 0;
}
