// The only file that opens connections: undici with bounded connections, answer sizes and waits.
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { onAbort } from '../async/deadline.ts';
import { shown } from '../options/secret.ts';
import type { ProxyAddress } from '../options/url.ts';
import { brokenConnection, MOST_BYTES_OF_HEADERS } from './broken-connection.ts';
import { CloudError, isSuccess } from './errors.ts';
import { otherEndpoint } from './hosts.ts';
import { type ChosenProxy, proxyOf } from './proxy.ts';
import type { Answer, Outgoing, Send } from './send.ts';
import { ProxyFailure, tunnels } from './tunnels.ts';
import { Agent, type Dispatcher, Pool, ProxyAgent } from './undici.ts';

const MIB = 1024 * 1024;
/** Of a pool, a token, quotas: all of them are a few KiB. */
const MOST_BYTES = MIB;
/** Of a refusal, which says in a sentence what is wrong. What is beyond is not read; the status says enough. */
const MOST_BYTES_OF_REFUSAL = 64 * 1024;
/** Longer than a scrape interval, so that a connection serves many scrapes. */
const KEEP_ALIVE_MS = 90_000;

const CONNECT_MS = 10_000;
/**
 * For each address of a host, one after the other; Node's 250 ms are less than the way around the world takes. Long enough
 * for one lost packet, which is sent again after a second.
 */
const ATTEMPT_MS = 2_000;

export interface TransportOptions {
  readonly connections: number;
  /** Of one request, in milliseconds: half of it is the most for one address of a host, so that a second one has its turn. */
  readonly timeout?: number;
  readonly proxy?: ProxyAddress | undefined;
  /** A file of PEM certificates that are trusted besides the usual ones. */
  readonly caFile?: string | undefined;
  /** `direct` for the metadata service, which is never behind a proxy; else HTTPS_PROXY and NO_PROXY are honoured. */
  readonly direct?: boolean;
}

export interface Transport {
  /** Rejects with a `CloudError` of kind timeout, network, tls, schema (answer too large) or the signal's own reason. */
  readonly send: Send;
  close(): Promise<void>;
}

/** Nothing is connected before the first request. */
export function createTransport(options: TransportOptions): Transport {
  /** By the address of the proxy; empty for what is asked directly. */
  const dispatchers = new Map<string, Dispatcher>();
  return {
    async send(outgoing) {
      const proxy = proxyFor(outgoing, options);
      const way = proxy?.address.address.reveal() ?? '';
      try {
        // Not kept where it throws: the file of certificates may be there next time.
        const dispatcher = dispatchers.get(way) ?? dispatcherFor(options, proxy);
        dispatchers.set(way, dispatcher);
        return await unlessAborted(exchange(outgoing, dispatcher), outgoing.deadline.signal);
      } catch (error) {
        throw asCloudError(error, outgoing, options, proxy);
      }
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function proxyFor({ operation, url }: Outgoing, { direct, proxy }: TransportOptions): ChosenProxy | undefined {
  if (direct === true) return undefined;
  if (proxy !== undefined) return { address: proxy, setting: 'proxy_url' };
  try {
    return proxyOf(url, process.env);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CloudError('network', `${operation}: not sent: ${why}`, { final: true });
  }
}

function dispatcherFor(options: TransportOptions, proxy: ChosenProxy | undefined): Dispatcher {
  const { timeout = 2 * ATTEMPT_MS } = options;
  const connect = options.caFile === undefined ? {} : { ca: [...rootCertificates, readCertificates(options.caFile)] };
  const common = {
    connections: options.connections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // undici's own timers are coarse (a second): the request's signal is the one clock that counts.
    headersTimeout: 0,
    bodyTimeout: 0,
    // But an attempt to connect outlives its request, and keeps one of the connections busy.
    connect: {
      ...connect,
      timeout: CONNECT_MS,
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.min(ATTEMPT_MS, Math.floor(timeout / 2)),
    },
    maxHeaderSize: MOST_BYTES_OF_HEADERS,
  };
  if (proxy === undefined) return new Agent(common);
  const { origin, authorization } = proxy.address;
  return new ProxyAgent({
    ...common,
    uri: origin,
    ...(authorization === undefined ? {} : { token: authorization.reveal() }),
    requestTls: common.connect,
    proxyTls: common.connect,
    clientFactory: (address, given) => tunnels(new Pool(address, { ...given, headersTimeout: CONNECT_MS })),
  });
}

/** undici hears the signal only when it is connected, to a proxy too; what nobody waits for is not sent then. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(leave);
  });
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CloudError(
      'tls',
      `cannot read the ca_file ${file} (${brokenConnection(error).code}); check that it exists and is readable`,
    );
  }
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
  const text = await textOf(body, statusCode, outgoing);
  const encoding = flat['content-encoding'] || 'identity';
  if (encoding === 'identity') return { status: statusCode, headers: flat, body: text };
  if (!isSuccess(statusCode)) return { status: statusCode, headers: flat, body: '' };
  const words = `${outgoing.operation}: the answer of ${outgoing.url.host} is compressed (${shown(encoding)})`;
  throw new CloudError('schema', `${words}, which was not asked for; is a proxy in between?`, { status: statusCode });
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

function asCloudError(
  error: unknown,
  { operation, url, deadline }: Outgoing,
  options: TransportOptions,
  proxy: ChosenProxy | undefined,
): CloudError {
  if (error instanceof CloudError && error !== deadline.signal.reason) return error;
  if (deadline.signal.aborted) return endedBy(deadline.signal, operation, proxy);
  if (proxy !== undefined && error instanceof ProxyFailure) return error.told(operation, url, proxy);
  const { kind, code, words } = brokenConnection(error);
  return new CloudError(kind, `${operation}: ${words(url.host)}${adviceFor(code, url.hostname, options)}`);
}

function endedBy({ reason }: AbortSignal, operation: string, proxy: ChosenProxy | undefined): CloudError {
  if (!(reason instanceof CloudError)) return new CloudError('aborted', `${operation}: given up`);
  if (reason.kind !== 'timeout' || proxy === undefined) return reason;
  return new CloudError('timeout', `${reason.message}, through the proxy ${proxy.address.origin}`);
}

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
