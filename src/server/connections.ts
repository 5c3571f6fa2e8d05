// The open connections to one address: one answer at a time on each, and the longest silent one makes room for a new one.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from './limits.ts';
import { pathOf } from './request-target.ts';

interface Connection {
  readonly key: unknown;
  readonly socket: Socket;
  /** Undefined while the connection is silent: only a complete request counts, not a byte now and then. */
  answer: ServerResponse | undefined;
  /** Requests that came before the answer to an earlier one. */
  readonly waiting: (readonly [IncomingMessage, ServerResponse])[];
}

export type Connections = ReturnType<typeof createConnections>;

/**
 * Node itself would turn the new connection away, and would start all pipelined requests at once, a thousand from one packet;
 * Node 20 never closes the response of one whose turn does not come.
 */
export function createConnections(
  app: RequestListener,
  { maxConnections, maxPipelined }: Pick<Limits, 'maxConnections' | 'maxPipelined'>,
) {
  /** The longest silent first. */
  const open = new Map<unknown, Connection>();
  let isClosing = false;

  function evict(): void {
    const longest = [...open.values()].find(({ answer }) => answer === undefined);
    if (longest === undefined) return;
    // Not left to its close event: many may come before that.
    open.delete(longest.key);
    longest.socket.destroy();
  }

  function answerNext(connection: Connection): void {
    const { key, socket, waiting } = connection;
    const next = waiting.shift();
    connection.answer = next?.[1];
    if (next === undefined) {
      if (isClosing) socket.destroy();
      // Moves it to the end, unless it has been closed or evicted.
      if (open.get(key) === connection && open.delete(key)) open.set(key, connection);
      return;
    }
    const [request, response] = next;
    // Without a socket the connection has ended, and the response would never close.
    if (response.socket === null) return;
    response.once('close', () => answerNext(connection));
    const path = pathOf(request.url ?? '');
    if (path === undefined) {
      response.writeHead(400, { Connection: 'close', 'Content-Type': 'text/plain' }).end('Bad request\n');
      return;
    }
    request.url = path;
    app(request, response);
  }

  return {
    enter(socket: Socket): void {
      const key = keyOf(socket);
      const connection: Connection = { key, socket, answer: undefined, waiting: [] };
      open.delete(key);
      open.set(key, connection);
      socket.once('close', () => {
        // The same client may have come back since.
        if (open.get(key) === connection) open.delete(key);
      });
      if (open.size > maxConnections) evict();
    },
    answer(request: IncomingMessage, response: ServerResponse): void {
      const connection = open.get(keyOf(request.socket));
      if (connection === undefined || connection.waiting.length >= maxPipelined) return void request.socket.destroy();
      connection.waiting.push([request, response]);
      if (connection.answer === undefined) answerNext(connection);
    },
    /** Whether an answer is in the making of which nothing has been sent. */
    isWaiting: (socket: Socket): boolean => open.get(keyOf(socket))?.answer?.headersSent === false,
    /** Ends silent connections now and each of the others after its answer, or all of them now. */
    close({ isForced = false } = {}): void {
      isClosing = true;
      for (const { answer, socket } of open.values()) if (isForced || answer === undefined) socket.destroy();
    },
  };
}

/** The same for a raw socket and the TLS socket over it, which Node does not relate. The socket itself if it has no address. */
function keyOf(socket: Socket): unknown {
  const { remoteAddress, remotePort, localAddress } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort} ${localAddress}`;
}
