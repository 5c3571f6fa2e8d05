// Secrets in files, and the rule that each is given once.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Secret, secret } from '../../src/option-types/secret.ts';
import { filePath, oneOf, readSecret } from '../../src/option-types/secret-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
const written = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('a secret in a file', () => {
  it.each([
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2 \n\n', 'hunter2'],
  ])('%j is %j: what only an editor adds is not part of it', async (text, value) => {
    expect((await readSecret(undefined, written('secret', text))).reveal()).toBe(value);
  });

  it('is refused by name where something invisible is left, and not shown', async () => {
    const path = written('two', 'hunter2\nhunter3');
    await expect(readSecret(undefined, path)).rejects.toThrow(
      `the secret file ${path} holds a line break; it must be one line`,
    );
  });

  it('may be a password with blanks', async () => {
    expect((await readSecret(undefined, written('words', ' two words \n'), 'password')).reveal()).toBe(' two words ');
  });

  it('is read anew each time, so that it can be rotated', async () => {
    const path = written('rotated', 'old');
    expect((await readSecret(undefined, path)).reveal()).toBe('old');
    written('rotated', 'new');
    expect((await readSecret(undefined, path)).reveal()).toBe('new');
  });

  it('is named when it is not there', async () => {
    const reading = readSecret(undefined, '/nowhere/secret');
    await expect(reading).rejects.toThrow('cannot read the secret file /nowhere/secret (ENOENT)');
  });

  it('is named when it is no file, and not waited for', async () => {
    const reading = readSecret(undefined, '/dev/zero');
    await expect(reading).rejects.toThrow('cannot read the secret file /dev/zero (not a regular file)');
  });

  it.each(['', '\n', '\r\n'])('is named when it is empty: %j', async (text) => {
    const path = written('empty', text);
    await expect(readSecret(undefined, path)).rejects.toThrow(`the secret file ${path} is empty`);
  });
});

it('a secret given inline is that', async () => {
  const inline = new Secret('inline');
  expect(await readSecret(inline, undefined)).toBe(inline);
});

describe('a pair of options', () => {
  const fields = z.strictObject({ key: secret().optional(), key_file: filePath().optional(), other: z.string() });
  const messagesOf = (need: 'required' | 'optional', value: unknown) =>
    oneOf(fields, 'key', need)
      .safeParse(value, { error: () => 'wrong' })
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

  it.each([{ key: 'x' }, { key_file: '/x' }])('takes one: %j', (given) => {
    expect(messagesOf('required', { ...given, other: 'o' })).toEqual([]);
  });

  it('does not take both', () => {
    expect(messagesOf('optional', { key: 'x', key_file: '/x', other: 'o' })).toEqual([
      'key_file: key is set as well; keep one of the two',
    ]);
  });

  it('takes none only where it is optional', () => {
    expect(messagesOf('optional', { other: 'o' })).toEqual([]);
    expect(messagesOf('required', { other: 'o' })).toEqual([': missing key or key_file']);
  });

  it('is checked even if something else is wrong', () => {
    expect(messagesOf('required', { other: 5 })).toEqual(['other: wrong', ': missing key or key_file']);
  });

  it('is not called missing where it is only wrong', () => {
    expect(messagesOf('required', { key: null, other: 'o' })).toEqual(['key: wrong']);
    expect(messagesOf('required', { key: '', other: 'o' })).toEqual(['key: empty']);
  });
});
