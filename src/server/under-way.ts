// The answers under way: one at a time on each connection, and known, so that the end can wait for the last one.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.ts';
import { pathOf } from './request-target.ts';

export interface UnderWay {
  readonly listener: RequestListener;
  /** Whether an answer is still being made for a connection: nothing of it is sent. */
  isAwaited(socket: Socket): boolean;
  /** Resolves when no answer is under way. */
  done(): Promise<void>;
}

type Exchange = readonly [IncomingMessage, ServerResponse];

/**
 * Answers with `app`. Node starts all requests that arrive together, a thousand in a packet, and Node 20 never closes an answer
 * whose turn does not come: so requests wait here, at most `maxPipelined` of a connection. More end it.
 */
export function underWay(
  app: RequestListener,
  { maxPipelined, connections }: { readonly maxPipelined: number; readonly connections: Connections },
): UnderWay {
  const responses = new Set<ServerResponse>();
  /** Of each connection with an answer under way, what came since. */
  const waiting = new WeakMap<Socket, Exchange[]>();
  let onDone = () => {};

  function answer([request, response]: Exchange): void {
    const { socket } = request;
    responses.add(response);
    response.once('close', () => {
      responses.delete(response);
      if (responses.size === 0) onDone();
      const next = waiting.get(socket)?.shift();
      // Without a socket its turn does not come: the connection ends.
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
