// Signing in with a password: the one IAM call that the exporter makes.
import { type Keyring, microseconds, type Token } from './keyring.ts';
import { hexOf } from './noise.ts';
import { type CloudRequest, iamError, json, type Reply } from './reply.ts';

/** POST /v3/auth/tokens. `countWrongPassword` is told of each refusal. */
export function createToken(request: CloudRequest, keyring: Keyring, countWrongPassword: () => void): Reply {
  const auth = at(parse(request.body), 'auth');
  const methods = at(auth, 'identity', 'methods');
  const user = at(auth, 'identity', 'password', 'user');
  if (!Array.isArray(methods) || !methods.includes('password') || user === undefined) {
    return iamError(400, 'Bad Request', 'The request body is invalid: auth.identity.password.user is required');
  }
  const { credentials } = keyring;
  const isRight =
    at(user, 'name') === credentials.username &&
    at(user, 'password') === credentials.password &&
    at(user, 'domain', 'name') === credentials.domain;
  if (!isRight) {
    countWrongPassword();
    return iamError(401, 'Unauthorized', 'The username or password is wrong.');
  }
  const projectId = scopeOf(at(auth, 'scope', 'project'), keyring);
  if (projectId === undefined) return iamError(400, 'Bad Request', 'Could not find the project of the scope');
  const token = keyring.issueToken(projectId);
  return json(201, { token: describe(token, projectId, keyring) }, { 'x-subject-token': token.id });
}

/** The name of the user who wants a token; undefined for any other request. */
export function userOf(request: CloudRequest): string | undefined {
  if (request.method !== 'POST') return undefined;
  const name = at(parse(request.body), 'auth', 'identity', 'password', 'user', 'name');
  return typeof name === 'string' ? name : undefined;
}

/** By id, or by name, which for the first project is the region's: any name will do. */
function scopeOf(project: unknown, { credentials }: Keyring): string | undefined {
  if (typeof at(project, 'name') === 'string') return credentials.projectId;
  const id = at(project, 'id');
  return [credentials.projectId, credentials.projectId2].find((known) => known === id);
}

function describe(token: Token, projectId: string, { credentials }: Keyring) {
  const domain = { id: hexOf(`domain ${credentials.domain}`, 32), name: credentials.domain };
  return {
    expires_at: microseconds(token.expiresAt),
    issued_at: microseconds(token.issuedAt),
    methods: ['password'],
    project: { id: projectId, name: 'ap-southeast-3', domain },
    user: {
      id: hexOf(`user ${credentials.username}`, 32),
      name: credentials.username,
      domain,
      password_expires_at: '',
    },
    roles: [{ id: '0', name: 'readonly' }],
    catalog: [],
  };
}

function parse(body: string | Uint8Array = ''): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = new Map(Object.entries(current)).get(name);
  }
  return current;
}
