// The transport over real sockets: what breaks, how it is told, and which way requests take.
import { execFileSync } from 'node:child_process';
import dns from 'node:dns';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect, createServer as createSilentServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FailureKind } from '../../src/cloud/errors.ts';
import { CloudError } from '../../src/cloud/errors.ts';
import type { Outgoing } from '../../src/cloud/send.ts';
import { createTransport, type TransportOptions } from '../../src/cloud/transport.ts';
import { proxyUrl } from '../../src/option-types/url.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { createAuthority, scratch } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0).reverse()) await close();
});

let folder: string;
const pem = (name: string) => join(folder, `${name}.pem`);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'transport-'));
  const files = ['-keyout', pem('key'), '-out', pem('cert'), '-days', '2', '-nodes'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:cloud.example'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...files, ...name], { stdio: 'ignore' });
  writeFileSync(pem('broken'), '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

function transportOf(options: Partial<TransportOptions> = {}) {
  const transport = createTransport({ connections: 4, ...options });
  closing.push(() => transport.close());
  return transport;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has such an address.
  return (server.address() as AddressInfo).port;
}

const serve = async (listener: RequestListener) => `http://127.0.0.1:${await listening(createServer(listener))}`;
const ownPair = () => ({ key: readFileSync(pem('key')), cert: readFileSync(pem('cert')) });
const serveTls = async (listener: RequestListener, pair: Pick<ServerOptions, 'key' | 'cert'> = ownPair()) =>
  listening(createTlsServer(pair, listener));

/** A server that says the same bytes to everybody, and hangs up unless `finish` does something else. */
async function serveRaw(bytes: string, finish: (socket: Socket) => void = (socket) => socket.end()): Promise<string> {
  const sockets = new Set<Socket>();
  closing.push(() => sockets.forEach((socket) => void socket.destroy()));
  const server = createSilentServer((socket) => {
    sockets.add(socket);
    socket
      .on('error', () => {})
      .once('data', () => {
        socket.write(Buffer.from(bytes, 'latin1'));
        finish(socket);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function request(url: string, signal = new AbortController().signal): Outgoing {
  const deadline = { at: Date.now() + 60_000, signal };
  return { operation: 'list_desktop_pools', method: 'GET', url: new URL(url), headers: { accept: 'x/y' }, deadline };
}

async function failureOf(sending: Promise<unknown>): Promise<CloudError> {
  const error: unknown = await sending.catch((reason: unknown) => reason);
  if (!(error instanceof CloudError)) throw new Error(`not a CloudError: ${String(error)}`);
  return error;
}

/** A proxy that tunnels wherever it is asked to, and writes down what for. */
async function proxy({ port = 0, status = 200, hangsUp = false } = {}) {
  const asked: { readonly target: string; readonly authorization: string | undefined }[] = [];
  const server = createServer((incoming, response) => {
    asked.push({
      target: `${incoming.method} ${incoming.url}`,
      authorization: incoming.headers['proxy-authorization'],
    });
    response.end('{"by":"proxy"}');
  });
  server.on('connect', (incoming, socket: Socket) => {
    asked.push({ target: `CONNECT ${incoming.url}`, authorization: incoming.headers['proxy-authorization'] });
    socket.on('error', () => {});
    if (hangsUp) return socket.destroy();
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const [host = '', to] = (incoming.url ?? '').split(':');
    const upstream = connect(
      port === 0 ? Number(to) : port,
      /^(localhost|cloud\.example)$/.test(host) ? '127.0.0.1' : host,
      () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      },
    );
    upstream.on('error', () => socket.destroy());
    closing.push(() => upstream.destroy());
    return undefined;
  });
  return { asked, port: await listening(server) };
}

const MIB = 2 ** 20;

describe('an answer', () => {
  it('has its status, its headers in lower case with repeated ones joined, and its body', async () => {
    const url = await serve((_, response) => {
      response.writeHead(418, { 'X-Request-Id': 'abc', 'X-Many': ['a', 'b'] }).end('{"é":1}');
    });
    const answer = await transportOf().send(request(url));
    expect(answer).toMatchObject({ status: 418, body: '{"é":1}' });
    expect(answer.headers).toMatchObject({ 'x-request-id': 'abc', 'x-many': 'a, b' });
  });

  it('is to what was asked: method, headers and body', async () => {
    const url = await serve(async (incoming, response) => {
      let text = '';
      for await (const chunk of incoming) text += String(chunk);
      response.end(JSON.stringify([incoming.method, incoming.url, incoming.headers.accept, text]));
    });
    const post = { ...request(`${url}/a?b=c`), method: 'POST', body: 'hello' } as const;
    expect((await transportOf().send(post)).body).toBe('["POST","/a?b=c","x/y","hello"]');
  });

  it('is not followed elsewhere', async () => {
    const url = await serve((_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    });
    expect((await transportOf().send(request(url))).status).toBe(302);
  });
});

describe('a connection', () => {
  it('serves many requests, one after the other', async () => {
    const sockets = new Set<unknown>();
    const url = await serve((incoming, response) => {
      sockets.add(incoming.socket);
      response.end('{}');
    });
    const { send } = transportOf();
    for (let index = 0; index < 20; index += 1) await send(request(url));
    // The pool opens a second one while it tidies the first.
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('is one of no more than allowed', async () => {
    const sockets = new Set<unknown>();
    const url = await serve((incoming, response) => {
      sockets.add(incoming.socket);
      setTimeout(() => response.end('{}'), 5);
    });
    const { send } = transportOf({ connections: 3 });
    await Promise.all(Array.from({ length: 12 }, () => send(request(url))));
    expect(sockets.size).toBe(3);
  });

  it('that is not needed is not made, and closing twice or unused is fine', async () => {
    const transport = createTransport({ connections: 1, caFile: '/nowhere' });
    await transport.close();
    await transport.close();
  });
});

describe('what breaks', () => {
  it.each<[string, Parameters<Awaited<ReturnType<typeof startSimulator>>['fault']>[0], FailureKind]>([
    ['a reset', { kind: 'reset' }, 'network'],
    ['a truncated body', { kind: 'truncate', status: 200, body: 'x'.repeat(1000) }, 'network'],
    ['an answer of 64 MiB', { kind: 'huge' }, 'schema'],
  ])('%s is told with the host and as its kind', async (_, fault, kind) => {
    const simulator = await startSimulator();
    closing.push(() => simulator.close());
    simulator.fault(fault);
    const error = await failureOf(transportOf().send(request(`${simulator.url}/v2/x/desktop-pools`)));
    expect([error.kind, error.message]).toEqual([kind, expect.stringContaining(new URL(simulator.url).host)]);
  });

  it.each([
    ['of one thing', undefined, MIB],
    ['of a list', 8 * MIB, 8 * MIB],
  ])('an answer %s has a limit, and is read to the end below it', async (_, mostBytes, bytes) => {
    let size = bytes;
    const url = await serve((__, response) => response.end(Buffer.alloc(size, ' ')));
    const { send } = transportOf();
    const asked = { ...request(url), ...(mostBytes === undefined ? {} : { mostBytes }) };
    expect((await send(asked)).body).toHaveLength(bytes);
    size += 1;
    expect(await failureOf(send(asked))).toMatchObject({
      kind: 'schema',
      message: `list_desktop_pools: the answer of ${new URL(url).host} is longer than ${bytes / MIB} MiB, the most that is read of one`,
    });
  });

  it('a header may be as long as a token of many roles, and no longer than what is read', async () => {
    let size = 60 * 1024;
    const url = await serve((_, response) => response.setHeader('x-subject-token', 'x'.repeat(size)).end('{}'));
    const { send } = transportOf();
    expect((await send(request(url))).headers['x-subject-token']).toHaveLength(size);
    size = 70 * 1024;
    const { kind, message } = await failureOf(send(request(url)));
    expect([kind, message]).toEqual([
      'schema',
      `list_desktop_pools: an answer with headers of more than 64 KiB, the most that is read, from ${new URL(url).host} (UND_ERR_HEADERS_OVERFLOW)`,
    ]);
  });

  it('an answer that is compressed, which was not asked for, is told', async () => {
    const url = await serve((_, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync('{}')));
    expect(await failureOf(transportOf().send(request(url)))).toMatchObject({
      kind: 'schema',
      message: `list_desktop_pools: the answer of ${new URL(url).host} is compressed (gzip), which was not asked for; is a proxy in between?`,
    });
  });

  it('a refusal that is compressed is understood by its status alone', async () => {
    const url = await serve((_, response) =>
      response.writeHead(401, { 'content-encoding': 'gzip' }).end(gzipSync('{"error_code":"X"}')),
    );
    expect(await transportOf().send(request(url))).toMatchObject({ status: 401, body: '' });
  });

  it.each(['identity', ''])('an answer may say that it is not compressed: %j', async (encoding) => {
    const url = await serve((_, response) => response.setHeader('content-encoding', encoding).end('{}'));
    expect((await transportOf().send(request(url))).body).toBe('{}');
  });

  it.each([
    [
      'an offer of another protocol',
      'HTTP/1.1 200 OK\r\nConnection: Upgrade\r\nUpgrade: h2,h2c\r\nContent-Length: 2\r\n\r\n{}',
    ],
    ['early hints', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'],
    ['a trailer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n'],
    ['bytes beyond ASCII in a header', 'HTTP/1.1 200 OK\r\nX-Name: b\u{fc}ro\r\nContent-Length: 2\r\n\r\n{}'],
    ['a mark of UTF-8', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\u{ef}\u{bb}\u{bf}{}'],
    ['no length', 'HTTP/1.0 200 OK\r\n\r\n{}'],
  ])('an answer is read with %s, which nobody asked for', async (_, raw) => {
    expect((await transportOf().send(request(await serveRaw(raw)))).body).toBe('{}');
  });

  it('what is not HTTP is told as that', async () => {
    const { kind, message } = await failureOf(transportOf().send(request(await serveRaw('SSH-2.0-OpenSSH\r\n'))));
    expect([kind, message]).toEqual([
      'network',
      expect.stringMatching(/: something that is not HTTP came from 127.0.0.1:\d+ \(H/),
    ]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['is cut off', (socket) => void socket.end()],
    ['ends with a reset', (socket) => void setTimeout(() => socket.resetAndDestroy(), 20)],
    ['breaks in its chunks', (socket) => void socket.end('not a chunk')],
  ])('a refusal whose body %s is a refusal all the same', async (_, finish) => {
    const url = await serveRaw('HTTP/1.1 401 Unauthorized\r\ntransfer-encoding: chunked\r\n\r\n4\r\n{"er\r\n', finish);
    expect(await transportOf().send(request(url))).toMatchObject({ status: 401, body: '{"er' });
  });

  it('a refusal whose body never ends is one when its time is over', async () => {
    const url = await serveRaw('HTTP/1.1 401 Unauthorized\r\ncontent-length: 500\r\n\r\n{"er', () => {});
    const controller = new AbortController();
    const sending = transportOf().send(request(url, controller.signal));
    setTimeout(() => controller.abort(new CloudError('timeout', 'no answer in time')), 100);
    expect(await sending).toMatchObject({ status: 401, body: '{"er' });
  });

  it('a refusal of any length is understood by its status and its beginning', async () => {
    const url = await serve((_, response) => response.writeHead(401).end(`{"error_code":"X",${' '.repeat(20 * MIB)}}`));
    const { status, body } = await transportOf().send(request(url));
    expect([status, body.length, body.slice(0, 16)]).toEqual([401, 64 * 1024, '{"error_code":"X']);
  });

  it('an answer that never ends costs the connection, and no other one', async () => {
    let isEndless = true;
    let closed = 0;
    const url = await serve((_, response) => {
      if (!isEndless) return void response.end('{}');
      response.on('close', () => (closed += 1));
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, ' ')));
      };
      response.on('drain', more);
      more();
    });
    const { send } = transportOf();
    expect((await failureOf(send(request(url)))).kind).toBe('schema');
    isEndless = false;
    expect((await send(request(url))).body).toBe('{}');
    await vi.waitFor(() => expect(closed).toBe(1));
  });

  it('a hang ends when the signal fires, with its reason', async () => {
    const url = await serve(() => {});
    const reason = new CloudError('timeout', 'no answer within 30ms');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    expect(await failureOf(transportOf().send(request(url, controller.signal)))).toBe(reason);
  });

  it('a body that hangs ends when the signal fires', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
    });
    const reason = new CloudError('timeout', 'no answer within 30ms');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    expect(await failureOf(transportOf().send(request(url, controller.signal)))).toBe(reason);
  });

  it('a connection that is never made ends when the signal fires', async () => {
    const sockets: Socket[] = [];
    const silent = createSilentServer((socket) => {
      sockets.push(socket.on('error', () => {}));
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const reason = new CloudError('timeout', 'no answer within 30ms');
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 30);
    const url = `https://localhost:${(silent.address() as AddressInfo).port}/`;
    expect(await failureOf(transportOf().send(request(url, controller.signal)))).toBe(reason);
  });

  it('a signal without a reason of its own gives up', async () => {
    const url = await serve(() => {});
    const error = await failureOf(transportOf().send(request(url, AbortSignal.timeout(30))));
    expect([error.kind, error.message]).toEqual([
      'aborted',
      'list_desktop_pools: given up, because nobody waits for the answer any more',
    ]);
  });

  it('a port where nobody listens is told', async () => {
    const url = await serve(() => {});
    for (const close of closing.splice(0)) await close();
    const error = await failureOf(transportOf().send(request(url)));
    expect([error.kind, error.message]).toEqual([
      'network',
      expect.stringMatching(/\(ECONNREFUSED\); nothing listens there: check endpoint and proxy_url$/),
    ]);
  });

  it('a metadata service that is not there is told without a word of region or proxy', async () => {
    const url = await serve(() => {});
    for (const close of closing.splice(0)) await close();
    const { message } = await failureOf(transportOf({ direct: true }).send(request(url)));
    expect(message).toMatch(/\(ECONNREFUSED\); nothing listens there: it is a service of ECS machines$/);
  });

  it('a host without an address is told', async () => {
    const error = await failureOf(transportOf({ direct: true }).send(request('http://nowhere.invalid/')));
    expect([error.kind, error.message]).toEqual(['network', expect.stringMatching(/nowhere\.invalid \(E/)]);
  });

  it.each([
    ['nowhere.invalid', /name resolution$/],
    ['iam.xx-north-1.myhuaweicloud.com', /, or try iam_endpoint: https:\/\/iam\.myhuaweicloud\.com$/],
    [
      'workspace.eu-west-101.myhuaweicloud.com',
      /, or try endpoint: https:\/\/workspace\.eu-west-101\.myhuaweicloud\.eu$/,
    ],
  ])('a name that nobody knows is told, with the other one the host may have: %s', async (host, advice) => {
    for (const name of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, '');
    const unknown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
    // Reason: net calls it with options and a callback, whatever the overloads are.
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((...all: unknown[]) => {
      const callback = all.at(-1);
      if (typeof callback === 'function') callback(unknown);
    }) as typeof dns.lookup);
    closing.push(() => lookup.mockRestore());
    const error = await failureOf(transportOf().send(request(`https://${host}/`)));
    expect(error.kind).toBe('network');
    expect(error.message).toMatch(/^list_desktop_pools: cannot reach .*\(ENOTFOUND\); DNS does not know this name: /);
    expect(error.message).toMatch(advice);
  });

  it('breaks one request, and the next goes on', async () => {
    let asked = 0;
    const url = await serve((incoming, response) => {
      asked += 1;
      if (asked === 1) incoming.socket.resetAndDestroy();
      else response.end('{}');
    });
    const { send } = transportOf();
    await failureOf(send(request(url)));
    expect((await send(request(url))).status).toBe(200);
  });
});

describe('TLS', () => {
  const answer: RequestListener = (_, response) => {
    response.end('{}');
  };

  it('of somebody unknown is refused as tls, with the code and a hint', async () => {
    const port = await serveTls(answer);
    const error = await failureOf(transportOf().send(request(`https://localhost:${port}/`)));
    expect(error.kind).toBe('tls');
    expect(error.message).toBe(
      `list_desktop_pools: no trusted TLS connection to localhost:${port} (DEPTH_ZERO_SELF_SIGNED_CERT); is a ca_file missing?`,
    );
  });

  it('of somebody in the ca_file is trusted', async () => {
    const port = await serveTls(answer);
    expect((await transportOf({ caFile: pem('cert') }).send(request(`https://localhost:${port}/`))).status).toBe(200);
  });

  it('is trusted where the ca_file has the authority that issued the certificate, without its root', async () => {
    const folder = scratch(onTestFinished);
    const issuing = createAuthority(folder).delegate('issuing');
    const port = await serveTls(answer, issuing.issue('cloud', ['DNS:localhost']));
    const { send } = transportOf({ caFile: issuing.certFile });
    expect((await send(request(`https://localhost:${port}/`))).status).toBe(200);
  });

  it('of another name is refused', async () => {
    const port = await serveTls(answer);
    const error = await failureOf(transportOf({ caFile: pem('cert') }).send(request(`https://127.0.0.1:${port}/`)));
    const words = /\(ERR_TLS_CERT_ALTNAME_INVALID\); its certificate is for another name: check endpoint$/;
    expect([error.kind, error.message]).toEqual(['tls', expect.stringMatching(words)]);
  });

  it('with somebody who speaks none is told as tls', async () => {
    const url = await serve(answer);
    const error = await failureOf(transportOf().send(request(url.replace('http:', 'https:'))));
    expect([error.kind, error.message]).toEqual([
      'tls',
      expect.stringMatching(/does it speak plain HTTP instead of HTTPS\?$/),
    ]);
  });

  it.each<[string, RegExp]>([
    ['missing', /the ca_file .*missing\.pem cannot be read \(ENOENT\)/],
    [
      'broken',
      /the ca_file .*broken\.pem contains a broken certificate \(number 1\); each must be complete and in PEM format$/,
    ],
  ])('with a ca_file that is %s is told as tls', async (name, words) => {
    const port = await serveTls(answer);
    const error = await failureOf(transportOf({ caFile: pem(name) }).send(request(`https://localhost:${port}/`)));
    expect([error.kind, error.message]).toEqual(['tls', expect.stringMatching(words)]);
  });

  describe('with a ca_file that changes', () => {
    /** Two servers, each with a certificate of its own, and a file that names the first. */
    async function changing() {
      const own = createAuthority(scratch(onTestFinished)).issue('localhost', ['DNS:localhost']);
      const [before, after] = [await serveTls(answer), await listening(createTlsServer(own, answer))];
      writeFileSync(pem('changing'), readFileSync(pem('cert')));
      const transport = transportOf({ caFile: pem('changing') });
      const ask = (port: number) =>
        transport.send(request(`https://localhost:${port}/`)).then(
          ({ status }) => status,
          (error: CloudError) => error.kind,
        );
      expect([await ask(before), await ask(after)]).toEqual([200, 'tls']);
      return { transport, ask, before, after, other: readFileSync(join(dirname(own.certFile), 'authority.pem')) };
    }

    it('trusts whom it names now, and nobody whom it named before', async () => {
      const { transport, ask, before, after, other } = await changing();
      writeFileSync(pem('changing'), other);
      expect(await transport.renew()).toBeUndefined();
      expect([await ask(before), await ask(after)]).toEqual(['tls', 200]);
    });

    it.each<[string, () => void, RegExp]>([
      ['gone', () => rmSync(pem('changing')), /changing\.pem cannot be read \(ENOENT\); check that/],
      ['empty', () => writeFileSync(pem('changing'), ''), /changing\.pem is empty$/],
      [
        'half written',
        () => writeFileSync(pem('changing'), `${readFileSync(pem('cert'))}-----BEGIN CERTIFICATE-----\nMIIB`),
        /changing\.pem contains a broken certificate \(number 2\); each must/,
      ],
    ])('trusts whom it named before while it is %s', async (_, spoil, why) => {
      const { transport, ask, before } = await changing();
      spoil();
      expect(await transport.renew()).toMatch(why);
      expect(await ask(before)).toBe(200);
    });

    it('keeps its connections where it says the same', async () => {
      const sockets = new Set<unknown>();
      const port = await serveTls((incoming, response) => {
        sockets.add(incoming.socket);
        response.end('{}');
      });
      const { send, renew } = transportOf({ caFile: pem('cert'), connections: 1 });
      for (let index = 0; index < 3; index += 1) {
        await send(request(`https://localhost:${port}/`));
        await renew();
      }
      expect(sockets.size).toBe(1);
    });

    it('ends no request that is under way', async () => {
      const { transport, other } = await changing();
      let respond: (() => void) | undefined;
      const port = await serveTls((_, response) => {
        respond = () => response.end('{}');
      });
      const sending = transport.send(request(`https://localhost:${port}/`));
      const answerNow = await eventually('the request', () => respond);
      writeFileSync(pem('changing'), other);
      await Promise.all([transport.renew(), transport.renew()]);
      answerNow();
      expect((await sending).status).toBe(200);
    });
  });

  it('with a ca_file takes the time of its authorities once, not at each connection', async () => {
    const port = await serveTls(answer);
    // What Node makes for each connection that brings none.
    const contexts = vi.spyOn(tls, 'createSecureContext');
    closing.push(() => contexts.mockRestore());
    const { send } = transportOf({ caFile: pem('cert') });
    await Promise.all(Array.from({ length: 4 }, () => send(request(`https://localhost:${port}/`))));
    expect(contexts).not.toHaveBeenCalled();
  });

  it('with a ca_file that comes late works from then on', async () => {
    const port = await serveTls(answer);
    const { send } = transportOf({ caFile: pem('late') });
    await failureOf(send(request(`https://localhost:${port}/`)));
    writeFileSync(pem('late'), readFileSync(pem('cert')));
    expect((await send(request(`https://localhost:${port}/`))).status).toBe(200);
  });
});

describe('a proxy', () => {
  const via = (port: number, userinfo = '') => proxyUrl().parse(`http://${userinfo}127.0.0.1:${port}`);
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it('tunnels to the cloud, with the user and password of its address', async () => {
    const target = await serveTls((_, response) => response.end('{}'));
    const { asked, port } = await proxy();
    const { send } = transportOf({ proxy: via(port, 'alice:s3%40cret@'), caFile: pem('cert') });
    expect((await send(request(`https://localhost:${target}/`))).status).toBe(200);
    expect(asked).toEqual([{ target: `CONNECT localhost:${target}`, authorization: basic('alice:s3@cret') }]);
  });

  it('does not make somebody unknown trusted', async () => {
    const target = await serveTls((_, response) => response.end('{}'));
    const { port } = await proxy();
    const error = await failureOf(transportOf({ proxy: via(port) }).send(request(`https://localhost:${target}/`)));
    expect(error.kind).toBe('tls');
  });

  it('is told the user alone, where there is no password', async () => {
    const { asked, port } = await proxy({ status: 403 });
    await failureOf(transportOf({ proxy: via(port, 'alice@') }).send(request('https://workspace.example.com/')));
    expect(asked[0]?.authorization).toBe(basic('alice:'));
  });

  it.each([
    [407, 'check user and password in proxy_url'],
    [403, 'ask its administrator to allow that'],
    [400, 'check proxy_url'],
    [502, 'can the proxy reach that itself?'],
  ])('that answers with %d is told by its name, once and for all', async (status, advice) => {
    const { asked, port } = await proxy({ status });
    const { send } = transportOf({ proxy: via(port, 'alice:s3cret@') });
    const error = await failureOf(send(request('https://workspace.example.com/')));
    expect([error.kind, error.details, error.message]).toEqual([
      'network',
      { final: true },
      `list_desktop_pools: the proxy http://127.0.0.1:${port} answered HTTP ${status} and opened no tunnel to workspace.example.com:443; ${advice}`,
    ]);
    expect(asked.length).toBe(1);
  });

  it('that wants a user is told to have none, where none is given', async () => {
    const { port } = await proxy({ status: 407 });
    const error = await failureOf(transportOf({ proxy: via(port) }).send(request('https://workspace.example.com/')));
    expect(error.message).toMatch(/; it requires a user and a password, and proxy_url has none$/);
  });

  it('that hangs up is asked once, and told by its name', async () => {
    const { asked, port } = await proxy({ hangsUp: true });
    const { send } = transportOf({ proxy: via(port) });
    const error = await failureOf(send(request('https://workspace.example.com/', AbortSignal.timeout(2000))));
    expect([error.kind, error.message]).toEqual([
      'network',
      `list_desktop_pools: lost the connection to the proxy http://127.0.0.1:${port} (UND_ERR_SOCKET); check proxy_url`,
    ]);
    expect(asked.length).toBe(1);
  });

  it('that is not there is told by its name', async () => {
    const { kind, message } = await failureOf(
      transportOf({ proxy: via(1) }).send(request('https://workspace.example.com/')),
    );
    expect([kind, message]).toEqual([
      'network',
      'list_desktop_pools: cannot reach the proxy http://127.0.0.1:1 (ECONNREFUSED); check proxy_url',
    ]);
  });

  it.each([407, undefined])('that fails shows no user and password (%s)', async (status) => {
    const port = status === undefined ? 1 : (await proxy({ status })).port;
    const { send } = transportOf({ proxy: via(port, 'alice:s3cret@') });
    const error = await failureOf(send(request('https://workspace.example.com/')));
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toMatch(/alice|s3cret/);
  });

  it('has the same limits', async () => {
    const target = await serveTls((_, response) => response.end(Buffer.alloc(MIB + 1, ' ')));
    const { port } = await proxy();
    const { send } = transportOf({ proxy: via(port), caFile: pem('cert') });
    expect((await failureOf(send(request(`https://localhost:${target}/`)))).kind).toBe('schema');
  });

  it('that never answers ends with the signal', async () => {
    const silent = createServer();
    silent.on('connect', (_, socket: Socket) => closing.push(() => socket.destroy()));
    const reason = new CloudError('timeout', 'no answer within 30ms');
    const controller = new AbortController();
    const { send } = transportOf({ proxy: via(await listening(silent)) });
    setTimeout(() => controller.abort(reason), 30);
    const { kind, message } = await failureOf(send(request('https://workspace.example.com/', controller.signal)));
    expect([kind, message]).toEqual([
      'timeout',
      expect.stringMatching(/^no answer within 30ms, through the proxy http:\/\/127\.0\.0\.1:\d+$/),
    ]);
  });

  describe('of the environment', () => {
    const answering = () => serveTls((_, response) => response.end('{}'));

    it('HTTPS_PROXY is used', async () => {
      const target = await answering();
      const { asked, port } = await proxy();
      vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`);
      await transportOf({ caFile: pem('cert') }).send(request(`https://cloud.example:${target}/`));
      expect(asked.map((one) => one.target)).toEqual([`CONNECT cloud.example:${target}`]);
    });

    it('needs no scheme', async () => {
      const target = await answering();
      const { asked, port } = await proxy();
      vi.stubEnv('HTTPS_PROXY', `alice:s3cret@127.0.0.1:${port}`);
      await transportOf({ caFile: pem('cert') }).send(request(`https://cloud.example:${target}/`));
      expect(asked.map((one) => one.authorization)).toEqual([basic('alice:s3cret')]);
    });

    it('NO_PROXY is honoured, and this machine never behind it', async () => {
      const target = await answering();
      const { asked, port } = await proxy();
      vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${port}`);
      const { send } = transportOf({ caFile: pem('cert') });
      await send(request(`https://localhost:${target}/`));
      vi.stubEnv('NO_PROXY', 'example.com,cloud.example');
      const error = await failureOf(send(request(`https://cloud.example:${target}/`)));
      expect([error.message, asked]).toEqual([expect.stringContaining('cannot reach cloud.example'), []]);
    });

    it('that holds no address is told by its name, and nothing is sent', async () => {
      vi.stubEnv('HTTPS_PROXY', 'socks5://127.0.0.1:1');
      const { message, details } = await failureOf(transportOf().send(request('https://cloud.example/')));
      expect(message).toMatch(/^list_desktop_pools: not sent: HTTPS_PROXY is not the address of an HTTP proxy/);
      expect(details.final).toBe(true);
    });

    it('proxy_url goes before it', async () => {
      const target = await answering();
      const [own, environment] = [await proxy(), await proxy()];
      vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${environment.port}`);
      vi.stubEnv('NO_PROXY', '*');
      await transportOf({ caFile: pem('cert'), proxy: via(own.port) }).send(
        request(`https://cloud.example:${target}/`),
      );
      expect([own.asked.length, environment.asked.length]).toEqual([1, 0]);
    });

    it('is ignored by what goes directly', async () => {
      const url = await serve((_, response) => response.end('{}'));
      const { asked, port } = await proxy();
      for (const name of ['HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, `http://127.0.0.1:${port}`);
      expect((await transportOf({ direct: true }).send(request(url))).body).toBe('{}');
      expect(asked).toEqual([]);
    });
  });
});
