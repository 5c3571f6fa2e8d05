// The open connections to one address: where they are too many, the one that has been silent longest gives way to the next.
import type { Socket } from 'node:net';

export interface Connections {
  /** It has come, and is silent until it has asked for something. */
  enter(socket: Socket): void;
  /** It has asked: it stays until it has its answer. TLS hands on another socket than the one that came; both are known. */
  hold(socket: Socket): void;
  /** It has its answer, and is silent from now on. */
  release(socket: Socket): void;
}

/**
 * What comes of a request does not count, only a whole one: who sends a byte now and then is silent, too. Node's own
 * `maxConnections` turns the next one away instead.
 */
export function createConnections(limit: number): Connections {
  const open = new Map<unknown, Socket>();
  /** Those of them that wait for nothing, in the order in which they fell silent. */
  const silent = new Map<unknown, Socket>();

  function silence(key: unknown, socket: Socket): void {
    // A key that is there already would keep its place.
    silent.delete(key);
    silent.set(key, socket);
  }

  function forget(key: unknown, socket: Socket): void {
    // Since then the same client may have come again.
    if (open.get(key) !== socket) return;
    open.delete(key);
    silent.delete(key);
  }

  return {
    enter(socket) {
      const key = keyOf(socket);
      open.set(key, socket);
      silence(key, socket);
      socket.once('close', () => forget(key, socket));
      if (open.size <= limit) return;
      for (const [longest, one] of silent) {
        // At once, not with its event: many may come before that.
        forget(longest, one);
        one.destroy();
        break;
      }
    },
    hold: (socket) => void silent.delete(keyOf(socket)),
    release(socket) {
      const key = keyOf(socket);
      const one = open.get(key);
      if (one !== undefined) silence(key, one);
    },
  };
}

/** The same for a connection and for what TLS makes of it: Node does not tell one from the other. Itself where it has no address. */
function keyOf(socket: Socket): unknown {
  const { remoteAddress, remotePort, localAddress } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort} ${localAddress}`;
}
