// Runs the HTTP server: listens on the given addresses, limits what a client may cost, and ends gracefully.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../async/clock.ts';
import { settledWithin } from '../async/deadline.ts';
import { errorCode } from '../option-types/error-code.ts';
import { type Connections, createConnections } from './connections.ts';
import { LIMITS, type Limits } from './limits.ts';
import { type ListenTarget, listenError, socketError } from './listen-address.ts';
import { createTlsDoor, type TlsDoorOptions } from './web-config/tls-door.ts';

export interface RunningServer {
  /** Base addresses, like `http://127.0.0.1:10054`. */
  readonly urls: readonly string[];
  /** Stops accepting, lets running answers finish (at most 10 s), then cuts the rest. */
  close(): Promise<void>;
}

const GRACE_MS = 10_000;
/** Longer than common scrape intervals, so that a scraper keeps its connection. */
const KEEP_ALIVE_MS = 75_000;

export interface ServerOptions {
  readonly limits?: Limits;
  /** Undefined: plain HTTP. */
  readonly tls?: Omit<TlsDoorOptions, 'handshakeTimeout'> | undefined;
}

/** Rejects with the address if it cannot listen on one. */
export async function serve(
  app: RequestListener,
  targets: readonly ListenTarget[],
  clock: Clock,
  { limits = LIMITS, tls }: ServerOptions = {},
): Promise<RunningServer> {
  const running: { readonly server: Server; readonly connections: Connections }[] = [];
  try {
    for (const target of targets) {
      const connections = createConnections(app, limits);
      const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, ...limits }, connections.answer);
      if (tls !== undefined) putBehindTls(server, { ...tls, ...limits });
      limit(server, connections, limits);
      await listen(server, target, targets.slice(0, running.length));
      running.push({ server, connections });
    }
  } catch (error) {
    for (const { server } of running) server.close();
    throw error;
  }
  return {
    urls: running.map(({ server }) => urlOf(server, tls === undefined ? 'http' : 'https')),
    async close() {
      const closed = Promise.all(running.map(({ server }) => new Promise((resolve) => server.close(resolve))));
      for (const { connections } of running) connections.close();
      await settledWithin(clock, GRACE_MS, closed);
      for (const { connections } of running) connections.close({ isForced: true });
      await closed;
    },
  };
}

/** Puts TLS between a connection and HTTP; the rest of the server stays as it is, timeouts included. */
function putBehindTls(server: Server, options: TlsDoorOptions): void {
  const [speakHttp] = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on(
    'connection',
    createTlsDoor(options, (socket) => speakHttp?.call(server, socket)),
  );
}

function limit(server: Server, connections: Connections, { maxConnections, stalledTimeout }: Limits): void {
  server.on('connection', connections.enter);
  // A backstop, should the line above ever fail.
  server.maxConnections = 2 * maxConnections;
  // Nothing was sent or received for so long: normal only while a scrape waits for the cloud.
  server.setTimeout(stalledTimeout, (socket: Socket) => {
    if (!connections.isWaiting(socket)) socket.destroy();
  });
  // Otherwise Node would request the body before the guard can refuse it, or answer itself, past all rules.
  for (const event of ['checkContinue', 'checkExpectation']) server.on(event, connections.answer);
}

function listen(server: Server, target: ListenTarget, taken: readonly ListenTarget[]): Promise<void> {
  return new Promise((resolve, reject) => {
    // Not once(): without a listener a later error, such as too many open files, would end the process.
    server.on('error', (error) =>
      reject(
        'fd' in target
          ? socketError(target.fd, errorCode(error))
          : listenError(target, error, '--web.listen-address', taken),
      ),
    );
    server.listen(target, () => {
      if (server.address() instanceof Object || !('fd' in target)) resolve();
      // A socket in the file system: a connection to it has no address to know it by.
      else server.close(() => reject(socketError(target.fd, 'AF_UNIX')));
    });
  });
}

function urlOf(server: Server, scheme: string): string {
  // Reason: a listening TCP server has an address of this form; others are refused above.
  const { address, family, port } = server.address() as AddressInfo;
  const host = address === '::' || address === '0.0.0.0' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `${scheme}://${host}:${port}`;
}
