// The names that the file has for TLS versions, cipher suites, curves and client certificates: Go's, with what they mean here.
import type { SecureVersion } from 'node:tls';

// Reason of the assertions below: a table's keys are those that are written.
/** Oldest first. */
export const VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const satisfies {
  readonly [name: string]: SecureVersion;
};
export type Version = keyof typeof VERSIONS;
export const VERSION_NAMES = Object.keys(VERSIONS) as readonly Version[];
export const isOlder = (a: Version, b: Version) => VERSION_NAMES.indexOf(a) < VERSION_NAMES.indexOf(b);

/** OpenSSL's names of the suites that Go considers secure (`tls.CipherSuites()`): TLS 1.3, then the older ones, best first. */
const SUITES = {
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
} as const;
export type Suite = keyof typeof SUITES;
export const SUITE_NAMES = Object.keys(SUITES) as readonly Suite[];
/** For TLS 1.3 both have the same names. Go always offers all of these, whatever is configured. */
const TLS13_SUITES = SUITE_NAMES.filter((name) => SUITES[name] === name);

/**
 * OpenSSL's list for the chosen suites; none means all. Those of TLS 1.3 are always in it, because Node switches TLS 1.3 off
 * without them. With those alone it switches the older versions off, as Go does in effect.
 */
export function cipherList(chosen: readonly Suite[], oldest: Version): string {
  const suites = new Set([...TLS13_SUITES, ...(chosen.length === 0 ? SUITE_NAMES : chosen)]);
  const names = [...suites].map((suite) => SUITES[suite]);
  // At its usual security level OpenSSL 3 refuses the signatures of the older versions.
  return [...names, ...(isOlder(oldest, 'TLS12') ? ['@SECLEVEL=0'] : [])].join(':');
}

export const CURVES = { CurveP256: 'P-256', CurveP384: 'P-384', CurveP521: 'P-521', X25519: 'X25519' } as const;
export const CURVE_NAMES = Object.keys(CURVES) as readonly (keyof typeof CURVES)[];

/** Whether a client is asked for a certificate, must give one, and whether the one it gives must be of a known authority. */
export const CLIENT_AUTH = {
  NoClientCert: { isAskedFor: false, isRequired: false, isVerified: false },
  RequestClientCert: { isAskedFor: true, isRequired: false, isVerified: false },
  RequireAnyClientCert: { isAskedFor: true, isRequired: true, isVerified: false },
  // The toolkit's former name for the one above.
  RequireClientCert: { isAskedFor: true, isRequired: true, isVerified: false },
  VerifyClientCertIfGiven: { isAskedFor: true, isRequired: false, isVerified: true },
  RequireAndVerifyClientCert: { isAskedFor: true, isRequired: true, isVerified: true },
} as const;
export const CLIENT_AUTH_TYPES = Object.keys(CLIENT_AUTH) as readonly (keyof typeof CLIENT_AUTH)[];
