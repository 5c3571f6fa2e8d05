// Certificates and keys as they are now: read from their files each time, so that a renewed certificate needs no restart.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { files } from '../../options/regular-file.ts';
import type { TlsOptions } from './options.ts';

/** PEM, ready to be used. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}
export interface TlsProblem {
  /** The option that it is about; undefined where it is all of them. */
  readonly key?: keyof TlsOptions;
  readonly message: string;
}
export interface TlsProblems {
  readonly problems: readonly TlsProblem[];
  /** A file did not answer: nothing is known about what it holds now. */
  readonly isSilent: boolean;
}

/** The material, or every reason why it is none. What the files hold is never repeated. */
export async function readTlsMaterial(options: TlsOptions): Promise<{ readonly material: TlsMaterial } | TlsProblems> {
  const problems: TlsProblem[] = [];
  let isSilent = false;
  const text = async (inline: string | undefined, file: string | undefined, key: keyof TlsOptions) => {
    if (inline !== undefined || file === undefined) return inline;
    const read = await files.read(file, 'certificates');
    if ('text' in read) return read.text;
    isSilent ||= read.isSilent;
    problems.push({ key, message: `cannot read ${file} ${read.why}` });
    return undefined;
  };
  const { cert_file, key_file, client_ca_file } = options;
  const cert = await text(options.cert, cert_file, 'cert_file');
  const key = await text(options.key?.reveal(), key_file, 'key_file');
  const ca = await text(options.client_ca, client_ca_file, 'client_ca_file');
  const at = (name: 'cert' | 'key' | 'client_ca'): keyof TlsOptions =>
    options[name] === undefined ? `${name}_file` : name;
  const made = <T>(make: () => T, name: keyof TlsOptions, message: string): T | undefined => {
    try {
      return make();
    } catch {
      problems.push({ key: name, message });
      return undefined;
    }
  };
  const certificate = cert && made(() => new X509Certificate(cert), at('cert'), 'holds no certificate in PEM form');
  const privateKey =
    key && made(() => createPrivateKey(key), at('key'), 'holds no private key in PEM form without a passphrase');
  if (ca) made(() => new X509Certificate(ca), at('client_ca'), 'holds no certificate in PEM form');
  if (certificate && privateKey && !certificate.checkPrivateKey(privateKey))
    problems.push({
      key: at('key'),
      message: `is not the key of the certificate in ${at('cert')}; were the two written at the same time?`,
    });
  return problems.length === 0 && cert && key ? { material: { cert, key, ca } } : { problems, isSilent };
}
