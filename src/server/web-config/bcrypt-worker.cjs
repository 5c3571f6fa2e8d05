// Compares passwords with bcrypt hashes beside the main thread, which would stand still for a tenth of a second and more.
// CommonJS, because a worker is started from this text, and Node runs nothing else from a text wherever the program stands.
const { parentPort } = require('node:worker_threads');
const { compareSync } = require('bcryptjs');

parentPort?.on('message', ({ password, hash }) => parentPort?.postMessage(compareSync(password, hash)));
