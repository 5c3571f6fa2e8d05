// Ways to sign in without files and cryptography: a secret that the test changes, and a cloud that knows the right one.

import { readClocks } from '../../src/async/clock.ts';
import { createSession } from '../../src/cloud/auth/session.ts';
import { type Identity, KEY_BLOCKS, PASSWORD_BLOCKS, tokenMaterial } from '../../src/cloud/auth/sign-in.ts';
import { CloudError, checkStatus } from '../../src/cloud/errors.ts';
import { throughGate } from '../../src/cloud/gate.ts';
import { retry } from '../../src/cloud/retry.ts';
import type { Outgoing, Send } from '../../src/cloud/send.ts';
import { createCredentials, deadlineOf, outgoing } from './chain.ts';
import type { FakeClock } from './fake-clock.ts';

export interface Secrets {
  /** What is configured; an error stands for a file that cannot be read. */
  configured: string | Error;
}

function read({ configured }: Secrets): string {
  if (configured instanceof Error) throw configured;
  return configured;
}

/** Like an access key or a token in a file: the secret goes with every request. */
export async function ownSecret(secrets: Secrets): Promise<Identity> {
  const secret = read(secrets);
  return {
    key: 'own',
    configured: secret,
    scope: 'p',
    blockFor: KEY_BLOCKS,
    asksTheCloud: false,
    load: async () => tokenMaterial(secret),
  };
}

/** Like a password: the secret buys tokens of `lifetime` milliseconds. */
export async function bought(secrets: Secrets, ask: Send, clock: FakeClock, lifetime = 86_400_000): Promise<Identity> {
  const secret = read(secrets);
  return {
    key: 'bought',
    configured: secret,
    scope: 'p',
    blockFor: PASSWORD_BLOCKS,
    asksTheCloud: true,
    async load(deadline) {
      const issuedAt = readClocks(clock);
      const url = new URL('https://iam.example.com/v3/auth/tokens');
      const { body } = await ask({
        operation: 'create_token',
        method: 'POST',
        url,
        headers: {},
        body: secret,
        deadline,
      });
      return tokenMaterial(body, {
        kind: 'token',
        until: issuedAt.wall + lifetime,
        issuedAt,
        lasts: lifetime,
      });
    },
  };
}

export const isSignIn = ({ operation }: Outgoing) => operation === 'create_token';
/** What a request carried: the token it was sent with, or the secret it signed in with. */
export const carried = ({ headers, body }: Outgoing) => headers['x-auth-token'] ?? body;

export interface Setup {
  readonly clock: FakeClock;
  readonly send: Send;
  readonly identify: () => Promise<Identity>;
  readonly credentials?: ReturnType<typeof createCredentials>;
  readonly maxRetries?: number;
  readonly project?: string;
}

/** Session, gate and retries of one project over a fake `Send`. */
export function sessionOf({ clock, send, identify, maxRetries = 0, ...rest }: Setup) {
  const credentials = rest.credentials ?? createCredentials(clock);
  const signedIn: string[] = [];
  const problems: string[] = [];
  const session = createSession({
    clock,
    // Tokens are of a project.
    identify: async () => ({ ...(await identify()), scope: rest.project ?? 'p' }),
    credentialOf: (identity) => credentials.credentialOf(identity, rest.project),
    onSignIn: (result) => signedIn.push(result),
    onProblem: (message) => problems.push(message),
  });
  const again = retry({ maxRetries, clock, random: () => 0.5, onRetry: () => {} });
  const gate = throughGate(session, clock, () => {});
  const chain = again(gate(session.authorize(checkStatus(() => clock.now())(send))));
  const get = (deadline = deadlineOf(clock)) => chain(outgoing(clock, deadline));
  /** So many reads of one collection, at the same time; each as its status or how it failed. */
  const start = async (reads: number, deadline = deadlineOf(clock)) => {
    const close = await session.open();
    const outcomes = await Promise.allSettled(Array.from({ length: reads }, () => get(deadline)));
    close();
    return outcomes.map(told);
  };
  const collect = (reads: number) => clock.finish(start(reads));
  return { session, get, start, collect, signedIn, problems, credentials, blocked: credentials.blocked };
}

function told(outcome: PromiseSettledResult<{ readonly status: number }>): string {
  if (outcome.status === 'fulfilled') return String(outcome.value.status);
  const { reason } = outcome;
  return reason instanceof CloudError ? reason.kind : `not sent: ${reason.reason ?? reason}`;
}

/** Sign-ins go through no chain, but their refusals are errors all the same. */
export const askOf = (clock: FakeClock, send: Send): Send => checkStatus(() => clock.now())(send);
