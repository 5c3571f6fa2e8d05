// Reads the header `Authorization: Basic …` (RFC 7617, in UTF-8).

export interface Login {
  readonly user: string;
  readonly password: string;
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i;

/** Undefined where the header is missing or no login. */
export function loginIn(header: string | undefined): Login | undefined {
  const [, base64] = BASIC.exec(header ?? '') ?? [];
  const text = base64 === undefined ? undefined : decoded(Buffer.from(base64, 'base64'));
  // A user has no colon, a password may.
  const colon = text?.indexOf(':') ?? -1;
  return text === undefined || colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Undefined where it is not UTF-8: else different bytes would become the same text. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
