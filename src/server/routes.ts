// Routes requests to pages, and sends the answers.
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import type { Clock } from '../async/clock.ts';
import { acceptsGzip, negotiate } from '../metrics/negotiate.ts';
import { member } from '../option-types/record.ts';
import type { PageRequest, Pages } from '../scrape/page.ts';
import type { Project } from '../scrape/project.ts';
import { deliver } from './deliver.ts';
import { gzip } from './gzip.ts';
import { readProbe, valuesOf } from './probe.ts';
import { discoveryGroups } from './service-discovery.ts';

/** All that the routes need of the rest of the program. */
export interface RoutesOptions {
  readonly clock: Clock;
  /** Runs before every route; answers what it refuses. */
  readonly guard?: RequestHandler;
  readonly pages: () => Pages;
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

/** Below this, compressing costs more than it saves. */
const SMALLEST_GZIP = 1024;
const TEXT = 'text/plain; charset=utf-8';
const HTML_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

export function createRoutes(options: RoutesOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('strict routing', true);
  app.set('case sensitive routing', true);
  const limit = limitScrapes(options);
  if (options.guard !== undefined) app.use(options.guard);

  app.get(options.telemetryPath, count('metrics', options), limit, (request, response) =>
    metrics(request, response, options),
  );
  app.get('/probe', count('probe', options), limit, (request, response) => probe(request, response, options));
  app.get('/sd', count('sd', options), (request, response) => discovery(request, response, options));
  app.get('/-/healthy', count('healthy', options), (request, response) =>
    send(request, response, 200, TEXT, 'Healthy\n'),
  );
  app.get('/-/ready', count('ready', options), (request, response) =>
    options.isReady()
      ? send(request, response, 200, TEXT, 'Ready\n')
      : send(request, response, 503, TEXT, 'Shutting down\n'),
  );
  app.all('/-/reload', count('reload', options), (request, response) => reload(request, response, options));
  app.get('/config', count('config', options), (request, response) =>
    send(request, response, 200, TEXT, options.config()),
  );
  app.get('/', count('landing', options), (request, response) => {
    // The web configuration may have set another one.
    if (!response.hasHeader('Content-Security-Policy')) response.setHeader('Content-Security-Policy', HTML_POLICY);
    return send(request, response, 200, 'text/html; charset=utf-8', options.landing());
  });
  app.use(count('other', options), (request: Request, response: Response) => {
    if (request.method === 'GET' || request.method === 'HEAD')
      return send(request, response, 404, TEXT, `Not found. Metrics are at ${options.telemetryPath}\n`);
    response.setHeader('Allow', 'GET, HEAD');
    return send(request, response, 405, TEXT, 'Use GET or HEAD\n');
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    options.onError(request.path, error);
    if (response.headersSent) return response.destroy();
    const status = isBadRequest(error) ? 400 : 500;
    return send(request, response, status, TEXT, status === 400 ? 'Bad request\n' : 'Internal error; see the log\n');
  });
  return app;
}

async function metrics(request: Request, response: Response, options: RoutesOptions): Promise<void> {
  const collectors = valuesOf(request.query, 'collect[]');
  const known = [...options.collectors, 'exporter'];
  const unknown = collectors?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const words = `unknown collector ${JSON.stringify(unknown)}; there are ${known.join(', ')}\n`;
    return send(request, response, 400, TEXT, words);
  }
  const withOwn = options.withOwn && (collectors?.includes('exporter') ?? true);
  return page(request, response, options, { collectors, withOwn }, false);
}

async function probe(request: Request, response: Response, options: RoutesOptions): Promise<void> {
  const asked = readProbe(request.query, options.projects(), options.collectors);
  if ('problem' in asked) return send(request, response, 400, TEXT, `${asked.problem}\n`);
  return page(request, response, options, { ...asked, withOwn: false }, options.isStrict());
}

async function page(
  request: Request,
  response: Response,
  options: RoutesOptions,
  asked: Omit<PageRequest, 'format' | 'patience'>,
  isStrict: boolean,
): Promise<void> {
  const { format, contentType } = negotiate(request.headers.accept);
  const { parts, reasons } = await options.pages().page({ ...asked, format, patience: waitOf(request, options) });
  if (isStrict && reasons.length > 0) return send(request, response, 503, TEXT, `${reasons.join('\n')}\n`);
  return send(request, response, 200, contentType, ...parts);
}

async function discovery(request: Request, response: Response, options: RoutesOptions): Promise<void> {
  const names = options.projects().map(({ name }) => name);
  const asked = { host: request.headers.host, scheme: request.protocol, externalUrl: options.externalUrl };
  const groups = discoveryGroups(names, asked);
  if (groups === undefined) return send(request, response, 400, TEXT, 'the Host header must be host or host:port\n');
  return send(request, response, 200, 'application/json; charset=utf-8', `${JSON.stringify(groups)}\n`);
}

async function reload(request: Request, response: Response, options: RoutesOptions): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    return send(request, response, 405, TEXT, 'Use POST to reload\n');
  }
  if (options.reload === undefined) {
    const words = 'reloading over HTTP is disabled; start with --web.enable-lifecycle, or send SIGHUP\n';
    return send(request, response, 403, TEXT, words);
  }
  try {
    await options.reload();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return send(request, response, 500, TEXT, `not reloaded; the previous configuration stays in use:\n${why}\n`);
  }
  return send(request, response, 200, TEXT, 'Reloaded\n');
}

/** Milliseconds that this scraper waits: its own deadline, if it sends one, less the offset. */
function waitOf(request: Request, { timeoutOffset, timeout }: RoutesOptions): number {
  const seconds = Number(request.headers['x-prometheus-scrape-timeout-seconds']);
  if (!Number.isFinite(seconds) || seconds <= 0) return timeout();
  // Even of a deadline shorter than the offset, half remains.
  return Math.max(seconds * 1000 - timeoutOffset, (seconds * 1000) / 2);
}

async function send(
  request: Request,
  response: Response,
  status: number,
  type: string,
  ...parts: readonly (string | Buffer)[]
): Promise<void> {
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Vary', 'Accept, Accept-Encoding');
  let body: readonly Buffer[] = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  if (sizeOf(body) >= SMALLEST_GZIP && acceptsGzip(request.headers['accept-encoding'])) {
    body = await gzip(body);
    response.setHeader('Content-Encoding', 'gzip');
  }
  response.setHeader('Content-Length', sizeOf(body));
  await deliver(response, request.method === 'HEAD' ? [] : body);
}

const sizeOf = (parts: readonly Buffer[]) => parts.reduce((sum, { length }) => sum + length, 0);

const count =
  (handler: string, { clock, onAnswered }: RoutesOptions) =>
  (_request: Request, response: Response, next: NextFunction) => {
    const started = clock.monotonic();
    response.once('finish', () => onAnswered(handler, response.statusCode, (clock.monotonic() - started) / 1000));
    next();
  };

function limitScrapes({ maxRequests }: RoutesOptions) {
  /** Oldest first. */
  const underWay = new Set<Response>();
  return (request: Request, response: Response, next: NextFunction): void => {
    if (maxRequests > 0 && underWay.size >= maxRequests) {
      // A client that does not read its answer makes room; otherwise a few of them would keep all others out.
      const unread = [...underWay].find(({ headersSent }) => headersSent);
      if (unread === undefined) {
        const words = `${underWay.size} scrapes are already running (--web.max-requests); try again later\n`;
        return void send(request, response, 503, TEXT, words);
      }
      underWay.delete(unread);
      unread.destroy();
    }
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    next();
  };
}

const isBadRequest = (error: unknown) => member(error, 'status') === 400;
