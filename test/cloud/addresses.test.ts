// A host with several addresses, over real sockets: each gets long enough for the way around the world, and the next its turn.
import dns from 'node:dns';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createTransport } from '../../src/cloud/transport.ts';

/** A server at 127.0.0.1 whose queue is full: connections wait there, as they do on a distant or lost way, until it is released. */
async function startBusyServer() {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const program = `
    const { parentPort, workerData } = require('node:worker_threads');
    const server = require('node:http').createServer((_, response) => response.end('busy'));
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      Atomics.wait(workerData, 0, 0);
    });`;
  const worker = new Worker(program, { eval: true, workerData: gate });
  const release = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const waiting: Socket[] = [];
  for (let i = 0; i < 2; i += 1)
    await new Promise<void>((resolve) => {
      waiting.push(connect(port, '127.0.0.1', resolve).on('error', () => {}));
    });
  onTestFinished(async () => {
    release();
    for (const socket of waiting) socket.destroy();
    await worker.terminate();
  });
  return { port, release };
}

function resolveTo(...addresses: readonly string[]): void {
  const found = addresses.map((address) => ({ address, family: 4 }));
  // Reason: net calls it with options and a callback, whatever the overloads are.
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((...all: unknown[]) => {
    const callback = all.at(-1);
    if (typeof callback === 'function') callback(null, found);
  }) as typeof dns.lookup);
  onTestFinished(() => lookup.mockRestore());
}

async function ask(port: number, timeout: number): Promise<string> {
  const transport = createTransport({ connections: 1, timeout });
  onTestFinished(() => transport.close());
  const deadline = { at: Date.now() + 10_000, signal: AbortSignal.timeout(10_000) };
  const url = new URL(`http://cloud.example:${port}/`);
  for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, '');
  onTestFinished(() => void vi.unstubAllEnvs());
  return (await transport.send({ operation: 'x', method: 'GET', url, headers: {}, deadline })).body;
}

it('that is slow to connect is waited for, not left for one that is dead', async () => {
  const { port, release } = await startBusyServer();
  resolveTo('127.0.0.1', '127.0.0.2');
  // The system asks again after a second: longer than Node would wait by itself.
  setTimeout(release, 400);
  expect(await ask(port, 5000)).toBe('busy');
});

it('that does not answer at its first address is reached at the next, well within the time of a request', async () => {
  const { port } = await startBusyServer();
  const other = createServer((_, response) => response.end('other'));
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.2', resolve));
  onTestFinished(() => void other.close());
  resolveTo('127.0.0.1', '127.0.0.2');
  const started = performance.now();
  expect(await ask(port, 600)).toBe('other');
  expect(performance.now() - started).toBeLessThan(900);
});
