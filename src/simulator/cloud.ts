// The simulated cloud without sockets: a request and a clock go in, an answer comes out, so that a day of requests can be played in a second.
import type { Estate } from './estate.ts';
import { type Breakage, createFaults, type Damage, damage, type FaultRule } from './faults.ts';
import { createGatekeeper, credentialOf, type Refusals } from './gatekeeper.ts';
import { createJournal, type RequestRecord } from './journal.ts';
import { type Credentials, createKeyring, type Lifetimes } from './keyring.ts';
import { createMetadata, type MetadataMode } from './metadata.ts';
import { hexOf } from './noise.ts';
import type { CloudRequest, Reply } from './reply.ts';
import { nearestWorkingMorning } from './rhythm.ts';
import { createRoutes } from './routes.ts';
import { createThrottle, type ThrottleLimit } from './throttle.ts';
import { createWorld, type StateOf } from './world.ts';

export interface CloudOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Simulated seconds per real second; default 1. */
  readonly speed?: number;
  /** Simulated epoch ms at the start; default: now at speed 1, else the nearest working morning (07:00 UTC). */
  readonly startAt?: number;
  /** Real epoch ms; tokens, signatures, locks and the request limit follow it. Default Date. */
  readonly clock?: { now(): number };
  /** Healthy pools of the first project on top of the cast; default 0. */
  readonly pools?: number;
  readonly faults?: readonly FaultRule[];
  /** Default: 200 requests a minute and user, without Retry-After; the cloud counts each API by itself. */
  readonly throttle?: ThrottleLimit;
  /** How a pool looks from a simulated time (epoch ms, the start of a step) on; default: the company's day. */
  readonly stateOf?: StateOf;
  /** Sees every request, once it is decided what becomes of it. */
  readonly onRequest?: (record: RequestRecord) => void;
}

export interface CloudAnswer extends Reply {
  /** Real milliseconds to wait before answering. */
  readonly delayMs: number;
  /** What the transport must do instead of delivering the whole answer. */
  readonly breakage?: Breakage;
}

export interface Control {
  setPassword(password: string): void;
  setSecretKey(secretKey: string): void;
  /** The cluster changed the token of the service account: the former one is refused from now on. */
  setPodToken(podToken: string): void;
  /** Another token, for both projects without a project id. */
  issueToken(projectId?: string): string;
  /** All tokens, the static one too, are refused as APIGW.0307 from now on. */
  revokeTokens(): void;
  /** All tokens, the static one too, are expired from now on. */
  expireTokens(): void;
  expireTemporaryKeys(): void;
  setLifetimes(lifetimes: Partial<Lifetimes>): void;
  setMetadataMode(mode: MetadataMode): void;
  setThrottle(limit: ThrottleLimit): void;
  removePool(id: string): void;
  restorePool(id: string): void;
  renamePool(id: string, name: string): void;
  addPools(count: number): void;
}

export interface Cloud {
  answer(request: CloudRequest): CloudAnswer;
  /** As of now, after all changes. */
  readonly credentials: Credentials;
  readonly requests: readonly RequestRecord[];
  /** All requests since the start, by `METHOD route`; paths without a route count as `unknown`. */
  counts(): Readonly<Record<string, number>>;
  /** What the cloud says of its pools, now or at a simulated time (epoch ms). */
  truth(at?: number): Estate;
  /** Simulated epoch ms. */
  now(): number;
  /** Adds a fault and returns its remover. */
  fault(rule: FaultRule): () => void;
  lockedKeys(): readonly string[];
  refusals(): Refusals;
  /** Every secret that ever was valid: what no page and no log may show. */
  secrets(): readonly string[];
  readonly control: Control;
}

export function createCloud(options: CloudOptions = {}): Cloud {
  const { seed = 1, clock = Date } = options;
  const realNow = () => clock.now();
  const now = simulatedClock(options, realNow);
  const world = createWorld(seed, now, options.pools ?? 0, options.stateOf);
  const keyring = createKeyring(realNow);
  const throttle = createThrottle(realNow, options.throttle ?? { requestsPerMinute: 200 });
  const gatekeeper = createGatekeeper(keyring, realNow, throttle.check);
  const metadata = createMetadata(keyring, realNow);
  const faults = createFaults(seed, options.faults);
  const journal = createJournal(options.onRequest);
  const routes = createRoutes({ world, keyring, gatekeeper, metadata });
  let serial = 0;

  return {
    answer(request) {
      serial += 1;
      const { name, reply } = routes(request);
      const rule = faults.next(request);
      const { reply: said, ...wire }: Damage =
        rule === undefined ? { reply: reply(), delayMs: 0 } : damage(rule, reply);
      const at = realNow();
      const isLost = wire.breakage === 'reset' || wire.breakage === 'hang';
      const [path = '', query = ''] = request.url.split('?', 2);
      const status = isLost ? 0 : said.status;
      const faulted = rule !== undefined;
      const credential = credentialOf(request);
      journal.write(name, { at, method: request.method, path, query, status, faulted, credential });
      return { ...stamp(said, at, serial), ...wire };
    },
    get credentials() {
      return keyring.credentials;
    },
    requests: journal.requests,
    counts: journal.counts,
    truth: world.estate,
    now,
    fault: faults.add,
    lockedKeys: gatekeeper.lockedKeys,
    refusals: gatekeeper.refusals,
    secrets: keyring.secrets,
    control: {
      setPassword: keyring.setPassword,
      setSecretKey: keyring.setSecretKey,
      setPodToken: keyring.setPodToken,
      issueToken: (projectId) => keyring.issueToken(projectId).id,
      revokeTokens: keyring.revokeTokens,
      expireTokens: keyring.expireTokens,
      expireTemporaryKeys: keyring.expireTemporaryKeys,
      setLifetimes: keyring.setLifetimes,
      setMetadataMode: metadata.setMode,
      setThrottle: throttle.setLimit,
      removePool: world.removePool,
      restorePool: world.restorePool,
      renamePool: world.renamePool,
      addPools: world.addPools,
    },
  };
}

function simulatedClock({ speed = 1, startAt }: CloudOptions, realNow: () => number): () => number {
  const began = realNow();
  const first = startAt ?? (speed === 1 ? began : nearestWorkingMorning(began));
  return () => first + (realNow() - began) * speed;
}

/** The headers that every answer carries; the gateway's errors repeat the request's id in the body. */
function stamp(reply: Reply, at: number, serial: number): Reply {
  const id = hexOf(`request ${serial}`, 32);
  const isGatewayError = reply.body.startsWith('{"error_code":"APIGW.') && reply.body.endsWith('"}');
  return {
    status: reply.status,
    headers: { date: new Date(at).toUTCString(), 'x-request-id': id, ...reply.headers },
    body: isGatewayError ? `${reply.body.slice(0, -1)},"request_id":"${id}"}` : reply.body,
  };
}
