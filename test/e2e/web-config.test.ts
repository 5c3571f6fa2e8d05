// The whole exporter behind a web configuration file: who gets what, what is counted and what is logged.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hashSync } from 'bcryptjs';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Authority, type Certificate, createAuthority, scratch } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { type Asking, type Part, type World, world } from './world.ts';

const PASSWORD = 'correct horse';
const HASH = hashSync(PASSWORD, 4);
const login = (password = PASSWORD, user = 'prometheus'): Asking => ({
  headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
});
const USERS: Part = { basic_auth_users: { prometheus: HASH } };

let authority: Authority;
let server: Certificate;
beforeAll(() => {
  const ends: (() => void)[] = [];
  authority = createAuthority(scratch((end) => ends.push(end)));
  server = authority.issue('server', ['IP:127.0.0.1']);
  return () => {
    for (const end of ends) end();
  };
});

interface Guarded extends World {
  readonly file: string;
  write(part: Part | string): void;
}

async function guarded(part: Part): Promise<Guarded> {
  const file = join(scratch(onTestFinished), 'web.yml');
  const write = (now: Part | string) => writeFileSync(file, typeof now === 'string' ? now : JSON.stringify(now));
  write(part);
  return { ...(await world({ flags: [`--web.config.file=${file}`] })), file, write };
}
const PAGES = ['/metrics', '/probe?project=main', '/sd', '/config', '/', '/nowhere'];
const PROBES = ['/-/healthy', '/-/ready'];
const refusals = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/http_requests_total\{handler="refused",code="(\d+)"\} (\d+)/g)].map(([, code, n]) => [code, n]),
  );

describe('users', () => {
  it('see every page, and others none', async () => {
    const { get } = await guarded(USERS);
    for (const path of PAGES) {
      for (const asking of [{}, login('wrong'), login(PASSWORD, 'nobody'), login('')]) {
        const { status, headers, text } = await get(path, asking);
        expect([status, headers['www-authenticate'], text]).toEqual([401, 'Basic', 'A user and password are needed\n']);
      }
      expect((await get(path, login())).status).toBe(path === '/nowhere' ? 404 : 200);
    }
  });

  it('are not asked of a probe, however its path is spelt otherwise', async () => {
    const { get } = await guarded(USERS);
    for (const path of PROBES) expect((await get(path)).status).toBe(200);
    expect((await get('/-/healthy?x')).status).toBe(200);
    expect((await get('http://exporter.example/-/healthy')).status).toBe(200);
    expect((await get('http://[::1')).status).toBe(400);
    for (const path of [
      'http://a/-/healthy/../config',
      '/-/healthy/',
      '/-/HEALTHY',
      '/-/healthy/../config',
      '//-/healthy',
      '/config?/-/healthy',
    ])
      expect((await get(path)).status, path).toBe(401);
  });

  it('change with the next request', async () => {
    const { get, write } = await guarded(USERS);
    expect((await get('/sd', login())).status).toBe(200);
    write({ basic_auth_users: { prometheus: hashSync('another', 4) } });
    expect([(await get('/sd', login())).status, (await get('/sd', login('another'))).status]).toEqual([401, 200]);
    write({});
    expect((await get('/sd')).status).toBe(200);
  });

  it('are counted when they are refused, from 0 on', async () => {
    const { get } = await guarded(USERS);
    expect(refusals((await get('/metrics', login())).text)).toEqual({
      401: '0',
      413: '0',
      414: '0',
      429: '0',
      500: '0',
    });
    await get('/metrics', login('wrong'));
    await get('/metrics');
    await get(`/${'a'.repeat(9000)}`, login());
    const counted = refusals((await get('/metrics', login())).text);
    expect(counted).toMatchObject({ 401: '2', 414: '1' });
  });

  it('are nowhere to be read', async () => {
    const { get, log } = await guarded(USERS);
    await get('/metrics', login('a wrong one'));
    const pages = await Promise.all(PAGES.map(async (path) => (await get(path, login())).text));
    const said = [...pages, ...log].join('\n');
    for (const secret of [HASH, PASSWORD, 'a wrong one']) expect(said).not.toContain(secret);
    expect((await get('/config', login())).text).not.toContain('basic_auth');
  });

  it('are served while somebody guesses: a login that was seen does not wait', async () => {
    const { get } = await guarded({ basic_auth_users: { prometheus: hashSync(PASSWORD, 10) } });
    await get('/sd', login());
    let answered = 0;
    const flood = Array.from({ length: 30 }, async (_, i) => {
      const { status } = await get('/sd', login(`guess ${i}`));
      if (status === 401) answered += 1;
      return status;
    });
    expect((await get('/sd', login())).status).toBe(200);
    // The one that was under way may have ended; each of the others costs another tenth of a second.
    expect(answered).toBeLessThan(5);
    const statuses = await Promise.all(flood);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  });

  it('are served while somebody guesses elsewhere: a new login waits for ten comparisons at most', async () => {
    const { get } = await guarded({ basic_auth_users: { prometheus: hashSync(PASSWORD, 10) } });
    const order: number[] = [];
    const flood = Array.from({ length: 30 }, async (_, i) => {
      const { status, headers } = await get('/sd', login(`guess ${i}`));
      order.push(status);
      return { status, wait: headers['retry-after'] };
    });
    await eventually('the flood to be refused', () => order.find((status) => status === 429));
    const scrape = await get('/sd', { ...login(), connection: { localAddress: '127.0.0.2' } });
    const before = order.filter((status) => status === 401).length;
    expect(scrape.status).toBe(200);
    expect(before).toBeLessThanOrEqual(10);
    const all = await Promise.all(flood);
    expect(all.find(({ status }) => status === 429)?.wait).toBe('1');
  });
});

describe('a file that breaks while the exporter runs', () => {
  it('is answered with 500 until it is whole again, and told once each time', async () => {
    const { get, write, file, log } = await guarded(USERS);
    const told = () => log.filter((line) => line.includes('the web configuration can'));
    write('basic_auth_users: { prometheus: hunter2 }');
    for (const path of [...PAGES, ...PAGES]) {
      const { status, text } = await get(path, login());
      expect([status, text]).toEqual([500, 'The web configuration cannot be used; see the log\n']);
    }
    for (const path of PROBES) expect((await get(path)).status).toBe(200);
    expect(told()).toHaveLength(1);
    expect(told()[0]).toMatch(/level=error .*requests get 500.*web\.yml:1:33: .*not a bcrypt hash/);
    expect(log.join()).not.toContain('hunter2');
    rmSync(file);
    expect([(await get('/sd', login())).status, (await get('/sd', login())).status]).toEqual([500, 500]);
    expect(told()).toHaveLength(2);
    expect(told()[1]).toContain('cannot be read (ENOENT)');
    write(USERS);
    expect([(await get('/sd', login())).status, (await get('/sd', login())).status]).toEqual([200, 200]);
    expect(told()[2]).toMatch(/level=info msg="the web configuration can be used again"/);
    expect(told()).toHaveLength(3);
    expect(refusals((await get('/metrics', login())).text)).toMatchObject({ 500: '14' });
  });

  it('by becoming a pipe hangs nobody', async () => {
    const { get, file, write } = await guarded(USERS);
    rmSync(file);
    execFileSync('mkfifo', [file]);
    const answers = await Promise.all(Array.from({ length: 10 }, () => get('/sd', login())));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([500]));
    rmSync(file);
    write(USERS);
    expect((await get('/sd', login())).status).toBe(200);
  });

  it('can be told over TLS, too', async () => {
    const tls = { tls_server_config: { cert_file: server.certFile, key_file: server.keyFile } };
    const { get, write } = await guarded(tls);
    write('{');
    expect((await get('/sd', { connection: { ca: authority.cert } })).status).toBe(500);
  });
});

describe('headers', () => {
  it('are on every answer of a page, refused or not, and change with the file', async () => {
    const headers = { 'Strict-Transport-Security': 'max-age=1', 'Content-Security-Policy': "default-src 'self'" };
    const { get, write } = await guarded({ ...USERS, http_server_config: { headers } });
    for (const path of PAGES)
      for (const asking of [{}, login()])
        expect((await get(path, asking)).headers).toMatchObject({
          'strict-transport-security': 'max-age=1',
          'content-security-policy': "default-src 'self'",
        });
    write({ http_server_config: { headers: { 'X-Frame-Options': 'deny' } } });
    const { headers: now } = await get('/');
    expect(now).toMatchObject({ 'x-frame-options': 'deny' });
    expect(now['content-security-policy']).toContain("default-src 'none'");
    expect(now).not.toHaveProperty('strict-transport-security');
  });
});

describe('a rate limit', () => {
  it('is for all together, comes before the login, lets probes through, and is built at start', async () => {
    const { get, write } = await guarded({ ...USERS, rate_limit: { interval: '1h', burst: 3 } });
    const statuses = [];
    for (const asking of [{}, login(), {}, login()]) statuses.push((await get('/sd', asking)).status);
    expect(statuses).toEqual([401, 200, 401, 429]);
    const { headers, text } = await get('/sd', login());
    expect([Number(headers['retry-after']) > 3500, text]).toEqual([true, 'Too many requests; try again later\n']);
    for (const path of PROBES) expect((await get(path)).status).toBe(200);
    write(USERS);
    expect((await get('/sd', login())).status).toBe(429);
  });
});

describe('TLS', () => {
  const tls = (): Part => ({ tls_server_config: { cert_file: server.certFile, key_file: server.keyFile } });

  it('is in every address that the exporter names', async () => {
    const { url, log, get } = await guarded(tls());
    expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(log.join('\n')).toContain(`msg=listening url=${url}/`);
    const { text } = await get('/sd', { connection: { ca: authority.cert } });
    expect(JSON.parse(text)[0].labels.__scheme__).toBe('https');
  });

  it('and users are what curl expects', async () => {
    const { url } = await guarded({ ...tls(), ...USERS });
    const quiet = ['-sS', '--cacert', authority.certFile, '-o', '/dev/null', '-w', '%{http_code}'];
    const curl = async (...args: readonly string[]) => (await promisify(execFile)('curl', [...quiet, ...args])).stdout;
    if (spawnSync('curl', ['--version']).status !== 0) return console.warn('SKIPPED: curl is not here');
    expect(await curl(`${url}/metrics`)).toBe('401');
    expect(await curl('-u', `prometheus:${PASSWORD}`, `${url}/metrics`)).toBe('200');
    expect(await curl('-u', 'prometheus:no', `${url}/metrics`)).toBe('401');
    expect(await curl('-u', `prometheus:${PASSWORD}`, '-d', 'x=1', `${url}/metrics`)).toBe('413');
    expect(await curl(`${url}/-/healthy`)).toBe('200');
  });
});
