// Everything that can go wrong with a request, as a closed list, with words for the person who reads it at night.
import { shown, withoutSecrets } from '../options/secret.ts';
import { parseJson } from './json.ts';
import { retryAfterOf } from './retry-after.ts';
import type { Answer, Layer, Operation, Outgoing } from './send.ts';

/** Values of the label `reason`: how an attempt failed. */
export const FAILURE_KINDS = [
  'timeout',
  'network',
  'tls',
  'unauthorized',
  'forbidden',
  'not_found',
  'throttled',
  'bad_request',
  'server',
  'schema',
  'aborted',
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Why a request was not sent at all: no attempt, so nothing is known about what it would have read. */
export type UnsentReason = 'budget' | 'hold' | 'blocked' | 'deadline' | 'secret' | 'sign_in';

export interface CloudErrorDetails {
  readonly status?: number;
  /** The API's `error_code`. */
  readonly code?: string;
  readonly requestId?: string;
  /** Milliseconds, from Retry-After. */
  readonly retryAfter?: number;
  /** The request may be repeated at once: signing in again gave different material. */
  readonly renewed?: boolean;
  /** Trying again is of no use: the failure is remembered elsewhere (signing in), or a repeat was already made. */
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

/** Whether the answer says that the asked-for pool does not exist; a wrong path or region says something else. */
export const saysGone = (error: unknown): boolean =>
  error instanceof CloudError &&
  ((error.details.status === 404 && error.details.code?.startsWith('WKS.') === true) ||
    (error.details.status === 400 && error.details.code === 'WKS.0001'));

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/** Turns every answer but a 2xx into a `CloudError`. `now` is for the clock skew of signature errors. */
export const refusing =
  (now: () => number): Layer =>
  (next) =>
  async (request) => {
    const answer = await next(request);
    if (isSuccess(answer.status)) return answer;
    throw errorOf(request, answer, now());
  };

function kindOf(operation: Operation, status: number, code: string | undefined): FailureKind {
  // The service answers 400 where its documentation promises 404.
  if (operation === 'show_desktop_pool' && status === 400 && code === 'WKS.0001') return 'not_found';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 429) return 'throttled';
  // 409 is a passing conflict, 408 a time-out of the gateway: both worth another try, like a 5xx.
  if (status >= 500 || status === 409 || status === 408) return 'server';
  return 'bad_request';
}

function errorOf(request: Outgoing, answer: Answer, now: number): CloudError {
  const said = readError(answer.body);
  const requestId = requestIdOf(answer);
  const retryAfter = retryAfterOf(answer, now);
  const kind = kindOf(request.operation, answer.status, said.code);
  const words = [
    `${request.operation}: HTTP ${answer.status}`,
    said.code === undefined ? '' : ` ${shown(said.code)}`,
    said.message === undefined ? '' : `: ${shown(said.message)}`,
    adviceFor(request, kind, said, skewOf(answer.headers.date, now)),
    redirectWords(request.url, answer),
  ];
  return new CloudError(kind, words.join(''), {
    status: answer.status,
    ...(said.code === undefined ? {} : { code: said.code }),
    ...(requestId === undefined ? {} : { requestId: shown(requestId) }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** Where a redirect points, without its query, which may hold a secret. What is signed for one host is not sent to another. */
function redirectWords(url: URL, { status, headers: { location } }: Answer): string {
  if (status < 300 || status >= 400 || location === undefined || !URL.canParse(location, url.href)) return '';
  const { protocol, host, pathname } = new URL(location, url);
  return `; it points to ${shown(`${protocol}//${host}${pathname}`)} and is not followed: check the endpoint`;
}

/** What a support ticket quotes: of the gateway, or of IAM. */
export const requestIdOf = ({ headers }: Answer): string | undefined =>
  headers['x-request-id'] ?? headers['x-iam-trace-id'];

/** Seconds that this clock is ahead of the cloud's, by the Date header of an answer. */
function skewOf(date: string | undefined, now: number): number {
  const skew = Math.round((now - Date.parse(date ?? '')) / 1000);
  return Number.isNaN(skew) ? 0 : skew;
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
  if (/^APIG\w*\.0307$/.test(code)) return '; a token of another region, or one that ended early';
  // Signing in needs no permission, and is signed by no key.
  if (action === undefined) return '';
  // The gateway's words for a secret key that does not fit, and for an access key that nobody has.
  if (kind === 'unauthorized' && /verify aksk signature|not exist/i.test(message))
    return headers['x-security-token'] === undefined
      ? '; check the access key and the secret key: exchanged, incomplete or deleted?'
      : '; are the two keys and the security token of one and the same issue?';
  if (kind === 'forbidden') return `; grant ${action} to the user or agency (docs/permissions.md), or check project_id`;
  return '';
}

interface Said {
  readonly code?: string;
  readonly message?: string;
}

/** Code and message from any of the shapes that the gateway, IAM and the service use; other text as it is. */
export function readError(body: string): Said {
  try {
    return fromJson(parseJson(body)) ?? {};
  } catch {
    // Cut before the tags go: a pattern over a large body would cost more than its words are worth. But not through a
    // secret, whose half nobody would know: tokens have thousands of characters.
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
    if (code !== undefined || message !== undefined)
      return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
  }
  for (const [name, value] of fields) {
    const said = withoutSealed(name) === name ? fromJson(value, depth + 1) : undefined;
    if (said !== undefined) return said;
  }
  return undefined;
}

const textOf = (value: unknown) =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
