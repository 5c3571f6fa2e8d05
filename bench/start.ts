// Compares the starts of two builds in one run: `node scripts/run.js bench/start.ts OLD_DIST NEW_DIST`. From spawn to the first 200 of
// /-/ready, in turn, so that a busy machine is busy for both. ROUNDS and NODE_UNDER_TEST as in bench.ts. The processor time, where
// /proc tells it, is the steadier number of the two.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROUNDS = Number(process.env.ROUNDS ?? '25');
const NODE = process.env.NODE_UNDER_TEST ?? process.execPath;
const [before, after] = process.argv.slice(2).map((folder) => join(resolve(folder), 'main.js'));
if (before === undefined || after === undefined) throw new Error('usage: bench/start.ts OLD_DIST NEW_DIST');

const folder = mkdtempSync(join(tmpdir(), 'start-'));
const config = join(folder, 'config.yml');
const web = join(folder, 'web.yml');
const project = { name: 'bench', region: 'ap-southeast-3', project_id: 'c'.repeat(32), discovery: { enabled: true } };
writeFileSync(config, JSON.stringify({ projects: [{ ...project, auth: { type: 'token', token: 'd' } }] }));
writeFileSync(web, JSON.stringify({ http_server_config: { headers: { 'X-Frame-Options': 'deny' } } }));
const ENVIRONMENT = {
  HUAWEICLOUD_SDK_AK: 'a',
  HUAWEICLOUD_SDK_SK: 'b',
  HUAWEICLOUD_SDK_PROJECT_ID: 'c'.repeat(32),
  HUAWEICLOUD_REGION: 'ap-southeast-3',
};

/** The ways to start, by what they read: each needs other parts of the program. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  'a configuration file': [`--config.file=${config}`],
  'the environment alone': [],
  'two files, one for the web': [`--config.file=${config}`, `--web.config.file=${web}`],
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Reason: a TCP server that listens has an address of this form.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const isReady = (port: number) =>
  new Promise<boolean>((done) => {
    const asking = get({ host: '127.0.0.1', port, path: '/-/ready', agent: false }, (response) => {
      response.resume();
      done(response.statusCode === 200);
    });
    asking.once('error', () => done(false));
  });

/** Milliseconds that the threads of a process have run. */
function processorTime(pid: number | undefined): number {
  try {
    const tasks = readdirSync(`/proc/${pid}/task`).map((task) =>
      readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8'),
    );
    return tasks.reduce((sum, text) => sum + Number.parseInt(text, 10) / 1e6, 0);
  } catch {
    return Number.NaN;
  }
}

interface Start {
  /** Milliseconds. */
  readonly elapsed: number;
  readonly processor: number;
}

async function startOf(main: string, flags: readonly string[]): Promise<Start> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(NODE, [main, ...flags, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], {
    env: { ...process.env, ...ENVIRONMENT },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null || performance.now() - startedAt > 10_000) throw new Error(`${main} did not start`);
      await sleep(2);
    }
    return { elapsed: performance.now() - startedAt, processor: processorTime(child.pid) };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

try {
  for (const [way, flags] of Object.entries(WAYS)) {
    const times = { before: [] as Start[], after: [] as Start[] };
    // The first round warms the file cache up.
    for (let i = -1; i < ROUNDS; i++) {
      const [one, other] = [await startOf(before, flags), await startOf(after, flags)];
      if (i < 0) continue;
      times.before.push(one);
      times.after.push(other);
    }
    const compared = (what: keyof Start) => {
      const [old, now] = [times.before, times.after].map((starts) => median(starts.map((one) => one[what])));
      return `${old?.toFixed(0)} → ${now?.toFixed(0)} ms, × ${((now ?? 0) / (old ?? 0)).toFixed(2)}`;
    };
    console.log(`${way.padEnd(28)} ${compared('elapsed').padEnd(28)} processor ${compared('processor')}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
