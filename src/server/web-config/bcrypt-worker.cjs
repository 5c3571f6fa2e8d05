// Compares passwords with bcrypt hashes off the main thread, which would block for a tenth of a second or more.
// CommonJS, because the worker starts from this text, and Node runs no other kind from a text everywhere.
const { parentPort } = require('node:worker_threads');
const { compareSync } = require('bcryptjs');

parentPort?.on('message', ({ password, hash }) => parentPort?.postMessage(compareSync(password, hash)));
