// What the program does when its standard streams are closed, full or read by nobody: real pipes and devices, tied by a shell.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { eventually } from '../support/eventually.ts';
import { ask, configOf } from './world.ts';

const folder = resolve('node_modules/.cache/streams');

beforeAll(async () => {
  await build({
    entryPoints: ['src/main.ts'],
    outdir: folder,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

async function home() {
  const cloud = await startSimulator();
  onTestFinished(cloud.close);
  const place = mkdtempSync(join(tmpdir(), 'streams-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const file = join(place, 'config.yml');
  writeFileSync(file, configOf(cloud));
  return { cloud, place, file };
}

/** A line of bash, in which `$NODE $MAIN` is the program. */
function shell(line: string, env: Readonly<Record<string, string>>) {
  const child = spawn(
    'bash',
    ['-c', line],
    // A group of its own, so that all of it can be ended.
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      env: { ...process.env, ...env, NODE: process.execPath, MAIN: join(folder, 'main.js') },
    },
  );
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
    } catch {
      // Nobody is left.
    }
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  return { said, ended };
}

/** `{}` in the line stands for the exporter with its flags; `said.out` has its process id and, in the end, its exit code. */
async function serving(line: string) {
  const { cloud, place, file } = await home();
  const port = await freePort();
  const command = '"$NODE" "$MAIN" --config.file="$CONFIG" --web.listen-address=127.0.0.1:$PORT --web.enable-lifecycle';
  // They go round whatever the exporter's own streams are tied to.
  const script = `exec 9>&1; ${line.replace('{}', `{ ${command} & echo "pid $!" >&9; wait $!; echo "code $?" >&9; }`)}`;
  const started = shell(script, { CONFIG: file, PORT: String(port), PLACE: place });
  const url = `http://127.0.0.1:${port}`;
  await eventually('the exporter to answer', async () => {
    const answer = await ask(url, '/-/ready').catch(() => undefined);
    return answer?.status === 200 ? true : undefined;
  });
  const lost = async () => {
    const { status, text } = await ask(url, '/metrics');
    expect(status).toBe(200);
    return Number(/^huaweicloud_workspace_exporter_log_writes_failed_total (\d+)$/m.exec(text)?.[1]);
  };
  return { ...started, cloud, file, url, lost };
}

/** SIGTERM ends it with 0, soon. */
async function endsWell({ said }: Awaited<ReturnType<typeof serving>>) {
  const began = performance.now();
  process.kill(Number(/pid (\d+)/.exec(said.out)?.[1]), 'SIGTERM');
  const code = await eventually('the exporter to end', () => /code (\d+)/.exec(said.out)?.[1]);
  expect(code).toBe('0');
  expect(performance.now() - began).toBeLessThan(4000);
}

describe('a log that cannot be written', () => {
  it.each([
    ['to a reader that has left', '{} 2>&1 | head -3', 1],
    ['to a full disk', '{} 2>/dev/full', 4],
  ])('%s costs its lines, which are counted, and nothing else', async (_, line, least) => {
    const exporter = await serving(line);
    exporter.cloud.fault({ status: 500 });
    await exporter.lost();
    expect(await eventually('lost lines', async () => ((await exporter.lost()) >= least ? true : undefined))).toBe(
      true,
    );
    exporter.cloud.fault({ status: 503 });
    expect((await ask(exporter.url, '/probe?project=main')).status).toBe(200);
    await endsWell(exporter);
  });

  it('to a closed stream costs nothing at all', async () => {
    const exporter = await serving('{} 2>&-');
    exporter.cloud.fault({ status: 500 });
    await exporter.lost();
    expect(await exporter.lost()).toBe(0);
    await endsWell(exporter);
  });

  it('is counted from 0', async () => {
    const exporter = await serving('{}');
    expect(await exporter.lost()).toBe(0);
    await endsWell(exporter);
  });

  it('because nobody reads is neither waited for nor kept for ever', async () => {
    const exporter = await serving('{} 2>&1 | sleep 60');
    // A hundred lines, 20 kB, for each reload: the pipe takes 64 KiB, and 1 MiB waits.
    writeFileSync(exporter.file, `projects: [${'{ wrong: true },'.repeat(200)}]`);
    for (let reload = 0; reload < 80; reload += 1)
      expect((await ask(exporter.url, '/-/reload', { method: 'POST' })).status).toBe(500);
    const before = await exporter.lost();
    expect(before).toBeGreaterThan(0);
    await ask(exporter.url, '/-/reload', { method: 'POST' });
    expect(await exporter.lost()).toBeGreaterThan(before);
    await endsWell(exporter);
  });
});

describe('a command that prints', () => {
  /** The codes of the parts of a pipe, and what stood on stderr. */
  async function piped(line: string) {
    const { file } = await home();
    const { said, ended } = shell(`${line}; echo "codes \${PIPESTATUS[*]}"`, { CONFIG: file });
    await ended;
    return { codes: /codes (.*)/.exec(said.out)?.[1], err: said.err };
  }

  it.each([['metrics --log.level=error --config.file="$CONFIG"'], ['check --config.file="$CONFIG"'], ['--help']])(
    '%s ends quietly with 0 when its reader leaves early',
    async (command) => {
      expect(await piped(`"$NODE" "$MAIN" ${command} | head -1`)).toEqual({ codes: '0 0', err: '' });
      expect(await piped(`"$NODE" "$MAIN" ${command} | true`)).toEqual({ codes: '0 0', err: '' });
    },
  );

  it('says so, with 1, when what it printed is lost', async () => {
    const { codes, err } = await piped('"$NODE" "$MAIN" metrics --config.file="$CONFIG" >/dev/full');
    expect(codes).toBe('1');
    expect(err.split('\n').slice(-2)).toEqual([
      'huaweicloud-workspace-exporter: cannot write to standard output (ENOSPC)',
      '',
    ]);
  });

  it('ends with its own code where errors cannot be written', async () => {
    expect((await piped('"$NODE" "$MAIN" --nothing 2>/dev/full')).codes).toBe('2');
    expect((await piped('"$NODE" "$MAIN" --nothing 2>&1 | true')).codes).toBe('2 0');
  });
});
