// Splits a PEM text into its certificates, all of them complete: OpenSSL uses what it can read and silently skips the rest.
import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN (X509 |TRUSTED |)CERTIFICATE-----.*?-----END \1CERTIFICATE-----/gs;
const BEGIN = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/g;

/** The certificates in PEM, or a problem, worded to follow the name of the text. Other text, even between them, is ignored. */
export function certificatesIn(
  text: string,
): { readonly certificates: readonly string[] } | { readonly problem: string } {
  if (text.trim() === '') return { problem: 'is empty' };
  const certificates = text.match(BLOCK) ?? [];
  const broken = certificates.findIndex((one) => !isCertificate(one));
  // A half-written file ends within a certificate.
  const isCut = (text.match(BEGIN) ?? []).length !== certificates.length;
  if (broken < 0 && !isCut && certificates.length > 0) return { certificates };
  if (certificates.length === 0 && !isCut) return { problem: 'holds no certificate in PEM form' };
  const number = (broken < 0 ? certificates.length : broken) + 1;
  return { problem: `holds a broken certificate (number ${number}); give complete certificates in PEM form` };
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
