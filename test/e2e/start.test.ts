// What the built program has in memory when it listens: everything. Its files may be replaced after that, and descriptors may run out.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { hashSync } from 'bcryptjs';
import { build as bundle, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type SimulatorOptions, startSimulator } from '../../src/simulator/simulator.ts';
import { createAuthority, scratch } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { type Build, build, type Program, run } from '../support/program.ts';
import { hasTools, works } from '../support/tools.ts';
import { type Asking, ask, configOf, mainOf } from './world.ts';

let built: Build;
beforeAll(() => {
  built = build();
});
afterAll(() => built.remove());

describe('the bundle', () => {
  /** Loaded only by a command that serves nothing from its own files afterwards. */
  const LATE = ['dashboards', 'demo', 'rules', 'silenced-alerts', 'simulate'];
  let inputs: Metafile['inputs'];
  beforeAll(async () => {
    const entryPoints = ['main.js', 'healthcheck.js'].map((file) => join(built.dist, file));
    const read = await bundle({
      entryPoints,
      bundle: true,
      write: false,
      metafile: true,
      outdir: 'x',
      format: 'esm',
      platform: 'node',
    });
    ({ inputs } = read.metafile);
  });
  const nameOf = (path: string) => relative(relative('.', built.dist), path);
  /** What a file imports of the bundle, or of anything else. */
  const importsOf = (file: string, kind: string) =>
    Object.entries(inputs)
      .filter(([path]) => nameOf(path) === file)
      .flatMap(([, input]) => input.imports)
      .filter((one) => one.kind === kind)
      .map(({ path, external }) => (external === true ? path : nameOf(path)));

  it.each(['main.js', 'healthcheck.js'])(
    '%s begins with Node alone, so that one that is too old can be told so',
    (file) => {
      const first = importsOf(file, 'import-statement');
      expect(first).not.toEqual([]);
      expect(first.filter((path) => !path.startsWith('node:'))).toEqual([]);
    },
  );

  it('has nothing that serve would load later', () => {
    const [cli, ...others] = importsOf('main.js', 'dynamic-import');
    expect([cli, others]).toEqual([expect.stringMatching(/^run-\w+\.js$/), []]);
    const loaded = new Set([cli ?? '']);
    for (const file of loaded) for (const path of importsOf(file, 'import-statement')) loaded.add(path);
    expect(loaded.size).toBeGreaterThan(1);
    const late = [...loaded].flatMap((file) => importsOf(file, 'dynamic-import'));
    expect(late.map((path) => path.replace(/-\w+\.js$/, '')).toSorted()).toEqual(LATE);
  });
});

const PASSWORD = 'correct horse';
const login = (user: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${PASSWORD}`).toString('base64')}`,
});
const hash = hashSync(PASSWORD, 4);

async function serving(dist: string, { web, cloud: options }: { web?: object; cloud?: SimulatorOptions } = {}) {
  const cloud = await startSimulator(options);
  onTestFinished(cloud.close);
  const home = scratch(onTestFinished);
  const [config, webConfig] = [join(home, 'config.yml'), join(home, 'web.yml')];
  const write = (name: string) => writeFileSync(config, configOf(cloud, { projects: () => [mainOf(cloud, { name })] }));
  const writeWeb = (part: object) => writeFileSync(webConfig, JSON.stringify(part));
  write('main');
  const flags = [`--config.file=${config}`, '--web.listen-address=127.0.0.1:0', '--web.enable-lifecycle'];
  if (web !== undefined) {
    writeWeb(web);
    flags.push(`--web.config.file=${webConfig}`);
  }
  const program = run(dist, flags);
  return { ...program, url: await program.listening(), write, writeWeb };
}

describe('a program whose files are gone', () => {
  /** A build of its own, which goes away when `remove` is called. */
  function removable() {
    const own = build();
    onTestFinished(own.remove);
    return { dist: own.dist, remove: () => renameSync(own.dist, `${own.dist}.gone`) };
  }

  it('reads the cloud, shows every page, reloads, takes new users and certificates, and ends well', async () => {
    const { dist, remove } = removable();
    const authority = createAuthority(scratch(onTestFinished));
    const [first, second] = [authority.issue('first', ['IP:127.0.0.1']), authority.issue('second', ['IP:127.0.0.1'])];
    const webOf = ({ certFile, keyFile }: typeof first, ...users: readonly string[]) => ({
      tls_server_config: { cert_file: certFile, key_file: keyFile },
      basic_auth_users: Object.fromEntries(users.map((user) => [user, hash])),
    });
    const { child, ended, url, write, writeWeb } = await serving(dist, { web: webOf(first, 'one') });
    remove();
    const asked = (path: string, user: string, method = 'GET') =>
      ask(url, path, { method, headers: login(user), connection: { ca: authority.cert } });

    expect((await asked('/metrics', 'one')).text).toMatch(/^huaweicloud_workspace_desktop_pool_up\{.*\} 1$/m);
    for (const path of ['/', '/config', '/sd', '/probe?project=main', '/-/healthy', '/-/ready'])
      expect([path, (await asked(path, 'one')).status]).toEqual([path, 200]);
    expect((await asked('/metrics', 'two')).status).toBe(401);
    writeWeb(webOf(second, 'one', 'two'));
    expect((await asked('/metrics', 'two')).status).toBe(200);
    write('renamed');
    expect((await asked('/-/reload', 'two', 'POST')).status).toBe(200);
    expect((await asked('/config', 'two')).text).toContain('name: renamed');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('trusts whom NODE_EXTRA_CA_CERTS named at the start', async () => {
    const authority = createAuthority(scratch(onTestFinished));
    const paths: (string | undefined)[] = [];
    const cloud = createServer(authority.issue('cloud', ['DNS:localhost']), ({ url }, response) => {
      paths.push(url);
      response.end('{}');
    });
    onTestFinished(() => void cloud.close());
    await once(cloud.listen(0, '127.0.0.1'), 'listening');
    // Reason: a TCP server that listens has an address of this form.
    const { port } = cloud.address() as AddressInfo;
    const file = join(scratch(onTestFinished), 'config.yml');
    const project = {
      name: 'main',
      region: 'ap-southeast-3',
      project_id: 'c'.repeat(32),
      auth: { type: 'token', token: 'd' },
    };
    const endpoint = `https://localhost:${port}`;
    writeFileSync(file, JSON.stringify({ projects: [{ ...project, endpoint, discovery: { enabled: true } }] }));
    const program = run(built.dist, [`--config.file=${file}`, '--web.listen-address=127.0.0.1:0'], {
      NODE_EXTRA_CA_CERTS: authority.certFile,
    });
    const url = await program.listening();
    renameSync(authority.certFile, `${authority.certFile}.gone`);
    expect((await ask(url, '/metrics')).status).toBe(200);
    expect(paths).toEqual([expect.stringContaining('/desktop-pools')]);
  });
});

// With the files in place: Node 26 reads a source map only when a stack is told.
it('tells lines of TypeScript when something fails', async () => {
  // A built-in that the landing page of the demo needs fails: as good as a bug in the page.
  const broken = `Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { get() { throw new Error('on purpose') } })`;
  const program = run(built.dist, ['demo', '--web.listen-address=127.0.0.1:0'], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(broken)}`,
  });
  const url = await program.listening();
  expect((await ask(url, '/')).status).toBe(500);
  const line = await eventually('the failure in the log', () =>
    program.said.err.split('\n').find((one) => one.includes('a request failed inside the exporter')),
  );
  expect(line).toMatch(/at landingPage \(\S*src\/server\/landing\/page\.ts:\d+:\d+\)/);
});

const canLimit = hasTools('tests of a program without descriptors', {
  'util-linux': process.platform === 'linux' && works('prlimit', '--version'),
});
describe.skipIf(!canLimit)('a program without a descriptor to spare', () => {
  /** From now on no more than `left` descriptors can be opened, until the returned function is called; what is open stays so. */
  function exhaust({ child }: Pick<Program, 'child'>, left = 0): () => void {
    const open = readdirSync(`/proc/${child.pid}/fd`).map(Number);
    const numbers = Array.from({ length: open.length + left + 1 }, (_, number) => number);
    const firstFree = numbers.filter((number) => !open.includes(number))[left];
    const limit = (number: number | undefined) =>
      execFileSync('prlimit', [`--pid=${child.pid}`, `--nofile=${number}:`]);
    limit(firstFree);
    return () => limit(1024);
  }

  /** Requests on one connection, which is there already when descriptors run out. */
  function onOneConnection(url: string) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    return (path: string, headers: Asking['headers'] = {}) =>
      new Promise<{ status: number; text: string }>((resolve, reject) => {
        get(`${url}${path}`, { agent, headers }, (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        }).once('error', reject);
      });
  }

  it('loses the first scrape alone', async () => {
    const program = await serving(built.dist);
    const asked = onOneConnection(program.url);
    expect((await asked('/-/ready')).status).toBe(200);
    const release = exhaust(program);
    const { status, text } = await asked('/metrics');
    expect(status).toBe(200);
    expect(text).toMatch(/^huaweicloud_workspace_desktop_pool_up\{.*\} 0$/m);
    expect(program.said.err).toContain('(EMFILE)');
    release();
    expect((await asked('/metrics')).text).toMatch(/^huaweicloud_workspace_desktop_pool_up\{.*\} 1$/m);
  });

  it('loses the first login alone', async () => {
    const program = await serving(built.dist, { web: { basic_auth_users: { one: hash } } });
    const asked = onOneConnection(program.url);
    expect((await asked('/-/ready')).status).toBe(200);
    // Enough to read the file, not to start the worker that compares.
    const release = exhaust(program, 1);
    const failed = await asked('/sd', login('one'));
    expect(failed).toEqual({ status: 500, text: 'The password could not be checked; see the log\n' });
    release();
    expect((await asked('/sd', login('one'))).status).toBe(200);
  });
});
