// Whom connections to the cloud trust: the authorities that Node knows, and those of a project's ca_file.
import tls from 'node:tls';
import { certificatesIn } from '../option-types/certificates.ts';
import { files } from '../option-types/regular-file.ts';

export interface Authorities {
  /** Of the whole file. */
  readonly text: string;
  /** PEM, one each. */
  readonly certificates: readonly string[];
}

/**
 * The certificates of a file, or why it cannot be used, beginning with its name. `former` itself where the file is as it was then.
 * Never rejects.
 */
export async function readAuthorities(
  file: string,
  former?: Authorities,
): Promise<Authorities | { readonly why: string }> {
  const read = await files.read(file, 'certificates');
  if ('why' in read) return { why: `${file} cannot be read ${read.why}` };
  if (former?.text === read.text) return former;
  const found = certificatesIn(read.text);
  return 'problem' in found ? { why: `${file} ${found.problem}` } : { text: read.text, ...found };
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
