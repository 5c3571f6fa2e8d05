// The only file that opens connections: undici with bounded connections, answer sizes and waits.
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { onAbort } from '../async/deadline.ts';
import { shown } from '../options/secret.ts';
import type { ProxyAddress } from '../options/url.ts';
import { CloudError, type FailureKind } from './errors.ts';
import type { Answer, Outgoing, Send } from './send.ts';
import { Agent, type Dispatcher, EnvHttpProxyAgent, ProxyAgent } from './undici.ts';

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
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
  close(): Promise<void>;
}

/** Nothing is connected before the first request. */
export function createTransport(options: TransportOptions): Transport {
  let dispatcher: Dispatcher | undefined;
  return {
    async send(outgoing) {
      try {
        // Not kept where it throws: the file of certificates may be there next time.
        dispatcher ??= dispatcherFor(options);
        return await unlessAborted(exchange(outgoing, dispatcher), outgoing.deadline.signal);
      } catch (error) {
        throw asCloudError(error, outgoing);
      }
    },
    async close() {
      await dispatcher?.destroy();
    },
  };
}

function dispatcherFor(options: TransportOptions): Dispatcher {
  const connect = options.caFile === undefined ? {} : { ca: [...rootCertificates, readCertificates(options.caFile)] };
  const common = {
    connections: options.connections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxResponseSize: MAX_ANSWER_BYTES,
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

function readCertificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CloudError(
      'tls',
      `cannot read the ca_file ${file} (${codeOf(error)}); check that it exists and is readable`,
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
  return { status: statusCode, headers: flat, body: await body.text() };
}

function asCloudError(error: unknown, { endpoint, url, deadline }: Outgoing): CloudError {
  if (error instanceof CloudError) return error;
  if (deadline.signal.aborted) {
    const reason: unknown = deadline.signal.reason;
    return reason instanceof CloudError ? reason : new CloudError('aborted', `${endpoint}: given up`);
  }
  const code = codeOf(error);
  const kind = kindOf(code);
  return new CloudError(
    kind,
    `${endpoint}: ${WORDS[kind] ?? 'cannot reach'} ${url.host} (${code})${ADVICE[code] ?? ''}`,
  );
}

const WORDS: Partial<Record<FailureKind, string>> = {
  timeout: 'no connection in time to',
  tls: 'no trusted TLS connection (is a ca_file missing?) to',
  schema: 'an answer above 16 MiB came from',
};

const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: '; nobody knows this name: check region, endpoint and name resolution',
  ECONNREFUSED: '; nobody listens there: check endpoint and proxy_url',
};

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
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'schema';
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return 'timeout';
  if (
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|EPROTO|UND_ERR_PRX_TLS)/.test(
      code,
    )
  )
    return 'tls';
  return 'network';
}
