// The worker that compares passwords, and bcrypt itself.
import { hashSync } from 'bcryptjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../../src/option-types/secret.ts';
import { createComparer } from '../../../src/server/web-config/comparer.ts';
import { dummyHash } from '../../../src/server/web-config/password-hash.ts';

function comparing(source?: string) {
  const comparer = createComparer(source);
  onTestFinished(comparer.close);
  return comparer;
}
const hashOf = (password: string, as = '$2b$') => new Secret(hashSync(password, 4).replace('$2b$', as));

/** A worker that does what `code` says. */
const workerOf = (code: string) => `const { parentPort } = require('node:worker_threads'); ${code}`;

describe('a password', () => {
  it.each(['$2a$', '$2b$', '$2y$'])('is compared with a hash %s', async (as) => {
    const { compare } = comparing();
    expect(await compare('pässwörd €', hashOf('pässwörd €', as))).toBe(true);
    expect(await compare('pässwörd', hashOf('pässwörd €', as))).toBe(false);
  });

  it('of htpasswd is understood', async () => {
    // htpasswd -nbB -C 5 user 'correct horse'
    const { compare } = comparing();
    const real = new Secret(hashSync('correct horse', 5).replace('$2b$', '$2y$'));
    expect(await compare('correct horse', real)).toBe(true);
  });

  it('for an unknown user is compared all the same', async () => {
    expect(await comparing().compare('anything', dummyHash(4))).toBe(false);
  });

  it('is compared beside the main thread, which goes on meanwhile', async () => {
    const { compare } = comparing();
    // The worker is up.
    await compare('a', dummyHash(4));
    let turns = 0;
    let isDone = false;
    const done = compare('a', dummyHash(11)).then(() => {
      isDone = true;
    });
    while (!isDone) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    // On the main thread it would be one turn, or the few into which bcryptjs cuts it.
    expect(turns).toBeGreaterThan(100);
  });
});

describe('a worker', () => {
  it('that dies over a password fails that one, and another one serves the next', async () => {
    const { compare } = comparing(
      workerOf(
        `parentPort.on('message', ({ password }) => password === 'bomb' ? process.exit(1) : parentPort.postMessage(true));`,
      ),
    );
    await expect(compare('bomb', dummyHash(4))).rejects.toThrow('the worker that checks passwords ended');
    expect(await compare('a', dummyHash(4))).toBe(true);
  });

  it('that throws fails that one, and another one serves the next', async () => {
    const { compare } = comparing(
      workerOf(
        `parentPort.on('message', ({ password }) => { if (password === 'bomb') throw new Error('boom'); parentPort.postMessage(true); });`,
      ),
    );
    await expect(compare('bomb', dummyHash(4))).rejects.toThrow('boom');
    expect(await compare('a', dummyHash(4))).toBe(true);
  });

  it('that cannot be started fails every one, and hangs none', async () => {
    const { compare } = comparing(workerOf(`require('nowhere');`));
    await expect(compare('a', dummyHash(4))).rejects.toThrow('nowhere');
    await expect(compare('a', dummyHash(4))).rejects.toThrow('nowhere');
  });

  it('that ended between two passwords is replaced', async () => {
    const { compare } = comparing(
      workerOf(
        `parentPort.on('message', () => { parentPort.postMessage(true); setImmediate(() => process.exit(0)); });`,
      ),
    );
    expect(await compare('a', dummyHash(4))).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await compare('a', dummyHash(4))).toBe(true);
  });
});
