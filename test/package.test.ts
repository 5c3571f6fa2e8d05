// What npm publishes, from a fresh clone to a command that somebody started with npx.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from './support/eventually.ts';

const NAME = 'huaweicloud-workspace-exporter';
const workshop = mkdtempSync(join(tmpdir(), 'package-'));
const clone = join(workshop, 'clone');
/** Empty but for what npm installs. */
const home = join(workshop, 'home');
const tarball = () => join(workshop, `${NAME}-${manifestOf('package.json').version}.tgz`);

const npm = (cwd: string, ...args: readonly string[]) =>
  execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false' },
  });
const manifestOf = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

beforeAll(() => {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
  for (const path of files.split('\n').filter((one) => one !== '' && existsSync(one)))
    cpSync(path, join(clone, path), { recursive: true });
  // `prepare` builds.
  npm(clone, 'ci');
  npm(clone, 'run', 'package');
  npm(workshop, 'pack', './clone/package', '--pack-destination', workshop);
  mkdirSync(home);
  npm(home, 'install', '--offline', '--no-audit', tarball());
}, 120_000);
afterAll(() => rmSync(workshop, { recursive: true, force: true }));

/** Paths of the files below a folder. */
const filesIn = (folder: string) =>
  execFileSync('find', [folder, '-type', 'f'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((path) => relative(folder, path))
    .toSorted();
const installed = (path = '') => join(home, 'node_modules', NAME, path);

describe('the package', () => {
  it('holds the bundle with its maps and papers, and nothing else', () => {
    const others = filesIn(installed()).filter((path) => !/^dist\/[\w-]+\.c?js(\.map)?$/.test(path));
    expect(others).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/THIRD_PARTY_LICENSES.txt',
      'dist/package.json',
      'dist/sbom.cdx.json',
      'docs/config.schema.json',
      'package.json',
    ]);
  });

  it('brings no other package with it', () => {
    expect(filesIn(join(home, 'node_modules')).filter((path) => !path.startsWith(`${NAME}/`))).toEqual([
      '.package-lock.json',
    ]);
  });

  it('is small', () => {
    const bytes = filesIn(installed()).map((path) => statSync(installed(path)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(6_000_000);
    expect(statSync(tarball()).size).toBeLessThan(2_000_000);
  });

  it('has a manifest that says what the source says, without what only the source needs', () => {
    const { dependencies, devDependencies, scripts, ...rest } = manifestOf('package.json');
    expect(manifestOf(installed('package.json'))).toEqual(rest);
    expect(rest.publishConfig).toEqual({ access: 'public', provenance: true });
  });

  it('names the repository that publishes it, and no other', () => {
    const env = { ...process.env, REPOSITORY: 'https://example.com/acme/exporter' };
    execFileSync(process.execPath, ['scripts/package.js'], { cwd: clone, env });
    const { repository, homepage, bugs } = manifestOf(join(clone, 'package/package.json'));
    expect(repository).toEqual({ type: 'git', url: 'git+https://example.com/acme/exporter.git' });
    expect([homepage, bugs]).toEqual([
      'https://example.com/acme/exporter#readme',
      'https://example.com/acme/exporter/issues',
    ]);
    expect(manifestOf('package.json')).not.toHaveProperty('repository');
  });

  it('cannot be published past that layout by mistake', () => {
    expect(() => npm(clone, 'run', 'prepublishOnly')).toThrow();
  });

  it('has no path or name of the machine that built it', () => {
    const traces = [clone, homedir(), hostname()].filter((one) => one.length > 5);
    const found = filesIn(installed())
      .filter((path) => /^dist\/.*(js|map|json|txt)$/.test(path))
      .filter((path) => traces.some((trace) => readFileSync(installed(path), 'utf8').includes(trace)));
    expect(found).toEqual([]);
  });
});

describe('on a Node that is too old', () => {
  const entries = ['main.js', 'healthcheck.js'];
  const code = (entry: string) => readFileSync(installed(`dist/${entry}`), 'utf8');

  it.each(entries)('%s can be read: it imports nothing but modules of Node', (entry) => {
    const imported = [...code(entry).matchAll(/\bimport\b(?!\()[^'"]*["']([^"']+)["']/g)].map(([, from]) => from);
    expect(imported).not.toEqual([]);
    expect(imported.filter((from) => !from?.startsWith('node:'))).toEqual([]);
  });

  it.each(entries)('%s can be read: nothing in it has to be rewritten for Node 14', async (entry) => {
    const written = async (target: string) => (await transform(code(entry), { format: 'esm', target })).code;
    expect(await written('node14.13.1')).toBe(await written('esnext'));
  });

  /** Runs the program from its folder alone, as docs/systemd.md has it, on a Node that says it is `version`. */
  function runOn(version: string) {
    const [pretends, dist] = [join(workshop, `${version}.cjs`), join(workshop, 'alone', 'dist')];
    writeFileSync(pretends, `Object.defineProperty(process.versions, 'node', { value: '${version}' });\n`);
    cpSync(installed('dist'), dist, { recursive: true });
    const args = ['-r', pretends, join(dist, 'main.js'), '--nothing'];
    return spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 10_000 });
  }

  it.each(['14.21.3', '18.20.8', '20.9.0', '20.18.3'])('%s, says so in one line and ends with 1 first', (version) => {
    const { status, stdout, stderr } = runOn(version);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `${NAME} needs Node 20.19 or newer, and this is Node ${version}; docs/systemd.md says how to get one\n`,
    );
  });

  it.each(['20.19.0', '21.0.0', '22.3.1', '100.0.0'])('%s is none', (version) => {
    const { status, stderr } = runOn(version);
    expect([status, stderr]).toEqual([2, expect.stringContaining('unknown flag --nothing')]);
  });

  it('says that its files are modules where the package is not around them', () => {
    expect(manifestOf(installed('dist/package.json'))).toEqual({ type: 'module' });
  });
});

/** Starts a program that serves; `url` is where, once it says so. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, [...args, '--web.listen-address=127.0.0.1:0'], {
    cwd: home,
    env: { ...process.env, npm_config_cache: join(workshop, 'cache'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, as a shell would give it.
    detached: true,
  });
  /** To the whole group, as Ctrl-C does: npm does not hand signals on. */
  const signal = (name: NodeJS.Signals) => process.kill(-(child.pid ?? Number.NaN), name);
  const program = { signal, err: '', ended: new Promise((done) => child.once('close', done)) };
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) signal('SIGKILL');
    await program.ended;
  });
  child.stdout.resume();
  child.stderr.on('data', (chunk) => {
    program.err += chunk;
  });
  const url = eventually(`${command} to listen`, () => /listening url=(\S+)\/ /.exec(program.err)?.[1]);
  return { program, url };
}

describe('installed', () => {
  const bin = join(home, 'node_modules/.bin', NAME);

  it('the command runs through the link that npm makes', () => {
    expect(execFileSync(bin, ['--version'], { encoding: 'utf8' })).toMatch(`${NAME}, version `);
  });

  it('npx shows the demo in an empty folder, without a network, until Ctrl-C', async () => {
    const { program, url } = start('npm', ['exec', '--offline', '--yes', `--package=${tarball()}`, '--', NAME, 'demo']);
    const page = await fetch(`${await url}/metrics`);
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/^huaweicloud_workspace_desktop_pool_up\{.*\} 1$/m);
    program.signal('SIGINT');
    await program.ended;
    await expect(fetch(`${await url}/metrics`)).rejects.toThrow();
  });

  it('every page that the landing page links to is there', async () => {
    const { url } = start(bin, ['demo']);
    const landing = await (await fetch(`${await url}/`)).text();
    const links = [...landing.matchAll(/href="(\.\/[^"]+)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&'));
    expect(links).toEqual(expect.arrayContaining(['./metrics', './config', './sd']));
    for (const link of links) expect([link, (await fetch(new URL(link, `${await url}/`))).status]).toEqual([link, 200]);
  });

  it('the command ends with 0 when it is asked to', async () => {
    const { program, url } = start(bin, ['demo']);
    expect((await fetch(`${await url}/-/ready`)).status).toBe(200);
    program.signal('SIGTERM');
    expect(await program.ended).toBe(0);
  });

  it.each(['linked', 'plain'])('a stack trace names lines of TypeScript (%s)', async (way) => {
    // A built-in that the landing page of the demo needs fails: as good as a bug in the page.
    const broken = `Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { get() { throw new Error('on purpose') } })`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(broken)}`;
    const [command, args]: [string, readonly string[]] =
      way === 'linked' ? [bin, ['demo']] : [process.execPath, [join(clone, 'dist/main.js'), 'demo']];
    const { program, url } = start(command, args, { NODE_OPTIONS });
    expect((await fetch(`${await url}/`)).status).toBe(500);
    const line = await eventually('the failure in the log', () =>
      program.err.split('\n').find((one) => one.includes('a request failed inside the exporter')),
    );
    const [, where = '', number] =
      /at landingPage \(\S*\/(src\/server\/landing\/page\.ts):(\d+):\d+\)/.exec(line) ?? [];
    expect(readFileSync(where, 'utf8').split('\n')[Number(number) - 1]).toContain('demoBanner(');
    expect(line).not.toContain('/dist/');
  });

  it('prints no more than a line or two of the bundle with an error that nobody caught', () => {
    const bundle = filesIn(installed()).filter((path) => path.endsWith('.js'));
    const longest = bundle.flatMap((path) =>
      readFileSync(installed(path), 'utf8')
        .split('\n')
        .map((line) => line.length),
    );
    expect(Math.max(...longest)).toBeLessThan(5000);
  });
});

describe('the parts list', () => {
  interface Component {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly hashes: readonly { readonly alg: string; readonly content: string }[];
    readonly licenses: readonly { readonly license?: { readonly id: string } }[];
  }
  const text = () => readFileSync(installed('dist/sbom.cdx.json'), 'utf8');
  const components = (): readonly Component[] => JSON.parse(text()).components;

  /** From the maps, which esbuild writes: every file that a line of the bundle comes from. */
  const bundled = () => {
    const sources = filesIn(installed())
      .filter((path) => path.endsWith('.map'))
      .flatMap((path): readonly string[] => JSON.parse(readFileSync(installed(path), 'utf8')).sources);
    const folders = sources.flatMap((path) => /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
    return [...new Set(folders)].map((folder) => manifestOf(join(clone, folder, 'package.json')));
  };

  it('names just what is in the bundle', () => {
    // One has `v1.2.3`, which npm reads as 1.2.3.
    const expected = bundled().map(({ name, version }) => `${name}@${version.replace(/^v/, '')}`);
    expect(expected.length).toBeGreaterThan(50);
    expect(
      components()
        .map(({ name, version }) => `${name}@${version}`)
        .toSorted(),
    ).toEqual(expected.toSorted());
  });

  it('has a licence, a checksum of the lock and a package URL for each', () => {
    const { packages } = manifestOf('package-lock.json');
    for (const { name, version, purl, hashes, licenses } of components()) {
      expect(licenses[0]?.license?.id, name).toMatch(/^(MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause)$/);
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
      const [sha512] = hashes;
      expect(`sha512-${Buffer.from(sha512?.content ?? '', 'hex').toString('base64')}`, name).toBe(
        packages[`node_modules/${name}`].integrity,
      );
    }
  });

  it('is the same wherever and whenever it is built', () => {
    expect(text()).not.toMatch(/timestamp|serialNumber|"url"/);
    expect(text().match(/https?:\/\/[^/"]+/g)).toEqual(['http://cyclonedx.org']);
  });

  it('stands beside the licences of the same packages', () => {
    const licences = readFileSync(installed('dist/THIRD_PARTY_LICENSES.txt'), 'utf8');
    for (const { name, version } of components()) expect(licences).toContain(`${name} ${version}\n`);
  });

  it('has none of the languages of zod but English', () => {
    const locales = filesIn(installed())
      .filter((path) => path.endsWith('.map'))
      .flatMap((path) => readFileSync(installed(path), 'utf8').match(/zod\/v4\/locales\/[\w-]+\.js/g) ?? []);
    expect(locales.filter((one) => !/\/en\.js$/.test(one))).toEqual([]);
  });
});
