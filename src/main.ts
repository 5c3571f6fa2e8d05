#!/usr/bin/env node
// Starts the command line; the only file that ends the process.
import { setFlagsFromString } from 'node:v8';

// Stack traces name lines of TypeScript, not of the bundle. Only what is loaded after this is mapped.
process.setSourceMapsEnabled(true);
const { files, run } = await import('./cli.ts');

// An exporter of 1,000 pools lives in 25 MB and makes 20 MB of garbage a scrape. Left alone, V8 lets the garbage of several
// scrapes pile up. A young generation that stays small, and an old one that is collected before it has more than doubled,
// save some 60 MB for a quarter more processor time (docs/performance.md). Set once the program is loaded: loading would be slower.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=100');

/** Running scrapes get 10 s. */
const LONGEST_END_MS = 11_000;
let endsAt: number | undefined;

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // A second signal means that somebody is in a hurry.
      if (endsAt !== undefined) return void end(0);
      endsAt = performance.now() + LONGEST_END_MS;
      setTimeout(() => void end(0), LONGEST_END_MS).unref();
      return resolve();
    });
  }
});

// A reader that leaves early (`metrics | head`) is no error.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await run({
  argv: process.argv.slice(2),
  env: process.env,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  stopped,
  onHangup: (task) => void process.on('SIGHUP', task),
});
// Once everything is written: what a collection still waits for must not hold up the end.
process.stdout.write('', () => void end((endsAt ?? 0) - performance.now()));

/** Node cannot exit while a read of a file is stuck in storage that does not answer. `patience` in milliseconds. */
async function end(patience: number): Promise<void> {
  if (await files.atRest(Math.max(patience, 1000))) process.exit();
  process.kill(process.pid, 'SIGKILL');
}
