// Who is measured: the built program by its sources, a Go exporter beside it, and anybody else by the address of the page.
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstLine, start, stop } from './process.ts';

export const CONCURRENCY = 32;
/** The Node that runs the exporter. */
const NODE = process.env.NODE_UNDER_TEST ?? process.execPath;
export const nodeVersion = () => execFileSync(NODE, ['--version'], { encoding: 'utf8' }).trim();

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
export const removeFiles = () => rmSync(folder, { recursive: true, force: true });

export interface CloudFacts {
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly projectId: string;
  readonly token: string;
  readonly ids: readonly string[];
}

export interface Measured {
  readonly name: string;
  readonly url: string;
  /** Undefined where somebody else started it. */
  readonly child?: ChildProcess;
}

/** `generated` pools beside the dozen of the company. */
export async function startCloud(generated: number): Promise<CloudFacts> {
  return JSON.parse(await firstLine(start(process.execPath, ['scripts/run.js', 'bench/cloud.ts', String(generated)])));
}

export type Source = 'details' | 'signed details' | 'list';

let ports = 21_000 + Math.floor(Math.random() * 10_000);

export interface Started extends Measured {
  readonly child: ChildProcess;
  /** Milliseconds from the start of the process to the first 200 of /-/ready. */
  readonly ready: number;
}

/** The built program. `minInterval` as in the configuration: at 0s every scrape reads. */
export async function startExporter(cloud: CloudFacts, source: Source, minInterval = '0s'): Promise<Started> {
  const port = ports++;
  const file = join(folder, `${port}.json`);
  const project = {
    name: 'bench',
    region: 'ap-southeast-3',
    project_id: cloud.projectId,
    endpoint: cloud.url,
    auth:
      source === 'signed details'
        ? { type: 'aksk', access_key: cloud.accessKey, secret_key: cloud.secretKey }
        : { type: 'token', token: cloud.token },
    http: { concurrency: CONCURRENCY, requests_per_minute: 1_000_000 },
    collectors: { pools: { source: source === 'list' ? 'list' : 'details' } },
    max_pools: 20_000,
    ...(source === 'list' ? { discovery: { enabled: true } } : { pools: cloud.ids }),
  };
  writeFileSync(file, JSON.stringify({ scrape: { min_interval: minInterval }, projects: [project] }));
  const began = performance.now();
  const child = start(NODE, [
    `${process.env.DIST ?? 'dist'}/main.js`,
    `--config.file=${file}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]);
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) break;
    if (performance.now() - began > 10_000) throw new Error('the exporter did not start');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const ready = performance.now() - began;
  return { name: `by ${source}`, child, ready, url: `http://127.0.0.1:${port}/metrics` };
}

/** Undefined where Go is missing. */
export async function startPeer({ url, projectId, token, ids }: CloudFacts): Promise<Measured | undefined> {
  const program = join(folder, 'peer');
  try {
    execFileSync('go', ['build', '-o', program, '.'], { cwd: 'bench/peer', stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    return undefined;
  }
  const child = start(program, [`-url=${url}/v2/${projectId}`, `-token=${token}`, `-concurrency=${CONCURRENCY}`]);
  child.stdin?.write(`${ids.join('\n')}\n\n`);
  return { name: 'Go, by details', child, url: await firstLine(child) };
}

export async function end({ child }: Measured): Promise<void> {
  if (child === undefined) return;
  const exited = once(child, 'exit');
  stop(child);
  await exited;
}
