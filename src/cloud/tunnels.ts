// The way through a proxy: what fails there is blamed on the proxy, because nothing is known of the cloud then.
import { brokenConnection } from './broken-connection.ts';
import { CloudError } from './errors.ts';
import { type ChosenProxy, portOf } from './proxy.ts';
import type { Dispatcher, Pool } from './undici.ts';

/** The proxy did not answer, or it said no. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';
  /** Of its answer, if there was one. */
  readonly status: number | undefined;

  constructor(status: number | undefined, cause?: unknown) {
    super('no tunnel', { cause });
    this.status = status;
  }

  /** Never a refusal of the credential. Not retried after an answer: the settings or the proxy have to change first. */
  told(operation: string, url: URL, { address: { origin, authorization }, setting }: ChosenProxy): CloudError {
    if (this.status === undefined) {
      const { kind, words } = brokenConnection(this.cause);
      return new CloudError(kind, `${operation}: ${words(`the proxy ${origin}`)}; check ${setting}`);
    }
    const target = `${url.hostname}:${portOf(url)}`;
    const words = `${operation}: the proxy ${origin} answered HTTP ${this.status} and opened no tunnel to ${target}`;
    return new CloudError('network', `${words}; ${adviceFor(this.status, setting, authorization !== undefined)}`, {
      final: true,
    });
  }
}

function adviceFor(status: number, setting: string, hasUser: boolean): string {
  if (status === 407)
    return hasUser
      ? `check user and password in ${setting}`
      : `it requires a user and a password, and ${setting} has none`;
  if (status === 403) return 'ask its administrator to allow that';
  return status >= 500 ? 'can the proxy reach that itself?' : `check ${setting}`;
}

/**
 * The pool of connections to a proxy, its failures marked. undici would hide the status in words, and ask a proxy that hangs
 * up again and again until the time is over.
 */
export function tunnels(pool: Pool): Dispatcher {
  const connect = pool.connect.bind(pool);
  return Object.assign(pool, {
    async connect(options: Parameters<typeof connect>[0]) {
      const tunnel = await connect(options).catch((error: unknown) => {
        throw new ProxyFailure(undefined, error);
      });
      if (tunnel.statusCode === 200) return tunnel;
      tunnel.socket.on('error', () => {}).destroy();
      throw new ProxyFailure(tunnel.statusCode);
    },
  });
}
