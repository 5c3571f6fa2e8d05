// What a client may cost, over real sockets with short limits.
import { connect, type Socket } from 'node:net';
import express, { type RequestHandler } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/async/clock.ts';
import { createGuard } from '../../src/server/guard.ts';
import { LIMITS, type Limits, MAX_URL_LENGTH } from '../../src/server/limits.ts';
import { send, TEXT } from '../../src/server/send.ts';
import { serve } from '../../src/server/server.ts';

const SHORT: Limits = {
  ...LIMITS,
  headersTimeout: 60,
  requestTimeout: 80,
  connectionsCheckingInterval: 20,
  stalledTimeout: 80,
};
/** For requests alone: nothing else may end them first. */
const HASTY: Limits = { ...SHORT, stalledTimeout: LIMITS.stalledTimeout };
/** More than the buffers of two sockets hold. */
const LARGE = Buffer.alloc(30 * 1024 ** 2, 'a');

async function serving(limits: Limits, handler: RequestHandler = (_, response) => void response.send('here')) {
  const refused: number[] = [];
  const app = express();
  app.use(
    createGuard({ clock: systemClock, routePrefix: '', access: undefined, onRefused: (code) => refused.push(code) }),
  );
  app.use(handler);
  const server = await serve(app, [{ host: '127.0.0.1', port: 0 }], systemClock, { limits });
  onTestFinished(() => server.close());
  const port = Number(new URL(server.urls[0] ?? '').port);
  return { port, refused, server };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
  });
}

/** Everything that comes until the connection ends. */
const heard = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.once('close', () => resolve(text));
  });
const status = (text: string) => /^HTTP\/1\.1 (\d+) /.exec(text)?.[1];
const requestOf = (path: string, ...headers: readonly string[]) =>
  `${[`GET ${path} HTTP/1.1`, 'Host: a', ...headers].join('\r\n')}\r\n\r\n`;

describe('a request', () => {
  it.each([
    ['nothing', ''],
    ['half a line', 'GET / HT'],
    ['no end of the header', 'GET / HTTP/1.1\r\nHost: a\r\n'],
  ])('of which only %s comes is ended', async (_, text) => {
    const { port } = await serving(HASTY);
    const socket = await connected(port);
    socket.write(text);
    expect(status(await heard(socket))).toBe('408');
  });

  it('that comes a byte at a time is ended all the same', async () => {
    const { port } = await serving(HASTY);
    const socket = await connected(port);
    const drip = setInterval(() => socket.writable && socket.write('x'), 5);
    onTestFinished(() => clearInterval(drip));
    socket.write('GET / HTTP/1.1\r\nX: ');
    expect(status(await heard(socket))).toBe('408');
  });

  it.each([
    ['a body', 'POST', ['Content-Length: 5', '', 'hello']],
    ['a body that never comes', 'GET', ['Content-Length: 5']],
    ['a body of unknown length', 'POST', ['Transfer-Encoding: chunked']],
    ['the wish to send a body', 'PUT', ['Content-Length: 5', 'Expect: 100-continue']],
  ])('with %s is refused, and its connection ends', async (_, method, headers) => {
    const { port, refused } = await serving(LIMITS);
    const socket = await connected(port);
    socket.write(requestOf('/', ...headers).replace('GET', method));
    const text = await heard(socket);
    expect(status(text)).toBe('413');
    expect(text).toMatch(/^Connection: close\r$/m);
    expect(text).toMatch(/\r\n\r\nRequests must not have a body\n$/);
    expect(refused).toEqual([413]);
  });

  it('with an empty body is as good as one without', async () => {
    const { port } = await serving(LIMITS);
    const socket = await connected(port);
    socket.write(requestOf('/', 'Content-Length: 0', 'Connection: close'));
    expect(status(await heard(socket))).toBe('200');
  });

  it('for too long an address is refused, and for one that just fits it is not', async () => {
    const { port, refused } = await serving(LIMITS);
    const of = async (length: number) => {
      const socket = await connected(port);
      socket.write(requestOf(`/${'a'.repeat(length - 1)}`, 'Connection: close'));
      return status(await heard(socket));
    };
    expect([await of(MAX_URL_LENGTH), await of(MAX_URL_LENGTH + 1), refused]).toEqual(['200', '414', [414]]);
  });

  it('with too long a header is refused', async () => {
    const { port } = await serving({ ...LIMITS, maxHeaderSize: 1024 });
    const socket = await connected(port);
    socket.write(requestOf('/', `X: ${'a'.repeat(2000)}`));
    expect(status(await heard(socket))).toBe('431');
  });

  it.each([
    ['http://exporter.example/a?b=c', '200'],
    ['http://exporter.example', '200'],
    ['http://[::1', '400'],
    ['http://a:99999999/a', '400'],
    ['ftp://exporter.example/a', '400'],
    ['file:///a', '400'],
  ])('for the whole URL %s is answered by the rules, too, or not at all: %s', async (target, expected) => {
    const { port, refused } = await serving(LIMITS);
    const ask = async (...headers: readonly string[]) => {
      const socket = await connected(port);
      socket.write(requestOf(target, 'Connection: close', ...headers));
      return heard(socket);
    };
    const text = await ask();
    expect(status(text)).toBe(expected);
    if (expected === '400') expect(text).toContain('Bad request\n');
    await ask('Content-Length: 5');
    expect(refused).toEqual(expected === '200' ? [413] : []);
  });

  it('is served within the limits', async () => {
    const { port, refused } = await serving(LIMITS);
    const socket = await connected(port);
    socket.write(requestOf('/', 'Connection: close'));
    expect([status(await heard(socket)), refused]).toEqual(['200', []]);
  });
});

/** Asks once, and ends the connection. */
async function ask(port: number): Promise<string | undefined> {
  const socket = await connected(port);
  socket.write(requestOf('/', 'Connection: close'));
  return status(await heard(socket));
}

it('connections beyond the maximum are closed while all are busy, and there is room again when others end', async () => {
  let begun = 0;
  const { port } = await serving({ ...LIMITS, maxConnections: 2 }, (_, response) => {
    begun += 1;
    if (begun > 2) response.send('here');
  });
  const [first, second] = [await connected(port), await connected(port)];
  for (const socket of [first, second]) socket.write(requestOf('/'));
  await expect.poll(() => begun).toBe(2);
  expect(await heard(await connected(port))).toBe('');
  first.destroy();
  await expect.poll(() => ask(port)).toBe('200');
});

describe('a silent connection', () => {
  const answered = async (socket: Socket) => {
    socket.write(requestOf('/'));
    await new Promise((resolve) => socket.once('data', resolve));
  };
  const half = async (socket: Socket) => void socket.write('GET / HTTP/1.1\r\nHost: a\r\n');

  it.each([
    ['that never said anything', async () => {}],
    ['with half a request', half],
    ['that has its answer', answered],
    ['with half a second request', (socket: Socket) => answered(socket).then(() => half(socket))],
  ])('%s gives way to a new one', async (_, act) => {
    const { port } = await serving({ ...LIMITS, maxConnections: 1 });
    const socket = await connected(port);
    await act(socket);
    const end = heard(socket);
    expect(await ask(port)).toBe('200');
    await end;
  });

  it('gives way in the order in which they fell silent, whatever came of a request meanwhile', async () => {
    const { port } = await serving({ ...LIMITS, maxConnections: 3 });
    const ended: string[] = [];
    const named = async (name: string) => {
      const socket = await connected(port);
      socket.once('close', () => ended.push(name));
      return socket;
    };
    const first = await named('first');
    const second = await named('second');
    await named('third');
    await answered(first);
    await half(second);
    for (const expected of [['second'], ['second', 'third'], ['second', 'third', 'first']]) {
      await named('later');
      await expect.poll(() => ended).toEqual(expected);
    }
  });

  it.each([500, 2000])('is no matter for others when there are %d of them', async (count) => {
    const { port } = await serving(LIMITS);
    await Promise.all(Array.from({ length: count }, () => connected(port)));
    expect([await ask(port), await ask(port)]).toEqual(['200', '200']);
  });
});

describe('requests that do not wait for their answers', () => {
  const pipelined = (count: number) => requestOf('/').repeat(count - 1) + requestOf('/', 'Connection: close');

  it('are answered in order, one at a time', async () => {
    let [number, together] = [0, 0];
    const { port } = await serving(LIMITS, (_, response) => {
      together += 1;
      expect(together).toBe(1);
      const mine = ++number;
      setTimeout(() => {
        together -= 1;
        response.send(`[${mine}]`);
      }, 5);
    });
    const socket = await connected(port);
    const answer = heard(socket);
    socket.write(pipelined(5));
    expect((await answer).match(/\[\d\]/g)).toEqual(['[1]', '[2]', '[3]', '[4]', '[5]']);
  });

  it('end their connection where they are too many, and nobody else suffers', async () => {
    let begun = 0;
    const { port } = await serving(LIMITS, (_, response) => {
      begun += 1;
      setImmediate(() => response.send('here'));
    });
    const socket = await connected(port);
    const answer = heard(socket);
    socket.write(pipelined(2000));
    expect(await answer).toBe('');
    expect(begun).toBe(1);
    const next = await connected(port);
    next.write(requestOf('/', 'Connection: close'));
    expect(status(await heard(next))).toBe('200');
  });

  it('pass no limit by an expectation that nobody knows', async () => {
    let begun = 0;
    const { port, refused } = await serving(LIMITS, (_, response) => {
      begun += 1;
      setImmediate(() => response.send('here'));
    });
    const answers = heard(
      await connected(port).then((socket) => socket.end(requestOf('/', 'Expect: tea').repeat(2000))),
    );
    expect([await answers, begun]).toEqual(['', 1]);
    const socket = await connected(port);
    socket.write(requestOf('/', 'Expect: tea', 'Content-Length: 5'));
    expect([status(await heard(socket)), refused]).toEqual(['413', [413]]);
  });

  it('are as good as never asked when the connection ends before their turn', async () => {
    let [begun, ended] = [0, 0];
    const { port, server } = await serving(LIMITS, (_, response) => {
      begun += 1;
      response.once('close', () => {
        ended += 1;
      });
      void send(response, 200, TEXT, LARGE);
    });
    const socket = await connected(port);
    socket.pause();
    socket.write(pipelined(5));
    await expect.poll(() => begun).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(() => [begun, ended]).toEqual([1, 1]);
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

describe('an answer', () => {
  it('that nobody reads is cut', async () => {
    let isCut = false;
    const { port } = await serving(SHORT, (_, response) => {
      response.once('close', () => {
        isCut = true;
      });
      void send(response, 200, TEXT, LARGE);
    });
    const socket = await connected(port);
    socket.pause();
    socket.write(requestOf('/'));
    await expect.poll(() => isCut).toBe(true);
  });

  it('that is read slowly is sent whole', async () => {
    const { port } = await serving(
      { ...HASTY, stalledTimeout: 400 },
      (_, response) => void send(response, 200, TEXT, LARGE),
    );
    const socket = await connected(port);
    let length = 0;
    let pauses = 0;
    socket.on('data', (chunk) => {
      length += chunk.length;
      // Many rests, each shorter than the limit, together longer than it.
      if (Math.floor(length / 1.5e6) === pauses) return;
      pauses += 1;
      socket.pause();
      setTimeout(() => socket.resume(), 60);
    });
    socket.write(requestOf('/', 'Connection: close'));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(length).toBeGreaterThanOrEqual(LARGE.length);
    expect(pauses).toBeGreaterThan(16);
  });

  it('may be long in coming: the wait for a scrape is not cut', async () => {
    const { port } = await serving(SHORT, (_, response) => {
      setTimeout(() => response.send('late'), SHORT.stalledTimeout * 4);
    });
    const socket = await connected(port);
    socket.write(requestOf('/', 'Connection: close'));
    expect(await heard(socket)).toMatch(/late$/);
  });

  it('that came late and is not read is cut as well', async () => {
    let isCut = false;
    const { port } = await serving(SHORT, (_, response) => {
      response.once('close', () => {
        isCut = true;
      });
      setTimeout(() => void send(response, 200, TEXT, LARGE), SHORT.stalledTimeout * 3);
    });
    const socket = await connected(port);
    socket.pause();
    socket.write(requestOf('/'));
    await expect.poll(() => isCut, { timeout: 3000 }).toBe(true);
  });
});
