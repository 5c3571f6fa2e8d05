// Runs the worker that compares passwords: starts it for the first one, and again after it died.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Secret } from '../../option-types/secret.ts';

export interface Comparer {
  /** One at a time. Rejects if the worker dies; the next one gets a new worker. */
  compare(password: string, hash: Secret): Promise<boolean>;
  close(): Promise<void>;
}

/** Beside this file in the sources, beside the bundle in `dist/`. */
const WORKER = new URL('./bcrypt-worker.cjs', import.meta.url);

/** Reads `source` now: later the file may belong to another version, or no descriptor may be free. */
export function createComparer(source = readFileSync(WORKER, 'utf8')): Comparer {
  let worker: Worker | undefined;
  const start = () => {
    // Keeps keys in the environment away from it.
    const started = new Worker(source, {
      eval: true,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    const forget = () => {
      if (worker === started) worker = undefined;
    };
    started.unref();
    started.once('exit', forget);
    // It exits later than it fails. Without a listener the error would end the process.
    started.on('error', forget);
    return started;
  };
  return {
    async compare(password, hash) {
      worker ??= start();
      const settled = new AbortController();
      const answer = once(worker, 'message', settled);
      const exit = once(worker, 'exit', settled).then(() => {
        throw new Error('the worker that checks passwords ended; the next login starts another');
      });
      worker.postMessage({ password, hash: hash.reveal() });
      try {
        const [isRight] = await Promise.race([answer, exit]);
        return isRight === true;
      } finally {
        settled.abort();
      }
    },
    async close() {
      await worker?.terminate();
    },
  };
}
