// Whom connections to the cloud trust: the authorities that Node knows, and those of a project's ca_file.
import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { files } from '../options/regular-file.ts';

export interface Authorities {
  /** Of the whole file. */
  readonly text: string;
  /** PEM, one each. */
  readonly certificates: readonly string[];
}

const BLOCK = /-----BEGIN (X509 |TRUSTED |)CERTIFICATE-----.*?-----END \1CERTIFICATE-----/gs;

/**
 * The certificates of a file, or a sentence why it cannot be used. Other text in it is left aside. `former` itself where the file
 * is as it was then. Never rejects.
 */
export async function readAuthorities(
  file: string,
  former?: Authorities,
): Promise<Authorities | { readonly why: string }> {
  const read = await files.read(file, 'certificates');
  if ('why' in read) return { why: `cannot read the ca_file ${file} ${read.why}` };
  if (former?.text === read.text) return former;
  const certificates = read.text.match(BLOCK) ?? [];
  // OpenSSL would take a file that is half written, up to the half.
  const broken = certificates.findIndex((one) => !isCertificate(one));
  const isCut = read.text.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/g)?.length !== certificates.length;
  if (certificates.length === 0 || broken >= 0 || isCut) {
    const what =
      certificates.length === 0
        ? 'no certificate'
        : `a broken certificate (number ${(broken < 0 ? certificates.length : broken) + 1})`;
    return { why: `the ca_file ${file} holds ${what}; it takes whole ones in PEM form` };
  }
  return { text: read.text, certificates };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** What is trusted without a ca_file: Node takes other authorities as a replacement. Read once, as Node does. */
export async function authoritiesOfNode(): Promise<readonly string[]> {
  // Reason for the cast: in Node from 22.15 on, and in no types for 20. It knows NODE_EXTRA_CA_CERTS and the like.
  const { getCACertificates } = tls as { readonly getCACertificates?: () => readonly string[] };
  if (getCACertificates !== undefined) return getCACertificates();
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  const read = extra === undefined || extra === '' ? undefined : await readAuthorities(extra);
  // Node warns of an unusable one itself, and goes on without.
  return [...tls.rootCertificates, ...(read !== undefined && 'certificates' in read ? read.certificates : [])];
}

/** Node reads NODE_EXTRA_CA_CERTS at its first TLS connection, and stands still meanwhile: better before there is work. */
export function preloadAuthorities(): void {
  if (process.env.NODE_EXTRA_CA_CERTS) tls.createSecureContext();
}
