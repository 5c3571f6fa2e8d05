// Keeps the connections to one address few enough, and makes one answer at a time on each.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Limits } from './limits.ts';
import { pathOf } from './request-target.ts';

interface Connection {
  readonly key: unknown;
  readonly socket: Socket;
  /** Undefined while the connection is silent. Only a whole request counts: a client that sends a byte now and then is silent, too. */
  answer: ServerResponse | undefined;
  /** Requests that wait for an earlier answer. */
  readonly waiting: (readonly [IncomingMessage, ServerResponse])[];
}

export type Connections = ReturnType<typeof createConnections>;

/**
 * At the limit a new connection replaces the one that has been silent longest; Node's own `maxConnections` would refuse the new
 * one. Node starts all requests that arrive together, a thousand in a packet, and Node 20 never closes an answer whose turn does
 * not come: so they wait here, at most `maxPipelined` per connection, and one more ends it.
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
    // Now, not at its close event: many may connect before that.
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
    // No socket: the connection has ended, and its turn never comes.
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
        // The same client may have connected again since.
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
    /** Whether the connection waits for an answer of which nothing is sent yet. */
    isWaiting: (socket: Socket): boolean => open.get(keyOf(socket))?.answer?.headersSent === false,
    /** Ends silent connections now and the others after their answer, or all of them now. */
    close({ isForced = false } = {}): void {
      isClosing = true;
      for (const { answer, socket } of open.values()) if (isForced || answer === undefined) socket.destroy();
    },
  };
}

/** The same for a raw connection and its TLS socket, which Node does not link. The socket itself if it has no address. */
function keyOf(socket: Socket): unknown {
  const { remoteAddress, remotePort, localAddress } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort} ${localAddress}`;
}
