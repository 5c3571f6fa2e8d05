// The connections of a project to the cloud: opened when needed, through a proxy or not, and replaced when its ca_file changes.
import { createSecureContext, type SecureContext } from 'node:tls';
import { type Authorities, authoritiesOfNode, readAuthorities } from './authorities.ts';
import { MOST_BYTES_OF_HEADERS } from './broken-connection.ts';
import { CloudError } from './errors.ts';
import type { ChosenProxy } from './proxy.ts';
import { tunnels } from './tunnels.ts';
import { Agent, type Dispatcher, Pool, ProxyAgent } from './undici.ts';

/** Longer than a scrape interval, so that a connection serves many scrapes. */
const KEEP_ALIVE_MS = 90_000;
const CONNECT_MS = 10_000;
/**
 * For each address of a host, one after the other; Node's 250 ms are less than the way around the world takes. Long enough
 * for one lost packet, which is sent again after a second.
 */
const ATTEMPT_MS = 2_000;

export interface ConnectionOptions {
  /** The most to one host. */
  readonly connections: number;
  /** Of one request, in milliseconds: half of it is the most for one address of a host, so that a second one has its turn. */
  readonly timeout?: number;
  /** A file of PEM certificates that are trusted besides the usual ones. */
  readonly caFile?: string | undefined;
}

export interface Connections {
  /** Rejects with a `CloudError` of kind tls where the file of certificates cannot be used. */
  dispatcher(proxy: ChosenProxy | undefined): Promise<Dispatcher>;
  /**
   * Looks at the file of certificates again: if it changed, new connections are made from now on. Resolves with why it cannot be
   * used, which leaves everything as it was. Never rejects.
   */
  renew(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** All that trust the same authorities. */
interface Generation {
  /** Those of the file; undefined without one. */
  readonly authorities: Authorities | undefined;
  readonly trusted: SecureContext | undefined;
  /** By the address of the proxy; empty for what is asked directly. */
  readonly dispatchers: Map<string, Dispatcher>;
}

/** Nothing is read or connected before it is needed. */
export function createConnections(options: ConnectionOptions): Connections {
  const { caFile } = options;
  let current: Generation | undefined;
  let looking: Promise<string | undefined> | undefined;
  /** Replaced, with requests still under way. */
  const retiring = new Set<Dispatcher>();

  /** Once at a time. Resolves with why the file cannot be used. */
  function look(): Promise<string | undefined> {
    looking ??= readFile().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  async function readFile(): Promise<string | undefined> {
    const read = caFile === undefined ? undefined : await readAuthorities(caFile, current?.authorities);
    if (read !== undefined && 'why' in read) return read.why;
    if (current !== undefined && read === current.authorities) return undefined;
    const before = current;
    current = await trust(read);
    for (const dispatcher of before?.dispatchers.values() ?? []) {
      retiring.add(dispatcher);
      // Its requests end first.
      void dispatcher.close().finally(() => retiring.delete(dispatcher));
    }
    return undefined;
  }

  return {
    async dispatcher(proxy) {
      while (current === undefined) {
        // A failure is not kept: the file may be there next time.
        const why = await look();
        if (why !== undefined) throw new CloudError('tls', `the ca_file ${why}`);
      }
      const { dispatchers, trusted } = current;
      const way = proxy?.address.address.reveal() ?? '';
      const dispatcher = dispatchers.get(way) ?? dispatcherFor(options, proxy, trusted);
      dispatchers.set(way, dispatcher);
      return dispatcher;
    },
    // Before the first request there is nothing to renew: it reads the file itself.
    renew: async () => (current === undefined ? undefined : look()),
    async close() {
      await Promise.allSettled([looking]);
      await Promise.all([...retiring, ...(current?.dispatchers.values() ?? [])].map((one) => one.destroy()));
    },
  };
}

async function trust(authorities: Authorities | undefined): Promise<Generation> {
  const ca = authorities && [...(await authoritiesOfNode()), ...authorities.certificates];
  // An issuing authority alone is an anchor, as in the TLS of Go. Made once: with all the authorities in it, it costs 50 ms, for
  // which every connection would stand still.
  const trusted = ca && createSecureContext({ ca, allowPartialTrustChain: true });
  return { authorities, trusted, dispatchers: new Map() };
}

function dispatcherFor(
  { connections, timeout = 2 * ATTEMPT_MS }: ConnectionOptions,
  proxy: ChosenProxy | undefined,
  trusted: SecureContext | undefined,
): Dispatcher {
  const connect = {
    ...(trusted === undefined ? {} : { secureContext: trusted }),
    // An attempt to connect outlives its request, and keeps one of the connections busy.
    timeout: CONNECT_MS,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.min(ATTEMPT_MS, Math.floor(timeout / 2)),
  };
  const common = {
    connections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // undici's own timers are coarse (a second): the request's signal is the one clock that counts.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect,
    maxHeaderSize: MOST_BYTES_OF_HEADERS,
  };
  if (proxy === undefined) return new Agent(common);
  const { origin, authorization } = proxy.address;
  return new ProxyAgent({
    ...common,
    uri: origin,
    ...(authorization === undefined ? {} : { token: authorization.reveal() }),
    requestTls: connect,
    proxyTls: connect,
    clientFactory: (address, given) => tunnels(new Pool(address, { ...given, headersTimeout: CONNECT_MS })),
  });
}
