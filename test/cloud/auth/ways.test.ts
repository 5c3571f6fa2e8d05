// The ways to sign in: what each sends, whose state it shares, and what it reads from files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AuthOptions, authOptions, identify, signInOperation } from '../../../src/cloud/auth/index.ts';
import type { Identity } from '../../../src/cloud/auth/sign-in.ts';
import { CloudError, checkStatus } from '../../../src/cloud/errors.ts';
import type { Outgoing } from '../../../src/cloud/send.ts';
import { redact, Secret } from '../../../src/option-types/secret.ts';
import { isSignedWith, parseAuthorization } from '../../../src/simulator/signature.ts';
import { outgoing, PROJECT_ID, projectOf } from '../../support/chain.ts';
import { createFakeClock, START } from '../../support/fake-clock.ts';
import { fakeSend, type Scripted } from '../../support/fake-send.ts';

const HOUR = 3_600_000;
const micro = (at: number) => new Date(at).toISOString().replace('Z', '000Z');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ways-'));
});
afterAll(() => rm(folder, { recursive: true }));
const write = async (name: string, text: string) => {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
};

/** Opens a way over scripted edges; through the proxy and directly are told apart. */
function opening(
  script: Parameters<typeof fakeSend>[1] = [200],
  place = { projectId: PROJECT_ID, host: 'workspace.example.com', iamEndpoint: 'https://iam.example.com' },
) {
  const clock = createFakeClock();
  const proxied = fakeSend(clock, script);
  const direct = fakeSend(clock, script);
  const edges = {
    clock,
    ask: checkStatus(() => clock.now())(proxied.send),
    askDirectly: checkStatus(() => clock.now())(direct.send),
    unusable: (operation: string, words: string) => new CloudError('schema', `${operation}: the answer ${words}`),
  };
  const open = (auth: unknown): Promise<Identity> => identify(authOptions.parse(auth), place, edges);
  const request = outgoing(clock);
  const load = async (auth: unknown) => (await open(auth)).load(request.deadline);
  return { clock, open, load, request, asked: proxied.sent, askedDirectly: direct.sent };
}

const asWire = ({ method, url, headers }: Outgoing) => ({ method, url: `${url.pathname}${url.search}`, headers });

function expectSigned(request: Outgoing, secretKey: string, names: readonly string[]) {
  const parsed = parseAuthorization(request.headers.authorization ?? '');
  if (parsed === undefined) throw new Error('not signed');
  expect(parsed.signedHeaders).toEqual(names);
  expect(isSignedWith(asWire(request), parsed, secretKey)).toBe(true);
}

describe('an access key', () => {
  const inline = { type: 'aksk', access_key: 'AK1', secret_key: 'SK1' };

  it('signs host, date and project, and asks nothing of the cloud', async () => {
    const { load, request, asked } = opening();
    const sent = (await load(inline)).authorize(request, START);
    expect(sent.headers).toMatchObject({
      host: 'workspace.example.com',
      'x-project-id': PROJECT_ID,
      'x-sdk-date': '20260114T080000Z',
    });
    expectSigned(sent, 'SK1', ['host', 'x-project-id', 'x-sdk-date']);
    expect(asked).toEqual([]);
  });

  it('names the port of the host when it is not the usual one', async () => {
    const { load, request } = opening();
    const url = new URL('http://127.0.0.1:8080/v2/x');
    expect((await load(inline)).authorize({ ...request, url }, START).headers.host).toBe('127.0.0.1:8080');
  });

  it('that is temporary sends and signs its security token', async () => {
    const { load, request } = opening();
    const sent = (await load({ ...inline, security_token: 'ST1' })).authorize(request, START);
    expect(sent.headers['x-security-token']).toBe('ST1');
    expectSigned(sent, 'SK1', ['host', 'x-project-id', 'x-sdk-date', 'x-security-token']);
  });

  it('is read from files, without the line’s end', async () => {
    const { load, request } = opening();
    const files = {
      type: 'aksk',
      access_key_file: await write('ak', 'AK1\n'),
      secret_key_file: await write('sk', 'SK1\r\n'),
      security_token_file: await write('st', 'ST1'),
    };
    const sent = (await load(files)).authorize(request, START);
    expect(sent.headers.authorization).toContain('Access=AK1,');
    expectSigned(sent, 'SK1', ['host', 'x-project-id', 'x-sdk-date', 'x-security-token']);
  });

  it('is signed anew at each attempt', async () => {
    const { load, request } = opening();
    const material = await load(inline);
    const [first, second] = [START, START + 1000].map((at) => material.authorize(request, at).headers.authorization);
    expect(first).not.toBe(second);
  });
});

describe('a password', () => {
  const auth = { type: 'password', username: 'exporter', domain: 'acme', password: 'hunter22' };
  const issued = (until: number) => ({
    status: 201,
    headers: { 'x-subject-token': 'TOKEN-1' },
    body: JSON.stringify({ token: { expires_at: micro(until) } }),
  });

  it('asks IAM for a token of the project, without the catalogue', async () => {
    const { load, asked } = opening([issued(START + 24 * HOUR)]);
    await load(auth);
    const request = asked[0]?.request;
    expect([request?.method, request?.url.href]).toEqual([
      'POST',
      'https://iam.example.com/v3/auth/tokens?nocatalog=true',
    ]);
    expect(JSON.parse(request?.body ?? '')).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'exporter', password: 'hunter22', domain: { name: 'acme' } } },
        },
        scope: { project: { id: PROJECT_ID } },
      },
    });
  });

  it('sends the token with every request, and keeps both out of what is shown', async () => {
    const { load, request } = opening([issued(START + 24 * HOUR)]);
    const material = await load(auth);
    expect(material.authorize(request, START).headers['x-auth-token']).toBe('TOKEN-1');
    expect(redact('TOKEN-1 hunter22')).toBe('<secret> <secret>');
  });

  it.each<[string, Scripted, number]>([
    ['as the answer says', issued(START + 24 * HOUR), 24 * HOUR],
    [
      '12 h where the answer does not say',
      { status: 201, headers: { 'x-subject-token': 'TOKEN-2' }, body: '{}' },
      12 * HOUR,
    ],
    [
      '12 h where the answer is no JSON',
      { status: 201, headers: { 'x-subject-token': 'TOKEN-2' }, body: '<' },
      12 * HOUR,
    ],
    ['10 min when this clock thinks it is over', issued(START - HOUR), 10 * 60_000],
  ])('has a token that lives %s', async (_, answer, life) => {
    const { load } = opening([answer]);
    expect((await load(auth)).lifetime).toMatchObject({ kind: 'token', until: START + life, lasts: life });
  });

  it.each([-2, 2])('has a token that lives as long though this clock is %d h ahead of the cloud', async (hours) => {
    const cloudTime = START - hours * HOUR;
    const answer = issued(cloudTime + 24 * HOUR);
    const { load } = opening([{ ...answer, headers: { ...answer.headers, date: new Date(cloudTime).toUTCString() } }]);
    const { lifetime } = await load(auth);
    expect(lifetime).toMatchObject({ until: cloudTime + 24 * HOUR, lasts: 24 * HOUR, issuedAt: { wall: START } });
  });

  it('says what is missing when no token comes', async () => {
    const { load } = opening([{ status: 201 }]);
    await expect(load(auth)).rejects.toMatchObject({
      kind: 'schema',
      message: expect.stringContaining('iam_endpoint'),
    });
  });
});

describe('a token', () => {
  it('is sent as it is, from its file', async () => {
    const { load, request, asked } = opening();
    const material = await load({ type: 'token', token_file: await write('token', 'T1\n') });
    expect(material.authorize(request, START).headers['x-auth-token']).toBe('T1');
    expect([material.lifetime, asked]).toEqual([undefined, []]);
  });
});

describe('the metadata service', () => {
  const auth = { type: 'metadata' };
  const keys = (until = START + 6 * HOUR): Scripted => ({
    body: JSON.stringify({
      credential: { access: 'TAK', secret: 'TSK', securitytoken: 'TST', expires_at: micro(until) },
    }),
  });
  const refused: Scripted = { status: 401, body: '401 Unauthorized' };

  it('is asked directly, never through the proxy', async () => {
    const { load, asked, askedDirectly } = opening([keys()]);
    await load(auth);
    expect(askedDirectly.map(({ request }) => request.url.href)).toEqual([
      'http://169.254.169.254/openstack/latest/securitykey',
    ]);
    expect(asked).toEqual([]);
  });

  it('gives keys that sign with their security token, and when they end', async () => {
    const { load, request } = opening([keys()]);
    const material = await load(auth);
    expect(material.lifetime).toMatchObject({ kind: 'temporary_key', until: START + 6 * HOUR, lasts: 6 * HOUR });
    expectSigned(material.authorize(request, START), 'TSK', ['host', 'x-project-id', 'x-sdk-date', 'x-security-token']);
    expect(redact('TSK TST')).toBe('<secret> <secret>');
  });

  it('that wants a session token gets one, and is asked once more with it', async () => {
    const { load, askedDirectly } = opening([refused, { body: 'SESSION\n' }, keys()]);
    await load(auth);
    expect(askedDirectly.map(({ request: { method, url, headers } }) => [method, url.pathname, headers])).toEqual([
      ['GET', '/openstack/latest/securitykey', {}],
      ['PUT', '/meta-data/latest/api/token', { 'x-metadata-token-ttl-seconds': '21600' }],
      ['GET', '/openstack/latest/securitykey', { 'x-metadata-token': 'SESSION' }],
    ]);
    expect(redact('SESSION')).toBe('<secret>');
  });

  it('that answers with a page where a session token should be is told, and sent nothing of it', async () => {
    const { load, askedDirectly } = opening([refused, { body: '<html>\n<p>Sign in</p>' }, keys()]);
    await expect(load(auth)).rejects.toMatchObject({
      kind: 'schema',
      message: 'get_metadata_credential: the answer holds no session token: it contains a line break',
    });
    expect(askedDirectly.length).toBe(2);
  });

  it('is asked no third time when the session token does not help', async () => {
    const { load, askedDirectly } = opening([refused, { body: 'SESSION' }, refused]);
    await expect(load(auth)).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(askedDirectly.length).toBe(3);
  });

  it('without an agency gives advice, and is not asked for a session token', async () => {
    const body = '{"error_code":"ECS.0001","error_msg":"Please configure Cloud Service Agency first."}';
    const { load, askedDirectly } = opening([{ status: 401, body }]);
    await expect(load(auth)).rejects.toThrow('attach an agency with Workspace read permission');
    expect(askedDirectly.length).toBe(1);
  });

  it.each<[string, Scripted]>([
    ['no JSON', { body: '<html>' }],
    ['another shape', { body: '{"credential":{"access":"a"}}' }],
    ['empty keys', { body: '{"credential":{"access":"","secret":"","securitytoken":"","expires_at":""}}' }],
    [
      'a key of two lines',
      {
        body: '{"credential":{"access":"a\\nb","secret":"b","securitytoken":"c","expires_at":"2030-01-01T00:00:00Z"}}',
      },
    ],
    ['no date', { body: '{"credential":{"access":"a","secret":"b","securitytoken":"c","expires_at":"soon"}}' }],
  ])('that answers with %s has no keys, without showing the answer', async (_, answer) => {
    const { load } = opening([answer]);
    await expect(load(auth)).rejects.toMatchObject({
      kind: 'schema',
      message: 'get_metadata_credential: the answer holds no temporary keys; is an agency attached to this machine?',
    });
  });

  it('may live elsewhere', async () => {
    const { load, askedDirectly } = opening([keys()]);
    await load({ ...auth, metadata_endpoint: 'http://127.0.0.1:9/' });
    expect(askedDirectly[0]?.request.url.href).toBe('http://127.0.0.1:9/openstack/latest/securitykey');
  });
});

describe('the identity of a pod', () => {
  const URI = 'http://169.254.169.254/v1/credentials';
  const body = JSON.stringify({
    credentials: {
      accessKeyId: 'PAK',
      secretAccessKey: 'PSK',
      securityToken: 'PST',
      expiration: micro(START + 6 * HOUR),
    },
  });
  const keys = (): Scripted => ({ body });
  const auth = async (token = 'POD-TOKEN\n') => ({
    type: 'container',
    credentials_uri: URI,
    authorization_token_file: await write('pod', token),
  });
  afterEach(() => vi.unstubAllEnvs());

  it('is asked for with the token of the service account, directly, never through the proxy', async () => {
    const { load, asked, askedDirectly } = opening([keys()]);
    await load(await auth());
    expect(
      askedDirectly.map(({ request: { method, url, headers, body } }) => [method, url.href, headers, body]),
    ).toEqual([['POST', URI, { 'content-type': 'application/json', authorization: 'POD-TOKEN' }, '{}']]);
    expect(asked).toEqual([]);
    expect(redact('POD-TOKEN PSK PST')).toBe('<secret> <secret> <secret>');
  });

  it('gives keys that sign with their security token, and when they end', async () => {
    const { load, request } = opening([keys()]);
    const material = await load(await auth());
    expect(material.lifetime).toMatchObject({ kind: 'temporary_key', until: START + 6 * HOUR, lasts: 6 * HOUR });
    expectSigned(material.authorize(request, START), 'PSK', ['host', 'x-project-id', 'x-sdk-date', 'x-security-token']);
  });

  it('reads the token again at each renewal', async () => {
    const { open, request, askedDirectly } = opening([keys(), keys()]);
    const identity = await open(await auth('FIRST'));
    await identity.load(request.deadline);
    await write('pod', 'SECOND');
    await identity.load(request.deadline);
    expect(askedDirectly.map(({ request: { headers } }) => headers.authorization)).toEqual(['FIRST', 'SECOND']);
  });

  it('is where the variables of the cluster say, unless the options say it', async () => {
    const { load, askedDirectly } = opening([keys(), keys()]);
    vi.stubEnv('HC_CONTAINER_CREDENTIALS_FULL_URI', 'https://identity.example.com/keys?x=1');
    vi.stubEnv('HC_CONTAINER_AUTHORIZATION_TOKEN_FILE', await write('of-cluster', 'CLUSTER'));
    await load({ type: 'container' });
    await load(await auth('OWN'));
    expect(askedDirectly.map(({ request: { url, headers } }) => [url.href, headers.authorization])).toEqual([
      ['https://identity.example.com/keys?x=1', 'CLUSTER'],
      [URI, 'OWN'],
    ]);
  });

  it.each([
    ['HC_CONTAINER_CREDENTIALS_FULL_URI', { authorization_token_file: '/x' }],
    ['HC_CONTAINER_AUTHORIZATION_TOKEN_FILE', { credentials_uri: URI }],
  ])('without %s says so, and asks nobody', async (name, part) => {
    vi.stubEnv(name, undefined);
    const { open, askedDirectly } = opening();
    await expect(open({ type: 'container', ...part })).rejects.toThrow(`${name} is not set`);
    expect(askedDirectly).toEqual([]);
  });

  it.each([
    'https://identity.example.com',
    'http://127.0.0.1:8080/v1/credentials',
    'http://127.8.7.6/',
    'http://localhost/',
    'http://[::1]:9/',
    'http://[fe80::1]/',
    'http://169.254.170.2/keys',
    'http://2130706433/',
  ])('may be at %s', (credentials_uri) => {
    expect(authOptions.safeParse({ type: 'container', credentials_uri }).success).toBe(true);
  });

  it.each([
    'http://identity.example.com',
    'http://10.0.0.1/',
    'http://169.253.0.1/',
    'http://128.0.0.1/',
    'http://[fd00::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://127.0.0.1.example.com/',
    'http://localhost.example.com/',
    'http://127.0.0.1@example.com/',
    'https://user:word@example.com/',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    '169.254.169.254',
    '',
  ])('is never asked for at %s, by an option or by a variable', async (credentials_uri) => {
    const { error } = authOptions.safeParse({ type: 'container', credentials_uri });
    expect(error?.issues[0]?.message).toMatch(/the token would travel in the clear/);
    vi.stubEnv('HC_CONTAINER_CREDENTIALS_FULL_URI', credentials_uri);
    const { open } = opening();
    await expect(open({ type: 'container', authorization_token_file: '/x' })).rejects.toThrow(
      /^HC_CONTAINER_CREDENTIALS_FULL_URI is not/,
    );
  });

  it.each<[string, Scripted]>([
    ['no JSON', { body: '<html>' }],
    ['another shape', { body: '{"credential":{"access":"a"}}' }],
    ['an empty key', { body: body.replace('PSK', '') }],
    ['a key of two lines', { body: body.replace('PSK', 'a\\nb') }],
    ['no date', { body: body.replace(/"2026[^"]*"/, '"soon"') }],
  ])('that is answered with %s has no keys, without showing the answer', async (_, answer) => {
    const { load } = opening([answer]);
    await expect(load(await auth())).rejects.toMatchObject({
      kind: 'schema',
      message:
        'get_container_credential: the answer holds no temporary keys; is an agency associated with this service account?',
    });
  });
});

describe('state is shared', () => {
  const places = {
    here: { projectId: 'p1', host: 'a.example.com', iamEndpoint: 'https://iam.example.com' },
    otherProject: { projectId: 'p2', host: 'a.example.com', iamEndpoint: 'https://iam.example.com' },
    otherHost: { projectId: 'p1', host: 'b.example.com', iamEndpoint: 'https://iam.example.com' },
    otherIam: { projectId: 'p1', host: 'a.example.com', iamEndpoint: 'https://iam2.example.com' },
  };
  const ways = {
    aksk: { type: 'aksk', access_key: 'AK', secret_key: 'SK' },
    password: { type: 'password', username: 'u', domain: 'd', password: 'p' },
    token: { type: 'token', token: 'T' },
    metadata: { type: 'metadata' },
    container: { type: 'container', credentials_uri: 'https://a.example.com', authorization_token_file: '/x' },
  };

  it.each<[keyof typeof ways, keyof typeof places, boolean]>([
    ['aksk', 'otherProject', true],
    ['aksk', 'otherHost', false],
    ['password', 'otherProject', true],
    ['password', 'otherHost', true],
    ['password', 'otherIam', false],
    ['token', 'otherProject', true],
    ['token', 'otherHost', false],
    ['metadata', 'otherProject', true],
    ['metadata', 'otherHost', false],
    ['container', 'otherProject', true],
    ['container', 'otherHost', false],
  ])('by projects with the same %s at %s: %s', async (way, place, isShared) => {
    const [one, other] = await Promise.all(
      [places.here, places[place]].map((where) => opening([200], where).open(ways[way])),
    );
    expect(one?.key === other?.key).toBe(isShared);
  });

  it.each<[string, unknown, unknown]>([
    ['a secret key', ways.aksk, { ...ways.aksk, secret_key: 'SK2' }],
    ['a security token', { ...ways.aksk, security_token: 'a' }, { ...ways.aksk, security_token: 'b' }],
    ['a password', ways.password, { ...ways.password, password: 'p2' }],
  ])('and %s that changed is the same credential with another secret', async (_, before, after) => {
    const [one, other] = await Promise.all([before, after].map((auth) => opening().open(auth)));
    expect(one?.key).toBe(other?.key);
    expect(one?.configured).not.toBe(other?.configured);
  });

  it('and a token file that changed is the same credential with another secret', async () => {
    const file = await write('changing', 'T1');
    const { open } = opening();
    const one = await open({ type: 'token', token_file: file });
    await write('changing', 'T2');
    const other = await open({ type: 'token', token_file: file });
    expect([one.key === other.key, one.configured === other.configured]).toEqual([true, false]);
  });

  it.each(Object.entries(ways))('without a secret in its name: %s', async (_, auth) => {
    const { key, configured } = await opening().open({ ...auth, ...('token' in auth ? { token: 'SECRET' } : {}) });
    expect(`${key} ${configured}`).not.toMatch(/SECRET|\bSK\b|\bAK\b/);
  });
});

it.each<[object, string | undefined]>([
  [{ type: 'aksk', access_key: 'a', secret_key: 'b' }, undefined],
  [{ type: 'token', token: 't' }, undefined],
  [{ type: 'password', username: 'u', domain: 'd', password: 'p' }, 'create_token'],
  [{ type: 'metadata' }, 'get_metadata_credential'],
  [{ type: 'container' }, 'get_container_credential'],
])('%o asks the operation %s', (auth, operation) => {
  expect(signInOperation(authOptions.parse(auth))).toBe(operation);
});

describe('a secret file', () => {
  let file: string;
  beforeEach(async () => {
    file = await write('rotating', 'wrong');
  });
  /** No timer of the clock is due while files are read. */
  const deadline = { at: START + 24 * HOUR, signal: new AbortController().signal, abort: () => {} };

  function project(auth: (file: string) => AuthOptions) {
    const clock = createFakeClock();
    const { send, sent } = fakeSend(clock, ({ headers }) => (headers['x-auth-token'] === 'right' ? 200 : 401));
    return { clock, sent, ...projectOf({ clock, send, auth: auth(file) }) };
  }
  const tokenFile = (token_file: string): AuthOptions => ({ type: 'token', token_file });

  it('that changes lifts the block at the next collection', async () => {
    const { collect, sent } = project(tokenFile);
    await collect(4, deadline);
    await collect(4, deadline);
    expect(sent.length).toBe(1);
    await write('rotating', 'right\n');
    expect((await collect(4, deadline)).map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
  });

  it.each<[string, (file: string) => AuthOptions]>([
    ['token', tokenFile],
    ['aksk', (secret_key_file) => ({ type: 'aksk', access_key: new Secret('AK-of-tests'), secret_key_file })],
    ['password', (password_file) => ({ type: 'password', username: 'u', domain: 'd', password_file })],
    [
      'container',
      (authorization_token_file) => ({ type: 'container', credentials_uri: 'https://a', authorization_token_file }),
    ],
  ])('that is missing is named, and nothing is sent: %s', async (_, auth) => {
    await rm(file);
    const { get, session, sent } = project(auth);
    (await session.open())();
    await expect(get({}, deadline)).rejects.toMatchObject({ reason: 'secret', message: expect.stringContaining(file) });
    expect(sent).toEqual([]);
  });

  it('that is empty is named', async () => {
    await write('rotating', '\n');
    const { get } = project(tokenFile);
    await expect(get({}, deadline)).rejects.toThrow(`the secret file ${file} is empty`);
  });

  it('that goes missing later is told, and the known secret goes on', async () => {
    await write('rotating', 'right');
    const { collect, problems } = project(tokenFile);
    await collect(1, deadline);
    await rm(file);
    expect((await collect(2, deadline)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(problems).toEqual([expect.stringContaining(file)]);
  });
});
