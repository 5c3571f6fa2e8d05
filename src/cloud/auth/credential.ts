// One credential at one host: the state that all projects using it share, so that together they never lock or flood it.
import { type Clock, readClocks, wallTimeAt } from '../../async/clock.ts';
import { type Refreshing, refreshing } from '../../async/refreshing.ts';
import { NotSent } from '../errors.ts';
import { createGate, type Gate, type Limits } from '../gate.ts';
import { isFresh, type Material } from './sign-in.ts';

const QUARTER_HOUR_MS = 15 * 60_000;
/** Never more requests than this in a quarter of an hour after a refusal was received. */
const AFTER_REFUSAL = 3;

export interface Credential {
  readonly gate: Gate;
  /**
   * Who uses it, told apart by identity: the tightest limits of all users hold. `configured` is the fingerprint of the
   * user's secret: a block ends when it is a new one. While users have different ones, one request goes at a time.
   */
  use(user: unknown, limits: Limits, configured: string): void;
  leave(user: unknown): void;
  /** A collection starts; the first request of it goes alone. Returns how to end it. */
  begin(): () => void;
  /** Throws `NotSent` while blocked; else counts the request that now is sent with this secret. Returns its number. */
  spend(configured: string): number;
  /** The cloud knew the credential when it answered that request; says nothing if a refusal came since it left. */
  accepted(request: number): void;
  /**
   * The cloud refused that request. `renewable`: other material may be tried at once; `again`: it was tried, nothing more
   * may be sent, which `block` then makes so; `stale`: it left before the newest refusal or change, and says nothing new;
   * `outdated`: its secret was replaced meanwhile (a collection of before a reload), and rests alone.
   */
  refused(request: number, configured: string): 'renewable' | 'stale' | 'again' | 'outdated';
  /**
   * What authorizes requests of a scope, for the secret with this fingerprint: kept for whoever asks next, so that a reload
   * signs nobody in anew whose secret is the same.
   */
  material(scope: string, configured: string): Refreshing<Material, Load>;
  /** Nothing is sent until the returned moment (milliseconds since the epoch). */
  block(why: string): number;
  /** For a secret that was replaced: longer, if it was refused. */
  blockedUntil(configured?: string): number | undefined;
}

type Load = () => Promise<Material>;

export interface CredentialOptions {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly blockFor: readonly [first: number, later: number];
  readonly onBlock: (until: number, why: string) => void;
  readonly onHold: (until: number) => void;
}

export function createCredential({ clock, random, blockFor, onBlock, onHold }: CredentialOptions): Credential {
  const users = new Map<unknown, Limits & { readonly secret: string }>();
  const issued = new Map<string, { readonly configured: string; readonly material: Refreshing<Material, Load> }>();
  let collections = 0;
  let fingerprint: string | undefined;
  // Requests are told apart by their number: several may leave within a millisecond.
  let sent = 0;
  let staleUpTo = 0;
  let unprovenUpTo = 0;
  let refusals = 0;
  let isRefused = false;
  let isRenewed = false;
  let blocks = 0;
  let block: number | undefined;
  let afterRefusal: number[] = [];
  /** Secrets that were refused though not the newest, and until when they rest. */
  const outdated = new Map<string, number>();

  const limits = (): Limits => ({
    concurrency: Math.min(...[...users.values()].map((user) => user.concurrency)),
    requestsPerMinute: Math.min(...[...users.values()].map((user) => user.requestsPerMinute)),
  });
  const gate = createGate({ clock, random, limits, onHold });

  const blockedUntil = (configured = '') => {
    const now = clock.monotonic();
    for (const [secret, until] of outdated) if (until <= now) outdated.delete(secret);
    afterRefusal = afterRefusal.filter((at) => now - at < QUARTER_HOUR_MS);
    const oldest = afterRefusal[afterRefusal.length - AFTER_REFUSAL];
    const rested = oldest === undefined ? 0 : oldest + QUARTER_HOUR_MS;
    const until = Math.max(block ?? 0, rested, outdated.get(configured) ?? 0);
    return until > now ? wallTimeAt(clock, until) : undefined;
  };

  return {
    gate,
    use(user, its, secret) {
      users.set(user, { ...its, secret });
      if (fingerprint !== undefined && fingerprint !== secret) {
        block = undefined;
        blocks = 0;
        staleUpTo = unprovenUpTo = sent;
        gate.narrow(true);
      }
      fingerprint = secret;
      outdated.delete(secret);
    },
    leave: (user) => void users.delete(user),
    begin() {
      if (collections === 0) gate.narrow(true);
      collections += 1;
      return () => {
        collections -= 1;
      };
    },
    spend(secret) {
      const until = blockedUntil(secret);
      if (until !== undefined)
        throw new NotSent(
          'blocked',
          `not sent: the cloud refused this credential; next try at ${new Date(until).toISOString()}`,
        );
      if (isRefused) afterRefusal.push(clock.monotonic());
      sent += 1;
      return sent;
    },
    accepted(request) {
      if (request <= unprovenUpTo) return;
      isRefused = isRenewed = false;
      block = undefined;
      blocks = 0;
      afterRefusal = [];
      // One of two secrets may be wrong, whatever the other has proven: eight requests at once would lock the key.
      if (new Set([...users.values()].map((user) => user.secret)).size < 2) gate.narrow(false);
    },
    refused(request, secret) {
      isRefused = true;
      unprovenUpTo = sent;
      gate.narrow(true);
      if (secret !== fingerprint) {
        outdated.set(secret, clock.monotonic() + blockFor[1]);
        return 'outdated';
      }
      if (request <= staleUpTo) return 'stale';
      const isFirst = !isRenewed;
      isRenewed = true;
      refusals += 1;
      staleUpTo = sent;
      return isFirst ? 'renewable' : 'again';
    },
    material(scope, now) {
      const kept = issued.get(scope);
      if (kept?.configured === now) return kept.material;
      // What dies early dies for all projects at once: after a refusal of one, the others' material is renewed before use.
      let refusalsBefore = 0;
      const material = refreshing(
        (load: Load) => {
          refusalsBefore = refusals;
          return load();
        },
        (loaded) => isFresh(loaded, readClocks(clock)) && !(isRenewed && refusalsBefore < refusals),
      );
      issued.set(scope, { configured: now, material });
      return material;
    },
    block(why) {
      block = clock.monotonic() + blockFor[blocks === 0 ? 0 : 1];
      blocks += 1;
      const until = blockedUntil() ?? wallTimeAt(clock, block);
      onBlock(until, why);
      return until;
    },
    blockedUntil,
  };
}
