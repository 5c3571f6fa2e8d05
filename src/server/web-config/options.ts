// The file of `--web.config.file`: the keys of the Prometheus exporter-toolkit, with its defaults.
import * as z from 'zod';
import { duration } from '../../option-types/duration.ts';
import { secretLines } from '../../option-types/secret.ts';
import { filePath } from '../../option-types/secret-file.ts';
import { passwordHash } from './password-hash.ts';
import { CLIENT_AUTH_TYPES, CURVE_NAMES, SUITE_NAMES, VERSION_NAMES } from './tls-names.ts';

const pem = () => z.string().min(1, 'empty');

const tlsOptions = z.strictObject({
  cert: pem().optional(),
  cert_file: filePath().optional(),
  key: secretLines().optional(),
  key_file: filePath().optional(),
  client_ca: pem().optional(),
  client_ca_file: filePath().optional(),
  client_auth_type: z.enum(CLIENT_AUTH_TYPES).optional(),
  client_allowed_sans: z.array(z.string().min(1, 'empty')).min(1).optional(),
  min_version: z.enum(VERSION_NAMES).prefault('TLS12'),
  max_version: z.enum(VERSION_NAMES).prefault('TLS13'),
  cipher_suites: z.array(z.enum(SUITE_NAMES)).prefault([]),
  prefer_server_cipher_suites: z.boolean().prefault(true),
  curve_preferences: z.array(z.enum(CURVE_NAMES)).prefault([]),
});

/** What Node allows in a header: no control characters, nothing beyond one byte. */
const headerText = () =>
  z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'not valid in a header: write one line without control characters');

const headers = z.strictObject({
  'Content-Security-Policy': headerText().optional(),
  'X-Frame-Options': z.enum(['deny', 'sameorigin']).optional(),
  'X-Content-Type-Options': z.enum(['nosniff']).optional(),
  'X-XSS-Protection': headerText().optional(),
  'Strict-Transport-Security': headerText().optional(),
});

export const webOptions = z.strictObject({
  tls_server_config: tlsOptions.prefault({}),
  http_server_config: z
    .strictObject({
      /** Accepted because existing files have it; the server speaks HTTP/1.1 anyway. */
      http2: z.boolean().prefault(true),
      headers: headers.prefault({}),
    })
    .prefault({}),
  basic_auth_users: z
    .record(z.string(), passwordHash())
    .prefault({})
    .transform((users) => new Map(Object.entries(users))),
  rate_limit: z.strictObject({ interval: duration().prefault('0s'), burst: z.int().min(0).prefault(0) }).prefault({}),
});

export type WebOptions = z.output<typeof webOptions>;
export type TlsOptions = WebOptions['tls_server_config'];

/** The keys that switch TLS on. */
export const TLS_SWITCHES = [
  'cert',
  'cert_file',
  'key',
  'key_file',
  'client_ca',
  'client_ca_file',
  'client_auth_type',
] as const;

export const isTlsOn = (options: TlsOptions): boolean => TLS_SWITCHES.some((key) => options[key] !== undefined);

/** The file as it is at the moment. */
export interface WebFile {
  /** Reads it anew. With a `problem`, `options` are the last good ones. Never rejects. */
  read(): Promise<WebState>;
}
export interface WebState {
  readonly options: WebOptions;
  /** Why the file is unusable as it is now; lines of text. */
  readonly problem: string | undefined;
  /** Why the file could not be read just now; the rest is as of the last read. */
  readonly silence?: string;
}
