// The built program and its files: pipes, authorities that are replaced, and storage that does not answer any more.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { createAuthority, scratch } from '../support/certificates.ts';
import { deadStorage, hasDeadStorage } from '../support/dead-storage.ts';
import { eventually } from '../support/eventually.ts';
import { type Build, build, run } from '../support/program.ts';
import { aksk, ask, configOf, mainOf, type Part } from './world.ts';

let built: Build;
beforeAll(() => {
  built = build();
});
afterAll(() => built.remove());

/** The same cloud behind TLS; its certificate is for localhost. */
async function behindTls(cloud: Simulator, { cert, key }: { readonly cert: string; readonly key: string }) {
  const { hostname, port } = new URL(cloud.url);
  const server = createTlsServer({ cert, key }, (socket) => {
    const upstream = connect(Number(port), hostname);
    for (const one of [socket, upstream]) one.on('error', () => {});
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  // A server that listens on a port has such an address.
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

describe('a ca_file', () => {
  const behind = async (env: (folder: string) => NodeJS.ProcessEnv, http: (folder: string) => Part) => {
    const folder = scratch(onTestFinished);
    const issued = createAuthority(folder).issue('cloud', ['DNS:localhost']);
    createAuthority(folder, 'other');
    const cloud = await startSimulator();
    onTestFinished(cloud.close);
    const endpoint = await behindTls(cloud, issued);
    const file = join(folder, 'config.yml');
    writeFileSync(file, configOf(cloud, { projects: (its) => [mainOf(its, { endpoint, http: http(folder) })] }));
    return { folder, start: (command: string) => run(built.dist, [command, `--config.file=${file}`], env(folder)) };
  };

  it('is trusted beside NODE_EXTRA_CA_CERTS', async () => {
    const { start } = await behind(
      (folder) => ({ NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') }),
      () => ({ ca_file: 'other.pem' }),
    );
    const { ended, said } = start('metrics');
    expect([await ended, said.err]).toEqual([0, expect.not.stringContaining('failed')]);
  });

  it.each(['check', 'serve', 'metrics'])('that cannot be used ends %s with 2, and is named', async (command) => {
    const { folder, start } = await behind(
      () => ({}),
      () => ({ ca_file: 'config.yml' }),
    );
    const { ended, said } = start(command);
    expect(await ended).toBe(2);
    expect(said.err).toMatch(
      /config\.yml:1:\d+: projects\[0\]\.http\.ca_file: \S+ contains no certificate in PEM format$/m,
    );
    expect(said.err).toContain(join(folder, 'config.yml'));
  });
});

describe('a pipe', () => {
  async function written() {
    const cloud = await startSimulator();
    onTestFinished(cloud.close);
    const folder = scratch(onTestFinished);
    const [file, pipe] = [join(folder, 'config.yml'), join(folder, 'pipe')];
    writeFileSync(file, configOf(cloud));
    execFileSync('mkfifo', [pipe]);
    return { file, pipe };
  }

  it.each([
    ['standard input', 'cat "$2" | "$0" "$1" check --config.file=/dev/stdin'],
    ['a process substitution', '"$0" "$1" check --config.file=<(sleep 0.2; cat "$2")'],
  ])('that is %s is a configuration', async (_, script) => {
    const { file } = await written();
    const said = execFileSync('bash', ['-c', script, process.execPath, join(built.dist, 'main.js'), file]);
    expect(said.toString()).toContain('The configuration is valid');
  });

  it('is read once: a reload needs a file', async () => {
    const { file, pipe } = await written();
    const flags = ['--web.listen-address=127.0.0.1:0', '--web.enable-lifecycle'];
    const program = run(built.dist, [`--config.file=${pipe}`, ...flags]);
    execFileSync('sh', ['-c', `cat ${file} > ${pipe}`]);
    const { status, text } = await ask(await program.listening(), '/-/reload', { method: 'POST' });
    expect([status, text]).toEqual([500, expect.stringContaining(`${pipe}: cannot be read (not a regular file)`)]);
  });

  it('that nobody writes into ends with the second signal', async () => {
    const { pipe } = await written();
    const { child, ended } = run(built.dist, [`--config.file=${pipe}`]);
    // Once it reads, a writer finds somebody who does.
    const writing = await open(pipe, 'w');
    onTestFinished(() => writing.close());
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGKILL');
  });
});

describe.skipIf(!hasDeadStorage)('storage that does not answer any more', () => {
  it('costs only what needs it: pages, probes, reloads and the end go on', { timeout: 60_000 }, async () => {
    const folder = scratch(onTestFinished);
    const authority = createAuthority(folder);
    const dead = deadStorage(folder, scratch(onTestFinished));
    const cloud = await startSimulator();
    onTestFinished(cloud.close);
    const overTls = await behindTls(cloud, authority.issue('cloud', ['DNS:localhost']));
    const key = join(folder, 'secret-key');
    writeFileSync(key, cloud.credentials.secretKey);
    const { secret_key: _, ...keyed } = aksk(cloud);
    const projects = [
      mainOf(cloud),
      mainOf(cloud, { name: 'key', auth: { ...keyed, secret_key_file: key } }),
      mainOf(cloud, { name: 'tls', endpoint: overTls, http: { ca_file: authority.certFile } }),
    ];
    const file = join(scratch(onTestFinished), 'config.yml');
    writeFileSync(file, configOf(cloud, { scrape: { timeout: '10s' }, projects: () => projects }));
    const flags = [`--config.file=${file}`, '--web.listen-address=127.0.0.1:0', '--web.enable-lifecycle'];
    const program = run(built.dist, flags, dead.env);
    const url = await program.listening();
    const reload = () => ask(url, '/-/reload', { method: 'POST' });
    const timed = async <T>(work: Promise<T>) => {
      const began = performance.now();
      return { result: await work, took: performance.now() - began };
    };
    const page = async () => {
      const answer = await ask(url, '/metrics', { headers: { 'accept-encoding': 'gzip' } });
      const text = gunzipSync(answer.bytes).toString();
      const up = [...text.matchAll(/_desktop_pool_up\{project="(\w+)",.*\} (\d)/g)].map(([, ...all]) => all.join(' '));
      return [...new Set(up)].sort();
    };
    const well = ['key 1', 'main 1', 'tls 1'];
    expect(await page()).toEqual(well);

    dead.die();
    const first = page();
    // Nothing stands still while it is waited for.
    for (const path of ['/-/healthy', '/-/ready', '/']) {
      const { result, took } = await timed(ask(url, path));
      expect(result.status).toBe(200);
      expect(took).toBeLessThan(1000);
    }
    // The former secret and authorities are good enough.
    expect(await first).toEqual(well);
    expect(program.said.err).toMatch(/a secret cannot be read.* project=key .*\(no answer within 5 s\)/);
    expect(program.said.err).toMatch(
      /the ca_file cannot be used; the previous one stays in use" project=tls .*\(no answer within 5 s\)/,
    );
    // Known by now, it is not waited for any more.
    const second = await timed(page());
    expect(second.result).toEqual(well);
    expect(second.took).toBeLessThan(2000);
    expect(await reload()).toMatchObject({ status: 500, text: expect.stringContaining('(not tried: no answer from ') });

    dead.revive();
    await eventually('the storage', async () => ((await reload()).status === 200 ? true : undefined));
    expect(await page()).toEqual(well);
    expect(program.said.err).toContain('the ca_file can be used again');

    dead.die();
    const last = page();
    await eventually('the reads', async () => ((await reload()).status === 500 ? true : undefined), 10_000);
    program.child.kill('SIGTERM');
    const { result, took } = await timed(program.ended);
    expect(result).toBe('SIGKILL');
    expect(took).toBeGreaterThan(9000);
    expect(took).toBeLessThan(14_000);
    expect(await last).toEqual(well);
  });
});
