// One credential at one host: the state that all projects using it share, so that together they never lock or flood it.
import { readClocks, wallTimeAt } from '../../async/clock.ts';
import { type Refreshing, refreshing } from '../../async/refreshing.ts';
import { NotSent } from '../errors.ts';
import { createGate, type Gate, type GateOptions, type Limits } from '../gate.ts';
import { type Identity, isFresh, type Material } from './sign-in.ts';
import { createStanding, QUARTER_HOUR_MS, STATES, type Standing } from './standing.ts';

/** Never more refusals than this in a quarter of an hour, whatever the secret: five failures lock a key for everybody. */
const MOST_REFUSALS = 4;

export interface Credential {
  readonly gate: Gate;
  /**
   * Who uses it, told apart by identity: the tightest limits of all users hold. `secret` is the fingerprint of the user's
   * secret. While users have different ones, one request goes at a time.
   */
  use(user: unknown, limits: Limits, secret: string): void;
  leave(user: unknown): void;
  /** A collection starts; the first request of it goes alone. Returns how to end it. */
  begin(): () => void;
  /** A request is about to be sent with this secret. Throws `NotSent` where that must not be. */
  send(secret: string): Attempt;
  /**
   * What authorizes requests of a scope, for this secret: kept for whoever asks next, so that a reload signs nobody in anew
   * whose secret is the same.
   */
  material(scope: string, secret: string): Refreshing<Material, Load>;
  /** Undefined where something may be sent with this secret. */
  blocked(secret: string): Blocked | undefined;
}

type Load = () => Promise<Material>;

/** How a request that was sent may end. What says nothing of the credential is not told. */
export interface Attempt {
  /** The cloud knew the credential when it answered; says nothing if a refusal came since the request left. */
  accepted(): void;
  /** It bought a token or temporary keys, with this fingerprint. */
  issued(material: string): void;
  /** In the cloud's words. Returns whether other material than this may be tried at once. */
  refused(why: string, material: string): boolean;
  /** It wanted to sign in. */
  denied(why: string): void;
  /** There is no other material. */
  unrenewed(): void;
  /** Whether it may be repeated after a failure that says nothing of the credential. */
  isRetried(): boolean;
}

export interface Blocked {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** What the cloud said when it refused. */
  readonly why: string;
  /** When another secret is tried (milliseconds since the epoch), where too many were refused; undefined: at once. */
  readonly othersFrom: number | undefined;
}

/** Why nothing is sent, in the cloud's words, with the time of the next try. */
export function blockedWords({ until, why, othersFrom }: Blocked): string {
  // To the second: the two clocks differ by fractions of a millisecond, and the same failure must have the same words.
  const at = (time: number) => new Date(Math.round(time / 1000) * 1000).toISOString();
  const others =
    othersFrom === undefined ? '' : `; another secret is tried at ${at(othersFrom)}, because too many were refused`;
  return `${why}; next try at ${at(until)}${others}`;
}

export interface CredentialOptions extends Omit<GateOptions, 'limits'>, Pick<Identity, 'blockFor'> {
  /** Told once for each time at which something is tried again. */
  readonly onBlock: (blocked: Blocked) => void;
}

/** One secret: how it stands, and what was said of it. */
interface Known {
  readonly standing: Standing;
  /** Requests up to this number say nothing new: they left before the newest refusal. */
  newsAfter: number;
  refusals: number;
  why: string | undefined;
  /** Fingerprint of the material that was refused last. */
  refused: string | undefined;
  /** For when the next try was told (monotonic). */
  toldUntil: number | undefined;
}

export function createCredential({ clock, random, blockFor, onBlock, onHold }: CredentialOptions): Credential {
  const users = new Map<unknown, Limits & { readonly secret: string }>();
  const issued = new Map<string, { readonly secret: string; readonly material: Refreshing<Material, Load> }>();
  /** Never taken out, as a secret may come back; there are no more than were ever configured. */
  const secrets = new Map<string, Known>();
  let newest: string | undefined;
  let collections = 0;
  // Requests are told apart by their number: several may leave within a millisecond.
  let sent = 0;
  /** When (monotonic) a secret was refused, whichever; those of requests that were under way together count as one. */
  let refusals: number[] = [];
  let newestRefusal = '';

  const limits = (): Limits => ({
    concurrency: Math.min(...[...users.values()].map((user) => user.concurrency)),
    requestsPerMinute: Math.min(...[...users.values()].map((user) => user.requestsPerMinute)),
  });
  const gate = createGate({ clock, random, limits, onHold });
  const isUsed = (secret: string) => [...users.values()].some((user) => user.secret === secret);
  const isOnlyOne = (secret: string) => [...users.values()].every((user) => user.secret === secret);

  function known(secret: string): Known {
    const found = secrets.get(secret) ?? {
      standing: createStanding(clock, blockFor),
      newsAfter: 0,
      refusals: 0,
      why: undefined,
      refused: undefined,
      toldUntil: undefined,
    };
    secrets.set(secret, found);
    return found;
  }

  /** Until when no secret is sent (monotonic), because too many were refused. */
  function allRestUntil(): number | undefined {
    const now = clock.monotonic();
    refusals = refusals.filter((at) => now - at < QUARTER_HOUR_MS);
    const first = refusals.at(-MOST_REFUSALS);
    return first === undefined ? undefined : first + QUARTER_HOUR_MS;
  }

  function restsUntil({ standing }: Known): number | undefined {
    const [own, all] = [standing.restsUntil(), allRestUntil()];
    return own === undefined || all === undefined ? (own ?? all) : Math.max(own, all);
  }

  function blocked(secret: string): Blocked | undefined {
    const one = known(secret);
    const until = restsUntil(one);
    if (until === undefined) return undefined;
    const all = allRestUntil();
    const othersFrom = all === undefined ? undefined : wallTimeAt(clock, all);
    return { until: wallTimeAt(clock, until), why: one.why ?? newestRefusal, othersFrom };
  }

  /** Says when the next try is; not of a secret that was replaced, and that nobody waits for. */
  function tell(secret: string) {
    const one = known(secret);
    const until = restsUntil(one);
    const told = blocked(secret);
    if (told === undefined || until === one.toldUntil || !isUsed(secret)) return;
    one.toldUntil = until;
    onBlock(told);
  }

  function refuse(event: 'refused' | 'denied', secret: string, why: string) {
    const one = known(secret);
    one.standing.on(event);
    one.why = newestRefusal = why;
    one.newsAfter = sent;
    one.refusals += 1;
    refusals.push(clock.monotonic());
    gate.narrow(true);
    tell(secret);
  }

  return {
    gate,
    use(user, its, secret) {
      users.set(user, { ...its, secret });
      if (newest !== undefined && newest !== secret) {
        known(secret).standing.on('changed');
        gate.narrow(true);
      }
      newest = secret;
    },
    leave: (user) => void users.delete(user),
    begin() {
      if (collections === 0) gate.narrow(true);
      collections += 1;
      return () => {
        collections -= 1;
      };
    },
    send(secret) {
      const one = known(secret);
      const { standing } = one;
      const rests = blocked(secret);
      if (rests !== undefined) {
        tell(secret);
        throw new NotSent('blocked', blockedWords(rests));
      }
      standing.sent();
      sent += 1;
      const request = sent;
      return {
        accepted() {
          if (request <= one.newsAfter) return;
          standing.on('accepted');
          // One of two secrets may be wrong, whatever the other has proven: eight requests at once would lock the key.
          if (isOnlyOne(secret)) gate.narrow(false);
        },
        issued(material) {
          // The same again, from a source that does not know of the refusal, is nothing new.
          if (request > one.newsAfter && material !== one.refused) standing.on('issued');
        },
        refused(why, material) {
          one.refused = material;
          if (request > one.newsAfter) refuse('refused', secret, why);
          return standing.state() !== 'blocked';
        },
        denied(why) {
          if (standing.state() !== 'blocked') refuse('denied', secret, why);
        },
        unrenewed() {
          standing.on('unrenewed');
          tell(secret);
        },
        isRetried: () => STATES[standing.state()].isRetried,
      };
    },
    material(scope, secret) {
      const kept = issued.get(scope);
      if (kept?.secret === secret) return kept.material;
      const one = known(secret);
      // What dies early dies for all projects at once: after a refusal of one, the others' material is renewed before use.
      let refusalsBefore = 0;
      const material = refreshing(
        (load: Load) => {
          refusalsBefore = one.refusals;
          return load();
        },
        (loaded) =>
          isFresh(loaded, readClocks(clock)) &&
          !(STATES[one.standing.state()].isSuspect && refusalsBefore < one.refusals),
      );
      issued.set(scope, { secret, material });
      return material;
    },
    blocked,
  };
}
