// Decides after the handshake which clients get in, by `client_auth_type` and `client_allowed_sans`.
import type { TLSSocket } from 'node:tls';
import { alternativeNames, canonicalAddress } from './alternative-names.ts';
import type { TlsOptions } from './options.ts';
import { CLIENT_AUTH } from './tls-names.ts';

export const rulesOf = ({ client_auth_type: type = 'NoClientCert' }: TlsOptions) => CLIENT_AUTH[type];

/** `peer` is a socket that requested a certificate and did not reject it. */
export function isAdmitted(peer: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>, tls: TlsOptions): boolean {
  const { isRequired, isVerified } = rulesOf(tls);
  const certificate = peer.getPeerX509Certificate();
  if (certificate === undefined ? isRequired : isVerified && !peer.authorized) return false;
  const { client_allowed_sans: allowed } = tls;
  if (allowed === undefined) return true;
  const names = alternativeNames(certificate?.subjectAltName);
  return allowed.some((name) => names.includes(name) || names.includes(canonicalAddress(name)));
}
