// What is said of an address that cannot be listened on: advice that fits the reason, and no other.
import { expect, it } from 'vitest';
import { type ListenAddress, listenError } from '../../src/server/listen-address.ts';

const FLAG = '--web.listen-address';
const coded = (code: string) => Object.assign(new Error('listen'), { code });
const HERE = { host: '10.0.0.1', port: 10054 };

it.each<[string, ListenAddress, string]>([
  ['EADDRINUSE', HERE, '10.0.0.1:10054 (EADDRINUSE); is another program using it?'],
  [
    'EADDRNOTAVAIL',
    HERE,
    '10.0.0.1:10054 (EADDRNOTAVAIL); this machine has no such address; leave it out (:10054) to listen on all addresses.',
  ],
  [
    'EINVAL',
    { host: 'fe80::1', port: 1 },
    '[fe80::1]:1 (EADDRNOTAVAIL); this machine has no such address; leave it out',
  ],
  [
    'EACCES',
    { host: undefined, port: 443 },
    ':443 (EACCES); ports below 1024 need a special permission (docs/systemd.md).',
  ],
  ['EACCES', HERE, '10.0.0.1:10054 (EACCES); --web.listen-address'],
  ['EAFNOSUPPORT', { host: '::1', port: 1 }, '[::1]:1 (EAFNOSUPPORT); IPv6 is disabled on this machine.'],
  ['ENOTFOUND', { host: 'a', port: 1 }, 'a:1 (ENOTFOUND); the name does not exist.'],
  ['EMFILE', HERE, '10.0.0.1:10054 (EMFILE); --web.listen-address'],
])('%s of %j', (code, address, words) => {
  const { message } = listenError(address, coded(code), FLAG);
  expect(message).toContain(`cannot listen on ${words}`);
  expect(message).toMatch(/ --web\.listen-address chooses another$/);
});

it('an address that the program itself has taken is told as such', () => {
  const { message } = listenError({ host: '127.0.0.1', port: 1 }, coded('EADDRINUSE'), FLAG, [
    { host: undefined, port: 1 },
  ]);
  expect(message).toBe(
    'cannot listen on 127.0.0.1:1 (EADDRINUSE); an earlier --web.listen-address has the same port. --web.listen-address chooses another',
  );
});
