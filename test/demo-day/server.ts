// A Prometheus server over finished blocks: it scrapes nothing, and answers queries about a time that is long over.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Labels = Readonly<Record<string, string>>;

export interface Series {
  readonly labels: Labels;
  /** Seconds since the epoch, and the value then. */
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** From, to and the step between, in seconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

export interface Server {
  readonly url: string;
  /** One point per series, at a time in seconds. Rejects with Prometheus' own words about a bad expression. */
  query(expression: string, at: number): Promise<readonly Series[]>;
  queryRange(expression: string, span: Span): Promise<readonly Series[]>;
  labelValues(label: string, selector: string, span: Span): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/** Longest wait for the server to read its blocks. */
const START_MS = 30_000;

/** Serves the blocks in `data` on a free port of the loopback. */
export async function startServer(data: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, '{}');
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=10y',
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const stop = async () => {
    process.off('exit', killed);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_MS;
  for (;;) {
    const address = / msg="Listening on" address=(\S+)/.exec(log)?.[1];
    if (address !== undefined && (await fetch(`http://${address}/-/ready`)).ok)
      return { url: `http://${address}`, ...queriesOf(`http://${address}/api/v1`), stop };
    if (Date.now() > deadline || child.exitCode !== null) {
      await stop();
      throw new Error(`Prometheus does not serve the blocks:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Point = readonly [at: number, value: string];
type Answer =
  | { readonly resultType: 'scalar'; readonly result: Point }
  | { readonly resultType: 'vector'; readonly result: readonly { metric: Labels; value: Point }[] }
  | { readonly resultType: 'matrix'; readonly result: readonly { metric: Labels; values: readonly Point[] }[] };

function queriesOf(api: string): Pick<Server, 'query' | 'queryRange' | 'labelValues'> {
  async function get<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(`${api}/${path}?${new URLSearchParams(parameters)}`);
    // The shape is Prometheus' own, which is documented and stable; a wrong one is a failing expectation.
    const { status, data, error } = (await response.json()) as { status: string; data: T; error?: string };
    if (status !== 'success') throw new Error(`${error}, in ${JSON.stringify(parameters)}`);
    return data;
  }
  return {
    query: async (query, at) => seriesOf(await get<Answer>('query', { query, time: String(at) })),
    queryRange: async (query, { from, to, step }) => {
      const times = { start: String(from), end: String(to), step: String(step) };
      return seriesOf(await get<Answer>('query_range', { query, ...times }));
    },
    labelValues: (label, selector, { from, to }) =>
      get(`label/${label}/values`, { 'match[]': selector, start: String(from), end: String(to) }),
  };
}

function seriesOf(answer: Answer): Series[] {
  const point = ([at, value]: Point) => [at, numberOf(value)] as const;
  if (answer.resultType === 'scalar') return [{ labels: {}, points: [point(answer.result)] }];
  if (answer.resultType === 'vector')
    return answer.result.map(({ metric, value }) => ({ labels: metric, points: [point(value)] }));
  return answer.result.map(({ metric, values }) => ({ labels: metric, points: values.map(point) }));
}

const numberOf = (text: string) => Number(text.replace('Inf', 'Infinity'));
