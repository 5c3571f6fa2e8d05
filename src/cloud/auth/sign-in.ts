// The shape of a way to sign in, and what the ways share.
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type Clock, elapsed, type Moment } from '../../async/clock.ts';
import type { Deadline } from '../../async/deadline.ts';
import { cleaned } from '../../option-types/clean-text.ts';
import { Secret } from '../../option-types/secret.ts';
import type { CloudError } from '../errors.ts';
import { parseHttpDate } from '../http-date.ts';
import { parseJson } from '../json.ts';
import type { Answer, Operation, Outgoing, Send } from '../send.ts';
import { authorization, type Keys, sdkDate } from './signature.ts';

export interface Lifetime {
  readonly kind: 'token' | 'temporary_key';
  /** Its end by the cloud's clock; milliseconds since the epoch. */
  readonly until: number;
  readonly issuedAt: Moment;
  /** Milliseconds from `issuedAt` to its end. */
  readonly lasts: number;
}

/** What authorizes requests for a while. */
export interface Material {
  /** Tells whether two materials are the same, without showing them. */
  readonly fingerprint: string;
  /** Only for what the cloud issued. */
  readonly lifetime?: Lifetime;
  authorize(request: Outgoing, now: number): Outgoing;
}

/** Where a project's requests go. */
export interface Place {
  readonly projectId: string;
  /** Host and port of the Workspace endpoint. */
  readonly host: string;
  readonly iamEndpoint: string;
}

/** Sends a request that obtains credentials: one attempt, outside the chain of the API's requests. */
export interface Edges {
  readonly clock: Clock;
  readonly ask: Send;
  /** The same, never through a proxy. */
  readonly askDirectly: Send;
  /** The failure of an answer that cannot be used, which is counted; `words` follow "the answer". */
  readonly unusable: (operation: Operation, words: string, answer: Answer) => CloudError;
}

/** Who signs in, resolved anew at each collection, because secrets in files may have changed. */
export interface Identity {
  /** State (block, budget, hold) is shared by all projects with this key. Shows no secret. */
  readonly key: string;
  /** Fingerprint of the configured secret: when it changes, a block ends. */
  readonly configured: string;
  /** The project: its tokens and signatures are of no use to another one. */
  readonly scope: string;
  /** How long nothing is sent after the first refusal, and after each further one; milliseconds. */
  readonly blockFor: readonly [first: number, later: number];
  load(deadline: Deadline): Promise<Material>;
  /** Whether `load` asks the cloud, so that loading again can give different material. */
  readonly asksTheCloud: boolean;
}

/** A way to sign in: one file and one line in the list. */
export interface SignIn<Options extends z.ZodType<{ readonly type: string }> = z.ZodType<{ readonly type: string }>> {
  readonly type: z.infer<Options>['type'];
  readonly options: Options;
  /** What it asks of the cloud, if anything. */
  readonly operation?: Operation;
  /** What the cloud locks after how many refusals decides it: `KEY_BLOCKS` or `PASSWORD_BLOCKS`. */
  readonly blockFor: Identity['blockFor'];
  /** What names the credential in the configuration, before any file is read; secrets that belong to it may change. Pure. */
  parts(options: z.infer<Options>, place: Place): Parts;
  /** Reads the secrets; rejects when a file cannot be read. */
  open(options: z.infer<Options>, place: Place, edges: Edges): Promise<Opened>;
}

/** Hashed before they are kept. */
export type Parts = readonly (string | undefined)[];

export interface Opened extends Pick<Identity, 'load'> {
  /** In place of the way's own, where a file names the credential. */
  readonly parts?: Parts;
  /** What is configured, or read from files. */
  readonly secrets: readonly string[];
}

const MINUTE = 60_000;
const RENEW_MS = 40 * MINUTE;
/** Five failures lock an access key for everybody who uses it. */
export const KEY_BLOCKS = [MINUTE, 15 * MINUTE] as const;
/** Accounts lock after as few as three wrong passwords. */
export const PASSWORD_BLOCKS = [15 * MINUTE, 60 * MINUTE] as const;

export const fingerprint = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/** Material that sends a token as it is. */
export const tokenMaterial = (token: string, lifetime?: Lifetime): Material => ({
  fingerprint: fingerprint(token),
  ...(lifetime === undefined ? {} : { lifetime }),
  authorize: (request) => ({ ...request, headers: { ...request.headers, 'x-auth-token': token } }),
});

/** Material that signs each request; `securityToken` goes with temporary keys. */
export function keyMaterial(
  keys: Keys,
  projectId: string,
  securityToken: string | undefined,
  lifetime?: Lifetime,
): Material {
  return {
    fingerprint: fingerprint(keys.accessKey, keys.secretKey, securityToken ?? ''),
    ...(lifetime === undefined ? {} : { lifetime }),
    authorize(request, now) {
      const signed = {
        host: request.url.host,
        'x-project-id': projectId,
        'x-sdk-date': sdkDate(now),
        ...(securityToken === undefined ? {} : { 'x-security-token': securityToken }),
      };
      return {
        ...request,
        headers: { ...request.headers, ...signed, authorization: authorization({ ...request, headers: signed }, keys) },
      };
    },
  };
}

/** One of the texts that make temporary keys. */
export const keyText = () => cleaned('key', (text) => text);

/** What an answer says; undefined where it is not as the schema wants it. */
export function readAnswer<T>(schema: z.ZodType<T>, { body }: Answer): T | undefined {
  try {
    return schema.parse(parseJson(body));
  } catch {
    return undefined;
  }
}

/** Temporary keys as the cloud hands them out. */
interface TemporaryKeys extends Keys {
  readonly securityToken: string;
  /** When they end, as the cloud writes it. */
  readonly expiresAt: string;
}

/** Material of the temporary keys that `answer` holds, asked for at `issuedAt`. */
export function temporaryMaterial(
  { accessKey, secretKey, securityToken, expiresAt }: TemporaryKeys,
  projectId: string,
  answer: Answer,
  issuedAt: Moment,
): Material {
  for (const value of [accessKey, secretKey, securityToken]) new Secret(value);
  const until = Date.parse(expiresAt);
  const lasts = until - cloudTimeOf(answer, issuedAt.wall);
  const lifetime = { kind: 'temporary_key', until, issuedAt, lasts } as const;
  return keyMaterial({ accessKey, secretKey }, projectId, securityToken, lifetime);
}

/** Whether material may still be used without renewal: until less than min(40 min, a third of its life) remains. */
export const isFresh = ({ lifetime }: Material, now: Moment): boolean =>
  lifetime === undefined || remaining(lifetime, now) > Math.min(RENEW_MS, lifetime.lasts / 3);

/** Milliseconds until its end, negative after it. */
export const remaining = ({ issuedAt, lasts }: Lifetime, now: Moment): number => lasts - elapsed(issuedAt, now);

/** The cloud's own time when it answered: how long something lasts must not depend on how wrong the clock here is. */
export const cloudTimeOf = ({ headers }: Answer, otherwise: number): number =>
  parseHttpDate(headers.date, otherwise) ?? otherwise;
