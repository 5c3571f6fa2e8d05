// Applies the web configuration to one request: rate limit, a usable file, headers, login.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../async/clock.ts';
import { readLogin } from './authorization.ts';
import type { WebFile, WebOptions } from './options.ts';
import type { Passwords, Verdict } from './passwords.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}
/** Undefined lets the request pass. Sets the headers of the file on the response. */
export type Access = (request: IncomingMessage, response: ServerResponse) => Promise<Refusal | undefined>;

export const REFUSALS = {
  401: { status: 401, text: 'User and password required\n', headers: { 'WWW-Authenticate': 'Basic' } },
  413: { status: 413, text: 'Requests must not have a body\n' },
  414: { status: 414, text: 'The URL is too long\n' },
  429: { status: 429, text: 'Too many requests; try again later\n', headers: { 'Retry-After': '1' } },
  500: { status: 500, text: 'The web configuration cannot be used; see the log\n' },
} as const;

const ANSWERS: Readonly<Record<Verdict, Refusal | undefined>> = {
  right: undefined,
  wrong: REFUSALS[401],
  busy: REFUSALS[429],
  failed: { status: 500, text: 'The password could not be checked; see the log\n' },
};

export interface AccessOptions {
  readonly clock: Clock;
  readonly file: WebFile;
  /** As it was at start. */
  readonly rateLimit: WebOptions['rate_limit'];
  readonly passwords: Passwords;
}

export function createAccess({ clock, file, rateLimit, passwords }: AccessOptions): Access {
  const { interval, burst } = rateLimit;
  const bucket = interval > 0 ? createTokenBucket(clock, interval, burst) : undefined;
  return async ({ headers }, response) => {
    const wait = bucket?.take() ?? 0;
    if (wait > 0) return { ...REFUSALS[429], headers: { 'Retry-After': String(Math.ceil(wait / 1000)) } };
    const { options, problem } = await file.read();
    if (problem !== undefined) return REFUSALS[500];
    const { http_server_config: http, basic_auth_users: users } = options;
    for (const [name, value] of Object.entries(http.headers)) if (value !== undefined) response.setHeader(name, value);
    if (users.size === 0) return undefined;
    const login = readLogin(headers.authorization);
    if (login === undefined) return REFUSALS[401];
    return ANSWERS[await passwords.judge(login, users)];
  };
}
