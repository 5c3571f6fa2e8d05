// Logins without bcrypt itself: what is compared, what is remembered, and who waits for whom.
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../src/option-types/secret.ts';
import { costOf, dummyHash, passwordHash } from '../../../src/server/web-config/password-hash.ts';
import { createPasswords, type Verdict } from '../../../src/server/web-config/passwords.ts';

/** Not what bcrypt would make of it: the comparer below only looks at the end. */
const hashOf = (password: string, cost = '10') => new Secret(`$2b$${cost}$${password.padStart(53, '.')}`);
const USERS = new Map([
  ['alice', hashOf('right')],
  ['bob', hashOf('builder', '12')],
]);
const settle = () => new Promise((resolve) => setImmediate(resolve));

function judging() {
  const compared: string[] = [];
  const errors: unknown[] = [];
  const waiting: (() => void)[] = [];
  let isBroken = false;
  const passwords = createPasswords({
    compare: (password, hash) =>
      new Promise((resolve, reject) => {
        compared.push(password);
        waiting.push(() =>
          isBroken ? reject(new Error('the worker died')) : resolve(hash.reveal().endsWith(`.${password}`)),
        );
      }),
    onError: (error) => errors.push(error),
  });
  return {
    compared,
    errors,
    judge: (user: string, password: string, client = 'scraper', users = USERS) =>
      passwords.judge({ user, password }, users, client),
    /** Lets the comparison under way end. */
    async finish(count = 1) {
      await settle();
      for (let i = 0; i < count; i++) {
        waiting.shift()?.();
        await settle();
      }
    },
    breakDown(broken = true) {
      isBroken = broken;
    },
  };
}

describe('a login', () => {
  it.each<[string, string, Verdict]>([
    ['alice', 'right', 'right'],
    ['alice', 'wrong', 'wrong'],
    ['alice', 'builder', 'wrong'],
    ['nobody', 'right', 'wrong'],
    ['constructor', 'right', 'wrong'],
    ['', '', 'wrong'],
  ])('of %s with %s is %s', async (user, password, expected) => {
    const { judge, finish } = judging();
    const verdict = judge(user, password);
    await finish();
    expect(await verdict).toBe(expected);
  });

  it('is compared once, right or wrong', async () => {
    const { judge, finish, compared } = judging();
    for (const password of ['right', 'wrong']) {
      const first = judge('alice', password);
      await finish();
      const verdict = await first;
      expect([await judge('alice', password), await judge('alice', password)]).toEqual([verdict, verdict]);
    }
    expect(compared).toEqual(['right', 'wrong']);
  });

  it('is compared once also where two ask at the same time', async () => {
    const { judge, finish, compared } = judging();
    const both = [judge('alice', 'right'), judge('alice', 'right', 'another')];
    await finish();
    expect(await Promise.all(both)).toEqual(['right', 'right']);
    expect(compared).toEqual(['right']);
  });

  it('takes as many looks at the hashes whether its user exists or not', async () => {
    let looks = 0;
    class Watched extends Map<string, Secret> {
      override values() {
        looks += 1;
        return super.values();
      }
    }
    const { judge, finish } = judging();
    const users = new Watched(USERS);
    const counts = [];
    for (const user of ['nobody', 'no one', 'nobody', 'alice', 'alice']) {
      looks = 0;
      const verdict = judge(user, 'wrong', 'scraper', users);
      await finish();
      expect(await verdict).toBe('wrong');
      counts.push(looks);
    }
    expect(new Set(counts).size).toBe(1);
  });

  it('of which only the beginning would be compared is wrong', async () => {
    const { judge, compared } = judging();
    expect(await judge('alice', 'é'.repeat(37))).toBe('wrong');
    expect(compared).toEqual([]);
  });

  it('is compared anew when the hash in the file is another one, and when it is gone', async () => {
    const { judge, finish } = judging();
    const first = judge('alice', 'right');
    await finish();
    expect(await first).toBe('right');
    const changed = judge('alice', 'right', 'scraper', new Map([['alice', hashOf('new')]]));
    await finish();
    expect(await changed).toBe('wrong');
    const removed = judge('alice', 'right', 'scraper', new Map([['bob', hashOf('builder')]]));
    await finish();
    expect(await removed).toBe('wrong');
    expect(await judge('alice', 'right')).toBe('right');
  });

  it('that could not be compared is no answer for the next time', async () => {
    const { judge, finish, breakDown, errors, compared } = judging();
    breakDown();
    const first = judge('alice', 'right');
    await finish();
    expect([await first, errors.length]).toEqual(['failed', 1]);
    breakDown(false);
    const second = judge('alice', 'right');
    await finish();
    expect([await second, compared.length]).toEqual(['right', 2]);
  });
});

describe('a flood of wrong passwords', () => {
  it('delays a new login by no more than ten comparisons, and is itself refused', async () => {
    const { judge, finish, compared } = judging();
    const flood = Array.from({ length: 50 }, (_, i) => judge('alice', `guess ${i}`, 'flood'));
    const scrape = judge('alice', 'right', 'scraper');
    await finish(11);
    expect(await scrape).toBe('right');
    expect(compared).toEqual([...Array.from({ length: 10 }, (_, i) => `guess ${i}`), 'right']);
    const verdicts = await Promise.all(flood);
    expect(verdicts.filter((verdict) => verdict === 'wrong')).toHaveLength(10);
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(40);
  });

  it('of many addresses queues a hundred, and the next is judged once there is room', async () => {
    const { judge, finish } = judging();
    const flood = Array.from({ length: 101 }, (_, i) => judge('alice', `guess ${i}`, `client ${i}`));
    expect(await flood[100]).toBe('busy');
    await finish(1);
    const scrape = judge('alice', 'right');
    await finish(100);
    expect(await scrape).toBe('right');
  });

  it('delays a right one that was seen not at all, and never makes it forgotten', async () => {
    const { judge, finish, compared } = judging();
    const first = judge('alice', 'right');
    await finish();
    await first;
    for (let i = 0; i < 300; i++) {
      void judge('alice', `guess ${i}`, 'flood');
      await finish();
    }
    void judge('alice', 'under way', 'flood');
    expect(await judge('alice', 'right')).toBe('right');
    expect(compared.filter((password) => password === 'right')).toHaveLength(1);
  });
});

describe('a hash', () => {
  const problemsOf = (value: unknown) =>
    passwordHash()
      .safeParse(value)
      .error?.issues.map(({ message }) => message);
  const CHARACTERS = 'aB3./'.repeat(11).slice(0, 53);

  it.each(['$2a$10$', '$2b$04$', '$2y$16$'])('that begins with %s is taken, and cannot be printed', (start) => {
    const hash = passwordHash().parse(start + CHARACTERS);
    expect([hash.reveal(), JSON.stringify(hash)]).toEqual([start + CHARACTERS, '"<secret>"']);
    expect(costOf(hash)).toBe(Number(start.slice(4, 6)));
  });

  it.each(['hunter2', '$2x$10$', '$1$10$', '$2b$1$', ''])('that is %s is refused without being repeated', (start) => {
    const problems = problemsOf(start === 'hunter2' ? start : start + CHARACTERS);
    expect(problems).toEqual(['not a bcrypt hash; make one with htpasswd -nB USER']);
  });

  it.each(['$2b$03$', '$2b$17$', '$2b$31$'])('of a cost as in %s is refused', (start) => {
    expect(problemsOf(start + CHARACTERS)?.[0]).toMatch(/^a bcrypt hash of cost \d+; use 4 to 16/);
  });

  it('that stands in for an unknown user is as dear as the dearest', () => {
    const dummy = dummyHash(9);
    expect([costOf(dummy), problemsOf(dummy.reveal())]).toEqual([9, undefined]);
  });
});
