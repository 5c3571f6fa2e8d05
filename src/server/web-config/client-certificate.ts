// Decides after the handshake which clients get in, by `client_auth_type` and `client_allowed_sans`.
import type { TLSSocket } from 'node:tls';
import { alternativeNames, canonicalAddress } from './alternative-names.ts';
import type { ClientAuthType, TlsOptions } from './options.ts';

export const asksForCertificate = ({ client_auth_type: type = 'NoClientCert' }: TlsOptions) => type !== 'NoClientCert';

const ADMITS: Readonly<Record<ClientAuthType, (isGiven: boolean, isVerified: boolean) => boolean>> = {
  NoClientCert: () => true,
  RequestClientCert: () => true,
  RequireAnyClientCert: (isGiven) => isGiven,
  RequireClientCert: (isGiven) => isGiven,
  VerifyClientCertIfGiven: (isGiven, isVerified) => !isGiven || isVerified,
  RequireAndVerifyClientCert: (isGiven, isVerified) => isGiven && isVerified,
};

type Peer = Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>;

/** `peer` is a socket that requested a certificate and did not reject it. */
export function isAdmitted(peer: Peer, options: TlsOptions): boolean {
  const { client_auth_type: type = 'NoClientCert', client_allowed_sans: allowed } = options;
  const certificate = peer.getPeerX509Certificate();
  return ADMITS[type](certificate !== undefined, peer.authorized) && isNamed(certificate, allowed);
}

function isNamed(certificate: ReturnType<Peer['getPeerX509Certificate']>, allowed: readonly string[] | undefined) {
  if (allowed === undefined) return true;
  const names = alternativeNames(certificate?.subjectAltName);
  return allowed.some((name) => names.includes(name) || names.includes(canonicalAddress(name)));
}
