// Compressed answers: one gzip stream whatever it is made of, and the shared part compressed once.
import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gzip } from '../../src/server/gzip.ts';

const LARGE = Buffer.from('desktop_pool_up{project="main"} 1\n'.repeat(20_000));
const join = async (parts: readonly Buffer[]) => Buffer.concat([...(await gzip(parts))]);

describe('an answer', () => {
  it.each<[string, readonly Buffer[]]>([
    ['of one part', [LARGE]],
    ['of two parts', [LARGE, Buffer.from('# EOF\n')]],
    ['of many parts', [LARGE, Buffer.from('a'), Buffer.alloc(0), LARGE]],
    ['whose first part is empty', [Buffer.alloc(0), Buffer.from('a')]],
    ['of nothing', []],
  ])('%s is what it was before', async (_, parts) => {
    expect(gunzipSync(await join(parts)).equals(Buffer.concat([...parts]))).toBe(true);
  });

  it('is one member, which the program gzip finds whole', async () => {
    const bytes = await join([LARGE, Buffer.from('# EOF\n')]);
    expect(execFileSync('gzip', ['-dc'], { input: bytes }).equals(Buffer.concat([LARGE, Buffer.from('# EOF\n')]))).toBe(
      true,
    );
    // The second member would begin like the first.
    expect(bytes.lastIndexOf(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0]))).toBe(0);
  });

  it('has its first part compressed once, for whoever asks and whatever follows', async () => {
    const [one, two] = [await gzip([LARGE, Buffer.from('1')]), await gzip([LARGE, Buffer.from('2')])];
    expect(one[1]).toBe(two[1]);
    expect((await gzip([Buffer.from(LARGE), Buffer.from('1')]))[1]).not.toBe(one[1]);
  });
});
