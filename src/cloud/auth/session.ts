// One project's use of its credential: resolves who signs in, keeps the material fresh, and handles a refusal.
import { type Clock, readClocks } from '../../async/clock.ts';
import type { Refreshing } from '../../async/refreshing.ts';
import { CloudError, isRefused, isSignInRefused, NotSent, provesSignIn } from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { Layer, Outgoing } from '../send.ts';
import type { Credential } from './credential.ts';
import { type Identity, type Material, remaining } from './sign-in.ts';

/** A failed sign-in is not repeated by the next read of the same collection. */
const FAILURE_KEPT_MS = 5_000;

export interface Session {
  /** The credential of the newest `open`; undefined before the first. */
  current(): Credential | undefined;
  /** Nothing is sent until then (milliseconds since the epoch), because the cloud refused the secret. */
  blockedUntil(): number | undefined;
  /**
   * Resolves the secrets anew at the start of a collection; returns how to end it. Where they cannot be read, the ones of
   * the last collection go on; without any, every read rejects with `NotSent`.
   */
  open(): Promise<() => void>;
  /** The gate of the current credential. Rejects with `NotSent` when the secrets cannot be read. */
  gate(): Promise<Gate>;
  readonly authorize: Layer;
  /** What was issued for this project, if the cloud said until when. */
  lifetime(): Material['lifetime'];
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
  /** What `material` is loaded with. */
  readonly load: (deadline: Outgoing['deadline']) => () => Promise<Material>;
}

export function createSession({ clock, identify, credentialOf, onSignIn, onProblem }: SessionOptions): Session {
  let opened: Opened | undefined;
  let failure: { why: string; at: number } | undefined;

  async function reopen(): Promise<Opened> {
    const identity = await identify().catch((error: unknown) => {
      throw new NotSent('secret', error instanceof Error ? error.message : String(error));
    });
    const same =
      opened !== undefined &&
      opened.identity.key === identity.key &&
      opened.identity.configured === identity.configured;
    if (opened !== undefined && same) return opened;
    const credential = credentialOf(identity);
    failure = undefined;
    opened = {
      identity,
      credential,
      material: credential.material(identity.scope, identity.configured),
      load: (deadline) => () => signIn(identity, credential, deadline),
    };
    return opened;
  }

  /** Asks for material. Where that asks the cloud, a refusal blocks the credential: passwords lock accounts. */
  async function signIn(identity: Identity, credential: Credential, deadline: Outgoing['deadline']): Promise<Material> {
    if (!identity.asksTheCloud) return identity.load(deadline);
    if (failure !== undefined && clock.monotonic() - failure.at < FAILURE_KEPT_MS)
      throw new NotSent('sign_in', `not sent: signing in failed a moment ago: ${failure.why}`);
    const request = credential.spend(identity.configured);
    try {
      const material = await identity.load(deadline);
      failure = undefined;
      onSignIn('success');
      return material;
    } catch (error) {
      onSignIn('failure');
      failure = { why: error instanceof Error ? error.message : String(error), at: clock.monotonic() };
      if (isSignInRefused(error) && ['renewable', 'again'].includes(credential.refused(request, identity.configured)))
        credential.block(failure.why);
      // Trying again is the business of the next collection.
      throw error instanceof CloudError
        ? new CloudError(error.kind, error.message, { ...error.details, final: true })
        : error;
    }
  }

  /** Material to use now. While the cloud is merely failing, what has not ended yet is good enough. */
  async function usable({ material, load }: Opened, deadline: Outgoing['deadline']): Promise<Material> {
    try {
      return await material.get(load(deadline));
    } catch (error) {
      const kept = material.peek();
      const passing = !isSignInRefused(error);
      if (passing && kept?.lifetime !== undefined && remaining(kept.lifetime, readClocks(clock)) > 0) return kept;
      throw error;
    }
  }

  /** After a 401: true if the same request may be repeated at once, with other material. */
  async function renewed(
    now: Opened,
    refused: Material,
    request: number,
    error: CloudError,
    deadline: Outgoing['deadline'],
  ) {
    const verdict = now.credential.refused(request, now.identity.configured);
    if (verdict === 'stale' && now.credential.blockedUntil() !== undefined) return false;
    now.material.drop(refused);
    let isPassing = false;
    if (verdict !== 'again') {
      const fresh = await reopen()
        .then((again) => again.material.get(again.load(deadline)))
        .catch((failed: unknown) => {
          isPassing = isMereFailure(failed);
          return undefined;
        });
      if (fresh !== undefined && fresh.fingerprint !== refused.fingerprint) return true;
      // The same again: after the block it is asked for anew.
      if (fresh !== undefined) opened?.material.drop(fresh);
    }
    // Nothing was refused but the old material, which is gone: signing in is tried again by the next collection.
    const isLeftOpen = isPassing || verdict === 'outdated';
    if (!isLeftOpen && now.credential.blockedUntil() === undefined) now.credential.block(error.message);
    return false;
  }

  return {
    current: () => opened?.credential,
    blockedUntil: () => opened?.credential.blockedUntil(opened.identity.configured),
    async open() {
      const now = await reopen().catch((error: unknown) => {
        if (opened !== undefined) onProblem(error instanceof Error ? error.message : String(error));
        return opened;
      });
      return now?.credential.begin() ?? (() => {});
    },
    gate: async () => (opened ?? (await reopen())).credential.gate,
    lifetime: () => opened?.material.peek()?.lifetime,
    authorize: (next) => async (request) => {
      const now = opened ?? (await reopen());
      const material = await usable(now, request.deadline);
      const number = now.credential.spend(now.identity.configured);
      try {
        const answer = await next(material.authorize(request, clock.now()));
        now.credential.accepted(number);
        return answer;
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        if (isRefused(error)) {
          const isRenewed = await renewed(now, material, number, error, request.deadline);
          throw new CloudError(error.kind, error.message, { ...error.details, renewed: isRenewed, final: !isRenewed });
        }
        if (provesSignIn(error)) now.credential.accepted(number);
        throw error;
      }
    },
  };
}

/** A sign-in that failed, or failed a moment ago, for what may pass: no answer, a broken cloud, the end of a collection. */
const isMereFailure = (error: unknown) =>
  error instanceof NotSent ? error.reason === 'sign_in' : !isSignInRefused(error);
