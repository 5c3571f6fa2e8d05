// The certificates of a PEM text, each of them whole: OpenSSL takes what it can read and passes over the rest in silence.
import { X509Certificate } from 'node:crypto';

const BLOCK = /-----BEGIN (X509 |TRUSTED |)CERTIFICATE-----.*?-----END \1CERTIFICATE-----/gs;
const BEGIN = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/g;

/** PEM, one each, or what is wrong, to follow the name of the text. Other text, between them as well, is left aside. */
export function certificatesIn(
  text: string,
): { readonly certificates: readonly string[] } | { readonly problem: string } {
  if (text.trim() === '') return { problem: 'is empty' };
  const certificates = text.match(BLOCK) ?? [];
  const broken = certificates.findIndex((one) => !isCertificate(one));
  // A file that is half written ends within a certificate.
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
