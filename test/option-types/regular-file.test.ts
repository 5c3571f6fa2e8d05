// Files that must not keep anybody waiting, whatever stands in their place.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import {
  createFileReader,
  type FileEdges,
  type FileReader,
  files,
  type Purpose,
} from '../../src/option-types/regular-file.ts';
import { scratch } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';

const MIB = 1024 ** 2;
const pathOf = () => join(scratch(onTestFinished), 'file');
const sized = (path: string, bytes: number) => {
  writeFileSync(path, '');
  truncateSync(path, bytes);
};

type OpenFile = Awaited<ReturnType<FileEdges['open']>>;

const regular = statSync('package.json');

function fakeFile(fill: (buffer: Buffer) => number): OpenFile {
  const read = async (buffer: Buffer) => ({ bytesRead: fill(buffer), buffer });
  // Reason for the cast: of the many ways to call these functions the reader uses one.
  return { stat: async () => regular, read, close: async () => {} } as unknown as OpenFile;
}

describe('what is no file of text', () => {
  const irregular = '(not a regular file); only --config.file may be a pipe, and is then read once, at start';
  it.each<[string, (path: string) => unknown, string]>([
    ['nothing', () => {}, '(ENOENT); check that it exists and is readable'],
    ['a folder', (path) => mkdirSync(path), '(EISDIR); it is a folder, name a file in it'],
    ['a pipe that nobody writes into', (path) => execFileSync('mkfifo', [path]), irregular],
    [
      'a socket',
      (path) =>
        new Promise<void>((resolve) => {
          const server = createServer().listen(path, resolve);
          onTestFinished(() => void server.close());
        }),
      irregular,
    ],
  ])('%s is told at once', async (_, make, why) => {
    const path = pathOf();
    await make(path);
    expect(await files.read(path, 'secret')).toEqual({ why, isSilent: false });
  });

  it('a device is told at once', async () => {
    expect(await files.read('/dev/zero', 'secret')).toEqual({ why: irregular, isSilent: false });
  });
});

describe('the size', () => {
  it.each<[Purpose, number, string]>([
    ['secret', MIB / 16, '64 KiB'],
    ['certificates', MIB, '1 MiB'],
    ['configuration', MIB, '1 MiB'],
    ['list', 4 * MIB, '4 MiB'],
  ])('of a file that is a %s ends at %d bytes', async (purpose, bytes, text) => {
    const path = pathOf();
    sized(path, bytes);
    expect(await files.read(path, purpose)).toEqual({ text: '\0'.repeat(bytes) });
    sized(path, bytes + 1);
    expect(await files.read(path, purpose)).toEqual({
      why: `(larger than ${text}); is it the right file?`,
      isSilent: false,
    });
  });

  it('of a file that never ends is that of the largest', async () => {
    let bytes = 0;
    const endless = fakeFile((buffer) => {
      bytes += buffer.length;
      return buffer.length;
    });
    const { read } = createFileReader({ open: async () => endless, stat, after: () => () => {} });
    expect(await read('x', 'secret')).toMatchObject({ why: expect.stringContaining('larger than 64 KiB') });
    expect(bytes).toBe(4 * MIB + 1);
  });

  it('is that of the whole text, however characters lie in it', async () => {
    const path = pathOf();
    writeFileSync(path, `x${'ä'.repeat(MIB / 4)}`);
    expect(await files.read(path, 'list')).toEqual({ text: `x${'ä'.repeat(MIB / 4)}` });
  });
});

describe('at start', () => {
  it('a pipe is as good as a file, and may take its time', async () => {
    const path = pathOf();
    execFileSync('mkfifo', [path]);
    const clock = createFakeClock();
    const reader = createFileReader({ open, stat, after: clock.after });
    const reading = reader.readAtStart(path, 'configuration');
    await eventually('the pipe is known as one', () => (clock.pending() === 0 ? true : undefined));
    await clock.advance(60_000);
    spawn('sh', ['-c', `(printf 'projects: '; sleep 0.1; printf '[]') > ${path}`], { stdio: 'ignore' });
    expect(await reading).toEqual({ text: 'projects: []' });
  });

  it('a device that never ends is too large', async () => {
    expect(await files.readAtStart('/dev/zero', 'configuration')).toMatchObject({
      why: expect.stringContaining('larger than 1 MiB'),
    });
  });

  it('a folder is told', async () => {
    expect(await files.readAtStart('/', 'configuration')).toMatchObject({
      why: expect.stringContaining('EISDIR'),
    });
  });
});

describe('storage that does not answer', () => {
  let clock: FakeClock;
  let reader: FileReader;
  let opened: string[];
  let answers: Map<string, () => void>;

  /** Files named `dead…` hang until they are answered. */
  beforeEach(() => {
    clock = createFakeClock();
    opened = [];
    answers = new Map();
    reader = createFileReader({
      async open(path) {
        opened.push(path);
        if (path.startsWith('dead')) await new Promise<void>((resolve) => answers.set(path, resolve));
        let isRead = false;
        return fakeFile((buffer) => {
          const bytes = isRead ? 0 : buffer.write('good');
          isRead = true;
          return bytes;
        });
      },
      stat,
      after: clock.after,
    });
  });

  const read = (path: string) => clock.finish(reader.read(path, 'secret'));
  const noAnswer = { why: '(no answer within 5 s); is it on a mount that does not respond?', isSilent: true };
  const notTried = {
    why: '(not tried: no answer from dead1 and dead2); are their mounts gone?',
    isSilent: true,
  };

  it('is waited for 5 s, and keeps nobody waiting after that', async () => {
    const began = clock.now();
    expect(await read('dead')).toEqual(noAnswer);
    expect(clock.now() - began).toBe(5000);
    expect(await read('dead')).toEqual(noAnswer);
    expect(clock.now() - began).toBe(5000);
    expect(clock.pending()).toBe(0);
  });

  it('is asked once, however many ask', async () => {
    const readings = ['dead', 'dead', 'dead'].map((path) => reader.read(path, 'secret'));
    await clock.advance(1000);
    readings.push(reader.read('dead', 'secret'));
    await clock.advance(4000);
    expect(await Promise.all(readings)).toEqual([noAnswer, noAnswer, noAnswer, noAnswer]);
    expect(opened).toEqual(['dead']);
  });

  it('costs other files nothing where it is one', async () => {
    const dead = reader.read('dead', 'secret');
    expect(await read('good')).toEqual({ text: 'good' });
    await clock.advance(5000);
    expect(await dead).toEqual(noAnswer);
    expect(await Promise.all(['a', 'b', 'c'].map(read))).toEqual([
      { text: 'good' },
      { text: 'good' },
      { text: 'good' },
    ]);
  });

  it('has two at most of all reads: others are not tried, and told why', async () => {
    const dead = ['dead1', 'dead2'].map((path) => reader.read(path, 'secret'));
    const behind = reader.read('good', 'secret');
    await clock.advance(5000);
    expect(await Promise.all([...dead, behind])).toEqual([noAnswer, noAnswer, notTried]);
    // From now on at once.
    expect(await reader.read('good', 'secret')).toEqual(notTried);
    expect(opened).toEqual(['dead1', 'dead2']);
    expect(clock.pending()).toBe(0);
  });

  it('is asked again once it has answered', async () => {
    const dead = ['dead1', 'dead2'].map((path) => reader.read(path, 'secret'));
    await clock.advance(5000);
    await Promise.all(dead);
    answers.get('dead1')?.();
    await clock.settle();
    expect(await read('good')).toEqual({ text: 'good' });
    const again = reader.read('dead1', 'secret');
    await clock.settle();
    answers.get('dead1')?.();
    expect(await again).toEqual({ text: 'good' });
    expect(opened.filter((path) => path === 'dead1')).toHaveLength(2);
  });

  it('is known while it lasts: until then a process cannot exit', async () => {
    expect(await reader.atRest(0)).toBe(true);
    const reading = reader.read('dead', 'secret');
    expect(await clock.finish(reader.atRest(1000))).toBe(false);
    const resting = reader.atRest(1000);
    await clock.settle();
    answers.get('dead')?.();
    expect(await reading).toEqual({ text: 'good' });
    expect(await resting).toBe(true);
    expect(clock.pending()).toBe(0);
  });

  it('makes many files wait in turn while all is well', async () => {
    const paths = Array.from({ length: 50 }, (_, index) => `good${index}`);
    expect(new Set((await Promise.all(paths.map(read))).map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"text":"good"}']),
    );
    expect(opened).toEqual(paths);
  });
});
