// Reads certificates and keys from their files each time, so that a renewed certificate needs no restart.
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { certificatesIn } from '../../option-types/certificates.ts';
import { files } from '../../option-types/regular-file.ts';
import type { TlsOptions } from './options.ts';

/** PEM, ready for use. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca: string | undefined;
}
export interface TlsProblem {
  /** The option at fault; undefined if it is all of them. */
  readonly key?: keyof TlsOptions;
  readonly message: string;
}
export interface TlsProblems {
  readonly problems: readonly TlsProblem[];
  /** A file did not answer: its present content is unknown. */
  readonly isSilent: boolean;
}

/** The content of an option or its file; `tell` reports a problem under the name of either. */
interface Source {
  readonly text: string | undefined;
  readonly tell: (problem: string) => void;
}

/** The material, or every problem with it. Never repeats what the files hold. */
export async function readTlsMaterial(options: TlsOptions): Promise<{ readonly material: TlsMaterial } | TlsProblems> {
  const problems: TlsProblem[] = [];
  let isSilent = false;
  async function sourceOf(name: 'cert' | 'key' | 'client_ca', inline: string | undefined): Promise<Source> {
    const file = options[`${name}_file`];
    if (inline !== undefined || file === undefined)
      return { text: inline, tell: (message) => void problems.push({ key: name, message }) };
    const tell = (problem: string) => void problems.push({ key: `${name}_file`, message: `${file} ${problem}` });
    const read = await files.read(file, 'certificates');
    if ('text' in read) return { text: read.text, tell };
    isSilent ||= read.isSilent;
    tell(`cannot be read ${read.why}`);
    return { text: undefined, tell };
  }
  const cert = await sourceOf('cert', options.cert);
  const key = await sourceOf('key', options.key?.reveal());
  const ca = await sourceOf('client_ca', options.client_ca);
  const [first] = certificatesOf(cert);
  const privateKey = privateKeyOf(key);
  const anchors = certificatesOf(ca);
  // Unlike its client, Node's server trusts only roots: without one it would refuse every client.
  if (anchors.length > 0 && !anchors.some((one) => one.checkIssued(one)))
    ca.tell('holds no root: add the certificate of the authority that signed the others');
  if (first !== undefined && privateKey !== undefined && !first.checkPrivateKey(privateKey))
    key.tell(
      `is not the key of the certificate in ${options.cert === undefined ? 'cert_file' : 'cert'}; were the two written at the same time?`,
    );
  return problems.length === 0 && cert.text !== undefined && key.text !== undefined
    ? { material: { cert: cert.text, key: key.text, ca: ca.text } }
    : { problems, isSilent };
}

function certificatesOf({ text, tell }: Source): readonly X509Certificate[] {
  if (text === undefined) return [];
  const found = certificatesIn(text);
  if ('certificates' in found) return found.certificates.map((pem) => new X509Certificate(pem));
  tell(found.problem);
  return [];
}

function privateKeyOf({ text, tell }: Source): KeyObject | undefined {
  if (text === undefined) return undefined;
  try {
    return createPrivateKey(text);
  } catch {
    tell(whyNoKey(text));
    return undefined;
  }
}

function whyNoKey(text: string): string {
  if (text.trim() === '') return 'is empty';
  return /ENCRYPTED/.test(text)
    ? 'holds a private key with a passphrase; write one without'
    : 'holds no private key in PEM form';
}
