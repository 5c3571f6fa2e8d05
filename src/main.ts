#!/usr/bin/env node
// Starts the command line; the only file that ends the process. A Node that is too old must be able to read it, to say so: it imports
// nothing but Node's own modules ahead of that (a file of ours would bring a chunk of the bundle), and is written as Node 14 knows it.
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

// What Node deprecates is for developers, and would stand raw between lines of JSON.
process.noDeprecation = true;
// Stack traces name lines of TypeScript, not of the bundle. Only what is loaded after this is mapped.
process.setSourceMapsEnabled(true);
const { createOutput, files, run } = await import('./cli/run.ts');

// Left alone, V8 lets the garbage of several scrapes pile up. A young generation that stays small, and an old one that is
// collected before it has more than doubled, save some 60 MB at 1,000 pools for a tenth more processor time (docs/performance.md). Set once the program is loaded: loading would be slower.
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

/** Log lines that wait for a reader who is slow; when he hangs, the further ones are lost. */
const MOST_WAITING = 1024 * 1024;
/** How long the end may wait for a reader who does not read. */
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
// What was printed is waited for, as long as nobody asks to end.
await Promise.race([out.flushed(), stopped.then(patience)]);
// A reader that leaves early (`metrics | head`) has what he wanted; a full disk has not.
const problem = out.problem() === 'EPIPE' ? undefined : out.problem();
if (problem !== undefined) err.write(`huaweicloud-workspace-exporter: cannot write to standard output (${problem})\n`);
await Promise.race([err.flushed(), patience()]);
process.exitCode = code === 0 && problem !== undefined ? 1 : code;
// What a collection still waits for must not hold up the end.
await end((endsAt || 0) - performance.now());

/** Node cannot exit while a read of a file is stuck in storage that does not answer. `milliseconds` is the patience with it. */
async function end(milliseconds: number): Promise<void> {
  if (await files.atRest(Math.max(milliseconds, 1000))) process.exit();
  process.kill(process.pid, 'SIGKILL');
}
