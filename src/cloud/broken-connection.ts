// What the errors of sockets, TLS and undici mean: the kind of the failure, and words that say no more than is known.
import { redact } from '../option-types/secret.ts';
import type { FailureKind } from './errors.ts';

/** Longest headers of an answer, together; tokens come in one, and grow with the roles of their user. */
export const MOST_BYTES_OF_HEADERS = 64 * 1024;

/** The first that fits. The words end before the name of the host. */
const MEANINGS: readonly (readonly [codes: RegExp, kind: FailureKind, words: string])[] = [
  [/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, 'timeout', 'no answer in time from'],
  [/TIMEOUT|ETIMEDOUT/, 'timeout', 'no connection in time to'],
  [
    /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_CA|EPROTO|UND_ERR_PRX_TLS)/,
    'tls',
    'no trusted TLS connection to',
  ],
  [/^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_SOCKET|UND_ERR_INFO)$/, 'network', 'lost the connection to'],
  [/^UND_ERR_RES_CONTENT_LENGTH_MISMATCH$/, 'network', 'an incomplete answer from'],
  [
    /^(UND_ERR_HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW)$/,
    'schema',
    `an answer with headers of more than ${MOST_BYTES_OF_HEADERS / 1024} KiB, the most that is read, from`,
  ],
  [/^(HPE_|HTTPParserError)/, 'network', 'something that is not HTTP came from'],
  [/^UND_ERR_(DESTROYED|CLOSED|ABORT|ABORTED)$/, 'aborted', 'given up, and closed the connection to'],
  [/^(UND_ERR_INVALID_ARG|ERR_INVALID_CHAR|UND_ERR_REQ|UND_ERR_NOT_SUPPORTED)/, 'network', 'cannot make a request to'],
];

export interface BrokenConnection {
  readonly kind: FailureKind;
  readonly code: string;
  /** To follow the operation: `cannot reach HOST (CODE)`. */
  words(host: string): string;
}

export function brokenConnection(error: unknown): BrokenConnection {
  const code = codeOf(error);
  const [, kind, words] =
    MEANINGS.find(([codes]) => codes.test(code)) ?? ([undefined, 'network', 'cannot reach'] as const);
  return { kind, code, words: (host) => `${words} ${host} (${code})` };
}

/** A machine without the one kind of addresses says so at once, and nothing of the host. */
const OF_THIS_MACHINE = /^(ENETUNREACH|EADDRNOTAVAIL|EAFNOSUPPORT|EHOSTUNREACH)$/;

/** The most telling code: undici hides the system's error in `cause`, and several addresses in `errors`. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 4) return UNKNOWN;
  const nested: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  const codes = nested.map((one) => codeOf(one, depth + 1)).filter((code) => code !== UNKNOWN);
  const inner = codes.find((code) => !OF_THIS_MACHINE.test(code)) ?? codes[0];
  if (inner !== undefined) return inner;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Of undici's parser, which has a code for some faults only.
  return error.name === 'HTTPParserError' ? error.name : redact(error.message);
}

const UNKNOWN = 'unknown error';
