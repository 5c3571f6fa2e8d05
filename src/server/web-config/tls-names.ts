// Translates names of TLS versions, cipher suites and curves from Go's, in the file, to OpenSSL's, for Node.
import type { SecureVersion } from 'node:tls';

/** Oldest first. */
export const VERSIONS = {
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
} as const satisfies Readonly<Record<string, SecureVersion>>;
export type Version = keyof typeof VERSIONS;
// The keys are those above.
export const VERSION_NAMES = Object.keys(VERSIONS) as readonly Version[];
export const isOlder = (a: Version, b: Version) => VERSION_NAMES.indexOf(a) < VERSION_NAMES.indexOf(b);

/** Suites of TLS 1.3: Go offers them all, whatever is configured. OpenSSL uses the same names. */
const TLS13_SUITES = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

/** Suites up to TLS 1.2 that Go deems secure (`tls.CipherSuites()`), the better ones first. */
const OLDER_SUITES = {
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
type OlderSuite = keyof typeof OLDER_SUITES;
export type Suite = (typeof TLS13_SUITES)[number] | OlderSuite;

// The keys are those above.
const OLDER_NAMES = Object.keys(OLDER_SUITES) as readonly OlderSuite[];
export const SUITE_NAMES: readonly Suite[] = [...TLS13_SUITES, ...OLDER_NAMES];
const isOlderSuite = (suite: Suite): suite is OlderSuite => suite in OLDER_SUITES;

/**
 * OpenSSL's list for the chosen suites, none meaning all. Those of TLS 1.3 are always in it: Node would switch TLS 1.3 off
 * without them. With none but those, it switches the older versions off, as Go does in effect.
 */
export function cipherList(chosen: readonly Suite[], oldest: Version): string {
  const older = chosen.length === 0 ? OLDER_NAMES : chosen.filter(isOlderSuite);
  const names = [...TLS13_SUITES, ...older.map((suite) => OLDER_SUITES[suite])];
  // At its usual security level OpenSSL 3 refuses the signatures of older versions.
  return [...names, ...(isOlder(oldest, 'TLS12') ? ['@SECLEVEL=0'] : [])].join(':');
}

/** Curves by Go's name. */
export const CURVES = { CurveP256: 'P-256', CurveP384: 'P-384', CurveP521: 'P-521', X25519: 'X25519' } as const;
export type Curve = keyof typeof CURVES;
// The keys are those above.
export const CURVE_NAMES = Object.keys(CURVES) as readonly Curve[];
