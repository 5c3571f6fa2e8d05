// Runs bcrypt in a worker thread: started for the first password, and again after it died.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Secret } from '../../option-types/secret.ts';

export interface Comparer {
  /** One at a time. Rejects if the worker dies; the next call starts another. */
  compare(password: string, hash: Secret): Promise<boolean>;
  close(): Promise<void>;
}

/** Beside this file in the sources, beside the bundle in `dist/`. */
const WORKER = new URL('./bcrypt-worker.cjs', import.meta.url);

/** `source` is read now: later an upgrade may have replaced the file, or no descriptor may be left to open it. */
export function createComparer(source = readFileSync(WORKER, 'utf8')): Comparer {
  let worker: Worker | undefined;

  function start(): Worker {
    // The environment may hold keys, and the worker needs none of it.
    const resourceLimits = { maxOldGenerationSizeMb: 32 };
    const started = new Worker(source, { eval: true, env: {}, execArgv: [], resourceLimits });
    started.unref();
    // Listened to at all times: an error that nobody handles would end the process.
    started.on('error', () => {
      if (worker === started) worker = undefined;
    });
    started.once('exit', () => started.emit('error', new Error('the worker that compares passwords ended')));
    return started;
  }

  return {
    async compare(password, hash) {
      worker ??= start();
      worker.postMessage({ password, hash: hash.reveal() });
      const [isRight] = await once(worker, 'message');
      return isRight === true;
    },
    async close() {
      await worker?.terminate();
    },
  };
}
