// Judges logins: compares each once, and lets no flood of guesses delay a login that was right before.
import { createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '../../option-types/secret.ts';
import type { Login } from './authorization.ts';
import type { Comparer } from './comparer.ts';
import { costOf, dummyHash } from './password-hash.ts';

export type Verdict = 'right' | 'wrong' | 'busy' | 'failed';

type Users = ReadonlyMap<string, Secret>;

export interface Passwords {
  judge(login: Login, users: Users): Promise<Verdict>;
}

export interface PasswordsOptions {
  readonly compare: Comparer['compare'];
  readonly onError: (error: unknown) => void;
}

/** bcrypt reads no further: a longer password would be as good as its beginning. */
const LONGEST_BYTES = 72;
/** Answers of each kind. */
const REMEMBERED = 100;
/** Comparisons at most, the one under way included. At the usual cost they take two seconds: most scrapers wait that long. */
const QUEUED = 20;

export function createPasswords({ compare, onError }: PasswordsOptions): Passwords {
  // Apart: guesses, however many, never push out a right answer.
  const right = new Set<string>();
  const wrong = new Set<string>();
  /** The comparison under way and those that wait for it. */
  const queue = new Map<string, Promise<Verdict>>();
  let last: Promise<unknown> = Promise.resolve();
  // Digests with this key are worth nothing outside this process.
  const digestKey = randomBytes(32);
  /** One for each state of the file: a search for each unknown user would tell by its time who exists. */
  const dummies = new WeakMap<Users, Secret>();
  const dummyOf = (users: Users) => {
    const dummy = dummies.get(users) ?? dummyHash([...users.values()].map(costOf).reduce((a, b) => Math.max(a, b)));
    dummies.set(users, dummy);
    return dummy;
  };
  const digest = (...parts: readonly string[]) =>
    createHmac('sha256', digestKey).update(JSON.stringify(parts)).digest('base64');

  async function answer(question: string, password: string, hash: Secret, isKnown: boolean): Promise<Verdict> {
    try {
      const isRight = (await compare(password, hash)) && isKnown;
      remember(isRight ? right : wrong, question);
      return isRight ? 'right' : 'wrong';
    } catch (error) {
      onError(error);
      return 'failed';
    } finally {
      queue.delete(question);
    }
  }

  return {
    async judge({ user, password }, users) {
      if (Buffer.byteLength(password) > LONGEST_BYTES) return 'wrong';
      const known = users.get(user);
      // An unknown user takes as long as a known one, so that time does not tell who exists.
      const hash = known ?? dummyOf(users);
      const question = digest(user, hash.reveal(), password);
      if (right.has(question)) return 'right';
      if (wrong.has(question)) return 'wrong';
      const asked = queue.get(question);
      if (asked !== undefined) return asked;
      if (queue.size >= QUEUED) return 'busy';
      const verdict = last.then(() => answer(question, password, hash, known !== undefined));
      queue.set(question, verdict);
      last = verdict;
      return verdict;
    },
  };
}

/** Beyond the limit the oldest answer goes. */
function remember(answers: Set<string>, question: string): void {
  answers.add(question);
  const [oldest] = answers;
  if (answers.size > REMEMBERED && oldest !== undefined) answers.delete(oldest);
}
