// The container image for real: the Dockerfile, unchanged, built and run by buildah, on base images made of this machine's own files.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../src/simulator/simulator.ts';
import { configOf, mainOf } from './e2e/world.ts';
import { layOutBuilder, layOutRuntime } from './support/base-images.ts';
import { eventually } from './support/eventually.ts';

const workshop = mkdtempSync(join(tmpdir(), 'buildah-'));
afterAll(() => rmSync(workshop, { recursive: true, force: true }));

/** Images of its own: nothing that somebody else keeps is used or replaced. */
const STORE = ['--root', join(workshop, 'store'), '--runroot', join(workshop, 'run'), '--storage-driver', 'vfs'];
/** There too: what a build caches would stay behind otherwise. */
const env = { ...process.env, TMPDIR: workshop };
const BUILDER = 'docker.io/library/node:24-trixie-slim';
const RUNTIME = 'gcr.io/distroless/nodejs24-debian13:nonroot';
const IMAGE = 'localhost/exporter';

const buildah = (...args: readonly string[]) =>
  execFileSync('buildah', [...STORE, ...args], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/**
 * Why the image cannot be built here. With REQUIRE_TOOLS=1 it is an error that buildah is missing: a run that has to
 * prove something must not pass by skipping it. A machine that forbids namespaces can prove nothing of the kind.
 */
function obstacle(): string | undefined {
  if (process.versions.node.split('.')[0] !== '24') return `the image is on Node 24, this is ${process.version}`;
  const works = (command: string, ...args: readonly string[]) =>
    spawnSync(command, args, { env, stdio: 'ignore' }).status === 0;
  if (!works('buildah', '--version')) {
    const words = 'building the image needs more than is here: apt-get install buildah';
    if (process.env.REQUIRE_TOOLS === '1') throw new Error(words);
    return words;
  }
  const hasNamespaces = works('unshare', '--mount', 'true') && works('buildah', ...STORE, 'from', 'scratch');
  return hasNamespaces ? undefined : 'buildah needs namespaces of its own, which this user may not make';
}
const reason = obstacle();
if (reason !== undefined) {
  console.warn(`SKIPPED: ${reason}`);
  // Where every test is skipped, no hook runs.
  rmSync(workshop, { recursive: true });
}

/** The process of a group that runs this program. */
const pidOf = (group: number | undefined, program: string): number | undefined =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        // After the name in brackets: state, parent, group.
        const [, , itsGroup] = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return Number(itsGroup) === group && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`${program}\0`);
      } catch {
        return false;
      }
    });

function commit(root: string, name: string, ...config: readonly string[]): void {
  const container = buildah('from', 'scratch');
  buildah('copy', '--quiet', container, root, '/');
  if (config.length > 0) buildah('config', ...config, container);
  buildah('commit', '--quiet', '--disable-compression', container, name);
  buildah('rm', container);
}

describe.skipIf(reason !== undefined)('the image', () => {
  let container = '';
  interface Config {
    readonly User: string;
    readonly WorkingDir: string;
    readonly Env: readonly string[];
    readonly Entrypoint: readonly string[];
    readonly Cmd: readonly string[];
    readonly ExposedPorts: Readonly<Record<string, object>>;
    readonly Labels: Readonly<Record<string, string>>;
    readonly Healthcheck: { readonly Test: readonly string[] };
  }
  let config: Config;

  beforeAll(() => {
    const [builder, runtime] = [join(workshop, 'builder'), join(workshop, 'runtime')];
    const environment = layOutBuilder(builder);
    layOutRuntime(runtime);
    commit(builder, BUILDER, ...environment.flatMap((one) => ['--env', one]));
    commit(runtime, RUNTIME, '--env', 'PATH=/nodejs/bin', '--user', '65532', '--entrypoint', '["/nodejs/bin/node"]');
    for (const root of [builder, runtime]) rmSync(root, { recursive: true });
    const args = ['VERSION=1.2.3', 'REVISION=of-the-image', 'CREATED=2026-01-02T03:04:05Z'];
    // The format of Docker: OCI's has no health check.
    buildah(
      ...['build', '--pull=never', '--isolation', 'chroot', '--format', 'docker', '--tag', IMAGE],
      ...args.flatMap((one) => ['--build-arg', one]),
      '.',
    );
    config = JSON.parse(buildah('inspect', '--type', 'image', IMAGE)).Docker.config;
    container = buildah('from', '--pull=never', IMAGE);
  }, 180_000);

  /** A command in the container, as its user and with its environment; in a process group of its own. */
  function start(command: readonly string[], ...flags: readonly string[]) {
    const args = [...STORE, 'run', '--isolation', 'chroot', ...flags, container, '--', ...command];
    const child = spawn('buildah', args, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const program = {
      out: '',
      err: '',
      status: new Promise<number | null>((done) => child.once('close', done)),
      signal(name: NodeJS.Signals) {
        // Not to buildah, which would kill the program at once.
        const pid = pidOf(child.pid, command[0] ?? '');
        if (pid !== undefined) process.kill(pid, name);
      },
    };
    child.stdout.on('data', (chunk) => {
      program.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      program.err += chunk;
    });
    onTestFinished(async () => {
      program.signal('SIGKILL');
      await program.status;
    });
    return program;
  }
  async function run(command: readonly string[], ...flags: readonly string[]) {
    const program = start(command, ...flags);
    return { status: await program.status, out: program.out, err: program.err };
  }
  /** What an expression of JavaScript is in there. */
  async function evaluated(expression: string) {
    const { out, err } = await run(['/nodejs/bin/node', '-p', `JSON.stringify(${expression})`]);
    expect(err).toBe('');
    return JSON.parse(out);
  }

  it('starts the program, as nobody in particular, from its own folder', async () => {
    expect(config).toMatchObject({
      User: '65532:65532',
      WorkingDir: '/app',
      Entrypoint: ['/nodejs/bin/node', '/app/dist/main.js'],
      Cmd: [],
      ExposedPorts: { '10054/tcp': {} },
      Healthcheck: { Test: ['CMD', '/nodejs/bin/node', '/app/dist/healthcheck.js'] },
    });
    expect(config.Env).toContain('NODE_ENV=production');
    expect(await evaluated('[process.getuid(), process.getgid(), process.cwd()]')).toEqual([65532, 65532, '/app']);
  });

  it('is labelled with what was built', () => {
    expect(config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'huaweicloud-workspace-exporter',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.revision': 'of-the-image',
      'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
    });
  });

  it('adds one folder to its base: the bundle and its papers, owned by root', () => {
    const folder = join(workshop, 'image');
    mkdirSync(folder);
    buildah('push', '--quiet', IMAGE, `oci:${folder}:image`);
    const blob = (digest: string) => join(folder, 'blobs', digest.replace(':', '/'));
    const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
    const { layers } = JSON.parse(readFileSync(blob(index.manifests[0].digest), 'utf8'));
    expect(layers).toHaveLength(2);
    const listing = execFileSync('tar', ['--list', '--verbose', '--numeric-owner', '--file', blob(layers[1].digest)], {
      encoding: 'utf8',
    });
    const files = listing
      .trim()
      .split('\n')
      .map((line) => /^(?<mode>\S+) (?<owner>\S+) +(?<size>\d+) \S+ \S+ (?<path>\S+)/.exec(line)?.groups ?? {})
      .filter(({ mode }) => mode?.startsWith('-'));
    expect(files.filter(({ path = '' }) => !/^app\/dist\/[\w.-]+\.(c?js|c?js\.map|txt|json)$/.test(path))).toEqual([]);
    expect(new Set(files.map(({ owner }) => owner))).toEqual(new Set(['0/0']));
    for (const name of ['main.js', 'healthcheck.js', 'sbom.cdx.json', 'THIRD_PARTY_LICENSES.txt'])
      expect(files.map(({ path }) => path)).toContain(`app/dist/${name}`);
    expect(files.length).toBeLessThan(60);
    expect(files.reduce((sum, { size }) => sum + Number(size), 0)).toBeLessThan(6_000_000);
    expect(layers[1].size).toBeLessThan(2_000_000);
  });

  it('has no shell and no package manager', async () => {
    expect((await run(['sh', '-c', 'true'])).status).not.toBe(0);
    expect(await evaluated(`require('node:fs').readdirSync('/app')`)).toEqual(['dist']);
  });

  it('lets its user write nothing of the program', async () => {
    const attempt = `(() => { try { require('node:fs').writeFileSync('/app/dist/main.js', '') } catch (error) { return error.code } })()`;
    expect(await evaluated(attempt)).toBe('EACCES');
  });

  it('says which version it is', async () => {
    const { status, out, err } = await run([...config.Entrypoint, '--version']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(
      /^huaweicloud-workspace-exporter, version \S+ \(revision: of-the-image\)\n {2}node version: v24\./,
    );
  });

  it.each([
    ['right', 0],
    ['wrong', 1],
  ])('checks a configuration whose secret comes in as a file (%s: ends with %i)', async (kind, code) => {
    const cloud = await startSimulator();
    onTestFinished(cloud.close);
    const { accessKey, secretKey } = cloud.credentials;
    const folder = mkdtempSync(join(workshop, 'config-'));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'secret-key'), `${kind === 'right' ? secretKey : 'not-the-secret'}\n`);
    const auth = { type: 'aksk', access_key: accessKey, secret_key_file: 'secret-key' };
    writeFileSync(join(folder, 'config.yml'), configOf(cloud, { projects: () => [mainOf(cloud, { auth })] }));
    const command = [...config.Entrypoint, 'check', '--api', '--config.file=/etc/exporter/config.yml'];
    const { status, out } = await run(command, '--volume', `${folder}:/etc/exporter:ro`);
    expect(status).toBe(code);
    expect(out).toContain('The configuration is valid.');
    expect(cloud.requests.length).toBeGreaterThan(0);
  });

  it('serves, is healthy as its own health check sees it, and ends with 0 when it is asked to', async () => {
    const [, ...healthcheck] = config.Healthcheck.Test;
    const program = start([...config.Entrypoint, 'demo', '--web.listen-address=127.0.0.1:0']);
    const port = await eventually(
      'the image to listen',
      () => /listening url=http:\/\/127\.0\.0\.1:(\d+)/.exec(program.err)?.[1],
    );
    const health = async () => (await run(healthcheck, '--env', `PORT=${port}`)).status;
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('_desktop_pool_up{');
    expect(await health()).toBe(0);
    program.signal('SIGTERM');
    expect(await program.status).toBe(0);
    expect(program.err).toContain('level=info');
    expect(await health()).toBe(1);
  });
});
