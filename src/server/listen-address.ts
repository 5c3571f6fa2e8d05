// Reads addresses to listen on, and says why one of them fails, with the advice that fits.
import { errorCode } from '../option-types/error-code.ts';

export interface ListenAddress {
  /** Undefined: all addresses of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

/** An address, or the descriptor of a socket that the process has inherited. */
export type ListenTarget = ListenAddress | { readonly fd: number };

/** `:10054`, `127.0.0.1:10054` or `[::1]:10054`; undefined otherwise. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65_535) return undefined;
  return { host: parts[1] ?? (parts[2] === '' ? undefined : parts[2]), port };
}

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: ' is another program using it?',
  EADDRNOTAVAIL: ' this machine has no such address; leave it out (:10054) to listen on all addresses.',
  EAFNOSUPPORT: ' IPv6 is disabled on this machine.',
  ENOTFOUND: ' the name does not exist.',
  EAI_AGAIN: ' no name server answers.',
};

export const socketError = (fd: number, why: string): Error =>
  new Error(
    `cannot listen on the inherited socket ${fd} (${why}); --web.systemd-socket needs ListenStream=PORT and Accept=no`,
  );

/** `flag` is the option with the address; `taken` are the addresses that the program listens on already. */
export function listenError(
  { host, port }: ListenAddress,
  error: unknown,
  flag: string,
  taken: readonly ListenTarget[] = [],
): Error {
  // An IPv6 address that needs the name of its interface.
  const code = errorCode(error) === 'EINVAL' ? 'EADDRNOTAVAIL' : errorCode(error);
  const where = `${host?.includes(':') === true ? `[${host}]` : (host ?? '')}:${port}`;
  let advice = ADVICE[code] ?? '';
  if (code === 'EADDRINUSE' && taken.some((other) => 'port' in other && other.port === port))
    advice = ` an earlier ${flag} has the same port.`;
  if (code === 'EACCES' && port < 1024) advice = ' ports below 1024 need a special permission (docs/systemd.md).';
  return new Error(`cannot listen on ${where} (${code});${advice} ${flag} chooses another`);
}
