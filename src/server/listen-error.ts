// Explains why an address cannot be listened on, with advice that fits the reason.
import { errorCode } from '../option-types/error-code.ts';

interface Address {
  /** Undefined: all addresses of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: ' is another program using it?',
  EADDRNOTAVAIL: ' this machine has no such address; leave it out (:10054) to listen on all of its addresses.',
  EAFNOSUPPORT: ' IPv6 is off on this machine.',
  ENOTFOUND: ' this name does not exist.',
  EAI_AGAIN: ' no name server answers for this name.',
};

/** `flag` chooses another address; `taken` are those that this program already listens on. */
export function listenError({ host, port }: Address, error: unknown, flag: string, taken: readonly Address[] = []) {
  // EINVAL: an IPv6 address that needs the name of its interface.
  const code = errorCode(error) === 'EINVAL' ? 'EADDRNOTAVAIL' : errorCode(error);
  const where = `${host?.includes(':') === true ? `[${host}]` : (host ?? '')}:${port}`;
  let advice = ADVICE[code] ?? '';
  if (code === 'EADDRINUSE' && taken.some((other) => other.port === port))
    advice = ` an earlier ${flag} has the same port.`;
  if (code === 'EACCES' && port < 1024) advice = ' ports below 1024 need a privilege (docs/systemd.md).';
  return new Error(`cannot listen on ${where} (${code});${advice} ${flag} chooses another`);
}
