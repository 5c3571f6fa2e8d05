// Certificates for tests, made anew each time by the openssl command: no private key lies in the repository.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** Signs a certificate; `names` like `IP:127.0.0.1` and `DNS:a`, `use` like `clientAuth`. */
  issue(name: string, names?: readonly string[], options?: IssueOptions): Certificate;
}
export interface IssueOptions {
  readonly kind?: 'ec' | 'rsa';
  readonly use?: string;
}

const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const keyOf = (kind: 'ec' | 'rsa') =>
  kind === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'] : ['-newkey', 'rsa:2048'];

/** A folder for files that are gone when `onEnd` is called. */
export function scratch(onEnd: (end: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'web-'));
  onEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Its files, and those of what it signs, are in `folder`. */
export function createAuthority(folder: string, name = 'authority'): Authority {
  const at = (file: string) => join(folder, file);
  const read = (own: string): Certificate => ({
    certFile: at(`${own}.pem`),
    keyFile: at(`${own}.key`),
    cert: readFileSync(at(`${own}.pem`), 'utf8'),
    key: readFileSync(at(`${own}.key`), 'utf8'),
  });
  const out = (own: string, as: string) => [
    '-nodes',
    '-keyout',
    at(`${own}.key`),
    '-out',
    at(as),
    '-subj',
    `/CN=${own}`,
  ];
  openssl('req', '-x509', '-days', '2', ...keyOf('ec'), ...out(name, `${name}.pem`));
  return {
    ...read(name),
    issue(own, names = [], { kind = 'ec', use } = {}) {
      openssl('req', '-new', ...keyOf(kind), ...out(own, `${own}.csr`));
      const extensions = [
        'basicConstraints=CA:FALSE',
        ...(use === undefined ? [] : [`extendedKeyUsage=${use}`]),
        ...(names.length === 0 ? [] : ['subjectAltName=@names', '[names]']),
        ...names.map((one, i) => `${one.slice(0, one.indexOf(':'))}.${i} = ${one.slice(one.indexOf(':') + 1)}`),
      ];
      writeFileSync(at(`${own}.ext`), extensions.join('\n'));
      const signer = ['-CA', at(`${name}.pem`), '-CAkey', at(`${name}.key`), '-CAcreateserial'];
      const files = ['-in', at(`${own}.csr`), '-out', at(`${own}.pem`), '-extfile', at(`${own}.ext`)];
      openssl('x509', '-req', '-days', '2', ...signer, ...files);
      return read(own);
    },
  };
}
