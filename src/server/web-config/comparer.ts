// The worker that compares passwords: started when the first one comes, and again when it died.
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Secret } from '../../option-types/secret.ts';

export interface Comparer {
  /** One at a time. Rejects when the worker dies over it; the next one gets a new worker. */
  compare(password: string, hash: Secret): Promise<boolean>;
  close(): Promise<void>;
}

/** Beside this file in the sources, beside the bundle in `dist/`. */
const WORKER = new URL('./bcrypt-worker.cjs', import.meta.url);

/** `source` is read now: when the first password comes, the file may be another version's, or there may be no descriptor for it. */
export function createComparer(source = readFileSync(WORKER, 'utf8')): Comparer {
  let worker: Worker | undefined;
  const start = () => {
    // It needs nothing of the environment, where keys may be.
    const started = new Worker(source, {
      eval: true,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 32 },
    });
    started.unref();
    started.once('exit', () => {
      if (worker === started) worker = undefined;
    });
    // Also without anybody waiting an error must not end the process.
    started.on('error', () => {});
    return started;
  };
  return {
    compare(password, hash) {
      worker ??= start();
      const asked = worker;
      return new Promise((resolve, reject) => {
        const done = () => {
          asked.off('message', answered);
          asked.off('error', failed);
          asked.off('exit', died);
        };
        const answered = (isRight: unknown) => {
          done();
          resolve(isRight === true);
        };
        const failed = (error: Error) => {
          done();
          if (worker === asked) worker = undefined;
          reject(error);
        };
        const died = () => failed(new Error('the worker that compares passwords ended'));
        asked.once('message', answered);
        asked.once('error', failed);
        asked.once('exit', died);
        asked.postMessage({ password, hash: hash.reveal() });
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}
