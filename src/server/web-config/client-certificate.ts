// Which clients may speak once the handshake is done: those that `client_auth_type` and `client_allowed_sans` let in.
import type { TLSSocket } from 'node:tls';
import { alternativeNames, canonicalAddress } from './alternative-names.ts';
import type { ClientAuthType, TlsOptions } from './options.ts';

const ASKED_FOR: Readonly<Record<ClientAuthType, boolean>> = {
  NoClientCert: false,
  RequestClientCert: true,
  RequireAnyClientCert: true,
  RequireClientCert: true,
  VerifyClientCertIfGiven: true,
  RequireAndVerifyClientCert: true,
};

export const isCertificateAskedFor = ({ client_auth_type: type = 'NoClientCert' }: TlsOptions) => ASKED_FOR[type];

type Peer = Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>;

/** Of a socket whose certificate was asked for, and verified without a refusal. */
export function isAdmitted(peer: Peer, options: TlsOptions): boolean {
  const { client_auth_type: type = 'NoClientCert', client_allowed_sans: allowed } = options;
  const certificate = peer.getPeerX509Certificate();
  return isProved(type, certificate !== undefined, peer.authorized) && isNamed(certificate, allowed);
}

function isProved(type: ClientAuthType, isGiven: boolean, isVerified: boolean): boolean {
  switch (type) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'RequireAnyClientCert':
    case 'RequireClientCert':
      return isGiven;
    case 'VerifyClientCertIfGiven':
      return !isGiven || isVerified;
    case 'RequireAndVerifyClientCert':
      return isGiven && isVerified;
  }
}

function isNamed(certificate: ReturnType<Peer['getPeerX509Certificate']>, allowed: readonly string[] | undefined) {
  if (allowed === undefined) return true;
  const names = alternativeNames(certificate?.subjectAltName);
  return allowed.some((name) => names.includes(name) || names.includes(canonicalAddress(name)));
}
