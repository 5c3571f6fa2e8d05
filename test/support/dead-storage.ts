// Files that never answer, for a program in a process of its own: made by a small library that the system loads before its own.
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DeadStorage {
  /** For the environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** Files in the folder hang from now on. */
  die(): void;
  /** They answer again, those that were asked meanwhile too. */
  revive(): void;
}

/** Whether the library can be made: it takes a C compiler, and a system that loads it. */
export const hasDeadStorage = process.platform === 'linux' && spawnSync('gcc', ['--version']).status === 0;

/** For what lies in `folder`; what it needs itself is put in `tools`. */
export function deadStorage(folder: string, tools: string): DeadStorage {
  const [library, flag] = [join(tools, 'dead-storage.so'), join(tools, 'dead')];
  const made = spawnSync('gcc', ['-shared', '-fPIC', '-o', library, 'test/support/dead-storage.c', '-ldl']);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return {
    env: { LD_PRELOAD: library, DEAD_FOLDER: folder, DEAD_WHILE: flag },
    die: () => writeFileSync(flag, ''),
    revive: () => rmSync(flag),
  };
}
