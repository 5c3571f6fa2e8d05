// Whether a login is right: each is compared once, and a flood of wrong ones must not delay the right one.
import { createHmac, randomBytes } from 'node:crypto';
import { createTurns } from '../../async/turns.ts';
import type { Secret } from '../../option-types/secret.ts';
import { createAnswers } from './answers.ts';
import type { Login } from './authorization.ts';
import type { Comparer } from './comparer.ts';
import { costOf, dummyHash } from './password-hash.ts';

export type Verdict = 'right' | 'wrong' | 'busy' | 'failed';

type Users = ReadonlyMap<string, Secret>;

export interface Passwords {
  /** `client` is whoever asks: those who wait are served in turn. */
  judge(login: Login, users: Users, client: string): Promise<Verdict>;
}

export interface PasswordsOptions {
  readonly compare: Comparer['compare'];
  /** In [0, 1). */
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

/** bcrypt reads no further: a longer password would be as good as its beginning. */
const LONGEST_BYTES = 72;
const REMEMBERED = 100;
/** Comparisons that wait for one client, and for all. At the usual cost one takes a tenth of a second. */
const WAITING = { perClient: 10, total: 200 };

export function createPasswords({ compare, random, onError }: PasswordsOptions): Passwords {
  // Apart: wrong ones, of which there are as many as somebody likes, never push out a right one.
  const right = createAnswers(REMEMBERED, random);
  const wrong = createAnswers(REMEMBERED, random);
  const asked = new Map<string, Promise<Verdict>>();
  const turns = createTurns(WAITING);
  // Answers are remembered by a digest that is worth nothing outside of this process.
  const digestKey = randomBytes(32);
  /** Of each state of the file: to look at all hashes for every unknown user would tell by time who there is. */
  const dummies = new WeakMap<Users, Secret>();
  const dummyOf = (users: Users) => {
    const dummy = dummies.get(users) ?? dummyHash([...users.values()].map(costOf).reduce((a, b) => Math.max(a, b)));
    dummies.set(users, dummy);
    return dummy;
  };
  const digest = (...parts: readonly string[]) =>
    createHmac('sha256', digestKey).update(JSON.stringify(parts)).digest('base64');

  async function compared({ password }: Login, hash: Secret, isKnown: boolean, question: string): Promise<Verdict> {
    try {
      const isRight = (await compare(password, hash)) && isKnown;
      (isRight ? right : wrong).add(question);
      return isRight ? 'right' : 'wrong';
    } catch (error) {
      onError(error);
      return 'failed';
    }
  }

  return {
    async judge(login, users, client) {
      const { user, password } = login;
      if (Buffer.byteLength(password) > LONGEST_BYTES) return 'wrong';
      const known = users.get(user);
      // An unknown user takes as long as a known one: nobody learns by time who there is.
      const hash = known ?? dummyOf(users);
      const question = digest(user, hash.reveal(), password);
      if (right.has(question)) return 'right';
      if (wrong.has(question)) return 'wrong';
      const underWay = asked.get(question);
      if (underWay !== undefined) return underWay;
      const verdict = turns.take(client, () => compared(login, hash, known !== undefined, question));
      if (verdict === undefined) return 'busy';
      asked.set(question, verdict);
      void verdict.then(() => asked.delete(question));
      return verdict;
    },
  };
}
