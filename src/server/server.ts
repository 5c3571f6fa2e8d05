// The HTTP server: listens where it is told, counts what it answers, and ends gracefully.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import type { Clock } from '../async/clock.ts';
import { settledWithin } from '../async/deadline.ts';

export interface ListenAddress {
  /** Undefined: all addresses of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

export interface RunningServer {
  /** Base addresses, like `http://127.0.0.1:10054`. */
  readonly urls: readonly string[];
  /** Accepts nothing more, lets running answers finish (at most 10 s), then cuts what is left. */
  close(): Promise<void>;
}

const GRACE_MS = 10_000;
/** Above common scrape intervals, so that a scraper keeps its connection. */
const KEEP_ALIVE_MS = 75_000;

/** `:10054`, `127.0.0.1:10054` or `[::1]:10054`; undefined if it is none of these. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65_535) return undefined;
  return { host: parts[1] ?? (parts[2] === '' ? undefined : parts[2]), port };
}

/** Rejects, naming the address, when one of them cannot be listened on. */
export async function serve(app: Express, addresses: readonly ListenAddress[], clock: Clock): Promise<RunningServer> {
  const servers: Server[] = [];
  const answers = underWay(app);
  try {
    for (const address of addresses) servers.push(await listen(answers.listener, address));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return {
    urls: servers.map(urlOf),
    async close() {
      const closed = Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
      // Not for the connections: scrapers keep theirs open, and Node would wait for them long after the last answer.
      await settledWithin(clock, GRACE_MS, answers.done());
      for (const server of servers) server.closeAllConnections();
      await closed;
    },
  };
}

/** Counts the answers under way, so that the end can wait for the last one. */
function underWay(app: Express) {
  let count = 0;
  let onDone = () => {};
  const listener: RequestListener = (request, response) => {
    count += 1;
    response.once('close', () => {
      count -= 1;
      if (count === 0) onDone();
    });
    app(request, response);
  };
  const done = () =>
    new Promise<void>((resolve) => {
      onDone = resolve;
      if (count === 0) resolve();
    });
  return { listener, done };
}

function listen(listener: RequestListener, { host, port }: ListenAddress): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, listener);
    // For good, not once: without a listener a later error, like too many open files, would end the process.
    server.on('error', (error) => {
      const where = `${host ?? ''}:${port}`;
      reject(
        new Error(
          `cannot listen on ${where} (${'code' in error ? error.code : error.message}); is another program using it?`,
        ),
      );
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve(server));
  });
}

function urlOf(server: Server): string {
  // Reason: a TCP server that listens has an address of this form; pipes, which do not, are never used.
  const { address, family, port } = server.address() as AddressInfo;
  const host = address === '::' || address === '0.0.0.0' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}
