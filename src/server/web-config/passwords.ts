// Decides whether a login is right. bcrypt is slow on purpose, so results are remembered and the queue for it is short.
import { createHmac, randomBytes } from 'node:crypto';
import type { Secret } from '../../option-types/secret.ts';
import type { Login } from './authorization.ts';
import type { Comparer } from './comparer.ts';
import { costOf, dummyHash } from './password-hash.ts';

export type Verdict = 'right' | 'wrong' | 'busy' | 'failed';
export type Passwords = ReturnType<typeof createPasswords>;

/** bcrypt ignores the rest: a longer password would be as good as its beginning. */
const MAX_PASSWORD_BYTES = 72;
const MAX_REMEMBERED = 100;
/** Comparisons in the queue, of one address and in all. At the usual cost one takes a tenth of a second. */
const MAX_QUEUED = { perClient: 10, total: 100 };

export function createPasswords({
  compare,
  onError,
}: {
  readonly compare: Comparer['compare'];
  readonly onError: (error: unknown) => void;
}) {
  // Kept apart, so that guesses never push out a right login.
  const [right, wrong] = [new Set<string>(), new Set<string>()];
  const queue = new Map<string, { readonly client: string; readonly verdict: Promise<Verdict> }>();
  let last: Promise<unknown> = Promise.resolve();
  // Logins are remembered by a digest that is worthless outside this process.
  const digestKey = randomBytes(32);

  async function check(password: string, hash: Secret, isKnown: boolean, digest: string): Promise<Verdict> {
    try {
      const isRight = (await compare(password, hash)) && isKnown;
      remember(isRight ? right : wrong, digest);
      return isRight ? 'right' : 'wrong';
    } catch (error) {
      onError(error);
      return 'failed';
    } finally {
      queue.delete(digest);
    }
  }

  /** `client` is the address that asks: it can only fill its own share of the queue. */
  async function judge(
    { user, password }: Login,
    users: ReadonlyMap<string, Secret>,
    client: string,
  ): Promise<Verdict> {
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) return 'wrong';
    const known = users.get(user);
    // Looked for even if not needed: the time an answer takes must not show which users exist.
    const dummy = dummyHash(Math.max(...[...users.values()].map(costOf)));
    const hash = known ?? dummy;
    const parts = JSON.stringify([user, hash.reveal(), password]);
    const digest = createHmac('sha256', digestKey).update(parts).digest('base64');
    if (right.has(digest)) return 'right';
    if (wrong.has(digest)) return 'wrong';
    const queued = queue.get(digest);
    if (queued !== undefined) return queued.verdict;
    const own = [...queue.values()].filter((one) => one.client === client);
    if (own.length >= MAX_QUEUED.perClient || queue.size >= MAX_QUEUED.total) return 'busy';
    const verdict = last.then(() => check(password, hash, known !== undefined, digest));
    last = verdict;
    queue.set(digest, { client, verdict });
    return verdict;
  }

  return { judge };
}

/** The oldest goes when there are too many. */
function remember(digests: Set<string>, digest: string): void {
  digests.add(digest);
  for (const oldest of digests) if (digests.size > MAX_REMEMBERED) digests.delete(oldest);
}
