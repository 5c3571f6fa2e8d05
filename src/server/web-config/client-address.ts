// Who asks, as far as an address tells: what one client may do is bounded, and one has many IPv6 addresses.
import { isIPv6 } from 'node:net';
import { canonicalAddress } from './alternative-names.ts';

/** IPv4 as it is, of IPv6 the network of 64 bits. */
export function clientOf(address: string | undefined): string {
  if (address === undefined || !isIPv6(address)) return address ?? '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = canonicalAddress(address.replace(/%.*$/, '')).split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
