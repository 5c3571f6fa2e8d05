// Compares passwords with bcrypt hashes beside the main thread, which would stand still for a tenth of a second and more.
// JavaScript, because a worker is started from its file, and Node 20 runs no TypeScript.
import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';

parentPort?.on('message', ({ password, hash }) => parentPort?.postMessage(compareSync(password, hash)));
