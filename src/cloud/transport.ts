// Sends one request, through a proxy or not; every way to fail becomes a `CloudError`.
import { messageOf, NO_DESCRIPTORS } from '../option-types/error-code.ts';
import type { ProxyAddress } from '../option-types/url.ts';
import { brokenConnection } from './broken-connection.ts';
import { type ConnectionOptions, type Connections, createConnections } from './connections.ts';
import { CloudError, isBug } from './errors.ts';
import { exchange } from './exchange.ts';
import { otherEndpoint } from './hosts.ts';
import { type ChosenProxy, proxyOf } from './proxy.ts';
import type { Outgoing, Send } from './send.ts';
import { ProxyFailure } from './tunnels.ts';

export interface TransportOptions extends ConnectionOptions {
  readonly proxy?: ProxyAddress | undefined;
  /** `direct` for the metadata service, which is never behind a proxy; else HTTPS_PROXY and NO_PROXY are honoured. */
  readonly direct?: boolean;
}

export interface Transport extends Pick<Connections, 'renew' | 'close'> {
  /** Rejects with a `CloudError` of kind timeout, network, tls, schema (answer too large) or the signal's own reason. */
  readonly send: Send;
}

export function createTransport(options: TransportOptions): Transport {
  const { dispatcher, renew, close } = createConnections(options);
  /** By origin: the environment stays as it is, and to read it takes as long as to read the answer of a pool. */
  const proxies = new Map<string, ChosenProxy | undefined>();
  function proxyFor(outgoing: Outgoing): ChosenProxy | undefined {
    const { origin } = outgoing.url;
    if (!proxies.has(origin)) proxies.set(origin, chooseProxy(outgoing, options));
    return proxies.get(origin);
  }
  return {
    async send(outgoing) {
      const proxy = proxyFor(outgoing);
      try {
        return await exchange(outgoing, await dispatcher(proxy));
      } catch (error) {
        throw isBug(error) ? error : asCloudError(error, outgoing, options, proxy);
      }
    },
    renew,
    close,
  };
}

function chooseProxy({ operation, url }: Outgoing, { direct, proxy }: TransportOptions): ChosenProxy | undefined {
  if (direct === true) return undefined;
  if (proxy !== undefined) return { address: proxy, setting: 'proxy_url' };
  try {
    return proxyOf(url, process.env);
  } catch (error) {
    throw new CloudError('network', `${operation}: not sent: ${messageOf(error)}`, { final: true });
  }
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
  if (!(reason instanceof CloudError))
    return new CloudError('aborted', `${operation}: given up, because nobody waits for the answer any more`);
  if (reason.kind !== 'timeout' || proxy === undefined) return reason;
  return new CloudError('timeout', `${reason.message}, through the proxy ${proxy.address.origin}`);
}

const EXPIRED = '; its certificate is not valid now: check the time of this machine';
const PLAIN = '; does it speak plain HTTP instead of HTTPS?';
const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: '; DNS does not know this name: check region, endpoint and name resolution',
  ECONNREFUSED: '; nothing listens there: check endpoint and proxy_url',
  CERT_HAS_EXPIRED: EXPIRED,
  CERT_NOT_YET_VALID: EXPIRED,
  ERR_TLS_CERT_ALTNAME_INVALID: '; its certificate is for another name: check endpoint',
  EPROTO: PLAIN,
  ERR_SSL_WRONG_VERSION_NUMBER: PLAIN,
  EMFILE: NO_DESCRIPTORS,
  ENFILE: NO_DESCRIPTORS,
};
const UNTRUSTED = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)/;

/** What fits the reason and the settings; the metadata service has neither region nor proxy. */
function adviceFor(code: string, hostname: string, { direct, caFile }: TransportOptions): string {
  if (direct === true) return code === 'ECONNREFUSED' ? '; nothing listens there: it is a service of ECS machines' : '';
  if (UNTRUSTED.test(code))
    return caFile === undefined
      ? '; is a ca_file missing?'
      : '; no authority in the ca_file has signed its certificate';
  const other = code === 'ENOTFOUND' ? otherEndpoint(hostname) : undefined;
  return `${ADVICE[code] ?? ''}${other === undefined ? '' : `, or try ${other}`}`;
}
