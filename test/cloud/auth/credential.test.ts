// What requests under way together, and users with different secrets, mean for the credential that they share.
import { describe, expect, it } from 'vitest';
import { type Blocked, createCredential } from '../../../src/cloud/auth/credential.ts';
import { KEY_BLOCKS } from '../../../src/cloud/auth/sign-in.ts';
import { deadlineOf } from '../../support/chain.ts';
import { createFakeClock, START } from '../../support/fake-clock.ts';

const LIMITS = { concurrency: 8, requestsPerMinute: 1000 };
const SECOND = 1000;

function credentialOf(...secrets: readonly string[]) {
  const clock = createFakeClock();
  const told: Blocked[] = [];
  const credential = createCredential({
    clock,
    random: () => 0.5,
    blockFor: KEY_BLOCKS,
    onBlock: (blocked) => told.push(blocked),
    onHold() {},
  });
  for (const secret of secrets) credential.use(secret, LIMITS, secret);
  /** How many of twelve requests go through the gate at once. */
  const width = async () => {
    const leave: (() => void)[] = [];
    const deadline = deadlineOf(clock);
    const entered = Array.from({ length: 12 }, () => credential.gate.enter(deadline, () => {}));
    for (const one of entered)
      one.then(
        (end) => leave.push(end),
        () => {},
      );
    await clock.settle();
    const { length } = leave;
    deadline.abort();
    for (const end of leave) end();
    return length;
  };
  return { clock, told, credential, width };
}

describe('of requests that were under way together', () => {
  it('the late success of one proves nothing after the refusal of another', async () => {
    const { credential, width } = credentialOf('a');
    const [first, second] = [credential.send('a'), credential.send('a')];
    first.refused('HTTP 401', 'token 1');
    second.accepted();
    expect([second.isRetried(), await width()]).toEqual([false, 1]);
    credential.send('a').accepted();
    expect([second.isRetried(), await width()]).toEqual([true, 8]);
  });

  it('the late token of one is none that was issued after the refusal of another', () => {
    const { credential } = credentialOf('a');
    const [read, signIn] = [credential.send('a'), credential.send('a')];
    read.refused('HTTP 401', 'token 1');
    signIn.issued('token 2');
    // Still counted: the fourth would be one too many.
    for (let sent = 0; sent < 3; sent += 1) credential.send('a');
    expect(() => credential.send('a')).toThrow('HTTP 401; next try at');
  });

  it.each<['refused' | 'denied']>([['refused'], ['denied']])('those that are %s count as one', async (how) => {
    const { clock, credential } = credentialOf('a');
    const attempts = Array.from({ length: 8 }, () => credential.send('a'));
    for (const attempt of attempts) attempt[how]('HTTP 401', 'token 1');
    attempts[0]?.unrenewed();
    expect(credential.blocked('a')).toMatchObject({ othersFrom: undefined });
    // Three more secrets make four refusals.
    for (const secret of ['b', 'c', 'd']) {
      await clock.advance(SECOND);
      credential.use('a', LIMITS, secret);
      expect(credential.blocked(secret)).toBeUndefined();
      credential.send(secret).denied('HTTP 401');
    }
    credential.use('a', LIMITS, 'e');
    expect(credential.blocked('e')).toMatchObject({ othersFrom: START + 15 * 60 * SECOND });
  });
});

describe('with different secrets of two users', () => {
  it('the right one goes on while the wrong one is blocked, but one request at a time', async () => {
    const { credential, width } = credentialOf('right', 'wrong');
    credential.send('right').accepted();
    credential.send('wrong').denied('HTTP 401');
    expect([credential.blocked('right'), credential.blocked('wrong')?.why]).toEqual([undefined, 'HTTP 401']);
    credential.send('right').accepted();
    expect(await width()).toBe(1);
    credential.leave('wrong');
    credential.send('right').accepted();
    expect(await width()).toBe(8);
  });

  it('the success of one that nobody has any more does not open the gate to the one that replaced it', async () => {
    const { credential, width } = credentialOf('old');
    const late = credential.send('old');
    credential.use('old', LIMITS, 'new');
    late.accepted();
    expect(await width()).toBe(1);
  });
});

describe('a block', () => {
  it('is told once, however often something is held back', () => {
    const { told, credential } = credentialOf('a');
    credential.send('a').denied('HTTP 401');
    for (let read = 0; read < 3; read += 1) expect(() => credential.send('a')).toThrow('next try');
    expect(told).toEqual([credential.blocked('a')]);
  });

  it('is told again when another reason makes it longer', () => {
    const { clock, told, credential } = credentialOf('a');
    credential.send('a').refused('HTTP 401', 'token 1');
    expect(told).toEqual([]);
    for (let sent = 0; sent < 3; sent += 1) credential.send('a');
    expect(() => credential.send('a')).toThrow('next try');
    expect(told).toEqual([{ until: clock.now() + 15 * 60 * SECOND, why: 'HTTP 401', othersFrom: undefined }]);
  });

  it('of a secret that was replaced is not told: nobody waits for it', () => {
    const { told, credential } = credentialOf('old');
    const late = credential.send('old');
    credential.use('old', LIMITS, 'new');
    late.denied('HTTP 401');
    expect([told, credential.blocked('new')]).toEqual([[], undefined]);
  });
});
