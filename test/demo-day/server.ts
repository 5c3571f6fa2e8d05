// A Prometheus server over finished blocks: it scrapes nothing, and answers queries about a time that is long over.
import { launchPrometheus, type PrometheusProcess } from '../support/prometheus-process.ts';

export type Labels = Readonly<Record<string, string>>;

/** Seconds since the epoch, and the value then. */
export type Point = readonly [at: number, value: number];

export interface Series {
  readonly labels: Labels;
  readonly points: readonly Point[];
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

/** Serves the blocks in `data` on a free port of the loopback. */
export const startServer = async (data: string): Promise<Server> =>
  asServer(await launchPrometheus({ config: {}, data, flags: ['--storage.tsdb.retention.time=10y'] }));

/** Whatever answers that API. */
export function asServer({ url, get, stop }: PrometheusProcess): Server {
  return {
    url,
    stop,
    query: async (query, at) => seriesOf(await get<Answer>('query', { query, time: String(at) })),
    queryRange: async (query, { from, to, step }) => {
      const times = { start: String(from), end: String(to), step: String(step) };
      return seriesOf(await get<Answer>('query_range', { query, ...times }));
    },
    labelValues: (label, selector, { from, to }) =>
      get(`label/${label}/values`, { 'match[]': selector, start: String(from), end: String(to) }),
  };
}

type Sample = readonly [at: number, value: string];
type Answer =
  | { readonly resultType: 'scalar'; readonly result: Sample }
  | { readonly resultType: 'vector'; readonly result: readonly { metric: Labels; value: Sample }[] }
  | { readonly resultType: 'matrix'; readonly result: readonly { metric: Labels; values: readonly Sample[] }[] };

function seriesOf(answer: Answer): Series[] {
  const point = ([at, value]: Sample) => [at, numberOf(value)] as const;
  if (answer.resultType === 'scalar') return [{ labels: {}, points: [point(answer.result)] }];
  if (answer.resultType === 'vector')
    return answer.result.map(({ metric, value }) => ({ labels: metric, points: [point(value)] }));
  return answer.result.map(({ metric, values }) => ({ labels: metric, points: values.map(point) }));
}

const numberOf = (text: string) => Number(text.replace('Inf', 'Infinity'));
