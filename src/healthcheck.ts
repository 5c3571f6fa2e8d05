// The health check of the container image: requests /-/healthy of the exporter beside it, and exits with 0 or 1. A program, because the image has no shell.
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { get as getOverTls } from 'node:https';

const address = { host: '127.0.0.1', port: process.env.PORT ?? '10054', path: '/-/healthy', timeout: 2000 };

function isHealthy(ask: (onAnswer: (response: IncomingMessage) => void) => ClientRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const request = ask((response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

const plain = await isHealthy((onAnswer) => get(address, onAnswer));
// The certificate names the public host, never this loopback address; only the status is read.
const isServing =
  plain || (await isHealthy((onAnswer) => getOverTls({ ...address, rejectUnauthorized: false }, onAnswer)));
process.exitCode = isServing ? 0 : 1;
