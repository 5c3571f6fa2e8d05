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
  /** An authority that this one vouches for. */
  delegate(name: string): Authority;
}
export interface IssueOptions {
  readonly kind?: 'ec' | 'rsa';
  readonly use?: string;
  readonly isAuthority?: boolean;
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
  openssl('req', '-x509', '-days', '2', ...keyOf('ec'), ...out(folder, name, `${name}.pem`));
  return authorityIn(folder, name);
}

const out = (folder: string, own: string, as: string) =>
  `-nodes -keyout ${join(folder, `${own}.key`)} -out ${join(folder, as)} -subj /CN=${own}`.split(' ');

function certificateIn(folder: string, name: string): Certificate {
  const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

function authorityIn(folder: string, name: string): Authority {
  const own = certificateIn(folder, name);
  function issue(
    issued: string,
    names: readonly string[] = [],
    { kind = 'ec', use, isAuthority = false }: IssueOptions = {},
  ) {
    const at = (end: string) => join(folder, `${issued}.${end}`);
    openssl('req', '-new', ...keyOf(kind), ...out(folder, issued, `${issued}.csr`));
    const extensions = [
      `basicConstraints=CA:${isAuthority ? 'TRUE' : 'FALSE'}`,
      ...(use === undefined ? [] : [`extendedKeyUsage=${use}`]),
      ...(names.length === 0 ? [] : ['subjectAltName=@names', '[names]']),
      ...names.map((one, i) => `${one.slice(0, one.indexOf(':'))}.${i} = ${one.slice(one.indexOf(':') + 1)}`),
    ];
    writeFileSync(at('ext'), extensions.join('\n'));
    const signer = ['-CA', own.certFile, '-CAkey', own.keyFile, '-CAcreateserial'];
    openssl('x509', '-req', '-days', '2', ...signer, '-in', at('csr'), '-out', at('pem'), '-extfile', at('ext'));
    return certificateIn(folder, issued);
  }
  return {
    ...own,
    issue,
    delegate(delegated) {
      issue(delegated, [], { isAuthority: true });
      return authorityIn(folder, delegated);
    },
  };
}
