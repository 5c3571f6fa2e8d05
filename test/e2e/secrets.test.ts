// No secret leaves the program, however signing in is done and however it fails.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../src/cli/run.ts';
import type { FaultRule } from '../../src/simulator/faults.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { branchOf, configOf, mainOf, OFFICE, type Part, type World, type WorldOptions, world } from './world.ts';

const ACCESS_KEY = 'ACCESSKEYOFTHETESTS9';
const SECRET_KEY = 'Secret+Key/of&the=tests"\\9';
const SECURITY_TOKEN = 'gQpj+/security&token"of\\the-tests==';
const PASSWORD = 'correct "horse"\\battery&staple+%/ü';
const TOKEN = 'MIItoken+of/the&tests"\\==';
const PROXY_USER = 'proxyuser9';
const PROXY_PASSWORD = 'proxy+pass/word&9';
const SECRETS = [ACCESS_KEY, SECRET_KEY, SECURITY_TOKEN, PASSWORD, TOKEN, PROXY_PASSWORD];
const SEALED = 'U0VBTEVEIFJFQVNPTg';

/** All that a secret may look like in what others write. */
const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
];

/** What of the secrets a text gives away; named alone, because the text around it fills screens. */
const leaks = (text: string, secrets: readonly string[]): string[] =>
  [...secrets.flatMap(formsOf), SEALED].filter((form) => text.includes(form));

const WAYS: Readonly<Record<string, Part>> = {
  aksk: { type: 'aksk', access_key: ACCESS_KEY, secret_key: SECRET_KEY },
  'temporary aksk': {
    type: 'aksk',
    access_key: ACCESS_KEY,
    secret_key: SECRET_KEY,
    security_token: SECURITY_TOKEN,
  },
  password: { type: 'password', username: 'exporter', domain: 'acme', password: PASSWORD },
  token: { type: 'token', token: TOKEN },
};

/** An endpoint that answers with all that it was sent, as careless gateways do in their error pages. */
async function startEcho(status: number): Promise<{ url: string; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const said = `${request.method} ${request.url} ${JSON.stringify(request.headers)} ${body}`;
    heard.push(said);
    const { 'x-auth-token': token, authorization = '' } = request.headers;
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': token ?? authorization });
    response.end(JSON.stringify({ error_code: 'ECHO', error_msg: said.slice(-190), detail: said }));
  });
  return { url: await listening(server), heard };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  // Reason: a TCP server that listens has an address of this form.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** All that an operator, a scraper or a visitor gets to see of an exporter. */
async function seenOf({ get, log }: World): Promise<string> {
  const openmetrics = { headers: { accept: 'application/openmetrics-text' } };
  const answers = [
    await get('/metrics'),
    await get('/metrics', openmetrics),
    await get('/probe?project=main'),
    await get('/probe?project=main&debug=true'),
    await get('/'),
    await get('/config'),
    await get('/sd'),
  ];
  return [...answers.map(({ text, headers }) => `${JSON.stringify(headers)}\n${text}`), ...log].join('\n');
}

/** All that the commands print with the same configuration. */
async function printedOf(cloud: Simulator, options: WorldOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'config.yml');
  writeFileSync(file, configOf(cloud, options));
  let printed = '';
  const print = (text: string) => {
    printed += text;
  };
  for (const argv of [['check', '--api'], ['metrics'], ['check']]) {
    const stopped = new Promise<void>(() => {});
    await run({
      argv: [...argv, `--config.file=${file}`, '--log.level=debug'],
      env: {},
      out: print,
      err: print,
      stopped,
      onHangup() {},
    });
  }
  return printed;
}

const DEBUG: WorldOptions = { log: { level: 'debug' }, scrape: { strict: true } };

describe.each(Object.entries(WAYS))('%s', (way, auth) => {
  const own = SECRETS.filter((secret) => Object.values(auth).includes(secret));
  const base64 = (secret: string) => Buffer.from(secret).toString('base64');

  it.each<[string, FaultRule | undefined]>([
    ['is refused', undefined],
    ['is forbidden', { status: 403 }],
    ['is asked for a pause', { status: 429 }],
    ['meets a broken cloud', { status: 500 }],
    ['is told the secrets', { status: 500, body: { error_msg: own.join(' ') } }],
    [
      'is told the secrets percent-encoded',
      { status: 401, body: { error_msg: own.map(encodeURIComponent).join(' ') } },
    ],
    ['is told the secrets in base64', { status: 401, body: own.map(base64).join(' ') }],
    ['is told the secrets as JSON in a text', { status: 401, body: `said: ${JSON.stringify(own)}` }],
    ['is told the secrets as JSON in JSON', { status: 401, body: { error_msg: `said: ${JSON.stringify(own)}` } }],
  ])('shows no secret when it %s', async (_, fault) => {
    const projects: WorldOptions['projects'] = (cloud) => [mainOf(cloud, { auth, pools: [OFFICE] })];
    const one = await world({ ...DEBUG, projects, cloud: fault === undefined ? {} : { faults: [fault] } });
    const seen = await seenOf(one);
    expect(seen).toContain(`type: ${way === 'temporary aksk' ? 'aksk' : way}`);
    expect(seen).toContain('msg="request to the cloud"');
    expect(seen).toContain('reads failed');
    expect(leaks(seen, SECRETS)).toEqual([]);
    expect(leaks(await printedOf(one.cloud, { ...DEBUG, projects }), SECRETS)).toEqual([]);
  });

  it('shows no secret that comes back as a value', async () => {
    const projects: WorldOptions['projects'] = (cloud) => [mainOf(cloud, { auth, pools: [OFFICE] })];
    const body = { id: OFFICE, desktop_count: own.join(' ') };
    const one = await world({ ...DEBUG, projects, cloud: { faults: [{ match: { path: OFFICE }, body }] } });
    const seen = await seenOf(one);
    // The simulated cloud does not know this password: nothing is read with it.
    if (way !== 'password') {
      expect(seen).toContain('found="\\"<secret>');
      expect(seen).toContain('is <bdi>&quot;&lt;secret&gt;');
    }
    expect(leaks(seen, SECRETS)).toEqual([]);
  });

  it('shows no secret that comes back as the id of a request', async () => {
    const echo = await startEcho(200);
    const projects: WorldOptions['projects'] = (cloud) => [
      mainOf(cloud, { auth, pools: [OFFICE], endpoint: echo.url }),
    ];
    const one = await world({ ...DEBUG, projects });
    const seen = await seenOf(one);
    if (way !== 'password') expect(seen).toMatch(/msg="request to the cloud" .* status=200 .* request_id=.*<secret>/);
    expect(leaks(seen, SECRETS)).toEqual([]);
  });

  it.each([401, 500])('shows no secret to a gateway that repeats what it heard with HTTP %i', async (status) => {
    const echo = await startEcho(status);
    const projects: WorldOptions['projects'] = (cloud) => [
      mainOf(cloud, { auth, pools: [OFFICE], endpoint: echo.url, iam_endpoint: echo.url }),
    ];
    const one = await world({ ...DEBUG, projects });
    const seen = await seenOf(one);
    expect(seen).toContain('ECHO');
    // Otherwise there is nothing that could leak.
    const sent = { aksk: ACCESS_KEY, 'temporary aksk': ACCESS_KEY, password: PASSWORD, token: TOKEN }[way] ?? 'none';
    expect(echo.heard.some((said) => formsOf(sent).some((form) => said.includes(form)))).toBe(true);
    expect(leaks(seen, SECRETS)).toEqual([]);
    expect(leaks(await printedOf(one.cloud, { ...DEBUG, projects }), SECRETS)).toEqual([]);
  });

  it('shows no secret that was read from a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const inFiles = Object.fromEntries(
      Object.entries(auth).map(([key, value]) => {
        if (!SECRETS.includes(String(value))) return [key, value];
        writeFileSync(join(folder, key), `${value}\n`);
        return [`${key}_file`, join(folder, key)];
      }),
    );
    const echo = await startEcho(401);
    const one = await world({
      ...DEBUG,
      projects: (cloud) => [mainOf(cloud, { auth: inFiles, endpoint: echo.url, iam_endpoint: echo.url })],
    });
    const seen = await seenOf(one);
    expect(seen).toContain('ECHO');
    expect(leaks(seen, SECRETS)).toEqual([]);
  });
});

describe('a secret as long as a real token', () => {
  it.each([
    ['in a text', (secret: string) => `you sent ${secret}`],
    ['in JSON', (secret: string) => JSON.stringify({ error_msg: `you sent ${secret}` })],
  ])('shows no part of itself, %s', async (_, body) => {
    // Real tokens have thousands of characters: more than is kept of an answer.
    const long = `MII${'x9+/'.repeat(3000)}`;
    const one = await world({
      ...DEBUG,
      projects: (cloud) => [mainOf(cloud, { auth: { type: 'token', token: long } })],
      cloud: { faults: [{ status: 500, body: body(long) }] },
    });
    const seen = await seenOf(one);
    expect(seen).toContain('you sent');
    expect(seen.includes('x9+/x9+/')).toBe(false);
  });
});

describe('what the cloud issued', () => {
  it('is a secret as well: a token', async () => {
    const one = await world({
      ...DEBUG,
      projects: (cloud) => {
        const { username, domain, password } = cloud.credentials;
        return [mainOf(cloud, { auth: { type: 'password', username, domain, password } })];
      },
    });
    await one.page();
    // The simulated cloud numbers its tokens: this is the one that it has issued.
    const issued = /MIIissued[0-9a-f]+/;
    expect(one.cloud.control.issueToken()).toMatch(issued);
    expect(issued.exec(await seenOf(one))).toBeNull();
    expect(leaks(await seenOf(one), [one.cloud.credentials.password])).toEqual([]);
  });

  it('is a secret as well: temporary keys, even when they are refused by name', async () => {
    const echo = await startEcho(401);
    const one = await world({
      ...DEBUG,
      projects: (cloud) => [
        mainOf(cloud, { auth: { type: 'metadata', metadata_endpoint: cloud.url }, endpoint: echo.url }),
      ],
    });
    const seen = await seenOf(one);
    expect(echo.heard.join()).toMatch(/Access=TEMP[0-9A-F]{16}/);
    expect(seen).toContain('ECHO');
    expect(/gQpj|TEMP[0-9A-F]{16}/.exec(seen)).toBeNull();
  });
});

describe('a proxy', () => {
  const proxies = [
    ['that refuses', 407],
    ['that breaks', 502],
  ] as const;

  it.each(proxies)('%s does not make its user and password appear', async (_, status) => {
    const heard: string[] = [];
    const proxy = createServer((request, response) => {
      heard.push(JSON.stringify(request.headers));
      response.writeHead(status).end(JSON.stringify(request.headers));
    });
    proxy.on('connect', (request, socket) => {
      const said = JSON.stringify(request.headers);
      heard.push(said);
      socket.end(`HTTP/1.1 ${status} No\r\nx-said: ${said}\r\ncontent-length: ${said.length}\r\n\r\n${said}`);
    });
    const address = new URL(await listening(proxy));
    address.username = PROXY_USER;
    address.password = encodeURIComponent(PROXY_PASSWORD);
    const projects: WorldOptions['projects'] = (cloud) => [mainOf(cloud, { http: { proxy_url: address.href } })];
    const one = await world({ ...DEBUG, projects });
    const seen = await seenOf(one);
    const basic = Buffer.from(`${PROXY_USER}:${PROXY_PASSWORD}`).toString('base64');
    expect(heard.join()).toContain(basic);
    expect(seen).toContain('reads failed');
    const printed = await printedOf(one.cloud, { ...DEBUG, projects });
    for (const text of [seen, printed]) {
      expect(leaks(text, [PROXY_PASSWORD])).toEqual([]);
      expect(text).not.toContain(PROXY_USER);
      expect(text).not.toContain(basic);
    }
  });
});

describe('people', () => {
  const everybody = { collectors: { users: { enabled: true, from: 'list', max_users: 100 } } };
  /** Name, mail and phone of everybody, as the cloud tells them. */
  async function personalData({ url, credentials }: Simulator): Promise<string[]> {
    const headers = { 'x-auth-token': credentials.token };
    const answer = await fetch(`${url}/v2/${credentials.projectId}/users`, { headers });
    // The simulated cloud's own answer; another shape is a failing expectation.
    const { users } = (await answer.json()) as {
      users: { user_name: string; user_email: string; user_phone: string }[];
    };
    return users.flatMap(({ user_name, user_email, user_phone }) => [user_name, user_email, user_phone]);
  }

  it.each([false, true])('are never named; their ids only when asked for (per_user: %s)', async (per_user) => {
    const users = { ...everybody.collectors.users, per_user };
    const one = await world({ ...DEBUG, projects: (cloud) => [mainOf(cloud, { collectors: { users } })] });
    const seen = await seenOf(one);
    const known = await personalData(one.cloud);
    expect(known).toHaveLength(3 * 64);
    expect(seen).toContain('huaweicloud_workspace_users{project="main"} 64');
    expect(leaks(seen, known)).toEqual([]);
    expect(seen.includes('user_id="')).toBe(per_user);
  });

  it('are not named by an error either', async () => {
    const one = await world({
      ...DEBUG,
      projects: (cloud) => [mainOf(cloud, everybody), branchOf(cloud, everybody)],
      cloud: { faults: [{ kind: 'wrongType', match: { path: '/users' } }] },
    });
    const seen = await seenOf(one);
    expect(seen).toContain('collector_success{project="main",collector="users"} 0');
    expect(leaks(seen, await personalData(one.cloud))).toEqual([]);
  });
});

describe('ids of people', () => {
  it('are no example of what fails, in the log or on the landing page', async () => {
    const users = { enabled: true, user_ids: ['person-0001', 'person-0002'] };
    const one = await world({
      ...DEBUG,
      projects: (cloud) => [mainOf(cloud, { collectors: { users } })],
      cloud: { faults: [{ status: 500, match: { path: '/by-users' } }] },
    });
    const seen = await seenOf(one);
    expect(seen).toContain('list_desktop_pools_by_users: HTTP 500');
    expect(seen).not.toContain('person-');
  });
});

describe('a configuration that is wrong', () => {
  const NEVER = new Promise<never>(() => {});

  it('is told without its secrets', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'config.yml');
    const text = {
      projects: [
        {
          name: 1,
          region: 2,
          project_id: 3,
          auth: { ...WAYS.aksk, sekret: SECRET_KEY },
          http: { proxy_url: `ftp://u:${PROXY_PASSWORD}@h` },
        },
      ],
    };
    writeFileSync(file, JSON.stringify(text));
    let said = '';
    const err = (line: string) => {
      said += line;
    };
    const code = await run({
      argv: ['check', `--config.file=${file}`],
      env: {},
      out: err,
      err,
      stopped: NEVER,
      onHangup() {},
    });
    expect(code).toBe(2);
    expect(said).toContain('projects[0].region');
    expect(leaks(said, SECRETS)).toEqual([]);
  });

  it('of the environment is told without its secrets', async () => {
    let said = '';
    const err = (line: string) => {
      said += line;
    };
    const env = { HUAWEICLOUD_SDK_AK: ACCESS_KEY, HUAWEICLOUD_SDK_SK: SECRET_KEY, HUAWEICLOUD_REGION: 'X!' };
    expect(await run({ argv: ['check'], env, out: err, err, stopped: NEVER, onHangup() {} })).toBe(2);
    expect(said).toContain('HUAWEICLOUD_SDK_PROJECT_ID');
    expect(leaks(said, SECRETS)).toEqual([]);
  });
});

describe('a reload', () => {
  const POST = { method: 'POST' };
  const reloading: WorldOptions = { ...DEBUG, flags: ['--web.enable-lifecycle'] };
  const json = (cloud: Simulator, part: Part) => configOf(cloud, { projects: () => [mainOf(cloud, part)] });
  const yaml = (auth: string) => `projects:\n  - name: main\n    auth:\n${auth}`;

  it.each<[string, (cloud: Simulator) => string]>([
    ['that breaks off', (cloud) => json(cloud, { auth: WAYS.aksk }).slice(0, -5)],
    ['that is indented wrongly', () => yaml(`      secret_key: ${SECRET_KEY}\n     token: ${TOKEN}\n`)],
    ['with a secret as a key', () => yaml(`      "${PASSWORD.replaceAll(/["\\\\]/g, '\\\\$&')}": x\n`)],
    ['with a secret for a region', (cloud) => json(cloud, { auth: WAYS.aksk, region: SECRET_KEY })],
    ['with a secret for a project', (cloud) => json(cloud, { auth: WAYS.token, project_id: TOKEN })],
    ['with a secret for a way to sign in', (cloud) => json(cloud, { auth: { type: PASSWORD } })],
    ['with a secret where an option is', (cloud) => json(cloud, { auth: { ...WAYS.password, passwort: PASSWORD } })],
    ['with a secret for a proxy', (cloud) => json(cloud, { http: { proxy_url: `http://u:${PROXY_PASSWORD}@h:x` } })],
    ['with secrets in a list', (cloud) => json(cloud, { auth: SECRETS })],
  ])('%s says so without its secrets', async (_, text) => {
    const one = await world(reloading);
    one.write(text(one.cloud));
    const { status, text: said } = await one.get('/-/reload', POST);
    expect(status).toBe(500);
    expect(said).toContain('not reloaded; the previous configuration stays in use:');
    expect(leaks(`${said}\n${await seenOf(one)}`, SECRETS)).toEqual([]);
  });

  it('keeps the former secrets as secret as the new ones', async () => {
    const echo = await startEcho(500);
    const to = (auth: Part | undefined): Partial<WorldOptions> => ({
      projects: (cloud) => [mainOf(cloud, { auth, endpoint: echo.url })],
    });
    const one = await world({ ...reloading, ...to(WAYS.aksk) });
    await one.get('/metrics');
    one.write(to(WAYS.token));
    expect((await one.get('/-/reload', POST)).status).toBe(200);
    one.cloud.fault({ status: 500, body: { error_msg: `${SECRET_KEY} ${ACCESS_KEY} ${TOKEN}` } });
    const seen = await seenOf(one);
    one.write({ projects: (cloud) => [mainOf(cloud, { auth: WAYS.token })] });
    expect((await one.get('/-/reload', POST)).status).toBe(200);
    const after = await seenOf(one);
    expect(seen).toContain('ECHO');
    expect(after).toContain('HTTP 500');
    expect(leaks(seen + after, SECRETS)).toEqual([]);
  });
});
