// Addresses of the configuration: checked when it is loaded, and never shown with the user and password inside them.
import * as z from 'zod';
import { Secret } from './secret.ts';

type Fail = (message: string) => never;

function checked<T>(read: (url: URL, fail: Fail) => T) {
  return z
    .string()
    .meta({ format: 'uri' })
    .transform((text, context): T => {
      const fail: Fail = (message) => {
        context.issues.push({ code: 'custom', message, input: text });
        return z.NEVER;
      };
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || !['http:', 'https:'].includes(url.protocol))
        return fail('not an http(s) address; write one like https://host or https://host:port');
      return read(url, fail);
    });
}

/** Option type: an http(s) address without user, query or fragment; given back without a trailing slash. */
export const endpointUrl = () =>
  checked((url, fail) => {
    if (url.username !== '' || url.password !== '') return fail('must not carry a user or password');
    // In `href` even an empty one leaves its mark, in `search` and `hash` not.
    if (/[?#]/.test(url.href)) return fail('must not carry a query or a fragment');
    const version = /\/v\d[\d.]*(?=\/|$)/.exec(url.pathname)?.[0];
    if (version !== undefined) return fail(`must end before ${version}: the paths of the API are added`);
    return url.href.replace(/\/+$/, '');
  });

/** A proxy's address: prints with its user and password masked. */
export interface ProxyAddress {
  readonly address: Secret;
  toJSON(): string;
}

/** Option type: the address of an HTTP proxy; user and password in it are secrets. */
export const proxyUrl = () =>
  checked((url): ProxyAddress => {
    const address = new Secret(url.href);
    if (url.password !== '') new Secret(decoded(url.password));
    const masked = new URL(url.href);
    if (masked.username !== '' || masked.password !== '') masked.username = masked.password = 'secret';
    const shown = masked.href.replace('secret:secret@', '<secret>@');
    return { address, toJSON: () => shown };
  });

/** A lone % is allowed in an address, and means itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
