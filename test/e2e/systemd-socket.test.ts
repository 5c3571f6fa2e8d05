// The program on sockets that it inherits, as systemd passes them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Build, build, follow, run } from '../support/program.ts';
import { hasTools } from '../support/tools.ts';

let built: Build;
beforeAll(() => {
  built = build();
}, 60_000);
afterAll(() => built.remove());

const FLAGS = ['demo', '--web.systemd-socket', '--web.listen-address=127.0.0.1:1'];

async function listening(at: object): Promise<{ readonly fd: number; readonly server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(at, resolve));
  onTestFinished(() => void server.close());
  // Reason: Node tells a socket's descriptor nowhere else.
  const { fd } = (server as unknown as { readonly _handle: { readonly fd: number } })._handle;
  return { fd, server };
}

const portOf = ({ server }: { readonly server: Server }) => (server.address() as AddressInfo).port;

/** As systemd does: sockets from descriptor 3 on, and the process that they are for, which is known only after the fork. */
function started(sockets: readonly (number | 'pipe')[]) {
  const script = `LISTEN_FDS=${sockets.length} LISTEN_PID=$$ exec "$0" "$@"`;
  const argv = ['-c', script, process.execPath, join(built.dist, 'main.js'), ...FLAGS];
  const child: ChildProcess = spawn('sh', argv, { stdio: ['ignore', 'pipe', 'pipe', ...sockets] });
  return follow(child);
}

describe('inherited sockets', () => {
  it('are all served, and the listen address is not', async () => {
    const sockets = [await listening({ host: '127.0.0.1', port: 0 }), await listening({ host: '127.0.0.1', port: 0 })];
    const ports = sockets.map(portOf);
    const program = started(sockets.map(({ fd }) => fd));
    // From now on only the program accepts on them.
    for (const { server } of sockets) server.close();
    await program.listening();
    for (const port of ports) expect((await fetch(`http://127.0.0.1:${port}/-/ready`)).status).toBe(200);
    const urls = [...program.said.err.matchAll(/msg=listening url=(\S+)/g)].map(([, url]) => url);
    expect(urls).toEqual(ports.map((port) => `http://127.0.0.1:${port}/`));
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(0);
  }, 20_000);

  it('that are no TCP sockets end the program with the reason', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'socket-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { fd } = await listening({ path: join(folder, 's') });
    for (const socket of [fd, 'pipe'] as const) {
      const program = started([socket]);
      expect(await program.ended).toBe(1);
      expect(program.said.err).toMatch(
        /cannot listen on the inherited socket 3 \(\w+\); --web\.systemd-socket needs ListenStream=PORT and Accept=no\n$/,
      );
    }
  }, 20_000);

  it('of another process, or none, end the program with 1 and a hint', async () => {
    const foreign = run(built.dist, FLAGS, { LISTEN_FDS: '1', LISTEN_PID: '1' });
    expect(await foreign.ended).toBe(1);
    expect(foreign.said.err).toMatch(
      /the sockets are for process 1, and this is \d+; ExecStart= must start node itself/,
    );
    const none = run(built.dist, FLAGS);
    expect(await none.ended).toBe(1);
    expect(none.said.err).toContain('systemd passed no socket');
  }, 20_000);
});

const hasActivation = hasTools('the test of socket activation', {
  systemd: spawnSync('systemd-socket-activate', ['--version']).status === 0,
});

it.skipIf(!hasActivation)(
  'systemd starts the program with the first connection, which is answered',
  async () => {
    const free = await listening({ host: '127.0.0.1', port: 0 });
    const port = portOf(free);
    await new Promise((resolve) => free.server.close(resolve));
    const activation = follow(
      spawn('systemd-socket-activate', [
        `--listen=127.0.0.1:${port}`,
        process.execPath,
        join(built.dist, 'main.js'),
        ...FLAGS,
      ]),
    );
    const answered = async (): Promise<number> => {
      try {
        return (await fetch(`http://127.0.0.1:${port}/-/ready`)).status;
      } catch {
        return answered();
      }
    };
    expect(await answered()).toBe(200);
    activation.child.kill('SIGTERM');
    expect(await activation.ended).toBe(0);
  },
  20_000,
);
