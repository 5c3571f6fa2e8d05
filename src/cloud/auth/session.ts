// One project's use of its credential: resolves who signs in, keeps the material fresh, and handles a refusal.
import { type Clock, readClocks } from '../../async/clock.ts';
import type { Deadline } from '../../async/deadline.ts';
import type { Refreshing } from '../../async/refreshing.ts';
import { messageOf } from '../../option-types/error-code.ts';
import {
  CloudError,
  type CloudErrorDetails,
  FAILURES,
  isRefused,
  isSignInRefused,
  NotSent,
  provesSignIn,
} from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { Layer, Outgoing } from '../send.ts';
import { type Attempt, type Blocked, blockedWords, type Credential } from './credential.ts';
import { type Identity, type Lifetime, type Material, remaining } from './sign-in.ts';

/** A failed sign-in is not repeated by the next read of the same collection. */
const FAILURE_KEPT_MS = 5_000;

export interface Session {
  /** The credential of the newest `open`; undefined before the first. */
  current(): Credential | undefined;
  /** While nothing is sent, because the cloud refused the secret. */
  blocked(): Blocked | undefined;
  /**
   * Resolves the secrets anew at the start of a collection; returns how to end it. Where they cannot be read, the ones of
   * the last collection go on; without any, every read rejects with `NotSent`.
   */
  open(): Promise<() => void>;
  /** The gate of the current credential. Rejects with `NotSent` when the secrets cannot be read. */
  gate(): Promise<Gate>;
  readonly authorize: Layer;
  /** What was issued for this project, if the cloud said until when. */
  lifetime(): Lifetime | undefined;
}

export interface SessionOptions {
  readonly clock: Clock;
  readonly identify: () => Promise<Identity>;
  /** The shared state of this identity, with this project as one of its users. */
  readonly credentialOf: (identity: Identity) => Credential;
  readonly onSignIn: (result: 'success' | 'failure') => void;
  /** A secret could not be read; the former one is used. */
  readonly onProblem: (message: string) => void;
}

interface Opened {
  readonly identity: Identity;
  readonly credential: Credential;
  readonly material: Refreshing<Material, () => Promise<Material>>;
}

export function createSession({ clock, identify, credentialOf, onSignIn, onProblem }: SessionOptions): Session {
  let opened: Opened | undefined;
  let failure: { why: string; at: number } | undefined;

  async function reopen(): Promise<Opened> {
    const identity = await identify().catch((error: unknown) => {
      throw new NotSent('secret', messageOf(error));
    });
    const { key, configured, scope } = identity;
    if (opened?.identity.key === key && opened.identity.configured === configured) return opened;
    const credential = credentialOf(identity);
    failure = undefined;
    opened = { identity, credential, material: credential.material(scope, configured) };
    return opened;
  }

  /** Asks for material. Where that asks the cloud, a refusal blocks the credential: passwords lock accounts. */
  async function signIn(now: Opened, deadline: Deadline): Promise<Material> {
    const { identity, credential } = now;
    if (!identity.asksTheCloud) return identity.load(deadline);
    if (failure !== undefined && clock.monotonic() - failure.at < FAILURE_KEPT_MS)
      throw new NotSent('sign_in', `not sent: signing in failed a moment ago: ${failure.why}`);
    const attempt = credential.send(identity.configured);
    try {
      const material = await identity.load(deadline);
      failure = undefined;
      attempt.issued(material.fingerprint);
      onSignIn('success');
      return material;
    } catch (error) {
      onSignIn('failure');
      const isRefusal = isSignInRefused(error);
      if (isRefusal) attempt.denied(error.message);
      // Trying again is the business of the next collection.
      const told = error instanceof CloudError ? amended(error, { final: true }, isRefusal ? now : undefined) : error;
      failure = { why: messageOf(told), at: clock.monotonic() };
      throw told;
    }
  }

  /** Material to use now. While the cloud is merely failing, what has not ended yet is good enough. */
  async function usable(now: Opened, deadline: Deadline): Promise<Material> {
    try {
      return await now.material.get(() => signIn(now, deadline));
    } catch (error) {
      const kept = now.material.peek();
      const passing = !isSignInRefused(error);
      if (passing && kept?.lifetime !== undefined && remaining(kept.lifetime, readClocks(clock)) > 0) return kept;
      throw error;
    }
  }

  /** After a refusal: true if the same request may be repeated at once, with other material. */
  async function renewed(now: Opened, refused: Material, attempt: Attempt, error: CloudError, { deadline }: Outgoing) {
    const mayRenew = attempt.refused(error.message, refused.fingerprint);
    now.material.drop(refused);
    if (!mayRenew) return false;
    try {
      const again = await reopen();
      const fresh = await again.material.get(() => signIn(again, deadline));
      if (fresh.fingerprint !== refused.fingerprint) return true;
      // The same again: after the block it is asked for anew.
      again.material.drop(fresh);
    } catch (failed) {
      // Nothing was refused but the old material, which is gone: signing in is tried again by the next collection.
      if (isMereFailure(failed)) return false;
    }
    attempt.unrenewed();
    return false;
  }

  return {
    current: () => opened?.credential,
    blocked: () => opened?.credential.blocked(opened.identity.configured),
    async open() {
      const now = await reopen().catch((error: unknown) => {
        if (opened !== undefined) onProblem(messageOf(error));
        return opened;
      });
      return now?.credential.begin() ?? (() => {});
    },
    gate: async () => (opened ?? (await reopen())).credential.gate,
    lifetime: () => opened?.material.peek()?.lifetime,
    authorize: (next) => async (request) => {
      const now = opened ?? (await reopen());
      const material = await usable(now, request.deadline);
      const attempt = now.credential.send(now.identity.configured);
      try {
        const answer = await next(material.authorize(request, clock.now()));
        attempt.accepted();
        return answer;
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        if (isRefused(error)) {
          const isRenewed = await renewed(now, material, attempt, error, request);
          throw amended(error, { renewed: isRenewed, final: !isRenewed }, now);
        }
        if (provesSignIn(error)) attempt.accepted();
        const mayPass = FAILURES[error.kind].retried === 'later';
        if (!mayPass || attempt.isRetried()) throw error;
        throw amended(error, { final: true });
      }
    },
  };
}

/** The same failure with more details; of a refusal by which nothing more is sent, with when that is tried again. */
function amended(error: CloudError, details: CloudErrorDetails, refusedBy?: Opened): CloudError {
  const blocked = refusedBy?.credential.blocked(refusedBy.identity.configured);
  const words = blocked === undefined ? error.message : blockedWords(blocked);
  return new CloudError(error.kind, words, { ...error.details, ...details });
}

/** A sign-in that failed for what may pass: no answer, a broken cloud, the end of a collection, or it was not its time. */
const isMereFailure = (error: unknown) =>
  error instanceof NotSent ? error.reason !== 'secret' : !isSignInRefused(error);
