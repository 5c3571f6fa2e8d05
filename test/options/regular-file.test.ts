// Files that must not keep anybody waiting, whatever stands in their place.
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readRegularFile } from '../../src/options/regular-file.ts';
import { scratch } from '../support/certificates.ts';

const MIB = 1024 ** 2;

it.each<[string, (path: string) => void, string]>([
  ['nothing', () => {}, 'ENOENT'],
  ['a folder', (path) => mkdirSync(path), 'EISDIR'],
  ['a pipe that nobody writes into', (path) => execFileSync('mkfifo', [path]), 'not a regular file'],
  [
    'a file beyond all measure',
    (path) => {
      writeFileSync(path, '');
      truncateSync(path, MIB + 1);
    },
    'larger than 1 MiB',
  ],
])('%s is told at once', async (_, make, code) => {
  const path = join(scratch(onTestFinished), 'file');
  make(path);
  await expect(readRegularFile(path)).rejects.toMatchObject({ code });
});

it('a device is told at once', async () => {
  await expect(readRegularFile('/dev/zero')).rejects.toMatchObject({ code: 'not a regular file' });
});

it('a file is read whole', async () => {
  const path = join(scratch(onTestFinished), 'file');
  writeFileSync(path, 'ä'.repeat(MIB / 2));
  expect(await readRegularFile(path)).toBe('ä'.repeat(MIB / 2));
});
