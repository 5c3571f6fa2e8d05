// Applies the web configuration to one request: rate limit, a usable file, headers, login.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../async/clock.ts';
import { readLogin } from './authorization.ts';
import type { WebFile, WebOptions } from './options.ts';
import type { Passwords, Verdict } from './passwords.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface Refusal {
  readonly status: number;
  readonly words: string;
  readonly headers?: Readonly<Record<string, string>>;
}
/** Undefined lets the request pass. Sets the headers of the file on the response. */
export type Access = (request: IncomingMessage, response: ServerResponse) => Promise<Refusal | undefined>;

export const TEXT_REFUSALS = {
  401: { status: 401, words: 'User and password required\n' },
  413: { status: 413, words: 'Requests must not have a body\n' },
  414: { status: 414, words: 'The URL is too long\n' },
  429: { status: 429, words: 'Too many requests; try again later\n' },
  500: { status: 500, words: 'The web configuration cannot be used; see the log\n' },
} as const;

export interface AccessOptions {
  readonly clock: Clock;
  readonly file: WebFile;
  /** As it was at start. */
  readonly rateLimit: WebOptions['rate_limit'];
  readonly passwords: Passwords;
}

const REFUSED: Readonly<Record<Verdict, Refusal | undefined>> = {
  right: undefined,
  wrong: { ...TEXT_REFUSALS[401], headers: { 'WWW-Authenticate': 'Basic' } },
  busy: { ...TEXT_REFUSALS[429], headers: { 'Retry-After': '1' } },
  failed: { status: 500, words: 'The password could not be checked; see the log\n' },
};

export function createAccess({ clock, file, rateLimit, passwords }: AccessOptions): Access {
  const { interval, burst } = rateLimit;
  const bucket = interval > 0 ? createTokenBucket(clock, interval, burst) : undefined;
  return async (request, response) => {
    const wait = bucket?.take() ?? 0;
    if (wait > 0) return { ...TEXT_REFUSALS[429], headers: { 'Retry-After': String(Math.ceil(wait / 1000)) } };
    const { options, problem } = await file.read();
    if (problem !== undefined) return TEXT_REFUSALS[500];
    const { headers } = options.http_server_config;
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) response.setHeader(name, value);
    return REFUSED[await verdictOn(request, options)];
  };

  async function verdictOn({ headers }: IncomingMessage, { basic_auth_users: users }: WebOptions) {
    if (users.size === 0) return 'right';
    const login = readLogin(headers.authorization);
    return login === undefined ? 'wrong' : passwords.judge(login, users);
  }
}
