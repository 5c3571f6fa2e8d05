#!/usr/bin/env node
// Starts the command line; the only file that ends the process.
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';

// Stack traces name lines of TypeScript, not of the bundle. Only what is loaded after this is mapped.
process.setSourceMapsEnabled(true);
const { createOutput, run } = await import('./cli.ts');

// An exporter of 1,000 pools lives in 25 MB and makes 20 MB of garbage a scrape. Left alone, V8 lets the garbage of several
// scrapes pile up. A young generation that stays small, and an old one that is collected before it has more than doubled,
// save some 60 MB for a quarter more processor time (docs/performance.md). Set once the program is loaded: loading would be slower.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=100');

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      resolve();
      // A second signal means that somebody is in a hurry.
      process.once(signal, () => process.exit(0));
    });
  }
});

/** Log lines that wait for a reader who is slow; when he hangs, the further ones are lost. */
const MOST_WAITING = 1024 * 1024;
/** How long the end may wait for a reader who does not read. */
const PATIENCE_MS = 1000;

const out = createOutput(process.stdout);
const err = createOutput(process.stderr, MOST_WAITING);
const code = await run({
  argv: process.argv.slice(2),
  env: process.env,
  out: out.write,
  err: err.write,
  errLost: err.lost,
  stopped,
  onHangup: (task) => void process.on('SIGHUP', task),
});
// What was printed is waited for, as long as nobody asks to end.
await Promise.race([out.flushed(), stopped.then(() => sleep(PATIENCE_MS))]);
// A reader that leaves early (`metrics | head`) has what he wanted; a full disk has not.
const problem = out.problem() === 'EPIPE' ? undefined : out.problem();
if (problem !== undefined) err.write(`huaweicloud-workspace-exporter: cannot write to standard output (${problem})\n`);
await Promise.race([err.flushed(), sleep(PATIENCE_MS)]);
// What a collection still waits for must not hold up the end.
process.exit(code === 0 && problem !== undefined ? 1 : code);
