// Addresses in the configuration: checked when it is loaded, and never printed with a user and password.
import * as z from 'zod';
import { Secret } from './secret.ts';

type Fail = (message: string) => never;

const NO_HTTP_ADDRESS = 'not an http(s) address; write one like https://host or https://host:port';

function checkUrl<T>(read: (url: URL, fail: Fail) => T) {
  return z
    .string()
    .meta({ format: 'uri' })
    .transform((text, context): T => {
      const fail: Fail = (message) => {
        context.issues.push({ code: 'custom', message, input: text });
        return z.NEVER;
      };
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return fail(NO_HTTP_ADDRESS);
      return read(url, fail);
    });
}

/** Option type: an http(s) address without user, query or fragment; given back without a trailing slash. */
export const endpointUrl = () =>
  checkUrl((url, fail) => {
    if (url.username !== '' || url.password !== '') return fail('must not contain a user or password');
    // `search` and `hash` do not show an empty one, `href` does.
    if (/[?#]/.test(url.href)) return fail('must not contain a query or a fragment');
    const version = /\/v\d[\d.]*(?=\/|$)/.exec(url.pathname)?.[0];
    if (version !== undefined) return fail(`must end before ${version}: the paths of the API are added`);
    return url.href.replace(/\/+$/, '');
  });

/** A proxy's address: prints with its user and password masked. */
export interface ProxyAddress {
  readonly address: Secret;
  /** Without user and password: safe to print. */
  readonly origin: string;
  /** Value of the Proxy-Authorization header. */
  readonly authorization?: Secret;
  toJSON(): string;
}

/** Parses the address of an HTTP proxy, with or without its scheme, as curl and Go do; undefined if it is not one. */
export function parseProxy(text: string): ProxyAddress | undefined {
  const written = text.trim();
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(written) ? written : `http://${written}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) return undefined;
  const address = new Secret(url.href);
  const [user, password] = [decode(url.username), decode(url.password)];
  if (password !== '') new Secret(password);
  const isOpen = user === '' && password === '';
  const basic = () => new Secret(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  const shown = isOpen ? url.href : url.href.replace(/\/\/[^@]*@/, '//<secret>@');
  return { address, origin: url.origin, ...(isOpen ? {} : { authorization: basic() }), toJSON: () => shown };
}

/** Option type: the address of an HTTP proxy; user and password in it are secrets. */
export const proxyUrl = () =>
  z
    .string()
    .meta({ format: 'uri' })
    .transform((text, context): ProxyAddress => {
      const proxy = parseProxy(text);
      if (proxy !== undefined) return proxy;
      context.issues.push({ code: 'custom', message: NO_HTTP_ADDRESS, input: text });
      return z.NEVER;
    });

/** A lone % is allowed in an address and stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
