// The container image without a container engine: what the Dockerfile copies is there, what it runs works, and what is left runs alone.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, posix } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from './e2e/world.ts';
import { createAuthority } from './support/certificates.ts';

interface Instruction {
  readonly name: string;
  /** Without `--flags`. */
  readonly words: readonly string[];
  readonly flags: readonly string[];
}

const instructions: readonly Instruction[] = readFileSync('Dockerfile', 'utf8')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [name = '', ...words] = line.split(' ');
    const flags = words.slice(
      0,
      words.findIndex((word) => !word.startsWith('--')),
    );
    return { name, flags, words: words.slice(flags.length) };
  });
const firstOfImage = instructions.findLastIndex(({ name }) => name === 'FROM');
const build = instructions.slice(0, firstOfImage);
const image = instructions.slice(firstOfImage);
const only = (name: string, of = image) => of.filter((one) => one.name === name);
const textOf = (name: string) => only(name)[0]?.words.join(' ') ?? '';
/** The words of an exec form. */
const execOf = (text: string): readonly string[] => JSON.parse(text.slice(text.indexOf('[')));

const ignored = readFileSync('.dockerignore', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => ({
    isExcluded: !line.startsWith('!'),
    pattern: new RegExp(`^${line.replace(/^!/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*')}(/|$)`),
  }));
/** As Docker decides: the last pattern that matches the path, or a folder that it is in. */
const isSent = (path: string) => ignored.findLast(({ pattern }) => pattern.test(path))?.isExcluded !== true;

/** A pattern stands for the files of one folder. */
const matching = (from: string): readonly string[] => {
  if (!from.includes('*')) return [from];
  const pattern = new RegExp(`^${basename(from).replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  const names = readdirSync(posix.dirname(from)).filter((name) => pattern.test(name));
  return names.map((name) => posix.join(posix.dirname(from), name));
};
const copiesOf = (words: readonly string[]) =>
  words
    .slice(0, -1)
    .flatMap(matching)
    .map((from) => ({ from, to: words.at(-1) ?? '' }));
const copies = only('COPY', build).flatMap(({ words }) => copiesOf(words));
/** As Docker does: into a folder if the destination ends so, else under its very name. */
const destinationOf = ({ from, to }: { from: string; to: string }) =>
  to.endsWith('/') ? posix.join(to, basename(from)) : to;

describe('what is copied into the build', () => {
  it.each(copies)('$from exists', ({ from }) => {
    expect(existsSync(from)).toBe(true);
  });

  it.each(copies)('$from is not excluded by .dockerignore', ({ from }) => {
    expect(isSent(from)).toBe(true);
  });

  it.each(['.git', '.git/config', 'node_modules', 'dist/main.js', '.env', 'test/container.test.ts', 'scripts/run.js'])(
    '%s never is',
    (path) => {
      expect(isSent(path)).toBe(false);
    },
  );
});

describe('the image', () => {
  it('is built with the Node line that it runs on', () => {
    expect(instructions[0]?.words[0]).toMatch(/^node:24-/);
    expect(image[0]?.words[0]).toMatch(/^gcr\.io\/distroless\/nodejs24-/);
  });

  it('runs as a user who is not root, by number', () => {
    expect(textOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('exposes the default port', () => {
    expect(textOf('EXPOSE')).toBe('10054');
  });

  it('needs no shell to run or to be checked', () => {
    expect(execOf(textOf('ENTRYPOINT'))[0]).toBe('/nodejs/bin/node');
    expect(execOf(textOf('HEALTHCHECK'))[0]).toBe('/nodejs/bin/node');
    expect(only('RUN')).toEqual([]);
  });

  it('tells which build it is', () => {
    const labels = textOf('LABEL');
    for (const name of ['title', 'description', 'licenses', 'version', 'revision', 'created'])
      expect(labels).toContain(`org.opencontainers.image.${name}=`);
    expect(only('ARG').map(({ words }) => words[0])).toEqual([
      'VERSION=unknown',
      'REVISION=unknown',
      'CREATED=unknown',
    ]);
  });
});

describe('built as the Dockerfile says', () => {
  const workshop = mkdtempSync(join(tmpdir(), 'image-build-'));
  const root = mkdtempSync(join(tmpdir(), 'image-'));
  const inImage = (path: string) => join(root, path);

  /** The build stage in an empty folder, then what the image takes from it in another. */
  beforeAll(() => {
    const workdir = only('WORKDIR', build)[0]?.words[0] ?? '/';
    const home = join(workshop, workdir);
    const env = {
      ...process.env,
      REVISION: 'of-the-build',
      npm_config_prefer_offline: 'true',
      npm_config_update_notifier: 'false',
    };
    mkdirSync(home, { recursive: true });
    for (const { name, words } of build) {
      if (name === 'COPY')
        for (const copy of copiesOf(words)) cpSync(copy.from, join(home, destinationOf(copy)), { recursive: true });
      if (name === 'RUN') execFileSync('sh', ['-c', words.join(' ')], { cwd: home, env, stdio: 'pipe' });
    }
    const app = only('WORKDIR')[0]?.words[0] ?? '/';
    for (const { words } of only('COPY'))
      cpSync(join(workshop, words[0] ?? ''), inImage(join(app, words[1] ?? '')), { recursive: true });
  }, 120_000);
  afterAll(() => {
    for (const folder of [workshop, root]) rmSync(folder, { recursive: true, force: true });
  });

  const node = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, args, { cwd: tmpdir(), encoding: 'utf8', env: { ...process.env, ...env } });

  it('it has the program and the health check where they are started from', () => {
    for (const exec of [execOf(textOf('ENTRYPOINT')), execOf(textOf('HEALTHCHECK'))])
      expect(existsSync(inImage(exec[1] ?? '')), exec[1]).toBe(true);
  });

  it('the program runs with nothing around it', () => {
    const { status, stdout, stderr } = node([inImage('app/dist/main.js'), '--version']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^huaweicloud-workspace-exporter, version \d+\.\d+\.\d+ \(revision: of-the-build\)\n/);
  });

  it('parts that are loaded late are there as well', () => {
    const { status, stderr } = node([inImage('app/dist/main.js'), '--config.file=missing.yml']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('missing.yml') });
    expect(node([inImage('app/dist/main.js'), 'demo', '--fault=nonsense']).status).toBe(2);
  });

  it.each([
    [200, 0],
    [503, 1],
  ])('the health check of an exporter that answers %i ends with %i', async (answer, code) => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(answer).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // Reason: a TCP server that listens has an address of this form.
    const { port } = server.address() as AddressInfo;
    expect(await exitOf({ PORT: String(port) })).toBe(code);
    expect(asked[0]).toBe('/-/healthy');
    await new Promise((resolve) => server.close(resolve));
  });

  it('TLS and users work, and the health check with them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'image-web-'));
    const { certFile, keyFile } = createAuthority(folder).issue('server', ['DNS:exporter.example']);
    const webFile = join(folder, 'web.yml');
    const tls = { cert_file: certFile, key_file: keyFile };
    const users = { prometheus: hashSync('correct horse', 4) };
    writeFileSync(webFile, JSON.stringify({ tls_server_config: tls, basic_auth_users: users }));
    const flags = ['demo', '--web.listen-address=127.0.0.1:0', `--web.config.file=${webFile}`];
    const child = spawn(process.execPath, [inImage('app/dist/main.js'), ...flags], { cwd: tmpdir() });
    try {
      const url = await new Promise<string>((resolve) => {
        let out = '';
        child.stdout.on('data', (chunk) => {
          out += chunk;
          const found = /(https:\S+)\/metrics/.exec(out)?.[1];
          if (found !== undefined) resolve(found);
        });
      });
      const connection = { rejectUnauthorized: false };
      const status = async (login: string) => {
        const authorization = `Basic ${Buffer.from(login).toString('base64')}`;
        return (await ask(url, '/metrics', { headers: { authorization }, connection })).status;
      };
      expect([await status('prometheus:correct horse'), await status('prometheus:wrong')]).toEqual([200, 401]);
      expect(await exitOf({ PORT: new URL(url).port })).toBe(0);
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  });

  it('the health check finds an exporter behind a route prefix', async () => {
    const server = createServer(
      ({ url }, response) => void response.writeHead(url === '/ws/-/healthy' ? 200 : 404).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // A listening TCP server has such an address.
    const PORT = String((server.address() as AddressInfo).port);
    expect(await exitOf({ PORT, ROUTE_PREFIX: '/ws' })).toBe(0);
    expect(await exitOf({ PORT, ROUTE_PREFIX: '/ws/' })).toBe(0);
    expect(await exitOf({ PORT })).toBe(1);
    server.close();
  });

  it('the health check fails where nothing listens', async () => {
    expect(await exitOf({ PORT: '1' })).toBe(1);
  });

  /** Not in one go with `spawnSync`: the server that answers lives in this process. */
  function exitOf(env: NodeJS.ProcessEnv): Promise<number | null> {
    const child = spawn(process.execPath, [inImage('app/dist/healthcheck.js')], { env: { ...process.env, ...env } });
    return new Promise((resolve) => child.once('exit', resolve));
  }
});
