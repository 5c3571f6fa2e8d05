// Any sequence of reloads, scrapes, failures, changed secrets and time: what a reload promises, after every step.
// FUZZ_SEED and FUZZ_RUNS look further; a failure prints the seed and the path that repeat it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createApp } from '../../src/app/app.ts';
import { createLogger } from '../../src/app/logger.ts';
import { onAbort } from '../../src/async/deadline.ts';
import type { Outgoing, Send } from '../../src/cloud/send.ts';
import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { createCloud } from '../../src/simulator/cloud.ts';
import { isSignedWith, parseAuthorization } from '../../src/simulator/signature.ts';
import { validPage } from '../e2e/valid-page.ts';
import { BRANCH, GPU, OFFICE } from '../e2e/world.ts';
import { type ReadPage, readPage } from '../scrape/read-page.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const seed = Number(process.env.FUZZ_SEED ?? 20260114);
const numRuns = Number(process.env.FUZZ_RUNS ?? 200);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const QUARTER_HOUR = 15 * MINUTE;
const MAX_REFUSALS = 4;
const MAX_AFTER_REFUSAL = 3;
const SECRETS = ['first', 'second', 'third'] as const;
type Secret = (typeof SECRETS)[number];

/** One project of a configuration. Which secret is right is the cloud's to say, and changes. */
interface Written {
  readonly way: 'aksk' | 'password';
  readonly secret: Secret;
  readonly budget: number;
  readonly pools: readonly string[];
}
/** Never without a project. */
type Company = Readonly<{ [name: string]: Written }>;

/** What becomes of requests: their true answer, a failure, or nothing at all, as they never arrive. */
type Mood = 'true' | 'broken' | 'lost';

type Step =
  | { readonly do: 'scrape'; readonly patience: number }
  | { readonly do: 'reload'; readonly to: Company }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'mood'; readonly mood: Mood; readonly latency: number }
  | { readonly do: 'rotate'; readonly to: Secret }
  | { readonly do: 'revoke' };

const project: fc.Arbitrary<Written> = fc.record({
  way: fc.constantFrom('aksk' as const, 'password' as const),
  secret: fc.constantFrom(...SECRETS, 'first' as const, 'first' as const, 'first' as const),
  budget: fc.constantFrom(4, 20, 100),
  pools: fc.constantFrom([OFFICE], [OFFICE, GPU], [OFFICE, GPU, ...BRANCH], []),
});
/** Few of them, so that sequences come back to what was there before. */
const companies = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c'), project, { minKeys: 1, maxKeys: 3 }), {
  minLength: 2,
  maxLength: 4,
});
const step = (known: readonly Company[]): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('scrape' as const), patience: fc.constantFrom(100, 5000, MINUTE) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('reload' as const), to: fc.constantFrom(...known) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        milliseconds: fc.constantFrom(1, 50, 950, 10 * SECOND, 15 * SECOND, MINUTE, 4 * MINUTE, QUARTER_HOUR),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('mood' as const),
        mood: fc.constantFrom('true' as const, 'true' as const, 'broken' as const, 'lost' as const),
        latency: fc.constantFrom(1, 20, 900, 3000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('rotate' as const), to: fc.constantFrom('first' as const, ...SECRETS) }),
    },
    { weight: 1, arbitrary: fc.constant({ do: 'revoke' as const }) },
  );
/** What an operator does who looks for the right secret: else the limits are seldom reached. */
const searching = (known: readonly Company[]): fc.Arbitrary<Step[]> =>
  fc.array(fc.constantFrom(...known), { minLength: 3, maxLength: 6 }).map((all) =>
    all.flatMap((to): Step[] => [
      { do: 'reload', to },
      { do: 'scrape', patience: MINUTE },
      { do: 'wait', milliseconds: MINUTE },
    ]),
  );
const stepsOf = (known: readonly Company[]): fc.Arbitrary<Step[]> =>
  fc
    .array(fc.oneof({ weight: 15, arbitrary: fc.tuple(step(known)) }, { weight: 1, arbitrary: searching(known) }), {
      minLength: 4,
      maxLength: 40,
    })
    .map((all) => all.flat());
const script = companies.chain((known) => fc.record({ first: fc.constantFrom(...known), steps: stepsOf(known) }));

const secretOf = (way: Written['way'], secret: Secret) => `the-${secret}-secret-of-${way}`;
const isSignIn = ({ operation }: Outgoing) => operation === 'create_token';
const wayOf = (request: Outgoing): Written['way'] =>
  isSignIn(request) || 'x-auth-token' in request.headers ? 'password' : 'aksk';

/** The secret or token that a request carries. */
function materialOf({ method, url, headers, body = '' }: Outgoing): string {
  const token = headers['x-auth-token'];
  const signature = parseAuthorization(headers.authorization ?? '');
  if (token !== undefined || signature === undefined) return token ?? body;
  const request = { method, url: `${url.pathname}${url.search}`, headers };
  return SECRETS.find((secret) => isSignedWith(request, signature, secretOf('aksk', secret))) ?? '';
}

/** What must hold is counted here; the expectations are at the end. */
async function play(first: Company, steps: readonly Step[]) {
  const clock = createFakeClock();
  const cloud = createCloud({ clock });
  const { credentials } = cloud;
  const rotate = (to: Secret) => {
    cloud.control.setSecretKey(secretOf('aksk', to));
    cloud.control.setPassword(secretOf('password', to));
  };
  rotate('first');
  let weather: { readonly mood: Mood; readonly latency: number } = { mood: 'true', latency: 20 };

  const load = (company: Company) => {
    const projects = Object.entries(company).map(([name, { way, secret, budget, pools }]) => ({
      name,
      region: 'ap-southeast-3',
      project_id: name === 'c' ? credentials.projectId2 : credentials.projectId,
      http: { requests_per_minute: budget, max_retries: 1 },
      auth:
        way === 'aksk'
          ? { type: 'aksk', access_key: credentials.accessKey, secret_key: secretOf(way, secret) }
          : { type: 'password', username: 'exporter', domain: 'acme', password: secretOf(way, secret) },
      ...(pools.length === 0
        ? { discovery: { enabled: true } }
        : { pools, collectors: { pools: { source: 'details' } } }),
    }));
    return loadConfig(JSON.stringify({ scrape: { min_interval: '5s' }, projects }), 'test', collectors);
  };

  // Of each way to sign in, which is one credential: departures, refusals (of tokens, those that died together count as one), and
  // of each secret and token the requests that followed its refusal with nothing accepted since.
  const account = () => ({
    departures: [] as number[],
    left: 0,
    refusals: [] as number[],
    refusedAfter: 0,
    groups: [] as number[][],
    materials: new Map<string, { refusedAfter: number; open: number[] | undefined }>(),
  });
  const accounts = { aksk: account(), password: account() };
  const broken: string[] = [];
  /** Written settings by name: of the running configuration, and of the one that was scraped last. */
  let running: Company = first;
  const inForce = new Map<string, Written>();
  const budgetOf = (way: Written['way']) =>
    Math.min(...[...inForce.values()].filter((one) => one.way === way).map(({ budget }) => budget));

  const send: Send = (request) =>
    new Promise((resolve, reject) => {
      const { signal } = request.deadline;
      if (signal.aborted) return reject(signal.reason);
      const way = wayOf(request);
      const account = accounts[way];
      const now = clock.now();
      account.left += 1;
      const number = account.left;
      const key = materialOf(request);
      const material = account.materials.get(key) ?? { refusedAfter: 0, open: undefined };
      account.materials.set(key, material);
      material.open?.push(now);
      if (!isSignIn(request)) {
        account.departures.push(now);
        const recent = account.departures.filter((at) => at > now - MINUTE).length;
        // Up to eight have passed the gate, perhaps of a larger budget, and wait for one of them to sign in.
        const waiting = way === 'password' ? 8 : 0;
        if (recent > budgetOf(way) + waiting)
          broken.push(`${recent} requests in a minute, of ${budgetOf(way)}, by ${way}`);
      }
      const { method, url, headers, body = '' } = request;
      onAbort(signal, () => reject(signal.reason));
      if (weather.mood === 'lost') return;
      const answer =
        weather.mood === 'broken'
          ? { status: 500, headers: {}, body: 'broken' }
          : cloud.answer({ method, url: `${url.pathname}${url.search}`, headers, body });
      clock.after(weather.latency, () => {
        if (signal.aborted) return;
        if (answer.status === 401) {
          // What locks is counted one by one.
          if (way === 'aksk' || isSignIn(request) || number > account.refusedAfter) account.refusals.push(clock.now());
          account.refusedAfter = material.refusedAfter = account.left;
          if (material.open === undefined) {
            material.open = [];
            account.groups.push(material.open);
          }
        } else if ((answer.status < 300 || answer.body.includes('"WKS.')) && number > material.refusedAfter)
          material.open = undefined;
        resolve(answer);
      });
    });
  const transport = () => {
    let underWay = 0;
    let isClosed = false;
    return {
      async send(request: Outgoing) {
        if (isClosed) broken.push(`${request.operation} was sent over closed connections`);
        underWay += 1;
        return send(request).finally(() => {
          underWay -= 1;
        });
      },
      renew: async () => undefined,
      async close() {
        if (underWay > 0) broken.push('connections were closed while something was under way');
        isClosed = true;
      },
    };
  };

  const log = createLogger({ level: 'error', format: 'logfmt', write() {} });
  const app = createApp(await load(first), { log, clock, transport, random: () => 0.5, processMetrics: false });

  /** A project as it was configured, from one change to the next; counters go on for as long as the name is there. */
  let generations: Readonly<Record<string, Map<string, number>>> = {};
  const counters = new Map<string, Map<string, number>>();
  const followed = (before: Company, next: Company) => {
    const isSame = (name: string) => JSON.stringify(before[name]) === JSON.stringify(next[name]);
    generations = Object.fromEntries(
      Object.keys(next).map((name) => [name, (isSame(name) ? generations[name] : undefined) ?? new Map()]),
    );
    for (const name of Object.keys(before)) {
      if (next[name] === undefined) counters.delete(name);
      if (!isSame(name)) inForce.delete(name);
    }
    running = next;
  };
  followed({}, first);

  /** Without data, `up` is 0: alerts on it would be silent otherwise. */
  function checkUp(page: ReadPage) {
    const shown = new Set(page.labels('desktop_pool_info').map(({ project, pool_id }) => `${project} ${pool_id}`));
    const upOf = new Map(
      page.samples.flatMap(({ name, labels: { project, pool_id }, value }) =>
        name.endsWith('desktop_pool_up') ? [[`${project} ${pool_id}`, value]] : [],
      ),
    );
    for (const { project, pool_id } of page.labels('desktop_pool_configured'))
      if (!shown.has(`${project} ${pool_id}`) && upOf.get(`${project} ${pool_id}`) !== 0)
        broken.push(`${pool_id} of ${project} is up without data`);
  }
  function check(text: string, began: { names: readonly string[]; of: typeof generations }) {
    const page: ReadPage = readPage(validPage(text));
    checkUp(page);
    for (const { name, labels, value } of page.samples) {
      const { project: of } = labels;
      if (of === undefined) continue;
      const isOwn = name.includes('_exporter_');
      if (!began.names.includes(of) && !(isOwn && of in running)) broken.push(`a series of ${of}: ${name}`);
      if (name.endsWith('in_flight') && value < 0) broken.push(`${value} requests in flight`);
      if (name.endsWith('last_success_timestamp_seconds'))
        notBack(began.of[of], `${name} ${labels.pool_id}${labels.collector}`, value);
      if (page.types.get(name) === 'counter' && of in running) {
        const its = counters.get(of) ?? new Map<string, number>();
        counters.set(of, its);
        notBack(its, JSON.stringify([name, labels]), value);
      }
    }
  }
  function notBack(known: Map<string, number> | undefined, key: string, value: number) {
    if (value < (known?.get(key) ?? 0)) broken.push(`${key} went back from ${known?.get(key)} to ${value}`);
    known?.set(key, value);
  }
  const scrape = async (patience: number) => {
    const began = { names: Object.keys(running), of: generations };
    for (const [name, written] of Object.entries(running)) inForce.set(name, written);
    const asked = { withOwn: true, format: 'text', patience } as const;
    const { parts } = await app.running().pages.page(asked);
    check(Buffer.concat([...parts]).toString(), began);
  };

  const pages: Promise<unknown>[] = [];
  for (const one of steps) {
    if (one.do === 'scrape') pages.push(scrape(one.patience));
    else if (one.do === 'wait') await clock.advance(one.milliseconds);
    else if (one.do === 'mood') weather = one;
    else if (one.do === 'rotate') {
      // At rest: nobody can help what eight requests under way come to.
      await clock.advance(MINUTE);
      rotate(one.to);
    } else if (one.do === 'revoke') cloud.control.revokeTokens();
    else {
      const next = await load(one.to);
      followed(running, one.to);
      await app.apply(next);
    }
    await clock.settle();
  }
  await clock.advance(2 * MINUTE);
  await Promise.all(pages);
  for (const [way, { groups, refusals }] of Object.entries(accounts)) {
    if (worst(refusals) > MAX_REFUSALS) broken.push(`${worst(refusals)} refusals in 15 min, by ${way}`);
    for (const group of groups)
      if (worst(group) > MAX_AFTER_REFUSAL) broken.push(`${worst(group)} requests after a refusal, by ${way}`);
  }
  const own = { collectors: ['exporter'], withOwn: true, format: 'text', patience: 0 } as const;
  const { parts } = await app.running().pages.page(own);
  const idle = readPage(validPage(Buffer.concat([...parts]).toString()));
  const followedBy = Math.max(...Object.values(accounts).flatMap(({ groups }) => groups.map(worst)), 0);
  const refused = Math.max(...Object.values(accounts).map(({ refusals }) => worst(refusals)));
  return {
    broken,
    followedBy,
    refused,
    cloud,
    inFlight: idle.values('exporter_api_requests_in_flight'),
    running,
    clock,
  };
}

const worst = (group: readonly number[]) =>
  Math.max(0, ...group.map((from) => group.filter((at) => at >= from && at < from + QUARTER_HOUR).length));

test(
  `whatever is reloaded, the account is not hurt and nothing is lost or mixed up (seed ${seed})`,
  async () => {
    let followedBy = 0;
    let refused = 0;
    let successes = 0;
    await fc.assert(
      fc.asyncProperty(script, async ({ first, steps }) => {
        const played = await play(first, steps);
        expect([...new Set(played.broken)]).toEqual([]);
        expect(played.inFlight).toEqual(Object.keys(played.running).map(() => 0));
        followedBy = Math.max(followedBy, played.followedBy);
        refused = Math.max(refused, played.refused);
        successes += played.cloud.requests.filter(({ status }) => status === 200).length;
      }),
      { seed, numRuns },
    );
    // Else the scripts never came near the limits, and prove nothing.
    if (numRuns >= 100) expect([refused, followedBy]).toEqual([MAX_REFUSALS, MAX_AFTER_REFUSAL]);
    expect(successes).toBeGreaterThan(numRuns);
  },
  Math.max(60_000, numRuns * 100),
);
