// SDK-HMAC-SHA256 request signing, stage by stage, so that each stage can be held against a published vector.
// Source: the vendor's signing guide (devg-apisign) and the signers of its Python and Go SDKs.
import { createHash, createHmac } from 'node:crypto';

const ALGORITHM = 'SDK-HMAC-SHA256';

export interface Signable {
  readonly method: string;
  readonly url: URL;
  /** The headers to sign; all of them are. `x-sdk-date` must be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

/** RFC 3986: `encodeURIComponent` leaves five characters alone that the cloud encodes. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** `YYYYMMDDTHHMMSSZ`; the gateway tolerates 15 minutes of skew. */
export const sdkDate = (now: number): string =>
  new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** UTF-8 sorts as code points do; `<` would compare UTF-16 units. */
const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Names sorted, values of a repeated name sorted, both before they are encoded; a value-less name keeps its `=`. */
export function canonicalQuery(url: URL): string {
  return [...url.searchParams]
    .sort(([a, x], [b, y]) => byCodePoint(a, b) || byCodePoint(x, y))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** Ends in a slash for signing only: the request itself goes out without it. */
function canonicalPath(url: URL): string {
  const path = url.pathname
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
  return path.endsWith('/') ? path : `${path}/`;
}

function canonicalHeaders(headers: Signable['headers']) {
  const entries = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    // Names of headers are ASCII.
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    block: entries.map(([name, value]) => `${name}:${value}\n`).join(''),
    names: entries.map(([name]) => name).join(';'),
  };
}

const EMPTY_BODY = sha256('');

export function canonicalRequest({ method, url, headers, body = '' }: Signable): string {
  const { block, names } = canonicalHeaders(headers);
  const bodyHash = body === '' ? EMPTY_BODY : sha256(body);
  return [method, canonicalPath(url), canonicalQuery(url), block, names, bodyHash].join('\n');
}

export const stringToSign = (date: string, canonical: string): string =>
  [ALGORITHM, date, sha256(canonical)].join('\n');

export const signatureOf = (secretKey: string, text: string): string =>
  createHmac('sha256', secretKey).update(text).digest('hex');

/** Value of the `Authorization` header. */
export function authorization(request: Signable, keys: Keys): string {
  const date = request.headers['x-sdk-date'] ?? '';
  const signature = signatureOf(keys.secretKey, stringToSign(date, canonicalRequest(request)));
  const { names } = canonicalHeaders(request.headers);
  return `${ALGORITHM} Access=${keys.accessKey}, SignedHeaders=${names}, Signature=${signature}`;
}
