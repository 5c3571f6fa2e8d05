// Why an address cannot be listened on, with the advice that fits the reason.
import { errorCode } from '../option-types/error-code.ts';

interface Address {
  /** Undefined: all addresses of the machine. */
  readonly host: string | undefined;
  readonly port: number;
}

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is another program using it?',
  EADDRNOTAVAIL: 'this machine has no such address; without one (:10054) all of its addresses are listened on.',
  EAFNOSUPPORT: 'IPv6 is switched off on this machine.',
  ENOTFOUND: 'nobody knows this name.',
  EAI_AGAIN: 'no name server answers for this name.',
};

/** `flag` chooses another one; `taken` are the addresses that the program itself listens on already. */
export function listenError(
  { host, port }: Address,
  error: unknown,
  flag: string,
  taken: readonly Address[] = [],
): Error {
  // An address of IPv6 that is good only with the name of its interface.
  const code = errorCode(error) === 'EINVAL' ? 'EADDRNOTAVAIL' : errorCode(error);
  const where = `${host?.includes(':') === true ? `[${host}]` : (host ?? '')}:${port}`;
  const advice = adviceFor(code, port, flag, taken);
  return new Error(
    `cannot listen on ${where} (${code})${advice === undefined ? ';' : `; ${advice}`} ${flag} chooses another`,
  );
}

function adviceFor(code: string, port: number, flag: string, taken: readonly Address[]): string | undefined {
  if (code === 'EADDRINUSE' && taken.some((other) => other.port === port))
    return `an earlier ${flag} has the same port.`;
  if (code === 'EACCES' && port < 1024) return 'ports below 1024 need a right of their own (docs/systemd.md).';
  return ADVICE[code];
}
