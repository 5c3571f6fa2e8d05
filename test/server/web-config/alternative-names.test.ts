// Alternative names of real certificates, and of texts that try to pass for some.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { alternativeNames, canonicalAddress } from '../../../src/server/web-config/alternative-names.ts';
import { createAuthority, scratch } from '../../support/certificates.ts';

describe('the alternative names of a text', () => {
  it.each<[string | undefined, readonly string[]]>([
    [undefined, []],
    ['', []],
    ['DNS:a.example, DNS:b.example', ['a.example', 'b.example']],
    ['DNS:a, email:m@a, URI:spiffe://a/b, IP Address:127.0.0.1', ['a', 'm@a', 'spiffe://a/b', '127.0.0.1']],
    ['IP Address:2001:DB8:0:0:0:0:0:1', ['2001:db8::1']],
    ['IP Address:0:0:0:0:0:0:0:1, DNS:a', ['::1', 'a']],
    // A comma in a name begins no other name.
    ['DNS:"a, DNS:admin"', ['a, DNS:admin']],
    ['DNS:"a\\", DNS:admin, DNS:\\"b"', ['a", DNS:admin, DNS:"b']],
    ['URI:"http://a/, DNS:admin", DNS:b', ['http://a/, DNS:admin', 'b']],
    // Kinds that say nothing of who it is.
    ['othername:UPN::admin, DirName:CN = admin, Registered ID:1.2.3, DNS:a', ['a']],
    ['DirName:"CN = a, DNS:admin", DNS:b', ['b']],
    // Nothing is taken of what is not wholly understood.
    ['DNS:a"b, DNS:admin', []],
    ['DNS:admin, DNS:"a', []],
    ['DNS:"a" , DNS:admin', []],
    ['DNS:admin, ', []],
    ['DNS:"\\x", DNS:admin', []],
    ['admin', []],
  ])('%j', (text, expected) => {
    expect(alternativeNames(text)).toEqual(expected);
  });

  it('is what a real certificate has, whatever its names try', () => {
    const authority = createAuthority(scratch(onTestFinished));
    const names = ['DNS:a.example', 'IP:10.0.0.1', 'IP:2001:db8::5', 'email:m@a.example', 'URI:spiffe://a/b'];
    const tricks = ['DNS:x, DNS:admin.example', 'URI:http://a/", DNS:admin.example', 'email:"m, DNS:admin.example'];
    const { cert } = authority.issue('client', [...names, ...tricks.map((one) => one.replaceAll(',', '\\,'))]);
    const found = alternativeNames(new X509Certificate(cert).subjectAltName);
    expect(found.slice(0, 5)).toEqual(['a.example', '10.0.0.1', '2001:db8::5', 'm@a.example', 'spiffe://a/b']);
    expect(found.length).toBeGreaterThan(5);
    expect(found).not.toContain('admin.example');
  });
});

describe('an address', () => {
  it.each([
    ['2001:DB8::1', '2001:db8::1'],
    ['2001:db8:0:0:0:0:0:1', '2001:db8::1'],
    ['127.0.0.1', '127.0.0.1'],
    ['a.example', 'a.example'],
    ['spiffe://a/b', 'spiffe://a/b'],
    ['a]:b', 'a]:b'],
  ])('%s is %s', (text, expected) => {
    expect(canonicalAddress(text)).toBe(expected);
  });
});
