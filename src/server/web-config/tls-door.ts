// Puts TLS in front of HTTP: each new connection gets the certificates, versions and client rules of that moment.

import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { singleFlight } from '../../async/single-flight.ts';
import { messageOf } from '../../option-types/error-code.ts';
import { isAdmitted } from './client-certificate.ts';
import { isTlsOn, type TlsOptions, type WebFile } from './options.ts';
import { readTlsMaterial, type TlsMaterial, type TlsProblem, type TlsProblems } from './tls-material.ts';
import { tlsSettings } from './tls-settings.ts';

export interface TlsDoorOptions {
  readonly file: WebFile;
  /** Milliseconds. */
  readonly handshakeTimeout: number;
  /** Called with each connection: why it fails, or undefined. */
  readonly onProblem: (problem: string | undefined) => void;
  /** The same while files do not answer: the previous certificate stays in use. */
  readonly onSilence: (problem: string | undefined) => void;
}

/**
 * Takes raw connections: passes an admitted one to `onSecure` and ends any other. No `tls.Server` listens here: there is one for
 * each state of the settings, which lives as long as its connections.
 */
export function createTlsDoor(options: TlsDoorOptions, onSecure: (socket: TLSSocket) => void): (raw: Socket) => void {
  const { file, handshakeTimeout, onProblem, onSilence } = options;
  let made: { readonly settings: string; readonly server: Server } | undefined;

  const current = singleFlight(async (): Promise<Server | undefined> => {
    const { tls_server_config: tls } = (await file.read()).options;
    const read = isTlsOn(tls) ? await readTlsMaterial(tls) : SWITCHED_OFF;
    if ('problems' in read) {
      const why = read.problems.map(lineOf).join('\n');
      if (read.isSilent) onSilence(why);
      else onProblem(why);
      return read.isSilent ? made?.server : undefined;
    }
    const settings = JSON.stringify([tls, read.material]);
    if (made?.settings !== settings) made = { settings, server: serverOf(tls, read.material) };
    onProblem(undefined);
    onSilence(undefined);
    return made.server;
  });

  function serverOf(tls: TlsOptions, material: TlsMaterial): Server {
    const server = createServer({ ...tlsSettings(tls, material), handshakeTimeout });
    server.on('secureConnection', (socket) => {
      if (isAdmitted(socket, tls)) return onSecure(socket);
      socket.on('error', () => {});
      socket.destroy();
    });
    // Node leaves a late handshake open. A client's mistakes do not belong in the log.
    server.on('tlsClientError', (_, socket) => socket.destroy());
    return server;
  }

  return (raw) => {
    raw.on('error', () => raw.destroy());
    current().then(
      (server) => (server === undefined ? raw.destroy() : raw.destroyed || server.emit('connection', raw)),
      (error) => {
        onProblem(messageOf(error));
        raw.destroy();
      },
    );
  };
}

const SWITCHED_OFF: TlsProblems = {
  isSilent: false,
  problems: [{ message: 'TLS was on at start and is no longer configured; restart to serve plain HTTP' }],
};

const lineOf = ({ key, message }: TlsProblem) =>
  `${['tls_server_config', ...(key === undefined ? [] : [key])].join('.')}: ${message}`;
