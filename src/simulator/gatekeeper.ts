// The API gateway's door: who is asking, with which right, how often; it locks an access key that failed too often, as the real one does.
import { userOf } from './iam.ts';
import type { Keyring, SecretKey, Token } from './keyring.ts';
import { microseconds } from './keyring.ts';
import { apiError, type CloudRequest, header, type Reply } from './reply.ts';
import { type Authorization, isSignedWith, parseAuthorization, parseSdkDate } from './signature.ts';

export interface Refusals {
  readonly signatures: number;
  readonly tokens: number;
  readonly passwords: number;
  /** How many times an access key was locked. */
  readonly locks: number;
}

export interface Gatekeeper {
  /** Undefined: come in. */
  refuse(request: CloudRequest, projectId: string): Reply | undefined;
  /** Access keys that are locked at this moment. */
  lockedKeys(): readonly string[];
  refusals(): Refusals;
  countPassword(): void;
}

interface Visitor {
  /** The cloud counts requests by user, not by key. */
  readonly user: string;
  readonly projectId: string | undefined;
}

const failuresUntilLocked = 5;
const lockMs = 5 * 60_000;
const allowedSkewMs = 15 * 60_000;

/** `now` gives real epoch ms; `throttle` says whether a user asked too often. */
export function createGatekeeper(
  keyring: Keyring,
  now: () => number,
  throttle: (user: string) => Reply | undefined,
): Gatekeeper {
  const counts = { signatures: 0, tokens: 0, passwords: 0, locks: 0 };
  const failures = new Map<string, number>();
  const lockedUntil = new Map<string, number>();
  const isLocked = (accessKey: string) => (lockedUntil.get(accessKey) ?? 0) > now();

  const countFailure = (accessKey: string) => {
    counts.signatures += 1;
    const count = (failures.get(accessKey) ?? 0) + 1;
    failures.set(accessKey, count % failuresUntilLocked);
    if (count < failuresUntilLocked) return;
    counts.locks += 1;
    lockedUntil.set(accessKey, now() + lockMs);
  };

  const bySignature = (request: CloudRequest, authorization: Authorization): Visitor | Reply => {
    const { accessKey } = authorization;
    if (isLocked(accessKey)) return unauthorized('AK access failed to reach the limit,forbidden');
    const key = keyring.key(accessKey);
    const complaint = key === undefined ? `ak ${accessKey} not exist` : complain(request, authorization, key, now());
    if (complaint !== undefined) {
      countFailure(accessKey);
      return unauthorized(complaint);
    }
    failures.delete(accessKey);
    const user = key?.securityToken === undefined ? keyring.credentials.username : 'agency';
    return { user, projectId: header(request.headers, 'x-project-id') };
  };

  const byToken = (id: string): Visitor | Reply => {
    const token = keyring.token(id);
    const reply = refuseToken(token, now());
    if (reply === undefined && token !== undefined) {
      return { user: keyring.credentials.username, projectId: token.projectId };
    }
    counts.tokens += 1;
    return reply ?? unauthorized('decrypt token fail');
  };

  const identify = (request: CloudRequest): Visitor | Reply => {
    const token = header(request.headers, 'x-auth-token');
    if (token !== undefined) return byToken(token);
    const text = header(request.headers, 'authorization');
    if (text === undefined) return unauthorized('x-auth-token not found');
    const authorization = parseAuthorization(text);
    return authorization === undefined ? unauthorized('signature form error') : bySignature(request, authorization);
  };

  return {
    refuse(request, projectId) {
      const visitor = identify(request);
      if ('status' in visitor) return visitor;
      const { credentials } = keyring;
      const exists = projectId === credentials.projectId || projectId === credentials.projectId2;
      if (!exists || (visitor.projectId !== undefined && visitor.projectId !== projectId)) {
        return apiError(403, 'APIGW.0310', 'The project is unavailable to this credential');
      }
      return throttle(visitor.user);
    },
    lockedKeys: () => [...lockedUntil.keys()].filter(isLocked),
    refusals: () => ({ ...counts }),
    countPassword() {
      counts.passwords += 1;
    },
  };
}

/** Who says to be asking, believed or not: an access key, a token, or the user of a sign-in; empty for nobody. */
export function credentialOf(request: CloudRequest): string {
  const { headers } = request;
  const token = header(headers, 'x-auth-token');
  if (token !== undefined) return token;
  const signed = parseAuthorization(header(headers, 'authorization') ?? '');
  return signed?.accessKey ?? userOf(request) ?? '';
}

/** What is wrong with a signed request; undefined when nothing is. */
function complain(
  request: CloudRequest,
  authorization: Authorization,
  key: SecretKey,
  now: number,
): string | undefined {
  const time = parseSdkDate(header(request.headers, 'x-sdk-date') ?? '');
  if (!authorization.signedHeaders.includes('x-sdk-date') || Number.isNaN(time)) return 'verify aksk signature fail';
  if (Math.abs(time - now) > allowedSkewMs) return 'calc ak sk signature fail:signature expired';
  if (key.expiresAt !== undefined && key.expiresAt <= now)
    return `token expires, expires_at: ${microseconds(key.expiresAt)}`;
  if (key.securityToken !== undefined && header(request.headers, 'x-security-token') !== key.securityToken) {
    return 'decrypt token fail';
  }
  return isSignedWith(request, authorization, key.secretKey) ? undefined : 'verify aksk signature fail';
}

function refuseToken(token: Token | undefined, now: number): Reply | undefined {
  if (token === undefined) return unauthorized('decrypt token fail');
  if (token.isRevoked) return apiError(401, 'APIGW.0307', 'The token must be updated.');
  if (token.expiresAt <= now) return unauthorized(`token expires, expires_at: ${microseconds(token.expiresAt)}`);
  return undefined;
}

function unauthorized(reason: string): Reply {
  return apiError(401, 'APIGW.0301', `Incorrect IAM authentication information: ${reason}`);
}
