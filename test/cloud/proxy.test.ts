// Which proxy the environment names for an address: as Go's httpproxy and curl read it.
import { describe, expect, it } from 'vitest';
import { proxyOf, unusableProxies } from '../../src/cloud/proxy.ts';

const CLOUD = 'https://workspace.example.com/';
const originFor = (url: string, env: Readonly<Record<string, string>>) => proxyOf(new URL(url), env)?.address.origin;

describe('a proxy of the environment', () => {
  it.each<[string, string]>([
    ['http://proxy:3128', 'http://proxy:3128'],
    ['https://proxy', 'https://proxy'],
    ['proxy:3128', 'http://proxy:3128'],
    ['10.0.0.1:3128', 'http://10.0.0.1:3128'],
    ['[fd00::1]:3128', 'http://[fd00::1]:3128'],
    ['user:p%40ss@proxy:3128', 'http://proxy:3128'],
    [' http://proxy:3128/\n', 'http://proxy:3128'],
  ])('%j is %s', (HTTPS_PROXY, origin) => {
    expect(originFor(CLOUD, { HTTPS_PROXY })).toBe(origin);
  });

  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['neither', {}, undefined],
    ['lower case goes first', { https_proxy: 'low', HTTPS_PROXY: 'up' }, 'http://low'],
    ['an empty one is none', { https_proxy: '', HTTPS_PROXY: 'up' }, 'http://up'],
    ['an empty one is none, here too', { https_proxy: 'low', HTTPS_PROXY: '' }, 'http://low'],
    ['two empty ones', { https_proxy: ' ', HTTPS_PROXY: '' }, undefined],
    ['one for http alone', { HTTP_PROXY: 'plain' }, undefined],
    ['an empty exception is none', { HTTPS_PROXY: 'up', no_proxy: '', NO_PROXY: 'example.com' }, undefined],
  ])('%s', (_, env, origin) => {
    expect(originFor(CLOUD, env)).toBe(origin);
  });

  it('for http is another one', () => {
    expect(originFor('http://workspace.example.com/', { HTTP_PROXY: 'plain', HTTPS_PROXY: 'up' })).toBe('http://plain');
  });

  it.each(['http://', 'socks5://proxy:1080', 'ftp://proxy', 'two words', 'http://pro xy'])(
    'that is no address is told, and nothing goes past it: %s',
    (HTTPS_PROXY) => {
      const message = 'is not the address of an HTTP proxy; write one like http://host:3128';
      expect(() => originFor(CLOUD, { HTTPS_PROXY })).toThrow(`HTTPS_PROXY ${message}`);
      expect(unusableProxies({ HTTPS_PROXY })).toEqual([{ name: 'HTTPS_PROXY', message }]);
    },
  );

  it('that is fine is no problem', () => {
    expect(unusableProxies({ HTTPS_PROXY: 'proxy:3128', http_proxy: '' })).toEqual([]);
  });

  it('has its user and password for the header, and not in its name', () => {
    const found = proxyOf(new URL(CLOUD), { HTTPS_PROXY: 'alice:s3%40cret@proxy' })?.address;
    expect(found?.authorization?.reveal()).toBe(`Basic ${Buffer.from('alice:s3@cret').toString('base64')}`);
    expect([found?.origin, JSON.stringify(found)]).toEqual(['http://proxy', '"http://<secret>@proxy/"']);
  });

  it.each(['http://localhost:1/', 'http://127.0.0.1/', 'http://127.9.9.9/', 'http://[::1]/', 'https://localhost/'])(
    'is never asked for this machine: %s',
    (url) => {
      expect(originFor(url, { HTTP_PROXY: 'proxy', HTTPS_PROXY: 'proxy' })).toBeUndefined();
    },
  );
});

describe('NO_PROXY', () => {
  it.each<[string, string, boolean]>([
    ['*', CLOUD, true],
    ['other.example, *', CLOUD, true],
    ['example.com', CLOUD, true],
    ['EXAMPLE.com', CLOUD, true],
    ['example.com', 'https://example.com/', true],
    ['.example.com', CLOUD, true],
    ['.example.com', 'https://example.com/', false],
    ['*.example.com', CLOUD, true],
    ['*.example.com', 'https://example.com/', false],
    ['ample.com', CLOUD, false],
    ['a.org,workspace.example.com', CLOUD, true],
    ['a.org workspace.example.com', CLOUD, true],
    ['example.com:443', CLOUD, true],
    ['example.com:8443', CLOUD, false],
    ['example.com:8443', 'https://workspace.example.com:8443/', true],
    ['example.com:80', 'http://example.com/', true],
    ['bücher.example', 'https://xn--bcher-kva.example/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.0.0.0/8', 'https://10.example.com/', false],
    ['100.64.0.0/10', 'https://100.127.0.1:8443/', true],
    ['fd00::/8', 'https://[fd12::1]/', true],
    ['fd00::/8', 'https://[fe80::1]/', false],
    ['10.0.0.0/33', 'https://10.0.0.0/', false],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['10.1.2.3:443', 'https://10.1.2.3/', true],
    ['10.1.2.3:80', 'https://10.1.2.3/', false],
    ['fd12::1', 'https://[fd12:0::1]/', true],
    ['[fd12::1]', 'https://[fd12::1]/', true],
    ['[fd12::1]:443', 'https://[fd12::1]/', true],
    ['[fd12::1]:80', 'https://[fd12::1]/', false],
    [' , ,', CLOUD, false],
    [':443', CLOUD, false],
    ['.', CLOUD, false],
  ])('%j and %s: direct is %s', (NO_PROXY, url, isDirect) => {
    expect(originFor(url, { HTTPS_PROXY: 'proxy', HTTP_PROXY: 'proxy', NO_PROXY }) === undefined).toBe(isDirect);
  });
});
