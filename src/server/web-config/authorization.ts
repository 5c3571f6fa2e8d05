// Reads the header `Authorization: Basic …` (RFC 7617, in UTF-8).
import { isUtf8 } from 'node:buffer';

export interface Login {
  readonly user: string;
  readonly password: string;
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

/** Undefined where the header is missing or no login. */
export function readLogin(header: string | undefined): Login | undefined {
  const [, base64 = ''] = BASIC.exec(header ?? '') ?? [];
  const bytes = Buffer.from(base64, 'base64');
  // Otherwise different bytes would become the same text.
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString();
  // A user has no colon, a password may.
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
