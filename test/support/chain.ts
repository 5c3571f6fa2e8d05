// The cloud of a project over a fake `Send` and a fake clock, and the simulated cloud as such a `Send`.
import { type Deadline, onAbort } from '../../src/async/deadline.ts';
import { type Blocked, type Credential, createCredential } from '../../src/cloud/auth/credential.ts';
import type { AuthOptions } from '../../src/cloud/auth/index.ts';
import type { Identity } from '../../src/cloud/auth/sign-in.ts';
import { type Call, type Cloud, createCloud, type HttpOptions, httpOptions } from '../../src/cloud/client.ts';
import type { Observer } from '../../src/cloud/observe.ts';
import type { Outgoing, Send } from '../../src/cloud/send.ts';
import { Secret } from '../../src/option-types/secret.ts';
import type { Cloud as Simulated } from '../../src/simulator/cloud.ts';
import type { FakeClock } from './fake-clock.ts';

export const PROJECT_ID = '0bec5db98280d2d02fd6c00c2de791ce';

/** A deadline `milliseconds` from now that also fires by the clock. */
export function deadlineOf(clock: FakeClock, milliseconds = 30_000): Deadline & { abort(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error('the collection is over'));
  clock.after(milliseconds, abort);
  return { at: clock.monotonic() + milliseconds, signal: controller.signal, abort };
}

/** An outgoing GET, as the client makes it. */
export function outgoing(clock: FakeClock, deadline = deadlineOf(clock)): Outgoing {
  const url = new URL(`https://workspace.example.com/v2/${PROJECT_ID}/desktop-pools?limit=1000&offset=0`);
  return { operation: 'list_desktop_pools', method: 'GET', url, headers: {}, deadline };
}

export interface ToldBlock extends Blocked {
  readonly at: number;
}

/** Credentials by key, shared by projects as the application does it; with a record of blocks. */
export function createCredentials(clock: FakeClock, limits = { concurrency: 8, requestsPerMinute: 100_000 }) {
  const known = new Map<string, Credential>();
  const blocked: ToldBlock[] = [];
  const credentialOf = ({ key, blockFor, configured }: Identity, project = 'prod'): Credential => {
    const credential =
      known.get(key) ??
      createCredential({
        clock,
        random: () => 0.5,
        blockFor,
        onBlock: (told) => blocked.push({ at: clock.now(), ...told }),
        onHold: () => {},
      });
    known.set(key, credential);
    credential.use(project, limits, configured);
    return credential;
  };
  return { credentialOf, known, blocked };
}

/** An observer that writes down what it is told, one line each. */
export function recorder() {
  const told: string[] = [];
  const observer: Observer = {
    attempt(operation) {
      told.push(`start ${operation}`);
      return ({ code, failure }) => told.push(`end ${code}${failure === undefined ? '' : ` ${failure}`}`);
    },
    wrongAnswer: (operation) => told.push(`wrong ${operation}`),
    retried: (_, reason) => told.push(`retried ${reason}`),
    overBudget: (operation) => told.push(`over budget ${operation}`),
    waitedForBudget: (seconds) => told.push(`waited ${seconds}`),
    signedIn: (result) => told.push(`signed in ${result}`),
    heard: () => {},
  };
  return { observer, told };
}

export interface ProjectSetup {
  readonly clock: FakeClock;
  readonly send: Send;
  readonly auth?: AuthOptions;
  readonly http?: Partial<HttpOptions>;
  readonly project?: string;
  readonly projectId?: string;
  readonly endpoint?: string;
  readonly sendDirectly?: Send;
  readonly credentials?: ReturnType<typeof createCredentials>;
}

export const KEYS: AuthOptions = {
  type: 'aksk',
  access_key: new Secret('SIMULATEDACCESSKEY01'),
  secret_key: new Secret('a-secret-key-of-the-tests'),
};

/** One project, ready to be asked. */
export function projectOf(setup: ProjectSetup) {
  const { clock, send, project = 'prod', endpoint = 'https://workspace.example.com' } = setup;
  const http = { ...httpOptions.parse({}), ...setup.http };
  const limits = { concurrency: http.concurrency, requestsPerMinute: http.requests_per_minute };
  const credentials = setup.credentials ?? createCredentials(clock, limits);
  const { observer, told } = recorder();
  const problems: string[] = [];
  const cloud: Cloud = createCloud({
    endpoint,
    place: {
      projectId: setup.projectId ?? PROJECT_ID,
      host: new URL(endpoint).host,
      iamEndpoint: endpoint.replace('workspace', 'iam'),
    },
    auth: setup.auth ?? KEYS,
    http,
    clock,
    random: () => 0.5,
    send,
    sendDirectly: setup.sendDirectly ?? send,
    credentialOf: (identity) => credentials.credentialOf(identity, project),
    observer,
    onProblem: (message) => problems.push(message),
    userAgent: 'tests/1',
    actions: { show_desktop_pool: 'workspace:desktopPools:get', list_desktop_pools: 'workspace:desktopPools:list' },
  });
  const get = (call: Partial<Call> = {}, deadline = deadlineOf(clock)) =>
    cloud.api.get({ operation: 'list_desktop_pools', path: ['desktop-pools'], ...call }, deadline, (json) => json);
  /** One collection: the pools read at once, each by its detail request. */
  const collect = async (pools: number, deadline = deadlineOf(clock)) => {
    const close = await cloud.session.open();
    const ids = Array.from({ length: pools }, (_, index) => `pool-${index}`);
    const reads = ids.map((id) => get({ operation: 'show_desktop_pool', path: ['desktop-pools', id] }, deadline));
    const outcomes = await Promise.allSettled(reads);
    close();
    return outcomes;
  };
  return { ...cloud, get, collect, told, problems, credentials };
}

/** The simulated cloud, `delay` milliseconds away, behind the chain instead of sockets. */
export function sendTo(simulated: Simulated, clock: FakeClock, delay = 20): Send {
  return ({ method, url, headers, body, deadline: { signal } }) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const answer = simulated.answer({
        method,
        url: `${url.pathname}${url.search}`,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      onAbort(signal, () => reject(signal.reason));
      clock.after(delay, () => resolve({ status: answer.status, headers: answer.headers, body: answer.body }));
    });
}
