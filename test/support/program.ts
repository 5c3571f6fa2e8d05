// The program as it is installed: built as for npm, and run as a process of its own.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

export interface Build {
  /** What lies in dist/ otherwise: that may be older than the code, or be rebuilt by somebody at this moment. */
  readonly dist: string;
  remove(): void;
}

export function build(): Build {
  const folder = mkdtempSync(join(tmpdir(), 'build-'));
  const dist = join(folder, 'dist');
  execFileSync(process.execPath, ['scripts/build.js', dist], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { dist, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Program {
  readonly child: ChildProcess;
  readonly said: { out: string; err: string };
  /** With the code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
  /** Where it listens, once it says so. */
  listening(): Promise<string>;
}

/** Killed, if it still runs, when the test is over. */
export const run = (dist: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Program =>
  follow(
    spawn(process.execPath, [join(dist, 'main.js'), ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    }),
  );

/** The same of the program as somebody else starts it. */
export function follow(child: ChildProcess): Program {
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = new Promise<number | string | null>((done) =>
    child.once('close', (code, signal) => done(code ?? signal)),
  );
  const listening = () =>
    eventually('the program to listen', () => /listening url=(\S+)\/ /.exec(said.err)?.[1], 10_000);
  return { child, said, ended, listening };
}
