#!/usr/bin/env node
// Starts the command line; the only file that ends the process. A Node that is too old must still be able to run it far enough to say so: until
// then it imports only Node's own modules (one of our files would load a chunk of the bundle), in syntax that Node 14 understands.
import { setFlagsFromString } from 'node:v8';

// The oldest version that `engines` in package.json allows; the bundler puts it in.
declare const __NODE_NEEDED__: string;
if (typeof __NODE_NEEDED__ === 'string') refuseOldNode(process.versions.node, __NODE_NEEDED__);

function refuseOldNode(found: string, needed: string): void {
  const [major = 0, minor = 0] = found.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  process.stderr.write(
    `huaweicloud-workspace-exporter needs Node ${needed} or newer, and this is Node ${found}; docs/systemd.md says how to get one\n`,
  );
  process.exit(1);
}

// Stack traces name lines of TypeScript, not of the bundle. Only what is loaded after this is mapped.
process.setSourceMapsEnabled(true);
const { createOutput, files, run } = await import('./cli/run.ts');

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
      // A second signal ends the process at once.
      if (endsAt !== undefined) return void end(0);
      endsAt = performance.now() + LONGEST_END_MS;
      setTimeout(() => void end(0), LONGEST_END_MS).unref();
      return resolve();
    });
  }
});

/** Log text that may wait for a slow reader, in characters; beyond that, lines are lost. */
const MOST_WAITING = 1024 * 1024;
/** How long to wait at the end for a reader that hangs. */
const PATIENCE_MS = 1000;
const patience = () => new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS));

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
// Wait until the output is written, unless the process is asked to end.
await Promise.race([out.flushed(), stopped.then(patience)]);
// A reader that leaves early (`metrics | head`) is no failure; a full disk is.
const problem = out.problem() === 'EPIPE' ? undefined : out.problem();
if (problem !== undefined) err.write(`huaweicloud-workspace-exporter: cannot write to standard output (${problem})\n`);
await Promise.race([err.flushed(), patience()]);
process.exitCode = code === 0 && problem !== undefined ? 1 : code;
// A collection that still waits must not delay the end.
await end((endsAt || 0) - performance.now());

/** Ends the process. Node cannot exit while a file read is stuck in storage that does not answer: after `milliseconds` it is killed. */
async function end(milliseconds: number): Promise<void> {
  if (await files.atRest(Math.max(milliseconds, 1000))) process.exit();
  process.kill(process.pid, 'SIGKILL');
}
