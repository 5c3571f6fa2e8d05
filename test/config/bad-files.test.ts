// Broken files and every word that is said about them: a file each in bad/, with the expected problems beside it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SIGN_IN_TYPES } from '../../src/cloud/auth/index.ts';
import { problemsOfText } from './problems.ts';

const folder = join(import.meta.dirname, 'bad');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.yml'))
  .map((file) => file.replace('.yml', ''));

describe('a broken file is refused with all its problems, each with its place:', () => {
  it.each(names)('%s', async (name) => {
    const told = await problemsOfText(readFileSync(join(folder, `${name}.yml`), 'utf8'));
    const expected = readFileSync(join(folder, `${name}.txt`), 'utf8')
      .replaceAll('{ways to sign in}', SIGN_IN_TYPES.join(', '))
      .trimEnd()
      .split('\n');
    expect(told).toEqual(expected.map((line) => `bad.yml:${line}`));
  });
});
