// Every operation × every fault × first scrape, after good data, one request of many: what it costs, and what it must not cost.
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/app/catalog.ts';
import { authOptions, SIGN_IN_OPERATIONS, SIGN_IN_TYPES, signInOperation } from '../../src/cloud/auth/index.ts';
import { FAILURES, type FailureKind } from '../../src/cloud/errors.ts';
import type { Outgoing } from '../../src/cloud/send.ts';
import { providesPools } from '../../src/collectors/collector.ts';
import { collectors } from '../../src/collectors/index.ts';
import { createCloud } from '../../src/simulator/cloud.ts';
import { validPage } from '../e2e/valid-page.ts';
import { GPU, NOON, OFFICE } from '../e2e/world.ts';
import { type Company, isOfBranch, openCompany } from '../fuzz/company.ts';
import { type ReadPage, readPage } from '../scrape/read-page.ts';
import { everything } from '../support/everything.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { exampleOf, signIns } from '../support/sign-ins.ts';
import { type Fault, faults, SEALED } from './faults.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A collection of 30 s, and a moment to write its page. */
const PATIENCE = 31_000;

/**
 * One for all, and its clock never goes back: its desktops stand still, tokens and signatures live by the clock of the exporters. No fault
 * reaches it: they are made on the way.
 */
const clock = createFakeClock();
const cloud = createCloud({ clock, startAt: NOON, speed: 0, throttle: { requestsPerMinute: 1e9 } });
const place = { credentials: cloud.credentials, url: 'http://169.254.169.254' };
/** The neighbour has a credential of its own: what is refused to another one is not its concern. */
const neighbour = { branch: signIns.token(place) };
/** The way that asks for each operation of signing in. */
const signingIn = new Map(
  SIGN_IN_TYPES.map((type) => {
    const auth = exampleOf(type, place);
    return [signInOperation(authOptions.parse(auth)), auth] as const;
  }),
);

const isSignIn = (operation: string) => SIGN_IN_OPERATIONS.includes(operation);
const dataNames = new Set(collectors.flatMap(({ metrics }) => metrics.map(({ name }) => name)));

const PROJECTS = ['main', 'details', 'branch'] as const;

/** Lines of data by project, which a failed read may only keep or leave out. The name of a pool may not be known yet. */
function dataOf(page: string): Readonly<Record<(typeof PROJECTS)[number], readonly string[]>> {
  const found = { main: [] as string[], details: [] as string[], branch: [] as string[] };
  for (const line of page.split('\n')) {
    const at = line.indexOf('{');
    const project = PROJECTS.find((one) => line.startsWith(`{project="${one}"`, at));
    if (project !== undefined && dataNames.has(line.slice(0, at)))
      found[project].push(line.replace(/,pool_name="(?:[^"\\]|\\.)*"/, ''));
  }
  return found;
}

/** What is told of reads: the rest of a page would take most of the time to read. */
const outcomesOf = (page: string): ReadPage =>
  readPage(
    page.match(/^\w+_(?:desktop_pool_up|exporter_collector_success|exporter_api_errors_total)\{.*$/gm)?.join('\n') ??
      '',
  );

/** A few of the lines that only one of them has. */
const difference = (one: readonly string[], other: readonly string[]) => {
  const [all, others] = [new Set(one), new Set(other)];
  return [...one.filter((line) => !others.has(line)), ...other.filter((line) => !all.has(line))].slice(0, 3);
};

/** Operations and reasons of failed attempts. */
const errorsOf = (page: ReadPage) =>
  page.samples
    .filter(({ name, labels, value }) => name.endsWith('_api_errors_total') && labels.project !== 'branch' && value > 0)
    .map(({ labels }) => `${labels.operation} ${labels.reason}`)
    .filter((one, index, all) => all.indexOf(one) === index);

type Spoil = (request: Outgoing) => boolean;

interface Exposed {
  readonly company: Company;
  page(): Promise<string>;
  /** Requests to spoil from now on. */
  spoil(which: Spoil): void;
}

async function expose(operation: string, fault: Fault): Promise<Exposed> {
  let isSpoilt: Spoil = () => false;
  const company = await openCompany(
    {
      tamper: (request, answer) => (isSpoilt(request) ? fault.spoil(request, answer, clock) : answer),
      clock,
      logLevel: 'debug',
      detailed: [OFFICE, GPU],
      // Without series per user: they would be most of the page.
      collectors: everything({ users: { from: 'list' } }),
      elsewhere: { quotas: { enabled: true } },
      auth: isSignIn(operation) ? { ...neighbour, main: signingIn.get(operation) ?? {} } : neighbour,
    },
    cloud,
  );
  return {
    company,
    page: () => company.page(),
    spoil(which) {
      isSpoilt = which;
    },
  };
}

const MOMENTS = ['at the first scrape', 'after good data', 'for one request of many'] as const;
type Moment = (typeof MOMENTS)[number];

/** What an operation is asked, how often in one collection, and by which project, while all is well. */
async function goodRun(operation: string) {
  const { company, page } = await expose(operation, { spoil: (_, answer) => answer, fails: 'none' });
  const good = dataOf(await page());
  const sent = company.sent.filter((one) => one.operation === operation && !isOfBranch(one, cloud));
  await company.app.close();
  return { good, sent };
}

const goodRuns = new Map<string, Awaited<ReturnType<typeof goodRun>>>();
for (const operation of OPERATIONS) goodRuns.set(operation, await goodRun(operation));
const knownRun = (operation: string) => {
  const run = goodRuns.get(operation);
  if (run === undefined) throw new Error(`no good run of ${operation}`);
  return run;
};

/** A refused or throttled credential sends nothing more: other reads of its projects are not tried. */
const stopsTheCredential = (kind: FailureKind) => kind === 'unauthorized' || kind === 'throttled';

async function check(operation: string, fault: Fault, moment: Moment): Promise<void> {
  const { good, sent } = knownRun(operation);
  const { company, page, spoil } = await expose(operation, fault);
  // A token comes in a header, whatever the body is.
  const fails = operation === 'create_token' && fault.fails === 'schema' ? 'either' : fault.fails;
  if (moment !== 'at the first scrape') {
    await page();
    // What was issued ends after a day; the values of then are long over.
    if (isSignIn(operation)) await clock.advance(DAY + MINUTE);
    else await clock.advance(5 * MINUTE + 1000);
  }
  const chosen = sent[0]?.url.href;
  spoil(
    (request) =>
      request.operation === operation &&
      !isOfBranch(request, cloud) &&
      (moment !== 'for one request of many' || request.url.href === chosen),
  );

  const before = clock.monotonic();
  const text = validPage(await page());
  const hit = outcomesOf(text);
  const data = dataOf(text);
  expect(clock.monotonic() - before, 'deadline').toBeLessThanOrEqual(PATIENCE);

  expect(difference(data.branch, good.branch), 'the neighbour').toEqual([]);
  expect(hit.values('exporter_collector_success', { project: 'branch' }), 'the neighbour').not.toContain(0);
  for (const project of ['main', 'details'] as const) {
    const allowed = new Set(good[project]);
    expect(
      data[project].filter((line) => !allowed.has(line)),
      `invented for ${project}`,
    ).toEqual([]);
    if (moment !== 'at the first scrape' && !isSignIn(operation) && fails !== 'either')
      expect(data[project].length, `last good values of ${project}`).toBe(allowed.size);
  }
  const told = errorsOf(hit);
  if (fails === 'none') expect(told, 'reasons').toEqual([]);
  else if (fails !== 'either') {
    expect(told, 'reasons').toEqual([`${operation} ${FAILURES[fails].reason}`]);
    expectFailure(operation, fails, hit, moment);
  }

  const said = company.log.join('') + text;
  const heard = company.sent.flatMap(({ headers }) => headers['x-auth-token'] ?? headers['x-security-token'] ?? []);
  for (const secret of [
    cloud.credentials.secretKey,
    cloud.credentials.password,
    cloud.credentials.token,
    SEALED,
    ...heard,
  ])
    expect(said.includes(secret), 'a secret is shown').toBe(false);

  spoil(() => false);
  // Longer than any hold, rest or first block.
  await clock.advance(16 * MINUTE);
  const well = await page();
  const recovered = dataOf(well);
  for (const project of PROJECTS)
    expect(difference(recovered[project], good[project]), `recovery of ${project}`).toEqual([]);
  expect(outcomesOf(well).values('exporter_collector_success')).not.toContain(0);
  await company.app.close();
}

/** The read, and what is told of the pools whose reads failed. */
function expectFailure(operation: string, kind: FailureKind, page: ReadPage, moment: Moment): void {
  const own = collectors.filter(({ operations }) => operations.includes(operation));
  if (isSignIn(operation)) {
    // What needs pools asks nothing while none is known.
    for (const { name, needs = [] } of collectors)
      if (needs.length === 0)
        expect(page.values('exporter_collector_success', { project: 'main', collector: name })).toEqual([0]);
    expect(page.values('exporter_collector_success', { project: 'details' })).not.toContain(0);
    return;
  }
  // Of collectors that ask the same for different things, one request of many is of one alone.
  const failed = own.filter(({ name }) => page.values('exporter_collector_success', { collector: name }).includes(0));
  expect(failed.length, 'collectors that failed').toBeGreaterThanOrEqual(
    moment === 'for one request of many' ? 1 : own.length,
  );
  if (stopsTheCredential(kind)) return;
  for (const { name, needs = [] } of collectors)
    if (!own.some((one) => one.name === name) && needs.length === 0)
      expect(page.values('exporter_collector_success', { collector: name }), `success of ${name}`).not.toContain(0);
  if (own.some(providesPools)) {
    const ups = page.values('desktop_pool_up', { project: operation === 'show_desktop_pool' ? 'details' : 'main' });
    expect(ups.includes(1), 'up').toBe(moment === 'for one request of many');
  }
}

/** About more than one thing in one collection. */
const isAskedOften = (operation: string) =>
  !isSignIn(operation) && new Set(knownRun(operation).sent.map(({ url }) => url.href)).size > 1;

describe.each(OPERATIONS)('%s', (operation) => {
  it('is asked in a good run', () => {
    expect(
      knownRun(operation).sent.length,
      `nothing asks for ${operation}: enable its collector in test/support/everything.ts, write its way to sign in into test/support/sign-ins.ts, or let src/simulator answer it`,
    ).toBeGreaterThan(0);
  });

  const moments = MOMENTS.filter((moment) => moment !== 'for one request of many' || isAskedOften(operation));
  describe.each(moments)('%s', (moment) => {
    it.each(Object.entries(faults))('costs what the table says, and is over when it ends: %s', (_, fault) =>
      check(operation, fault, moment),
    );
  });
});
