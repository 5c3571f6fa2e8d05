// Reads certificates and keys from their files each time, so that a renewed certificate needs no restart.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { certificatesIn } from '../../option-types/certificates.ts';
import { files } from '../../option-types/regular-file.ts';
import type { TlsOptions } from './options.ts';

/** PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}
export interface TlsProblem {
  /** The option at fault; undefined if it is no single one. */
  readonly key?: keyof TlsOptions;
  readonly message: string;
}
export interface TlsProblems {
  readonly problems: readonly TlsProblem[];
  /** A file did not answer, so nothing is known about what it holds now. */
  readonly isSilent: boolean;
}

/** The text of an option or of its file; a problem is reported under the name of that. */
interface Source {
  readonly text: string | undefined;
  readonly report: (problem: string) => void;
}

/** The material, or every reason why it cannot be used. What the files hold is never repeated. */
export async function readTlsMaterial(options: TlsOptions): Promise<{ readonly material: TlsMaterial } | TlsProblems> {
  const problems: TlsProblem[] = [];
  let isSilent = false;
  async function sourceOf(name: 'cert' | 'key' | 'client_ca', inline: string | undefined): Promise<Source> {
    const file = options[`${name}_file`];
    if (inline !== undefined || file === undefined)
      return { text: inline, report: (message) => void problems.push({ key: name, message }) };
    const report = (problem: string) => void problems.push({ key: `${name}_file`, message: `${file} ${problem}` });
    const read = await files.read(file, 'certificates');
    if ('text' in read) return { text: read.text, report };
    isSilent ||= read.isSilent;
    report(`cannot be read ${read.why}`);
    return { text: undefined, report };
  }
  const cert = await sourceOf('cert', options.cert);
  const key = await sourceOf('key', options.key?.reveal());
  const ca = await sourceOf('client_ca', options.client_ca);
  const [first] = certificatesOf(cert);
  const privateKey = privateKeyOf(key);
  const anchors = certificatesOf(ca);
  // Node's server trusts no other anchor (its client does), so everybody would be refused.
  if (anchors.length > 0 && !anchors.some((one) => one.checkIssued(one)))
    ca.report('holds no root: add the certificate of the authority that signed the others');
  if (first !== undefined && privateKey !== undefined && !first.checkPrivateKey(privateKey))
    key.report(
      `is not the key of the certificate in ${options.cert === undefined ? 'cert_file' : 'cert'}; were the two written at the same time?`,
    );
  return problems.length === 0 && cert.text !== undefined && key.text !== undefined
    ? { material: { cert: cert.text, key: key.text, ca: ca.text } }
    : { problems, isSilent };
}

function certificatesOf({ text, report }: Source): readonly X509Certificate[] {
  if (text === undefined) return [];
  const found = certificatesIn(text);
  if ('certificates' in found) return found.certificates.map((pem) => new X509Certificate(pem));
  report(found.problem);
  return [];
}

function privateKeyOf({ text, report }: Source): KeyObject | undefined {
  if (text === undefined) return undefined;
  try {
    return createPrivateKey(text);
  } catch {
    report(text.trim() === '' ? 'is empty' : 'holds no private key in PEM form without a passphrase');
    return undefined;
  }
}
