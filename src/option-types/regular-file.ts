// The one reader of files: a file that hangs, never ends or is far too large costs its own read, never the process.
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { errorCode, whyUnreadable } from './error-code.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
/** The size that a file may have, in bytes: far above any sensible one of its kind. */
const LARGEST = { secret: 64 * KIB, certificates: MIB, configuration: MIB, list: 4 * MIB } as const;
const CHUNK = 64 * KIB;

/** Each read takes one of Node's four pool threads, for good where storage never answers. Compression and name resolution need the others. */
const MOST_AT_A_TIME = 2;
const ANSWER_MS = 5_000;

/** What a file is for. */
export type Purpose = keyof typeof LARGEST;

export type FileText =
  | { readonly text: string }
  | {
      /** To follow "cannot read NAME": the reason in brackets, and what to do. */
      readonly why: string;
      /** Nothing is known about the file: it, or others that were asked before it, did not answer. */
      readonly isSilent: boolean;
    };

export interface FileReader {
  /**
   * The text of a regular file, after 5 s at the latest. One read of a file is under way at a time, and who asks meanwhile joins it.
   * Never rejects.
   */
  read(path: string, purpose: Purpose): Promise<FileText>;
  /** The same, but a pipe or a terminal is as good, and may take as long as its writer does: for what is read once, at start. */
  readAtStart(path: string, purpose: Purpose): Promise<FileText>;
  /** Whether no read is under way any more, or within `milliseconds`. While one is, the process cannot exit by itself. */
  atRest(milliseconds: number): Promise<boolean>;
}

/** The file system and the timer, so that tests can bring files that never answer. */
export interface FileEdges {
  readonly open: (path: string, flags: number) => Promise<Pick<FileHandle, 'stat' | 'read' | 'close'>>;
  readonly stat: (path: string) => Promise<Pick<Stats, 'isFIFO' | 'isCharacterDevice'>>;
  readonly after: (milliseconds: number, task: () => void) => () => void;
}

const SYSTEM: FileEdges = {
  open,
  stat,
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds);
    return () => clearTimeout(timer);
  },
};

interface Reading {
  readonly path: string;
  readonly takesPipes: boolean;
  readonly answer: Promise<Loaded>;
  readonly settle: (loaded: Loaded) => void;
  /** Ends the limit of time. */
  readonly unlimit: () => void;
  isLate: boolean;
}
type Loaded = { readonly bytes: Buffer } | Extract<FileText, { why: string }>;

export function createFileReader({ open, stat, after }: FileEdges = SYSTEM): FileReader {
  /** By path: under way or waiting. */
  const readings = new Map<string, Reading>();
  const waiting: Reading[] = [];
  const running = new Set<Reading>();
  const resting = new Set<() => void>();

  async function readText(path: string, purpose: Purpose, takesPipes: boolean): Promise<FileText> {
    const loaded = await (readings.get(path)?.answer ?? begin(path, takesPipes));
    if ('why' in loaded) return loaded;
    const largest = LARGEST[purpose];
    if (loaded.bytes.length > largest) return unusable(`larger than ${formatSize(largest)}`, 'is it the right file?');
    if (isUtf16(loaded.bytes)) return unusable('encoded as UTF-16', 'save it as UTF-8');
    return { text: loaded.bytes.toString('utf8').replace(/^\u{feff}/u, '') };
  }

  function begin(path: string, takesPipes: boolean): Promise<Loaded> {
    const late = [...running].filter(({ isLate }) => isLate);
    if (late.length >= MOST_AT_A_TIME) return Promise.resolve(notTried(late));
    const reading = makeReading(path, takesPipes);
    readings.set(path, reading);
    waiting.push(reading);
    next();
    return reading.answer;
  }

  function makeReading(path: string, takesPipes: boolean): Reading {
    let settle: Reading['settle'] = () => {};
    const answer = new Promise<Loaded>((resolve) => {
      settle = resolve;
    });
    const unlimit = after(ANSWER_MS, () => giveUp(reading));
    const reading: Reading = { path, takesPipes, answer, settle, unlimit, isLate: false };
    return reading;
  }

  /** The read itself cannot be ended: it keeps its place until the storage answers. */
  function giveUp(reading: Reading): void {
    reading.isLate = running.has(reading);
    if (reading.isLate) {
      reading.settle(silent(`no answer within ${ANSWER_MS / 1000} s`, 'is it on a mount that does not respond?'));
      return;
    }
    waiting.splice(waiting.indexOf(reading), 1);
    readings.delete(reading.path);
    reading.settle(notTried([...running]));
  }

  function next(): void {
    while (running.size < MOST_AT_A_TIME) {
      const reading = waiting.shift();
      if (reading === undefined) break;
      running.add(reading);
      void run(reading);
    }
    if (running.size === 0) for (const rest of resting) rest();
  }

  async function run(reading: Reading): Promise<void> {
    const loaded = await load(reading).catch((error: unknown) => explain(error));
    reading.unlimit();
    reading.settle(loaded);
    running.delete(reading);
    readings.delete(reading.path);
    next();
  }

  async function load({ path, takesPipes, unlimit }: Reading): Promise<Loaded> {
    // By its name, before it is opened: who opens a pipe and leaves breaks it for its writer.
    const kind = takesPipes ? await stat(path) : undefined;
    const isPipe = kind?.isFIFO() || kind?.isCharacterDevice();
    if (isPipe) unlimit();
    // Opening a pipe would wait for a writer. A regular file does not mind the flag.
    const file = await open(path, isPipe ? constants.O_RDONLY : constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const opened = await file.stat();
      if (opened.isDirectory()) return explain(Object.assign(new Error('a folder'), { code: 'EISDIR' }));
      if (!isPipe && !opened.isFile()) return notRegular();
      return { bytes: await readBytes(file) };
    } finally {
      await file.close();
    }
  }

  return {
    read: (path, purpose) => readText(path, purpose, false),
    readAtStart: (path, purpose) => readText(path, purpose, true),
    atRest(milliseconds) {
      if (running.size === 0) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (isAtRest: boolean) => {
          stop();
          resting.delete(rest);
          resolve(isAtRest);
        };
        const rest = () => settle(true);
        resting.add(rest);
        const stop = after(milliseconds, () => settle(false));
      });
    },
  };
}

/** The one that the whole process shares, because its pool threads are shared as well. */
export const files = createFileReader();

/** Up to one byte more than any purpose allows: a file may grow while it is read, and some say that they have no size. */
async function readBytes(file: Pick<FileHandle, 'read'>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let left = Math.max(...Object.values(LARGEST)) + 1; left > 0; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(CHUNK, left)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return Buffer.concat(chunks);
}

/** By its mark, which PowerShell and old editors of Windows write. That of UTF-8 means nothing, and is left out. */
const isUtf16 = (bytes: Buffer) => ['fffe', 'feff'].includes(bytes.subarray(0, 2).toString('hex'));

const formatSize = (bytes: number) => (bytes < MIB ? `${bytes / KIB} KiB` : `${bytes / MIB} MiB`);

const unusable = (reason: string, advice: string) => ({ why: `(${reason}); ${advice}`, isSilent: false });
const silent = (reason: string, advice: string) => ({ why: `(${reason}); ${advice}`, isSilent: true });

const notRegular = () =>
  unusable('not a regular file', 'only --config.file may be a pipe, and is then read once, at start');

const notTried = (others: readonly Reading[]) =>
  silent(`not tried: no answer from ${others.map(({ path }) => path).join(' and ')}`, 'are their mounts gone?');

function explain(error: unknown) {
  // What opening a socket, or a device without a driver, is answered with.
  if (errorCode(error) === 'ENXIO') return notRegular();
  return { why: whyUnreadable(error), isSilent: false };
}
