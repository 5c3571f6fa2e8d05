// The HTTP server: where it listens, and how it ends.
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/async/clock.ts';
import { type ListenAddress, parseListenAddress } from '../../src/server/listen-address.ts';
import { type RunningServer, serve } from '../../src/server/server.ts';

const LOOPBACK: ListenAddress = { host: '127.0.0.1', port: 0 };
const app = express();
app.get('/', (_, response) => void response.send('here'));
app.get('/slow', async (_, response) => {
  await sleep(100);
  response.send('late');
});

async function serving(addresses: readonly ListenAddress[]): Promise<RunningServer> {
  const server = await serve(app, addresses, systemClock);
  onTestFinished(() => server.close());
  return server;
}
const portOf = ({ urls: [url = ''] }: RunningServer) => Number(new URL(url).port);

describe('an address to listen on', () => {
  it.each<[string, ListenAddress | undefined]>([
    [':10054', { host: undefined, port: 10_054 }],
    ['127.0.0.1:10054', { host: '127.0.0.1', port: 10_054 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:10054', { host: '::1', port: 10_054 }],
    ['[::]:65535', { host: '::', port: 65_535 }],
    ['10054', undefined],
    ['127.0.0.1', undefined],
    ['127.0.0.1:', undefined],
    ['127.0.0.1:65536', undefined],
    ['::1:10054', undefined],
    ['http://127.0.0.1:10054', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    expect(parseListenAddress(text)).toEqual(expected);
  });
});

describe('a server', () => {
  it('listens on every address that it is given', async () => {
    const { urls } = await serving([LOOPBACK, LOOPBACK]);
    expect(new Set(urls).size).toBe(2);
    for (const url of urls) expect(await (await fetch(url)).text()).toBe('here');
  });

  it('names the address that is taken, and gives back those that it had', async () => {
    const other = await serving([LOOPBACK]);
    const free = await serve(app, [LOOPBACK], systemClock);
    const port = portOf(free);
    await free.close();
    const taken = { host: '127.0.0.1', port: portOf(other) };
    await expect(serve(app, [{ host: '127.0.0.1', port }, taken], systemClock)).rejects.toThrow(
      `cannot listen on 127.0.0.1:${taken.port} (EADDRINUSE)`,
    );
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
  });
});

describe('closing', () => {
  /** On a connection that the scraper means to keep. */
  const keptOpen = (url: string, agent: Agent) =>
    new Promise<string>((resolve, reject) => {
      get(url, { agent }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.once('end', () => resolve(text));
      }).once('error', reject);
    });

  it('lets a running answer finish, and takes no further request', async () => {
    const server = await serving([LOOPBACK]);
    const [url = ''] = server.urls;
    const running = fetch(`${url}/slow`);
    await sleep(30);
    const closed = server.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(await (await running).text()).toBe('late');
    await closed;
  });

  it('does not wait for the connections that scrapers keep', async () => {
    const server = await serving([LOOPBACK]);
    const [url = ''] = server.urls;
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    await keptOpen(url, agent);
    // One is idle, one is in the middle of an answer.
    const running = keptOpen(`${url}/slow`, new Agent({ keepAlive: true }));
    await sleep(30);
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(2000);
    expect(await running).toBe('late');
  });

  it('does not wait for somebody who connected and says nothing', async () => {
    const server = await serving([LOOPBACK]);
    const socket = connect(portOf(server), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    onTestFinished(() => void socket.destroy());
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(2000);
  });
});
