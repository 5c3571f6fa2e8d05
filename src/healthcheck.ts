// The health check of the container image: asks the exporter beside it, and ends with 0 or 1. Exec form, because the image has no shell.
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { get as getOverTls } from 'node:https';

const { PORT: port = '10054', ROUTE_PREFIX: prefix = '' } = process.env;
const address = { host: '127.0.0.1', port, path: `${prefix.replace(/\/$/, '')}/-/healthy`, timeout: 2000 };

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
// The certificate names the host that others use, never this loopback address; nothing but the status is read.
const isServing =
  plain || (await isHealthy((onAnswer) => getOverTls({ ...address, rejectUnauthorized: false }, onAnswer)));
process.exitCode = isServing ? 0 : 1;
