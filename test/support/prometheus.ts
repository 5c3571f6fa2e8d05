// The real Prometheus, promtool and a strict OpenMetrics parser, for tests that must not trust our own reading of the formats.
import { spawnSync } from 'node:child_process';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { launchPrometheus, type PrometheusProcess } from './prometheus-process.ts';
import { BUILT, isBuilt } from './tools.ts';

const PYTHON = `${BUILT}/python/bin/python`;
const PARSER = `
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = text_string_to_metric_families(sys.stdin.read())
json.dump({family.name: {"type": family.type, "unit": family.unit, "samples": len(family.samples)} for family in families}, sys.stdout)
`;

/** Whether the real Prometheus and the parser are here; see `hasTools`. */
export const hasPrometheus = () => isBuilt('tests with the real Prometheus', 'prometheus', 'promtool', 'python');

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Target {
  readonly health: string;
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Metadata {
  readonly metric: string;
  readonly type: string;
  readonly unit: string;
}

export interface Prometheus {
  /** The instant vector of a PromQL expression, now. */
  query(expression: string): Promise<readonly Sample[]>;
  targets(): Promise<readonly Target[]>;
  /** What was learnt of the metrics of one job's targets, by family. */
  metadata(job: string): Promise<ReadonlyMap<string, Metadata>>;
  /** Everything it logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/** Starts a server on a free port of the loopback; `config` is its file (JSON is YAML). Resolves once it is ready. */
export const startPrometheus = async (config: unknown): Promise<Prometheus> =>
  asPrometheus(await launchPrometheus({ config }));

/** Whatever answers that API. */
export function asPrometheus({ get, log, stop }: PrometheusProcess): Prometheus {
  return {
    log,
    stop,
    async query(expression) {
      type Vector = { result: readonly { metric: Sample['labels']; value: readonly [number, string] }[] };
      const { result } = await get<Vector>('query', { query: expression });
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
    },
    targets: async () => (await get<{ activeTargets: readonly Target[] }>('targets')).activeTargets,
    async metadata(job) {
      const known = await get<readonly Metadata[]>('targets/metadata', { match_target: `{job="${job}"}` });
      return new Map(known.map((one) => [one.metric, one]));
    },
  };
}

export interface AcceptProxy {
  /** `127.0.0.1:PORT`. */
  readonly target: string;
  close(): Promise<void>;
}

/** Passes everything on to `url`, with another Accept header: Prometheus 2.42 cannot be told to ask for text. */
export async function startAcceptProxy(url: string, accept: string): Promise<AcceptProxy> {
  const server = createServer((incoming, outgoing) => {
    const onward = request(
      new URL(incoming.url ?? '/', url),
      { method: incoming.method, headers: { ...incoming.headers, accept } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Reason: a TCP server that listens has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    target: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What promtool says of a command; empty where it is content. */
export function promtool(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return status === 0 && stderr === '' ? '' : `exit ${status}\n${stdout}${stderr}`;
}

export interface ParsedFamily {
  readonly type: string;
  readonly unit: string;
  readonly samples: number;
}

/** The families of an OpenMetrics page by name; throws what the strict parser of the Python client complains about. */
export function parseOpenMetrics(page: string): Readonly<Record<string, ParsedFamily>> {
  const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', PARSER], {
    input: page,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
