#!/usr/bin/env node
// Starts the command line; the only file that ends the process.
import { run } from './cli.ts';

const stopped = new Promise<void>((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      resolve();
      // A second signal means that somebody is in a hurry.
      process.once(signal, () => process.exit(0));
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
});
if (process.exitCode !== 0) process.exit();
