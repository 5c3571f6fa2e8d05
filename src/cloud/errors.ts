// Everything that can go wrong with a request, as a closed list, with words for the person who reads it at night.
import { redact, withoutSecrets } from '../option-types/secret.ts';
import { parseHttpDate } from './http-date.ts';
import { parseJson } from './json.ts';
import { retryAfterOf } from './retry-after.ts';
import type { Answer, Layer, Outgoing } from './send.ts';

interface Meaning {
  /** Value of the label `reason` of failed attempts; undefined where no attempt failed. */
  readonly reason: string | undefined;
  /** `later`: it may pass by itself. `renewed`: only with other material. */
  readonly retried: 'later' | 'renewed' | 'never';
  /**
   * `refused`: the cloud does not take the credential. `answered`: it said no to what was asked; if that was to sign in, it
   * refused the credential, if it was anything else, it knew who asked. `nothing`: whether it knows the credential stays open.
   */
  readonly credential: 'refused' | 'answered' | 'nothing';
  /** Two in a row make a pool gone. */
  readonly isMiss: boolean;
  /** For the landing page. */
  readonly words: string;
}

const usual = { retried: 'never', credential: 'nothing', isMiss: false } as const;

/** Every way in which a read can fail, and all that follows from it. */
export const FAILURES = {
  timeout: { ...usual, reason: 'timeout', retried: 'later', words: 'timeout' },
  network: { ...usual, reason: 'network', retried: 'later', words: 'network error' },
  tls: { ...usual, reason: 'tls', words: 'TLS error' },
  unauthorized: { ...usual, reason: 'unauthorized', retried: 'renewed', credential: 'refused', words: 'unauthorized' },
  forbidden: { ...usual, reason: 'forbidden', credential: 'answered', words: 'forbidden' },
  not_found: { ...usual, reason: 'not_found', credential: 'answered', words: 'not found' },
  /** The service says that the pool which was asked for does not exist. */
  gone: { ...usual, reason: 'not_found', credential: 'answered', isMiss: true, words: 'not found' },
  throttled: { ...usual, reason: 'throttled', retried: 'later', words: 'throttled' },
  bad_request: { ...usual, reason: 'bad_request', credential: 'answered', words: 'bad request' },
  server: { ...usual, reason: 'server', retried: 'later', words: 'server error' },
  schema: { ...usual, reason: 'schema', words: 'unexpected answer' },
  aborted: { ...usual, reason: 'aborted', words: 'aborted' },
  /** A mistake of this program; the cloud did nothing wrong. */
  bug: { ...usual, reason: undefined, words: 'bug in the exporter' },
} as const satisfies Readonly<Record<string, Meaning>>;
export type FailureKind = keyof typeof FAILURES;

// Reason: Object.keys forgets the type of the keys.
export const FAILURE_KINDS = Object.keys(FAILURES) as readonly FailureKind[];

/** Values of the label `reason`, each once: all, or those of what may be retried. */
export const reasonsOf = (kinds: readonly FailureKind[]): readonly string[] => [
  ...new Set(kinds.flatMap((kind) => FAILURES[kind].reason ?? [])),
];

/** Why a request was not sent at all: no attempt, so nothing is known about what it would have read. */
export type UnsentReason = 'budget' | 'hold' | 'blocked' | 'deadline' | 'secret' | 'sign_in';

export interface CloudErrorDetails {
  readonly status?: number;
  /** The API's `error_code`. */
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  /** Milliseconds, from Retry-After. */
  readonly retryAfter?: number | undefined;
  /** The request may be repeated at once: signing in again gave different material. */
  readonly renewed?: boolean;
  /** Not retried: the failure is remembered elsewhere (signing in), or the request was already repeated. */
  readonly final?: boolean;
}

/** An attempt that failed. The message carries no secret and at most 200 characters of the cloud's own text. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly kind: FailureKind;
  readonly details: CloudErrorDetails;

  constructor(kind: FailureKind, message: string, details: CloudErrorDetails = {}) {
    super(message);
    this.kind = kind;
    this.details = details;
  }
}

/** A request that was held back to protect the account, or had no time left. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
  readonly reason: UnsentReason;

  constructor(reason: UnsentReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** No answer makes these: they are mistakes of this program. With a code they are Node's, about what it was given. */
export const isBug = (error: unknown): error is Error =>
  (error instanceof TypeError || error instanceof ReferenceError) && !('code' in error);

/** How a read failed. Other errors are a collector's own words for what it could not make sense of. */
export const kindOfFailure = (error: unknown): FailureKind =>
  error instanceof CloudError ? error.kind : isBug(error) ? 'bug' : 'schema';

/** The cloud does not accept what this request was sent with. */
export const isRefused = ({ kind }: CloudError): boolean => FAILURES[kind].credential === 'refused';

/** The cloud does not accept what was used to sign in. */
export const isSignInRefused = (error: unknown): error is CloudError =>
  error instanceof CloudError && FAILURES[error.kind].credential !== 'nothing';

/** Only a client that is signed in gets such an answer: it is the service's own. The gateway and proxies refuse strangers too. */
export const provesSignIn = ({ kind, details: { code } }: CloudError): boolean =>
  FAILURES[kind].credential === 'answered' && code !== undefined && !/^APIGW?\./.test(code);

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Turns every answer but a 2xx into a `CloudError`. `now` is for the clock skew of signature errors. */
export const checkStatus =
  (now: () => number): Layer =>
  (next) =>
  async (request) => {
    const answer = await next(request);
    if (isSuccess(answer.status)) return answer;
    throw errorOf(request, answer, now());
  };

/** Codes of the gateway for a signature, a token or a key that it does not take: documented with 401, but the code says it better. */
const OF_WHO_ASKS = /^APIGW?\.030[1357]$/;

function kindOf({ asksForPool }: Outgoing, status: number, code = ''): FailureKind {
  // The service answers 400 where its documentation promises 404; a gateway that does not know the path has another code.
  if (asksForPool === true && (status === 404 ? code.startsWith('WKS.') : status === 400 && code === 'WKS.0001'))
    return 'gone';
  if (status === 401 || (status < 500 && OF_WHO_ASKS.test(code))) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 429) return 'throttled';
  // 409 is a passing conflict, 408 a time-out of the gateway: both worth another try, like a 5xx.
  if (status >= 500 || status === 409 || status === 408) return 'server';
  return 'bad_request';
}

function errorOf(request: Outgoing, answer: Answer, now: number): CloudError {
  const said = readError(answer.body);
  const kind = kindOf(request, answer.status, said.code);
  const words = [
    `${request.operation}: HTTP ${answer.status}`,
    said.code === undefined ? '' : ` ${redact(said.code)}`,
    said.message === undefined ? '' : `: ${redact(said.message)}`,
    adviceFor(request, kind, said, skewOf(answer.headers.date, now) ?? 0),
    redirectWords(request.url, answer),
  ];
  return new CloudError(kind, words.join(''), {
    status: answer.status,
    code: said.code,
    requestId: requestIdOf(answer),
    retryAfter: retryAfterOf(answer, now),
  });
}

/** Where a redirect points, without its query, which may hold a secret. What is signed for one host is not sent to another. */
function redirectWords(url: URL, { status, headers: { location } }: Answer): string {
  if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url.href)) return '';
  const { protocol, host, pathname } = new URL(location, url);
  return `; it points to ${redact(`${protocol}//${host}${pathname}`)} and is not followed: check the endpoint`;
}

/** What a support ticket quotes: of the gateway, or of IAM. */
export function requestIdOf({ headers }: Answer): string | undefined {
  const id = headers['x-request-id'] ?? headers['x-iam-trace-id'];
  return id === undefined ? undefined : redact(id);
}

/** Seconds that this clock is ahead of the cloud's, by the Date header of an answer; undefined where there is none. */
export function skewOf(date: string | undefined, now: number): number | undefined {
  const sent = parseHttpDate(date, now);
  return sent === undefined ? undefined : Math.round((now - sent) / 1000);
}

function adviceFor(
  { action, headers }: Outgoing,
  kind: FailureKind,
  { code = '', message = '' }: Said,
  skew: number,
): string {
  if (kind === 'unauthorized' && /expired/i.test(message) && Math.abs(skew) > 60) {
    const side = skew > 0 ? 'ahead of' : 'behind';
    return `; this clock is ${Math.abs(skew)} s ${side} the cloud's (15 min are tolerated): set the time of this machine`;
  }
  if (/^APIG\w*\.0101$/.test(code)) return '; wrong endpoint or region? The gateway does not know this path';
  if (/^APIG\w*\.0307$/.test(code)) return '; the token is of another region, or ended early';
  // Signing in needs no permission, and is signed by no key.
  if (action === undefined) return '';
  // The gateway's words for a wrong secret key and for an unknown access key.
  if (kind === 'unauthorized' && /verify aksk signature|not exist/i.test(message))
    return headers['x-security-token'] === undefined
      ? '; check the access key and the secret key: swapped, incomplete or deleted?'
      : '; were the access key, the secret key and the security token issued together?';
  if (kind === 'forbidden') return `; grant ${action} to the user or agency (docs/permissions.md), or check project_id`;
  return '';
}

interface Said {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Code and message from any of the shapes that the gateway, IAM and the service use; other text as it is. */
export function readError(body: string): Said {
  try {
    return fromJson(parseJson(body)) ?? {};
  } catch {
    // Cut before the tags go: a pattern over a large body would cost more than its words are worth. But not through a
    // secret, half of which would not be recognized: tokens have thousands of characters.
    const text = withoutSealed(withoutSecrets(body.slice(0, 64_000)).slice(0, 8_000))
      .replace(/<[^>]*>/g, ' ')
      .trim();
    return text === '' ? {} : { message: text.slice(0, 2000) };
  }
}

/** Ahead of the encrypted reason of a rejection, which must not be shown: it follows its name, in a field or in the text. */
const withoutSealed = (text: string) => text.split(/encoded[\s_-]*authorization[\s_-]*message/i)[0] ?? '';

function fromJson(json: unknown, depth = 0): Said | undefined {
  if (typeof json !== 'object' || json === null || depth > 3) return undefined;
  const fields = new Map<string, unknown>(Object.entries(json));
  for (const [codeName, messageName] of [
    ['error_code', 'error_msg'],
    ['errorCode', 'errorMsg'],
    ['code', 'message'],
  ] as const) {
    const code = textOf(fields.get(codeName));
    const message = textOf(withoutSealed(textOf(fields.get(messageName)) ?? '').trim());
    if (code !== undefined || message !== undefined) return { code, message };
  }
  for (const [name, value] of fields) {
    const said = withoutSealed(name) === name ? fromJson(value, depth + 1) : undefined;
    if (said !== undefined) return said;
  }
  return undefined;
}

const textOf = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
