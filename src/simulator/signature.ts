// Verifies SDK-HMAC-SHA256 signatures, written apart from the exporter's signer: a double that shares code shares the bugs.
import { createHash, createHmac } from 'node:crypto';
import { type CloudRequest, header } from './reply.ts';

export interface Authorization {
  readonly accessKey: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const form = /^SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;

/** Undefined for anything that is not an SDK-HMAC-SHA256 header. */
export function parseAuthorization(text: string): Authorization | undefined {
  const [, accessKey, names, signature] = form.exec(text) ?? [];
  if (accessKey === undefined || names === undefined || signature === undefined) return undefined;
  return { accessKey, signedHeaders: names.split(';'), signature };
}

/** The text both sides must agree on. Throws URIError on a broken percent escape in the request line. */
export function canonicalRequest(request: CloudRequest, signedHeaders: readonly string[]): string {
  const [path, query = ''] = cut(request.url, '?');
  const names = [...signedHeaders].sort(byCodePoint);
  return [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${(header(request.headers, name) ?? '').trim()}`),
    '',
    names.join(';'),
    header(request.headers, 'x-sdk-content-sha256') ?? sha256(request.body ?? ''),
  ].join('\n');
}

/** What a client that knows the secret must have sent, in lower-case hex. */
export function signatureOf(request: CloudRequest, signedHeaders: readonly string[], secretKey: string): string {
  const date = header(request.headers, 'x-sdk-date') ?? '';
  const text = ['SDK-HMAC-SHA256', date, sha256(canonicalRequest(request, signedHeaders))].join('\n');
  return createHmac('sha256', secretKey).update(text).digest('hex');
}

export function isSignedWith(request: CloudRequest, authorization: Authorization, secretKey: string): boolean {
  try {
    return signatureOf(request, authorization.signedHeaders, secretKey) === authorization.signature;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** Epoch ms of `YYYYMMDDTHHMMSSZ`; NaN for anything else. */
export function parseSdkDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Every segment decoded and encoded again; the slash at the end exists in the signed text only. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

/** Sorted by name, then by value; `+` is read as a space, as forms do. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => cut(pair, '='))
    .map(([name, value = '']) => ({ name: decode(name), value: decode(value) }))
    .sort((left, right) => byCodePoint(left.name, right.name) || byCodePoint(left.value, right.value))
    .map(({ name, value }) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** RFC 3986: only letters, digits and `-_.~` stay. */
function encode(text: string): string {
  const percent = (byte: number) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return text.replace(/[^A-Za-z0-9\-_.~]+/gu, (run) => Array.from(Buffer.from(run), percent).join(''));
}

/** Splits at the first separator. */
function cut(text: string, separator: string): readonly [string, string?] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

/** By bytes of UTF-8, which is the order of code points; plain `<` compares UTF-16 units. */
function byCodePoint(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
