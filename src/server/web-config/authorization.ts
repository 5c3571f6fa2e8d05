// Reads the header `Authorization: Basic …` (RFC 7617, in UTF-8).
import { isUtf8 } from 'node:buffer';

export interface Login {
  readonly user: string;
  readonly password: string;
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

/** Undefined where the header is missing or no login. */
export function readLogin(header: string | undefined): Login | undefined {
  const bytes = Buffer.from(BASIC.exec(header ?? '')?.[1] ?? '', 'base64');
  const text = bytes.toString();
  // A user has no colon, a password may.
  const colon = text.indexOf(':');
  // Not UTF-8: different bytes would become the same text.
  if (colon < 0 || !isUtf8(bytes)) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
