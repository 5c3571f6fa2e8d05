// TLS over real sockets: what a handshake needs, which clients come in, and what is read anew.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get, type RequestOptions } from 'node:https';
import { connect as connectPlain, type Socket } from 'node:net';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import express from 'express';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../../src/async/clock.ts';
import { openWebFile } from '../../../src/config/web.ts';
import { files } from '../../../src/option-types/regular-file.ts';
import { LIMITS, type Limits } from '../../../src/server/limits.ts';
import { send, TEXT } from '../../../src/server/send.ts';
import { serve } from '../../../src/server/server.ts';
import { type Authority, type Certificate, createAuthority, scratch } from '../../support/certificates.ts';

let authority: Authority;
let stranger: Authority;
let server: Certificate;
let rsa: Certificate;
let client: Certificate;
let foreign: Certificate;
let forServers: Certificate;

beforeAll(() => {
  const ends: (() => void)[] = [];
  const folder = scratch((end) => ends.push(end));
  mkdirSync(join(folder, 'stranger'));
  authority = createAuthority(folder);
  stranger = createAuthority(join(folder, 'stranger'));
  server = authority.issue('server', ['IP:127.0.0.1']);
  rsa = authority.issue('rsa', ['IP:127.0.0.1'], { kind: 'rsa' });
  const names = ['DNS:prometheus.example', 'IP:2001:db8::7', 'email:ops@a.example', 'URI:spiffe://a/prometheus'];
  client = authority.issue('client', names, { use: 'clientAuth' });
  foreign = stranger.issue('foreign', ['DNS:prometheus.example']);
  forServers = authority.issue('for-servers', ['DNS:prometheus.example'], { use: 'serverAuth' });
  return () => {
    for (const end of ends) end();
  };
});

/** More than the buffers of two sockets hold. */
const LARGE = Buffer.alloc(20 * 1024 ** 2, 'a');

const app = express();
app.get('/large', (_, response) => void send(response, 200, TEXT, LARGE));
app.get('/', (request, response) => void response.send(`${request.protocol} ${request.httpVersion}`));

/** `tls` is the section tls_server_config beside the certificate. */
async function serving(
  tls: object = {},
  { pair = server, limits = LIMITS }: { pair?: Certificate; limits?: Limits } = {},
) {
  const path = join(scratch(onTestFinished), 'web.yml');
  const write = (section: object) => writeFileSync(path, JSON.stringify({ tls_server_config: section }));
  write({ cert_file: pair.certFile, key_file: pair.keyFile, ...tls });
  const problems: (string | undefined)[] = [];
  const onProblem = (problem: string | undefined) => void problems.push(problem);
  const running = await serve(app, [{ host: '127.0.0.1', port: 0 }], systemClock, {
    limits,
    tls: { file: await openWebFile(path), onProblem, onSilence: onProblem },
  });
  onTestFinished(() => running.close());
  const url = running.urls[0] ?? '';
  return {
    url,
    running,
    path,
    problems,
    write,
    port: Number(new URL(url).port),
    ask: (options: RequestOptions = {}) => ask(url, options),
  };
}

/** The body, or the code of the error. */
function ask(url: string, options: RequestOptions): Promise<string> {
  return new Promise((resolve) => {
    const asking = get(url, { ca: authority.cert, agent: false, ...options }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.once('end', () => resolve(text));
      response.once('error', () => resolve('cut'));
    });
    asking.once('error', () => resolve('refused'));
  });
}

function secured(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...options }, () => resolve(socket));
    socket.once('error', reject);
    onTestFinished(() => void socket.destroy());
  });
}

const closed = (socket: { once(event: 'close', listener: () => void): unknown }) =>
  new Promise<void>((resolve) => socket.once('close', () => resolve()));

describe('a connection', () => {
  it('is HTTP/1.1 over TLS, and knows it', async () => {
    const { url, ask } = await serving();
    expect(url).toMatch(/^https:/);
    expect(await ask()).toBe('https 1.1');
  });

  it('gets HTTP/1.1 where it would rather have HTTP/2', async () => {
    const { port } = await serving();
    const socket = await secured(port, { ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket.alpnProtocol).toBe('http/1.1');
  });

  it('serves one request after another', async () => {
    const { ask } = await serving();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    expect([await ask({ agent }), await ask({ agent })]).toEqual(['https 1.1', 'https 1.1']);
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
  });

  it('that speaks plain HTTP is ended, and nobody else suffers', async () => {
    const { port, ask } = await serving();
    const socket = connectPlain(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await closed(socket);
    expect(await ask()).toBe('https 1.1');
  });

  it('that never begins its handshake is ended', async () => {
    const { port } = await serving({}, { limits: { ...LIMITS, handshakeTimeout: 50 } });
    const socket = connectPlain(port, '127.0.0.1');
    socket.on('error', () => {});
    await closed(socket.resume());
  });

  it('that never begins its handshake does not hold up the end', async () => {
    const { port, running } = await serving();
    const socket = connectPlain(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    await new Promise((resolve) => socket.once('connect', resolve));
    await running.close();
  });

  it('that says nothing after its handshake is ended', async () => {
    const limits = { ...LIMITS, headersTimeout: 50, requestTimeout: 60, connectionsCheckingInterval: 20 };
    const { port } = await serving({}, { limits });
    const socket = await secured(port);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    await closed(socket);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('a silent connection', () => {
  const silent = (port: number) =>
    new Promise<Socket>((resolve) => {
      const socket = connectPlain(port, '127.0.0.1', () => resolve(socket));
      socket.on('error', () => {});
      onTestFinished(() => void socket.destroy());
    });
  const half = Buffer.from('160301020001', 'hex');

  it.each([
    ['that never begins its handshake', (port: number) => silent(port)],
    [
      'in the middle of its handshake',
      async (port: number) => {
        const socket = await silent(port);
        socket.write(half);
        return socket;
      },
    ],
    ['that never asks', (port: number) => secured(port)],
    [
      'that has its answer',
      async (port: number) => {
        const socket = await secured(port);
        socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
        await new Promise((resolve) => socket.once('data', resolve));
        return socket;
      },
    ],
  ])('%s gives way to a new one', async (_, open) => {
    const { port, ask } = await serving({}, { limits: { ...LIMITS, maxConnections: 1 } });
    const socket = await open(port);
    socket.on('error', () => {});
    const end = closed(socket.resume());
    expect(await ask()).toBe('https 1.1');
    await end;
  });

  it('is one that has no answer under way', async () => {
    const { port, ask } = await serving({}, { limits: { ...LIMITS, maxConnections: 2 } });
    const busy = await secured(port);
    let length = 0;
    busy.on('data', (chunk) => {
      length += chunk.length;
    });
    busy.write('GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => busy.once('data', resolve));
    busy.pause();
    for (let i = 0; i < 4; i++) expect(await ask()).toBe('https 1.1');
    const end = closed(busy.resume());
    await end;
    expect(length).toBeGreaterThan(LARGE.length);
  });

  it.each([500, 2000])('is no matter for others when there are %d of them', async (count) => {
    const { port, ask } = await serving();
    await Promise.all(Array.from({ length: count }, () => silent(port)));
    expect([await ask(), await ask()]).toEqual(['https 1.1', 'https 1.1']);
  });
});

describe('a large answer', () => {
  const limits = { ...LIMITS, stalledTimeout: 400 };
  const GET = 'GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

  it('that nobody reads is cut', async () => {
    const { port } = await serving({}, { limits });
    const socket = await secured(port);
    socket.on('error', () => {});
    socket.pause();
    socket.write(GET);
    await new Promise((resolve) => setTimeout(resolve, limits.stalledTimeout * 4));
    let length = 0;
    socket.on('data', (chunk) => {
      length += chunk.length;
    });
    await closed(socket.resume());
    expect(length).toBeLessThan(LARGE.length);
  });

  it('that is read slowly is sent whole', async () => {
    const { port } = await serving({}, { limits });
    const socket = await secured(port);
    let [length, pauses] = [0, 0];
    socket.on('data', (chunk) => {
      length += chunk.length;
      if (Math.floor(length / 1e6) === pauses) return;
      pauses += 1;
      socket.pause();
      setTimeout(() => socket.resume(), 60);
    });
    socket.write(GET);
    await closed(socket);
    expect(length).toBeGreaterThanOrEqual(LARGE.length);
  });
});

describe('versions', () => {
  const handshake = async (port: number, version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') => {
    const ciphers = 'DEFAULT:@SECLEVEL=0';
    try {
      return (await secured(port, { minVersion: version, maxVersion: version, ciphers })).getProtocol();
    } catch {
      return undefined;
    }
  };
  const all = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

  it.each<[object, readonly string[]]>([
    [{}, ['TLSv1.2', 'TLSv1.3']],
    [{ min_version: 'TLS13' }, ['TLSv1.3']],
    [{ max_version: 'TLS12' }, ['TLSv1.2']],
    [{ min_version: 'TLS10' }, all],
    [{ min_version: 'TLS11', max_version: 'TLS12' }, ['TLSv1.1', 'TLSv1.2']],
  ])('%j', async (section, expected) => {
    const { port } = await serving(section);
    const found = [];
    for (const version of all) found.push(await handshake(port, version));
    expect(found.filter((version) => version !== undefined)).toEqual(expected);
  });
});

describe('cipher suites and curves', () => {
  const suite = async (port: number, options: ConnectionOptions = {}) => {
    try {
      return (await secured(port, options)).getCipher().standardName;
    } catch {
      return undefined;
    }
  };
  const TLS12 = { maxVersion: 'TLSv1.2' } as const;

  it('are those of Go up to TLS 1.2: none without forward secrecy', async () => {
    const { port } = await serving({}, { pair: rsa });
    expect(await suite(port, { ...TLS12, ciphers: 'AES256-GCM-SHA384' })).toBeUndefined();
    expect(await suite(port, { ...TLS12, ciphers: 'ECDHE-RSA-AES256-SHA' })).toBe('TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA');
  });

  it.each([
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
    'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  ])('may be %s alone, beside TLS 1.3', async (name) => {
    const { port } = await serving({ cipher_suites: [name] }, { pair: rsa });
    expect(await suite(port, TLS12)).toBe(name);
    expect(await suite(port)).toMatch(/^TLS_(AES|CHACHA20)/);
  });

  it.each([
    'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
    'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  ])('may be %s alone', async (name) => {
    const { port } = await serving({ cipher_suites: [name] });
    expect(await suite(port, TLS12)).toBe(name);
  });

  it('of TLS 1.3 alone leave nothing for TLS 1.2', async () => {
    const { port } = await serving({ cipher_suites: ['TLS_AES_128_GCM_SHA256'] });
    expect([await suite(port, TLS12), await suite(port)]).toEqual([undefined, expect.stringMatching(/^TLS_AES/)]);
  });

  it('are chosen by the server, or by the client where the file says so', async () => {
    const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256';
    const [own, theirs] = [await serving(), await serving({ prefer_server_cipher_suites: false })];
    expect(await suite(own.port, { ...TLS12, ciphers })).toMatch('AES_128_GCM');
    expect(await suite(theirs.port, { ...TLS12, ciphers })).toMatch('AES_256_GCM');
  });

  it('agree on a curve that is configured, and on no other', async () => {
    // RSA: a certificate has a curve itself, which the client would have to know.
    const { port } = await serving({ curve_preferences: ['CurveP384', 'X25519'] }, { pair: rsa });
    const curve = async (ecdhCurve: string) => {
      try {
        const { name } = (await secured(port, { ecdhCurve, ...TLS12 })).getEphemeralKeyInfo() as { name?: string };
        return name;
      } catch {
        return undefined;
      }
    };
    expect([await curve('P-384'), await curve('X25519'), await curve('P-521')]).toEqual([
      'secp384r1',
      'X25519',
      undefined,
    ]);
  });
});

describe('a client certificate', () => {
  const kinds = () => ({ none: {}, known: client, foreign, forServers });
  const admitted = async (section: object) => {
    const { ask } = await serving({ client_ca_file: authority.certFile, ...section });
    const found: string[] = [];
    for (const [kind, { cert, key }] of Object.entries<Partial<Certificate>>(kinds()))
      if ((await ask({ cert, key })) === 'https 1.1') found.push(kind);
    return found;
  };

  it.each<[string, readonly string[]]>([
    ['RequestClientCert', ['none', 'known', 'foreign', 'forServers']],
    ['RequireAnyClientCert', ['known', 'foreign', 'forServers']],
    ['RequireClientCert', ['known', 'foreign', 'forServers']],
    ['VerifyClientCertIfGiven', ['none', 'known']],
    ['RequireAndVerifyClientCert', ['known']],
  ])('under %s: %j come in', async (client_auth_type, expected) => {
    expect(await admitted({ client_auth_type })).toEqual(expected);
  });

  it('is not asked for under NoClientCert', async () => {
    const { ask } = await serving({ client_auth_type: 'NoClientCert' });
    expect([await ask(), await ask({ cert: foreign.cert, key: foreign.key })]).toEqual(['https 1.1', 'https 1.1']);
  });

  it.each<[string, boolean]>([
    ['prometheus.example', true],
    ['2001:db8::7', true],
    ['2001:0DB8:0::7', true],
    ['ops@a.example', true],
    ['spiffe://a/prometheus', true],
    ['example', false],
    ['*.example', false],
    ['a.prometheus.example', false],
    ['2001:db8::', false],
    ['client', false],
    ['DNS:prometheus.example', false],
  ])('with the names of the test, where %s is allowed: %s', async (name, isAllowed) => {
    const section = { client_auth_type: 'RequireAndVerifyClientCert', client_allowed_sans: ['nobody', name] };
    expect(await admitted(section)).toEqual(isAllowed ? ['known'] : []);
  });

  it('that an authority issued which the root vouches for comes in', async () => {
    const issuing = authority.delegate('issuing');
    const { ask } = await serving({
      client_ca: authority.cert + issuing.cert,
      client_auth_type: 'RequireAndVerifyClientCert',
    });
    expect(await ask(issuing.issue('of-issuing', [], { use: 'clientAuth' }))).toBe('https 1.1');
  });

  // With an empty list of authorities, Node takes those that it knows: whoever has a public certificate would come in.
  it.each<[string, string]>([
    ['emptied', ''],
    ['a key', 'the key'],
  ])('of anybody is refused, and the log names the file, once the authorities are %s', async (_, text) => {
    const file = join(scratch(onTestFinished), 'clients.pem');
    writeFileSync(file, authority.cert);
    const section = { client_ca_file: file, client_auth_type: 'RequireAndVerifyClientCert' };
    const { ask, problems } = await serving(section);
    const own = { cert: client.cert, key: client.key };
    expect(await ask(own)).toBe('https 1.1');
    writeFileSync(file, text);
    expect([await ask(own), await ask()]).toEqual(['refused', 'refused']);
    expect(problems.at(-1)).toContain(`tls_server_config.client_ca_file: ${file} `);
    writeFileSync(file, authority.cert);
    expect([await ask(own), problems.at(-1)]).toEqual(['https 1.1', undefined]);
  });

  it('of nobody who is known is refused whatever its names are, but under RequireAnyClientCert', async () => {
    const section = { client_auth_type: 'RequireAnyClientCert', client_allowed_sans: ['prometheus.example'] };
    expect(await admitted(section)).toEqual(['known', 'foreign', 'forServers']);
  });
});

describe('what is read anew with each connection', () => {
  const serialOf = async (port: number) => (await secured(port)).getPeerCertificate().serialNumber;

  it('is the certificate, while a connection that is open keeps its own', async () => {
    const own = join(scratch(onTestFinished), 'pair');
    const [certFile, keyFile] = [`${own}.pem`, `${own}.key`];
    const rotate = ({ cert, key }: Certificate) => {
      writeFileSync(certFile, cert);
      writeFileSync(keyFile, key);
    };
    rotate(server);
    const { port, ask, problems } = await serving({}, { pair: { ...server, certFile, keyFile } });
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await ask({ agent });
    const before = await serialOf(port);
    rotate(authority.issue('renewed', ['IP:127.0.0.1']));
    expect(await serialOf(port)).not.toBe(before);
    expect(await ask({ agent })).toBe('https 1.1');
    // Half of it: connections fail, and nothing else does.
    writeFileSync(keyFile, client.key);
    expect(await ask()).toBe('refused');
    expect(problems.at(-1)).toMatch(/^tls_server_config\.key_file: \S+ is not the key of the certificate in cert_file/);
    expect(await ask({ agent })).toBe('https 1.1');
    rmSync(keyFile);
    expect(await ask()).toBe('refused');
    expect(problems.at(-1)).toMatch(/^tls_server_config\.key_file: \S+ cannot be read /);
    rotate(server);
    expect([await ask(), problems.at(-1)]).toEqual(['https 1.1', undefined]);
  });

  it('is the former certificate while the storage of the new one does not answer', async () => {
    const { ask, problems } = await serving();
    expect(await ask()).toBe('https 1.1');
    const dead = vi.spyOn(files, 'read').mockResolvedValue({ why: '(no answer within 5 s); …', isSilent: true });
    onTestFinished(() => dead.mockRestore());
    expect(await ask()).toBe('https 1.1');
    expect(problems.at(-1)).toContain('(no answer within 5 s)');
    dead.mockRestore();
    expect([await ask(), problems.at(-1)]).toEqual(['https 1.1', undefined]);
  });

  it('are versions and rules for clients', async () => {
    const pair = { cert_file: server.certFile, key_file: server.keyFile };
    const { ask, write } = await serving();
    expect(await ask({ maxVersion: 'TLSv1.2' })).toBe('https 1.1');
    write({ ...pair, min_version: 'TLS13' });
    expect(await ask({ maxVersion: 'TLSv1.2' })).toBe('refused');
    write({ ...pair, client_auth_type: 'RequireAndVerifyClientCert', client_ca: authority.cert });
    expect([await ask(), await ask({ cert: client.cert, key: client.key })]).toEqual(['refused', 'https 1.1']);
  });

  it('is the last good file where it is broken', async () => {
    const { ask, path } = await serving();
    writeFileSync(path, 'tls_server_config: [');
    expect(await ask()).toBe('https 1.1');
  });

  it('is not whether there is TLS: where it was switched off, connections fail', async () => {
    const { ask, path, problems } = await serving();
    writeFileSync(path, '{}');
    expect(await ask()).toBe('refused');
    expect(problems.at(-1)).toContain('TLS was on at start and is no longer configured');
  });
});

it('certificates and keys may stand in the file itself', async () => {
  const { cert, key } = server;
  const { ask } = await serving({ cert, key, cert_file: undefined, key_file: undefined });
  expect(await ask()).toBe('https 1.1');
});

it('a connection without a server name is as good as one with it', async () => {
  const { port } = await serving();
  const [without, named] = [
    await secured(port),
    await secured(port, { servername: 'a.example', checkServerIdentity: () => undefined }),
  ];
  expect([without.getProtocol(), named.getProtocol()]).toEqual(['TLSv1.3', 'TLSv1.3']);
});
