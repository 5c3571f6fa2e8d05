// Translates the TLS settings of the file for Node.
import { createSecureContext, type TlsOptions as NodeOptions } from 'node:tls';
import { rulesOf } from './client-certificate.ts';
import type { TlsOptions } from './options.ts';
import type { TlsMaterial, TlsProblem } from './tls-material.ts';
import { CURVES, cipherList, VERSIONS } from './tls-names.ts';

export function tlsSettings(tls: TlsOptions, { cert, key, ca }: TlsMaterial): NodeOptions {
  const curves = tls.curve_preferences.map((curve) => CURVES[curve]);
  return {
    cert,
    key,
    ...(ca === undefined ? {} : { ca }),
    ciphers: cipherList(tls.cipher_suites, tls.min_version),
    ...(curves.length === 0 ? {} : { ecdhCurve: curves.join(':') }),
    honorCipherOrder: tls.prefer_server_cipher_suites,
    minVersion: VERSIONS[tls.min_version],
    maxVersion: VERSIONS[tls.max_version],
    requestCert: rulesOf(tls).isAskedFor,
    // `client_auth_type` refuses after the handshake.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  };
}

/** Why OpenSSL refuses them although every part is readable: a short key, for example. */
export function refusedSettings(tls: TlsOptions, material: TlsMaterial): readonly TlsProblem[] {
  try {
    createSecureContext(tlsSettings(tls, material));
    return [];
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    return [{ message: `OpenSSL refuses the certificate or its settings (${reason})` }];
  }
}
