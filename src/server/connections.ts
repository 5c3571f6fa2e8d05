// Keeps the connections to one address few enough: at the limit a new one replaces the one that has been silent longest.
import type { Socket } from 'node:net';

export interface Connections {
  /** A new connection: silent until its first request. */
  enter(socket: Socket): void;
  /** A request came: the connection stays until its answer is sent. Takes the socket of TLS as well as the raw one below it. */
  hold(socket: Socket): void;
  /** The answer is sent: silent from now on. */
  release(socket: Socket): void;
}

/**
 * Only a whole request counts: a client that sends a byte now and then is silent, too. Node's own `maxConnections` would refuse
 * the new connection instead.
 */
export function createConnections(limit: number): Connections {
  const open = new Map<unknown, Socket>();
  /** Those that wait for no answer, the longest silent first. */
  const silent = new Map<unknown, Socket>();

  function silence(key: unknown, socket: Socket): void {
    // Otherwise a known key would keep its place.
    silent.delete(key);
    silent.set(key, socket);
  }

  function forget(key: unknown, socket: Socket): void {
    // The same client may have connected again since.
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
        // Now, not at its close event: many may connect before that.
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

/** The same for a raw connection and its TLS socket, which Node does not link. The socket itself if it has no address. */
function keyOf(socket: Socket): unknown {
  const { remoteAddress, remotePort, localAddress } = socket;
  return remotePort === undefined ? socket : `${remoteAddress} ${remotePort} ${localAddress}`;
}
