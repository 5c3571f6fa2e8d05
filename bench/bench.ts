// The measurements of docs/performance.md, as ratios in one run: `npm run bench`.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { floorScrape } from './floor.ts';

const ROUNDS = Number(process.env.ROUNDS ?? '15');
const CONCURRENCY = 8;
/** The Node that runs the exporter; the floor and the double run on this process's own. */
const NODE = process.env.NODE_UNDER_TEST ?? process.execPath;
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const children: ChildProcess[] = [];

interface CloudFacts {
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly projectId: string;
  readonly token: string;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

function start(args: readonly string[], node = process.execPath): ChildProcess {
  const child = spawn(node, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function startCloud(pools: number): Promise<CloudFacts> {
  const child = start(['scripts/run.js', 'bench/cloud.ts', String(pools)]);
  const [line] = await once(child.stdout ?? child, 'data');
  return JSON.parse(String(line));
}

/** Ids of all pools, lowest first, read as anybody would. */
async function poolIds({ url, projectId, token }: CloudFacts): Promise<string[]> {
  const ids: string[] = [];
  for (let total = 1; ids.length < total; ) {
    const answer = await fetch(`${url}/v2/${projectId}/desktop-pools?offset=${ids.length}`, {
      headers: { 'x-auth-token': token },
    });
    // Reason: the double's own answer, of a known shape.
    const page = (await answer.json()) as { total_count: number; desktop_pools: { id: string }[] };
    total = page.total_count;
    ids.push(...page.desktop_pools.map(({ id }) => id));
  }
  return ids.sort();
}

let ports = 21_000 + Math.floor(Math.random() * 10_000);

/** As the floor, with a token; signed, the double has a signature to verify for every request as well. */
type Source = 'details' | 'signed details' | 'list';

/** The built program, scraped over its socket as Prometheus does. */
async function startExporter(cloud: CloudFacts, source: Source, ids: readonly string[]) {
  const file = join(folder, `${source.replace(' ', '-')}-${ids.length}-${ports}.json`);
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
    ...(source === 'list' ? { discovery: { enabled: true } } : { pools: ids }),
  };
  writeFileSync(file, JSON.stringify({ scrape: { min_interval: '0s' }, projects: [project] }));
  const port = ports++;
  const startedAt = performance.now();
  const child = start(
    ['dist/main.js', `--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
    NODE,
  );
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
    if (ready?.ok === true) break;
    if (performance.now() - startedAt > 10_000) throw new Error('the exporter did not start');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { child, readyMs: performance.now() - startedAt, url: `http://127.0.0.1:${port}/metrics` };
}

async function scrape(url: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  const page = await answer.text();
  if (!page.includes('collector_success{project="bench",collector="pools"} 1'))
    throw new Error('the scrape was not complete');
  return performance.now() - startedAt;
}

/** Peak resident memory in MiB. */
const peakMiB = ({ pid }: ChildProcess) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024;

function stop(child: ChildProcess) {
  child.stdin?.end();
  child.kill('SIGTERM');
}

const round = (value: number, digits = 2) => Number(value.toFixed(digits));

async function measurePools() {
  const cloud = await startCloud(988);
  const ids = await poolIds(cloud);
  const details = await startExporter(cloud, 'details', ids);
  const signed = await startExporter(cloud, 'signed details', ids);
  const list = await startExporter(cloud, 'list', ids);
  const times = { floor: [] as number[], details: [] as number[], signed: [] as number[], list: [] as number[] };
  // The first rounds warm both sides up; turns alternate, so that a busy machine is busy for all.
  for (let i = -5; i < ROUNDS; i++) {
    const floor = await floorScrape(cloud, ids, CONCURRENCY);
    const byDetails = await scrape(details.url);
    const bySigned = await scrape(signed.url);
    const byList = await scrape(list.url);
    if (i < 0) continue;
    times.floor.push(floor);
    times.details.push(byDetails);
    times.signed.push(bySigned);
    times.list.push(byList);
  }
  const [floor, byDetails, byList] = [median(times.floor), median(times.details), median(times.list)];
  const rss = Math.max(...[details, signed, list].map(({ child }) => peakMiB(child)));
  stop(details.child);
  stop(signed.child);
  stop(list.child);

  const large = await startCloud(9_988);
  const larger = await startExporter(large, 'list', []);
  const small = await startExporter(cloud, 'list', []);
  const [tenThousand, oneThousand]: [number[], number[]] = [[], []];
  for (let i = -3; i < ROUNDS; i++) {
    const one = await scrape(small.url);
    const ten = await scrape(larger.url);
    if (i < 0) continue;
    oneThousand.push(one);
    tenThousand.push(ten);
  }
  stop(larger.child);
  stop(small.child);
  return [
    ['floor: 1,000 details fetched, parsed, printed', `${round(floor, 0)} ms`, ''],
    ['scrape of 1,000 pools by details ÷ floor', `${round(byDetails / floor)}`, 'at most 1.5'],
    ['the same, signed with an access key', `${round(median(times.signed) / floor)}`, ''],
    ['scrape of 1,000 pools by list ÷ floor', `${round(byList / floor)}`, 'at most 0.5'],
    ['10,000 pools by list ÷ 1,000 by list', `${round(median(tenThousand) / median(oneThousand))}`, 'at most 11'],
    ['peak RSS at 1,000 pools', `${round(rss * 1.048576, 0)} MB`, 'under 160 MB'],
  ];
}

async function measureStart() {
  const nothing = { url: 'http://127.0.0.1:9', accessKey: 'a', secretKey: 'b', projectId: 'c', token: 'd' };
  const times: number[] = [];
  for (let i = 0; i < 11; i++) {
    const { child, readyMs } = await startExporter(nothing, 'list', []);
    times.push(readyMs);
    stop(child);
    await once(child, 'exit');
  }
  const version = execFileSync(NODE, ['--version'], { encoding: 'utf8' }).trim();
  return [[`start to ready, Node ${version}`, `${round(median(times), 0)} ms`, 'under 400 ms on Node 24']];
}

try {
  const rows = [...(await measureStart()), ...(await measurePools())];
  for (const [what = '', measured = '', wanted = ''] of rows)
    console.log(`${what.padEnd(48)} ${measured.padStart(10)}   ${wanted}`);
} finally {
  for (const child of children) stop(child);
  rmSync(folder, { recursive: true, force: true });
}
