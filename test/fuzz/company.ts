// The whole exporter but its sockets, over the simulated cloud: three projects, whose answers a test may change on the way.
import { type App, createApp } from '../../src/app/app.ts';
import { createLogger } from '../../src/app/logger.ts';
import type { Answer, Outgoing } from '../../src/cloud/send.ts';
import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { PageRequest } from '../../src/scrape/page.ts';
import { type Cloud, createCloud } from '../../src/simulator/cloud.ts';
import { everything } from '../support/everything.ts';
import { createFakeClock, type FakeClock, START } from '../support/fake-clock.ts';

/** Three pools of the first project, read one by one; the last one is unknown to the cloud. */
const DETAILED = [
  'a130ab3a-72bf-4b71-baa9-af4987c8e338',
  '3f1d2c86-9a54-4e0b-8f7a-0d6c1b2e4a11',
  '00000000-0000-4000-8000-000000000000',
];

/** Stands for the answer that was on its way; rejects or changes it. */
export type Tamper = (request: Outgoing, answer: Answer) => Answer | Promise<Answer>;

export interface CompanyOptions {
  readonly tamper?: Tamper;
  /** Settings of collectors, in every project. */
  readonly collectors?: object;
  /** Those of the projects `details` and `branch`, where these need less. */
  readonly elsewhere?: object;
  readonly retries?: number;
  /** How projects sign in, by their names; with the access key if not told. */
  readonly auth?: Readonly<Record<string, object>>;
  /** `error` if not told. */
  readonly logLevel?: 'debug';
  /** Pools of the project `details`. */
  readonly detailed?: readonly string[];
  /** Where the cloud lives by it as well. */
  readonly clock?: FakeClock;
}

export interface Company {
  readonly app: App;
  readonly clock: FakeClock;
  readonly cloud: Cloud;
  /** Every request that was sent. */
  readonly sent: Outgoing[];
  readonly log: string[];
  page(request?: Partial<PageRequest>): Promise<string>;
}

/** At a time that stands still: its answers are the same for everybody who shares it. */
export const createStillCloud = () =>
  createCloud({ clock: { now: () => START }, throttle: { requestsPerMinute: 1e9 } });

function configOf({ credentials }: Cloud, options: CompanyOptions): string {
  const { accessKey, secretKey, projectId, projectId2 } = credentials;
  const common = { region: 'ap-southeast-3', auth: { type: 'aksk', access_key: accessKey, secret_key: secretKey } };
  const discovery = { enabled: true };
  const [office = '', ...others] = options.detailed ?? DETAILED;
  const authOf = (name: string) => ({ name, auth: options.auth?.[name] ?? common.auth });
  return JSON.stringify({
    defaults: {
      http: { requests_per_minute: 1_000_000, max_retries: options.retries ?? 0 },
      pool_tags: ['cost-center', 'owner', 'team'],
      collectors: options.elsewhere ?? options.collectors ?? everything(),
    },
    projects: [
      {
        ...common,
        ...authOf('main'),
        ...(options.elsewhere === undefined ? {} : { collectors: options.collectors }),
        project_id: projectId,
        discovery,
        max_pools: 12,
      },
      { ...common, ...authOf('details'), project_id: projectId, pools: [{ id: office, capacity_limit: 9 }, ...others] },
      { ...common, ...authOf('branch'), project_id: projectId2, discovery },
    ],
  });
}

export async function openCompany(options: CompanyOptions = {}, cloud: Cloud = createStillCloud()): Promise<Company> {
  const clock = options.clock ?? createFakeClock();
  const sent: Outgoing[] = [];
  const tamper = options.tamper ?? ((_, answer) => answer);
  const send = async (request: Outgoing): Promise<Answer> => {
    sent.push(request);
    const { method, url, headers, body } = request;
    const path = `${url.pathname}${url.search}`;
    const { status, ...answer } = cloud.answer({ method, url: path, headers, ...(body === undefined ? {} : { body }) });
    return tamper(request, { status, headers: answer.headers, body: answer.body });
  };
  const config = await loadConfig(configOf(cloud, options), 'test', collectors);
  const lines: string[] = [];
  const log = createLogger({
    level: options.logLevel ?? 'error',
    format: 'logfmt',
    write: (line) => void lines.push(line),
  });
  const transport = () => ({ send, renew: async () => undefined, close: async () => {} });
  const app = createApp(config, { log, clock, random: () => 0.5, transport, processMetrics: false });
  return {
    app,
    clock,
    cloud,
    sent,
    log: lines,
    async page(request = {}) {
      const asked = app.running().pages.page({ withOwn: true, format: 'text', patience: 60_000, ...request });
      return Buffer.concat((await clock.finish(asked)).parts).toString();
    },
  };
}

/** Whether a request is one of the project `branch`, which stands for the other projects of the exporter. */
export const isOfBranch = ({ url }: Outgoing, { credentials }: Cloud) => url.pathname.includes(credentials.projectId2);

/** What the page says of a project, sorted: what was counted first stands first among the exporter's own series. */
export const linesOf = (page: string, project: string) =>
  page
    .split('\n')
    .filter((line) => line.includes(`{project="${project}"`))
    .sort();
