// A project over a scripted Api and a clock that the test moves: everything of a scrape but the network.
import { dataOrder } from '../../src/app/catalog.ts';
import type { Deadline } from '../../src/async/deadline.ts';
import type { Api, Call } from '../../src/cloud/client.ts';
import { CloudError, NotSent, type UnsentReason } from '../../src/cloud/errors.ts';
import type { Collector } from '../../src/collectors/collector.ts';
import type { Selection } from '../../src/collectors/pool-selection.ts';
import { pools } from '../../src/collectors/pools.ts';
import type { Source } from '../../src/collectors/read-pools.ts';
import type { Family } from '../../src/metrics/metric.ts';
import type { Summary } from '../../src/scrape/collection.ts';
import { createPages, type PageRequest, type Pages } from '../../src/scrape/page.ts';
import { createProject, type EnabledCollector, type Project, type Waited } from '../../src/scrape/project.ts';
import { createTrace } from '../../src/scrape/trace.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { type ReadPage, readPage } from './read-page.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

/** JSON, or an error to reject with, at once or later. */
export type Answer = unknown;
export type Script = (call: Call, deadline: Deadline) => Answer | Promise<Answer>;

export interface ScriptedApi extends Api {
  readonly calls: Call[];
}

/** An Api that answers from a script, and fails as the real one does. */
export function scriptedApi(script: Script): ScriptedApi {
  const calls: Call[] = [];
  return {
    calls,
    async get(call, deadline, parse, read = JSON.parse) {
      calls.push(call);
      const answer = await script(call, deadline);
      if (answer instanceof Error) throw asAsked(answer, call);
      try {
        return await parse(read(JSON.stringify(answer)));
      } catch (error) {
        if (error instanceof TypeError) throw error;
        throw new CloudError('schema', `${call.operation}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

export const refused = (kind: CloudError['kind'], status: number, code?: string) =>
  new CloudError(kind, `HTTP ${status} ${code ?? ''}`, { status, ...(code === undefined ? {} : { code }) });

/** Only who asks for one pool is told that it is gone. */
function asAsked(error: Error, { asksForPool }: Call): Error {
  if (!(error instanceof CloudError) || error.kind !== 'gone' || asksForPool === true) return error;
  return new CloudError(error.details.status === 404 ? 'not_found' : 'bad_request', error.message, error.details);
}

/** Answers that a pool, or what was asked for, is not there; and some that only look so. */
export const notThere = () => refused('gone', 404, 'WKS.0202');
export const notThereBy400 = () => refused('gone', 400, 'WKS.0001');
export const wrongPath = () => refused('not_found', 404, 'APIGW.0101');
export const forbidden = () => refused('forbidden', 403, 'WKS.0403');
export const broken = () => refused('server', 500);
export const unsent = (reason: UnsentReason = 'budget') => new NotSent(reason, `not sent: ${reason}`);

/** What collections reported, one line for each time. */
export interface Reports {
  readonly violations: string[];
  readonly unknown: string[];
  readonly drops: [string, number][];
  readonly notices: string[];
  add(summary: Summary): void;
}

export function reports(): Reports {
  const all: Omit<Reports, 'add'> = { violations: [], unknown: [], drops: [], notices: [] };
  return {
    ...all,
    add({ deviations, dropped, notices }) {
      for (const { of, operation, field, times } of deviations)
        if (of === 'form') all.violations.push(...repeat(`${operation} ${field}`, times));
        else all.unknown.push(...repeat(field, times));
      all.drops.push(...dropped);
      all.notices.push(...notices);
    },
  };
}

const repeat = (text: string, count: number) => Array.from({ length: count }, () => text);

export const selectionOf = ({ discovery, ...part }: Partial<Selection> = {}): Selection => ({
  pools: [],
  max_pools: 5000,
  pool_tags: [],
  ...part,
  discovery: { enabled: false, include: [], exclude: [], ...discovery },
});

/** Every pool that passes no filter. */
export const discovering = { enabled: true, include: [], exclude: [] };

export interface HouseOptions {
  readonly script: Script;
  readonly name?: string;
  readonly selection?: Partial<Selection>;
  readonly source?: Source;
  readonly minInterval?: number;
  readonly maxStaleness?: number;
  readonly timeout?: number;
  /** Instead of the pools collector alone. */
  readonly collectors?: readonly EnabledCollector[];
  readonly openSession?: () => Promise<() => void>;
  readonly clock?: FakeClock;
  /** Further projects on the same pages. */
  readonly neighbours?: readonly Project[];
  readonly own?: () => Promise<readonly Family[]>;
  readonly keeps?: (name: string) => boolean;
}

export interface House {
  readonly clock: FakeClock;
  readonly api: ScriptedApi;
  readonly project: Project;
  readonly pages: Pages;
  readonly report: Reports;
  readonly waits: Waited[];
  /** Collectors whose series could not be made. */
  readonly mistakes: string[];
  readonly failures: (Summary & { readonly collector: string })[];
  /** A page as text; `patience` is how long the scraper waits. */
  scrape(request?: Partial<PageRequest>): Promise<string>;
  /** Lets time pass until the page is there, and reads it. */
  read(request?: Partial<PageRequest>): Promise<ReadPage>;
}

export function house(options: HouseOptions): House {
  const clock = options.clock ?? createFakeClock();
  const api = scriptedApi(options.script);
  const report = reports();
  const waits: Waited[] = [];
  const mistakes: string[] = [];
  const failures: (Summary & { collector: string })[] = [];
  const project = createProject({
    name: options.name ?? 'prod',
    projectId: '0bec5db98280d2d02fd6c00c2de791ce',
    region: 'ap-southeast-3',
    selection: selectionOf(options.selection),
    scrape: () => ({
      min_interval: options.minInterval ?? 10 * SECOND,
      max_staleness: options.maxStaleness ?? 10 * MINUTE,
      timeout: options.timeout ?? 30 * SECOND,
    }),
    collectors: options.collectors ?? [enabled(pools, { source: options.source ?? 'auto' })],
    api,
    concurrency: 8,
    openSession: options.openSession ?? (async () => () => {}),
    credential: () => ({}),
    clock,
    onFinished(collector, summary) {
      report.add(summary);
      failures.push({ collector, ...summary });
    },
    trace: createTrace(clock),
  });
  const pages = createPages({
    clock,
    projects: [project, ...(options.neighbours ?? [])],
    order: dataOrder,
    own: options.own ?? (async () => []),
    keeps: options.keeps ?? (() => true),
    onWaited: (waited) => waits.push(waited),
    onBroken: (where) => mistakes.push(where),
  });
  const scrape: House['scrape'] = async ({ patience = 10 * SECOND, ...request } = {}) => {
    const { parts } = await pages.page({ withOwn: false, format: 'text', patience, ...request });
    return Buffer.concat([...parts]).toString();
  };
  return {
    clock,
    api,
    project,
    pages,
    report,
    waits,
    mistakes,
    failures,
    scrape,
    read: async (request) => readPage(await clock.finish(scrape(request))),
  };
}

/** A collector with options as they are written in the configuration. */
export const enabled = (collector: Collector, options: object = {}): EnabledCollector => ({
  collector,
  options: collector.options.parse(options),
});

/** A pool as small as the API may write it. */
export const poolOf = (id: string, part: object = {}) => ({ id, name: `name of ${id}`, desktop_count: 10, ...part });

export const listOf = (rows: readonly unknown[], total = rows.length) => ({ total_count: total, desktop_pools: rows });

/** The id that a detail request asks for; undefined for the list. */
export const askedId = ({ path }: Call): string | undefined => path[1];

/** What a test hands over later. */
export interface Later<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}
export function later<T>(): Later<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Answers after a while, by the clock of the test. */
export const after = <T>(clock: FakeClock, milliseconds: number, answer: T): Promise<T> =>
  new Promise((resolve) => {
    clock.after(milliseconds, () => resolve(answer));
  });
