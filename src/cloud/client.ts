// The cloud of one project, as a function from an API call to parsed JSON: the chain, in order.
import * as z from 'zod';
import type { Deadline } from '../async/deadline.ts';
import { nextTurn } from '../async/next-turn.ts';
import { duration } from '../option-types/duration.ts';
import { messageOf } from '../option-types/error-code.ts';
import { redact } from '../option-types/secret.ts';
import { filePath } from '../option-types/secret-file.ts';
import { proxyUrl } from '../option-types/url.ts';
import { type AuthOptions, identify } from './auth/index.ts';
import { createSession, type Session, type SessionOptions } from './auth/session.ts';
import type { Edges, Place } from './auth/sign-in.ts';
import { encode } from './auth/signature.ts';
import { CloudError, checkStatus, isBug, NotSent, requestIdOf } from './errors.ts';
import { throughGate } from './gate.ts';
import { parseJson } from './json.ts';
import { hear, type Observer, observe } from './observe.ts';
import { retry } from './retry.ts';
import type { Operation, Outgoing, Send } from './send.ts';
import { timeout } from './timeout.ts';

export const httpOptions = z.strictObject({
  timeout: duration({ min: '100ms', max: '5m' }).prefault('5s').describe('Longest wait for one request'),
  concurrency: z.int().min(1).max(256).prefault(8).describe('Requests under way at the same time, per credential'),
  requests_per_minute: z
    .int()
    .min(1)
    .max(1_000_000)
    .prefault(150)
    .describe(
      'Budget in any 60 s, per credential (the smallest of its projects); the cloud allows 200 per API and user',
    ),
  max_retries: z
    .int()
    .min(0)
    .max(10)
    .prefault(2)
    .describe('Further tries after a 5xx, a timeout or a broken connection'),
  proxy_url: proxyUrl()
    .optional()
    .describe('HTTP proxy, like http://host:3128; without it HTTPS_PROXY and NO_PROXY are honoured'),
  ca_file: filePath().optional().describe('PEM certificates to trust besides the usual ones'),
});
export type HttpOptions = z.infer<typeof httpOptions>;

export interface Call extends Pick<Outgoing, 'operation' | 'asksForPool' | 'isPatient'> {
  /** Segments below `/v2/{project_id}/`; encoded here. */
  readonly path: readonly string[];
  /** Rows of many pools or users: the answer may be longer than of one. */
  readonly isList?: boolean;
  /** A list repeats its key. */
  readonly query?: Readonly<Record<string, string | number | readonly string[]>>;
}

export interface Api {
  /**
   * One GET. `parse` may throw or reject: what it throws becomes a `CloudError` of kind schema, unless it is a bug.
   * `read` makes JSON of the text. Rejects with `CloudError` (an attempt failed) or `NotSent` (nothing was sent).
   */
  get<T>(
    call: Call,
    deadline: Deadline,
    parse: (json: unknown) => T | Promise<T>,
    read?: (text: string) => unknown,
  ): Promise<T>;
}

export interface Cloud {
  readonly api: Api;
  readonly session: Session;
  /** What was refused (403) is tried again with the next read. */
  forgetRefusals(): void;
}

export interface CloudOptions extends Pick<SessionOptions, 'clock' | 'credentialOf' | 'onProblem'> {
  /** Without a trailing slash. */
  readonly endpoint: string;
  readonly place: Place;
  readonly auth: AuthOptions;
  readonly http: HttpOptions;
  /** In [0, 1). */
  readonly random: () => number;
  readonly send: Send;
  /** Never through a proxy: for the metadata service. */
  readonly sendDirectly: Send;
  readonly observer: Observer;
  readonly userAgent: string;
  /** The permission that each operation needs, as far as one is known. */
  readonly actions: Readonly<{ [operation: Operation]: string }>;
}

/** A refused read (403) is not repeated for this long: permissions change by hand. */
const FORBIDDEN_REST_MS = 5 * 60_000;

/** A page of 1,000 pools has 2 MiB. */
const MOST_BYTES_OF_LIST = 8 * 1024 * 1024;
/** Longer texts take milliseconds to parse. */
const HEAVY = 64 * 1024;

export function createCloud(options: CloudOptions): Cloud {
  const { clock, observer, http } = options;
  const now = () => clock.now();
  const attempt = (send: Send): Send => timeout(http.timeout, clock)(observe(observer, clock)(checkStatus(now)(send)));
  const heard = hear(observer, now)(options.send);
  const unusable: Edges['unusable'] = (operation, words, answer) => {
    observer.wrongAnswer(operation);
    return new CloudError('schema', `${operation}: the answer ${words}`, { requestId: requestIdOf(answer) });
  };
  const edges = { clock, ask: attempt(heard), askDirectly: attempt(options.sendDirectly), unusable };
  const session = createSession({
    clock,
    identify: () => identify(options.auth, options.place, edges),
    credentialOf: options.credentialOf,
    onSignIn: observer.signedIn,
    onProblem: options.onProblem,
  });
  const gate = throughGate(session, clock, observer.waitedForBudget);
  const again = retry({ maxRetries: http.max_retries, clock, random: options.random, onRetry: observer.retried });
  const send = again(gate(session.authorize(attempt(heard))));
  return { session, ...createApi(options, send, unusable) };
}

function createApi(options: CloudOptions, send: Send, unusable: Edges['unusable']): Omit<Cloud, 'session'> {
  const { endpoint, place, clock, observer, userAgent, actions } = options;
  /** Refused reads by path, and when (monotonic). */
  const forbidden = new Map<string, { readonly error: CloudError; readonly at: number }>();
  const api: Api = {
    async get(call, deadline, parse, read = parseJson) {
      const { path: segments, query, isList = false, ...flags } = call;
      const path = ['v2', place.projectId, ...segments].map(encode).join('/');
      const rest = forbidden.get(path);
      if (rest !== undefined && clock.monotonic() - rest.at < FORBIDDEN_REST_MS) throw rest.error;
      forbidden.delete(path);
      const outgoing: Outgoing = {
        ...flags,
        method: 'GET',
        url: new URL(`${endpoint}/${path}${queryOf(query)}`),
        headers: { accept: 'application/json', 'user-agent': userAgent },
        deadline,
        action: actions[call.operation],
        ...(isList ? { mostBytes: MOST_BYTES_OF_LIST } : {}),
      };
      const answer = await send(outgoing).catch((error: unknown) => {
        // A sign-in that was forbidden says nothing of the read.
        if (error instanceof CloudError && error.kind === 'forbidden' && error.details.final !== true)
          forbidden.set(path, { error, at: clock.monotonic() });
        if (error instanceof NotSent && error.reason === 'budget') observer.overBudget(call.operation);
        throw error;
      });
      const fail = (error: unknown, words: string) => {
        throw isBug(error) ? error : unusable(call.operation, words, answer);
      };
      if (answer.body.length > HEAVY) await nextTurn();
      let json: unknown;
      try {
        json = read(answer.body);
      } catch (error) {
        return fail(error, messageOf(error));
      }
      try {
        return await parse(json);
      } catch (error) {
        return fail(error, `is not as documented: ${redact(messageOf(error))}`);
      }
    },
  };
  return { api, forgetRefusals: () => forbidden.clear() };
}

function queryOf(query: Call['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${encode(name)}=${encode(String(one))}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}
