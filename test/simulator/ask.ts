// Asks the simulated cloud the way a client would: with its token, or signed with a key.
import { type Cloud, type CloudAnswer, type CloudOptions, createCloud } from '../../src/simulator/cloud.ts';
import { signatureOf } from '../../src/simulator/signature.ts';

/** Wednesday. */
export const wednesday = Date.UTC(2026, 0, 14);
export const hour = 3_600_000;

/** A cloud on a clock that the test moves. */
export function cloudAt(now: number, options: Omit<CloudOptions, 'clock'> = {}) {
  const clock = { time: now, now: () => clock.time };
  return { clock, cloud: createCloud({ ...options, clock }) };
}

/** Below `/v2/{project_id}`, of the first project. */
export function ask(cloud: Cloud, path: string, projectId = cloud.credentials.projectId): CloudAnswer {
  return cloud.answer({
    method: 'GET',
    url: `/v2/${projectId}${path}`,
    headers: { 'x-auth-token': cloud.credentials.token },
  });
}

/** The answer's JSON, in the shape the test expects to find. */
export function body<T = unknown>(answer: { readonly body: string }): T {
  // A wrong shape is a failing expectation.
  return JSON.parse(answer.body) as T;
}

export interface Key {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string;
}

/** `X-Sdk-Date` of an instant. */
export function sdkDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}

export function signedHeaders(
  url: string,
  key: Key,
  time: number,
  extra: Readonly<Record<string, string>> = {},
  names = ['host', 'x-sdk-date'],
) {
  const headers = {
    host: 'workspace.example.com',
    'x-sdk-date': sdkDate(time),
    ...(key.securityToken === undefined ? {} : { 'x-security-token': key.securityToken }),
    ...extra,
  };
  const signature = signatureOf({ method: 'GET', url, headers }, names, key.secretKey);
  return {
    ...headers,
    authorization: `SDK-HMAC-SHA256 Access=${key.accessKey}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  };
}

export function askSigned(
  cloud: Cloud,
  time: number,
  key: Key = cloud.credentials,
  extra: Readonly<Record<string, string>> = {},
): CloudAnswer {
  const url = `/v2/${cloud.credentials.projectId}/desktop-pools?limit=1`;
  return cloud.answer({ method: 'GET', url, headers: signedHeaders(url, key, time, extra) });
}

/** Signs in with a password; the answer carries `x-subject-token`. */
export function signIn(cloud: Cloud, password = cloud.credentials.password, projectId = cloud.credentials.projectId) {
  const user = { name: cloud.credentials.username, password, domain: { name: cloud.credentials.domain } };
  const auth = { identity: { methods: ['password'], password: { user } }, scope: { project: { id: projectId } } };
  return cloud.answer({ method: 'POST', url: '/v3/auth/tokens', headers: {}, body: JSON.stringify({ auth }) });
}
