// Who counts as one client.
import { expect, it } from 'vitest';
import { clientOf } from '../../../src/server/web-config/client-address.ts';

it.each<[string | undefined, string]>([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, ''],
])('%s is %s', (address, expected) => {
  expect(clientOf(address)).toBe(expected);
});
