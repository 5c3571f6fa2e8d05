// The only file that opens connections: undici with bounded connections, answer sizes and waits.
import { createSecureContext, type SecureContext } from 'node:tls';
import { onAbort } from '../async/deadline.ts';
import { shown } from '../options/secret.ts';
import type { ProxyAddress } from '../options/url.ts';
import { type Authorities, authoritiesOfNode, readAuthorities } from './authorities.ts';
import { CloudError, type FailureKind, isBug, isSuccess } from './errors.ts';
import { otherEndpoint } from './hosts.ts';
import type { Answer, Outgoing, Send } from './send.ts';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from './undici.ts';

const MIB = 1024 * 1024;
/** Of a pool, a token, quotas: all of them are a few KiB. */
const MOST_BYTES = MIB;
/** Of a refusal, which says in a sentence what is wrong. What is beyond is not read; the status says enough. */
const MOST_BYTES_OF_REFUSAL = 64 * 1024;
/** Longer than a scrape interval, so that a connection serves many scrapes. */
const KEEP_ALIVE_MS = 90_000;

const CONNECT_MS = 10_000;

export interface TransportOptions {
  readonly connections: number;
  readonly proxy?: ProxyAddress | undefined;
  /** A file of PEM certificates that are trusted besides the usual ones. */
  readonly caFile?: string | undefined;
  /** `direct` for the metadata service, which is never behind a proxy; else HTTPS_PROXY and NO_PROXY are honoured. */
  readonly direct?: boolean;
}

export interface Transport {
  /** Rejects with a `CloudError` of kind timeout, network, tls, schema (answer too large) or the signal's own reason. */
  readonly send: Send;
  /**
   * Looks at the file of certificates again: if it changed, new connections are made from now on. Resolves with why it cannot be
   * used, which leaves everything as it was. Never rejects.
   */
  renew(): Promise<string | undefined>;
  close(): Promise<void>;
}

interface Connections {
  readonly dispatcher: Dispatcher;
  /** Those of the file; undefined without one. */
  readonly authorities: Authorities | undefined;
}

/** Nothing is read or connected before the first request. */
export function createTransport(options: TransportOptions): Transport {
  const { caFile } = options;
  let current: Connections | undefined;
  let opening: Promise<void> | undefined;
  let renewing: Promise<string | undefined> | undefined;
  /** Replaced, with requests still under way. */
  const retiring = new Set<Dispatcher>();

  async function open(): Promise<void> {
    const authorities = caFile === undefined ? undefined : await readAuthorities(caFile);
    if (authorities !== undefined && 'why' in authorities)
      throw new CloudError('tls', `the ca_file ${authorities.why}`);
    current = await connectionsOf(options, authorities);
  }

  async function lookAgain(file: string): Promise<string | undefined> {
    // Before the first request there is nothing to renew: it reads the file itself.
    if (current === undefined) return undefined;
    const read = await readAuthorities(file, current.authorities);
    if ('why' in read) return read.why;
    if (read === current.authorities) return undefined;
    const { dispatcher } = current;
    current = await connectionsOf(options, read);
    retiring.add(dispatcher);
    // Its requests end first.
    void dispatcher.close().finally(() => retiring.delete(dispatcher));
    return undefined;
  }

  async function exchanged(outgoing: Outgoing): Promise<Answer> {
    while (current === undefined) {
      // A failure is not kept: the file of certificates may be there next time.
      opening ??= open().finally(() => {
        opening = undefined;
      });
      await opening;
    }
    return exchange(outgoing, current.dispatcher);
  }

  return {
    async send(outgoing) {
      try {
        return await unlessAborted(exchanged(outgoing), outgoing.deadline.signal);
      } catch (error) {
        throw isBug(error) ? error : asCloudError(error, outgoing, options);
      }
    },
    async renew() {
      if (caFile === undefined) return undefined;
      renewing ??= lookAgain(caFile).finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
    async close() {
      await Promise.allSettled([opening, renewing]);
      await Promise.all(
        [...retiring, ...(current === undefined ? [] : [current.dispatcher])].map((one) => one.destroy()),
      );
    },
  };
}

async function connectionsOf(options: TransportOptions, authorities: Authorities | undefined): Promise<Connections> {
  const ca = authorities && [...(await authoritiesOfNode()), ...authorities.certificates];
  // An issuing authority alone is an anchor, as in the TLS of Go. Made once: with all the authorities in it, it costs 50 ms, for which every connection would stand still.
  return {
    authorities,
    dispatcher: dispatcherFor(options, ca && createSecureContext({ ca, allowPartialTrustChain: true })),
  };
}

function dispatcherFor(options: TransportOptions, trusted: SecureContext | undefined): Dispatcher {
  const connect = trusted === undefined ? {} : { secureContext: trusted };
  const common = {
    connections: options.connections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // undici's own timers are coarse (a second): the request's signal is the one clock that counts.
    headersTimeout: 0,
    bodyTimeout: 0,
    // But an attempt to connect outlives its request, and keeps one of the connections busy.
    connect: { ...connect, timeout: CONNECT_MS },
  };
  if (options.direct === true) return new Agent(common);
  if (options.proxy !== undefined)
    return new ProxyAgent({
      ...common,
      uri: options.proxy.address.reveal(),
      requestTls: connect,
      proxyTls: connect,
    });
  return new EnvHttpProxyAgent({ ...common, requestTls: connect, proxyTls: connect });
}

/** undici hears the signal only when it is connected, to a proxy too; what nobody waits for is not sent then. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(leave);
  });
}

async function exchange(outgoing: Outgoing, dispatcher: Dispatcher): Promise<Answer> {
  const { origin, pathname, search } = outgoing.url;
  const { statusCode, headers, body } = await dispatcher.request({
    origin,
    path: `${pathname}${search}`,
    method: outgoing.method,
    headers: outgoing.headers,
    body: outgoing.body ?? null,
    signal: outgoing.deadline.signal,
  });
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  return { status: statusCode, headers: flat, body: await textOf(body, statusCode, outgoing) };
}

/** Counts while it reads, so that a body of any size costs no more than the limit. */
async function textOf(body: AsyncIterable<Uint8Array>, status: number, outgoing: Outgoing): Promise<string> {
  const { operation, url, mostBytes = MOST_BYTES } = outgoing;
  const most = isSuccess(status) ? mostBytes : MOST_BYTES_OF_REFUSAL;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= most) continue;
    if (!isSuccess(status)) break;
    const words = `${operation}: the answer of ${url.host} is longer than ${most / MIB} MiB, the most that is read of one`;
    throw new CloudError('schema', words, { status });
  }
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, most));
}

function asCloudError(error: unknown, { operation, url, deadline }: Outgoing, options: TransportOptions): CloudError {
  if (error instanceof CloudError) return error;
  if (deadline.signal.aborted) {
    const reason: unknown = deadline.signal.reason;
    return reason instanceof CloudError ? reason : new CloudError('aborted', `${operation}: given up`);
  }
  const code = codeOf(error);
  const kind = kindOf(code);
  return new CloudError(
    kind,
    `${operation}: ${WORDS[kind] ?? 'cannot reach'} ${url.host} (${code})${adviceFor(code, url.hostname, options)}`,
  );
}

const WORDS: Partial<Record<FailureKind, string>> = {
  timeout: 'no connection in time to',
  tls: 'no trusted TLS connection to',
};

const EXPIRED = '; its certificate is not valid now: check the time of this machine';
const PLAIN = '; is it plain HTTP, asked as https?';
const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: '; nobody knows this name: check region, endpoint and name resolution',
  ECONNREFUSED: '; nobody listens there: check endpoint and proxy_url',
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: EXPIRED,
  ERR_TLS_CERT_ALTNAME_INVALID: '; its certificate is for another name: check endpoint',
  EPROTO: PLAIN,
  ERR_SSL_WRONG_VERSION_NUMBER: PLAIN,
};
const UNTRUSTED = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/;

/** What fits the reason and the settings; the metadata service has neither region nor proxy. */
function adviceFor(code: string, hostname: string, { direct, caFile }: TransportOptions): string {
  if (direct === true) return code === 'ECONNREFUSED' ? '; nobody listens there: it is a service of ECS machines' : '';
  if (UNTRUSTED.test(code))
    return caFile === undefined
      ? '; is a ca_file missing?'
      : '; none of those in the ca_file has signed its certificate';
  const other = code === 'ENOTFOUND' ? otherEndpoint(hostname) : undefined;
  return `${ADVICE[code] ?? ''}${other === undefined ? '' : `, or try ${other}`}`;
}

/** The most telling code: undici hides the system's error in `cause`, and several addresses in `errors`. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return 'unknown error';
  const nested = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (nested instanceof Error) {
    const inner = codeOf(nested, depth + 1);
    if (inner !== 'unknown error') return inner;
  }
  return 'code' in error && typeof error.code === 'string' ? error.code : shown(error.message);
}

function kindOf(code: string): FailureKind {
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return 'timeout';
  if (
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|EPROTO|UND_ERR_PRX_TLS)/.test(
      code,
    )
  )
    return 'tls';
  return 'network';
}
