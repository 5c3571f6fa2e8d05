// Routes requests to pages.
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { type Clock, readClocks } from '../async/clock.ts';
import { negotiate } from '../metrics/negotiate.ts';
import { messageOf } from '../option-types/error-code.ts';
import { member } from '../option-types/record.ts';
import type { PageRequest, Pages } from '../scrape/page.ts';
import type { Project } from '../scrape/project.ts';
import { BadRequest, PARAMETERS, parseMetrics, parseProbe } from './probe.ts';
import { send, TEXT } from './send.ts';
import { discoveryGroups } from './service-discovery.ts';
import { tracePage } from './trace-page.ts';

/** All that the routes need of the rest of the program. */
export interface RoutesOptions {
  readonly clock: Clock;
  /** Runs before every route; answers what it refuses. */
  readonly guard?: RequestHandler;
  readonly pages: () => Pages;
  /** Before every path, without a slash at its end; empty for none. */
  readonly routePrefix: string;
  /** Below the prefix. */
  readonly telemetryPath: string;
  /** Names that `collect[]` accepts. */
  readonly collectors: readonly string[];
  readonly projects: () => readonly Project[];
  /** A page that is not whole is answered 503 on /probe. */
  readonly isStrict: () => boolean;
  /** The address under which others reach the exporter, if it is not the one in their requests. */
  readonly externalUrl: string | undefined;
  /** Milliseconds by which an answer comes earlier than the scraper's deadline. */
  readonly timeoutOffset: number;
  /** Milliseconds that a scraper without a deadline waits. */
  readonly timeout: () => number;
  /** Scrapes at the same time, beyond which 503 is answered; 0 for no limit. */
  readonly maxRequests: number;
  readonly withOwn: boolean;
  readonly isReady: () => boolean;
  readonly landing: () => string;
  readonly config: () => string;
  /** Rejects with what is wrong with the new configuration; undefined if reloading over HTTP is disabled. */
  readonly reload: (() => Promise<void>) | undefined;
  /** Seconds. */
  readonly onAnswered: (handler: string, code: number, seconds: number) => void;
  readonly onError: (path: string, error: unknown) => void;
}

const HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

type Respond = (request: Request, response: Response, options: RoutesOptions) => Promise<void>;

interface Route {
  /** In the exporter's own metrics. */
  readonly handler: string;
  readonly respond: Respond;
  readonly parameters?: readonly string[];
  /** Counts for the limit of scrapes. */
  readonly isScrape?: true;
  /** Answers all methods itself. */
  readonly isAction?: true;
}

export function createRoutes(options: RoutesOptions): Express {
  const { clock, onAnswered, routePrefix, telemetryPath } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('strict routing', true);
  app.set('case sensitive routing', true);
  const limit = limitScrapes(options.maxRequests);
  const count =
    (handler: string, respond: Respond): RequestHandler =>
    (request, response) => {
      const started = clock.monotonic();
      response.once('finish', () => onAnswered(handler, response.statusCode, (clock.monotonic() - started) / 1000));
      return respond(request, response, options);
    };

  if (options.guard !== undefined) app.use(options.guard);
  const leaveOutside = count('other', redirectToPrefix);
  app.use((request, response, next) => {
    if (!request.url.startsWith(`${routePrefix}/`)) return leaveOutside(request, response, next);
    request.url = request.url.slice(routePrefix.length);
    return next();
  });
  for (const [path, { handler, respond, isScrape, isAction }] of Object.entries(ROUTES)) {
    const method = isAction === true ? 'all' : 'get';
    const answer = count(handler, isScrape === true ? limit(respond) : respond);
    app[method](path === '/metrics' ? telemetryPath : path, answer);
  }
  app.use(count('other', refuse));
  app.use((error: unknown, { path }: Request, response: Response, _next: NextFunction) => {
    if (error instanceof BadRequest) return send(response, 400, TEXT, `${error.message}\n`);
    options.onError(path, error);
    if (response.headersSent) return response.destroy();
    // What Express cannot read, like a broken escape in the path.
    if (member(error, 'status') === 400) return send(response, 400, TEXT, 'Bad request\n');
    return send(response, 500, TEXT, 'Internal error; see the log\n');
  });
  return app;
}

/** All of it: Express stops at a thousand parameters. */
const queryOf = ({ url }: Request) => new URL(url, 'http://exporter').searchParams;

const sendMetrics: Respond = (request, response, options) => {
  const collectors = parseMetrics(queryOf(request), [...options.collectors, 'exporter']);
  const withOwn = options.withOwn && (collectors?.includes('exporter') ?? true);
  return sendPage(request, response, options, { collectors, withOwn }, false);
};

const sendProbe: Respond = async (request, response, options) => {
  const { project, isDebug, ...chosen } = parseProbe(queryOf(request), options.projects(), options.collectors);
  const asked = { ...chosen, project: project.name, withOwn: false };
  if (!isDebug) return sendPage(request, response, options, asked, options.isStrict());
  // Made as for any scraper: its trace forces no read.
  const { collections } = await options.pages().page({ ...asked, format: 'text', patience: waitOf(request, options) });
  return send(response, 200, TEXT, tracePage(project, collections, readClocks(options.clock)));
};

async function sendPage(
  request: Request,
  response: Response,
  options: RoutesOptions,
  asked: Omit<PageRequest, 'format' | 'patience'>,
  isStrict: boolean,
): Promise<void> {
  const { format, contentType } = negotiate(request.headers.accept);
  const { parts, reasons } = await options.pages().page({ ...asked, format, patience: waitOf(request, options) });
  if (isStrict && reasons.length > 0) return send(response, 503, TEXT, `${reasons.join('\n')}\n`);
  return send(response, 200, contentType, ...parts);
}

/** Milliseconds that this scraper waits: its own deadline, if it sends one, less the offset. */
function waitOf(request: Request, { timeoutOffset, timeout }: RoutesOptions): number {
  const seconds = Number(request.headers['x-prometheus-scrape-timeout-seconds']);
  if (!Number.isFinite(seconds) || seconds <= 0) return timeout();
  // Even of a deadline shorter than the offset, half remains.
  return Math.max(seconds * 1000 - timeoutOffset, (seconds * 1000) / 2);
}

const sendTargets: Respond = (request, response, { projects, externalUrl, routePrefix }) => {
  const names = projects().map(({ name }) => name);
  const asked = { host: request.headers.host, scheme: request.protocol, externalUrl, routePrefix };
  const groups = discoveryGroups(names, asked);
  if (groups === undefined) throw new BadRequest('the Host header must be host or host:port');
  return send(response, 200, 'application/json; charset=utf-8', `${JSON.stringify(groups)}\n`);
};

const sendHealth: Respond = (_, response) => send(response, 200, TEXT, 'Healthy\n');

const sendReadiness: Respond = (_, response, { isReady }) =>
  isReady() ? send(response, 200, TEXT, 'Ready\n') : send(response, 503, TEXT, 'Shutting down\n');

const sendConfig: Respond = (_, response, { config }) => send(response, 200, TEXT, config());

const sendLanding: Respond = (_, response, { landing }) => {
  // The web configuration may have set another one.
  if (!response.hasHeader('Content-Security-Policy')) response.setHeader('Content-Security-Policy', HTML_POLICY);
  return send(response, 200, 'text/html; charset=utf-8', landing());
};

const NO_LIFECYCLE = 'reloading over HTTP is disabled; start with --web.enable-lifecycle, or send SIGHUP\n';

const reload: Respond = async ({ method }, response, options) => {
  if (method !== 'POST') return send(response.set('Allow', 'POST'), 405, TEXT, 'Use POST to reload\n');
  if (options.reload === undefined) return send(response, 403, TEXT, NO_LIFECYCLE);
  try {
    await options.reload();
  } catch (error) {
    const why = messageOf(error);
    return send(response, 500, TEXT, `not reloaded; the previous configuration stays in use:\n${why}\n`);
  }
  return send(response, 200, TEXT, 'Reloaded\n');
};

/** Below the prefix; `/metrics` is at the telemetry path. */
export const ROUTES: Readonly<Record<string, Route>> = {
  '/metrics': { handler: 'metrics', respond: sendMetrics, parameters: PARAMETERS.metrics, isScrape: true },
  '/probe': { handler: 'probe', respond: sendProbe, parameters: PARAMETERS.probe, isScrape: true },
  '/sd': { handler: 'sd', respond: sendTargets },
  '/-/healthy': { handler: 'healthy', respond: sendHealth },
  '/-/ready': { handler: 'ready', respond: sendReadiness },
  '/-/reload': { handler: 'reload', respond: reload, isAction: true },
  '/config': { handler: 'config', respond: sendConfig },
  '/': { handler: 'landing', respond: sendLanding },
};

const isRead = ({ method }: Request) => method === 'GET' || method === 'HEAD';

/** With the slash, because the links of the landing page are relative. */
const redirectToPrefix: Respond = (request, response, options) => {
  const { routePrefix } = options;
  if (!isRead(request) || !['/', routePrefix].includes(request.path)) return refuse(request, response, options);
  return send(response.set('Location', `${routePrefix}/`), 302, TEXT, `The exporter is at ${routePrefix}/\n`);
};

const refuse: Respond = (request, response, { routePrefix, telemetryPath }) =>
  isRead(request)
    ? send(response, 404, TEXT, `Not found. Metrics are at ${routePrefix}${telemetryPath}\n`)
    : send(response.set('Allow', 'GET, HEAD'), 405, TEXT, 'Use GET or HEAD\n');

/** At the limit a client that does not read its answer makes room; otherwise a few of them would keep all others out. */
function limitScrapes(max: number): (respond: Respond) => Respond {
  /** Oldest first. */
  const running = new Set<Response>();
  return (respond) => async (request, response, options) => {
    if (max > 0 && running.size >= max) {
      const unread = [...running].find(({ headersSent }) => headersSent);
      if (unread === undefined) {
        const text = `${max} scrapes are already running (--web.max-requests); try again later\n`;
        return send(response, 503, TEXT, text);
      }
      running.delete(unread);
      unread.destroy();
    }
    running.add(response);
    response.once('close', () => running.delete(response));
    return respond(request, response, options);
  };
}
