// Makes one answer at a time on each connection, and knows all of them, so that a shutdown can wait for the last.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.ts';
import { pathOf } from './request-target.ts';

export interface UnderWay {
  readonly listener: RequestListener;
  /** Whether the connection waits for an answer of which nothing is sent yet. */
  isAwaited(socket: Socket): boolean;
  /** Resolves when no answer is under way. */
  done(): Promise<void>;
}

type Exchange = readonly [IncomingMessage, ServerResponse];

/**
 * Answers with `app`. Node starts all requests that arrive together, a thousand in a packet, and Node 20 never closes an answer
 * whose turn does not come. So they wait here, at most `maxPipelined` per connection; one more ends it.
 */
export function underWay(
  app: RequestListener,
  { maxPipelined, connections }: { readonly maxPipelined: number; readonly connections: Connections },
): UnderWay {
  const responses = new Set<ServerResponse>();
  /** For each busy connection, the requests that came since. */
  const waiting = new WeakMap<Socket, Exchange[]>();
  let onDone = () => {};

  function answer([request, response]: Exchange): void {
    const { socket } = request;
    responses.add(response);
    response.once('close', () => {
      responses.delete(response);
      if (responses.size === 0) onDone();
      const next = waiting.get(socket)?.shift();
      // No socket: the connection has ended, and its turn never comes.
      if (next !== undefined && next[1].socket !== null) return answer(next);
      waiting.delete(socket);
      if (!socket.destroyed) connections.release(socket);
    });
    const path = pathOf(request.url ?? '');
    if (path === undefined)
      return void response.writeHead(400, { Connection: 'close', 'Content-Type': 'text/plain' }).end('Bad request\n');
    request.url = path;
    app(request, response);
  }

  return {
    listener(request, response) {
      const { socket } = request;
      connections.hold(socket);
      const before = waiting.get(socket);
      if (before === undefined) {
        waiting.set(socket, []);
        answer([request, response]);
      } else if (before.length < maxPipelined) before.push([request, response]);
      else socket.destroy();
    },
    isAwaited: (socket) => [...responses].some((response) => response.socket === socket && !response.headersSent),
    done: () =>
      new Promise<void>((resolve) => {
        onDone = resolve;
        if (responses.size === 0) resolve();
      }),
  };
}
