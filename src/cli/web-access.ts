// Connects the file of the web configuration, its passwords and its log.
import { createProblemLog, KEPT } from '../app/failure-log.ts';
import type { Logger } from '../app/logger.ts';
import { systemClock } from '../async/clock.ts';
import { openWebFile } from '../config/web.ts';
import type { ServerOptions } from '../server/server.ts';
import { type Access, createAccess } from '../server/web-config/access.ts';
import { createComparer } from '../server/web-config/comparer.ts';
import { isTlsOn, type WebFile } from '../server/web-config/options.ts';
import { createPasswords } from '../server/web-config/passwords.ts';

export interface WebAccess {
  readonly access: Access;
  /** Undefined if TLS was off at start; as in the exporter-toolkit, only a restart changes that. */
  readonly tls: ServerOptions['tls'];
  close(): Promise<void>;
}

/** Undefined without a file. Rejects with a `ConfigError` that lists all its problems. */
export async function openWebAccess(path: string | undefined, log: Logger): Promise<WebAccess | undefined> {
  if (path === undefined) return undefined;
  const opened = await openWebFile(path);
  const { options } = await opened.read();
  const onProblem = createProblemLog(log, 'the web configuration', 'used', 'requests get 500');
  const onSilence = createProblemLog(log, 'the web configuration', 'read', KEPT);
  const file: WebFile = {
    async read() {
      const state = await opened.read();
      onProblem(state.problem);
      onSilence(state.silence);
      return state;
    },
  };
  const { client_auth_type: type, client_ca, client_ca_file } = options.tls_server_config;
  if (type === 'RequireAndVerifyClientCert' && client_ca === undefined && client_ca_file === undefined)
    log.warn('without a client_ca, whoever has a certificate of any public authority is let in', { file: path });
  const comparer = createComparer();
  const isOn = isTlsOn(options.tls_server_config);
  log.info('web configuration loaded', {
    file: path,
    tls: isOn,
    users: options.basic_auth_users.size,
    rate_limit: options.rate_limit.interval > 0,
  });
  return {
    access: createAccess({
      clock: systemClock,
      file,
      rateLimit: options.rate_limit,
      passwords: createPasswords({
        compare: comparer.compare,
        onError: (error) => log.error('a password could not be checked', { error: String(error) }),
      }),
    }),
    tls: isOn ? { file, ...tlsLogs(log) } : undefined,
    close: comparer.close,
  };
}

const tlsLogs = (log: Logger) => ({
  onProblem: createProblemLog(log, 'the TLS settings', 'used', 'connections fail'),
  onSilence: createProblemLog(log, 'the certificate', 'read', KEPT),
});
