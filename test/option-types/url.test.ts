// Addresses of the configuration.
import { describe, expect, it } from 'vitest';
import { Secret, withoutSecrets } from '../../src/option-types/secret.ts';
import { endpointUrl, proxyUrl } from '../../src/option-types/url.ts';

describe('an endpoint', () => {
  it.each([
    ['https://host', 'https://host'],
    ['https://host/', 'https://host'],
    ['https://HOST:443/', 'https://host'],
    ['http://127.0.0.1:8080/base//', 'http://127.0.0.1:8080/base'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('%s is %s: nothing but what a path can be put behind', (text, address) => {
    expect(endpointUrl().parse(text)).toBe(address);
  });

  it.each([
    ['host', 'not an http(s) address; write one like https://host or https://host:port'],
    ['host:8080', 'not an http(s) address; write one like https://host or https://host:port'],
    ['ftp://host', 'not an http(s) address; write one like https://host or https://host:port'],
    ['file:///etc/passwd', 'not an http(s) address; write one like https://host or https://host:port'],
    ['', 'not an http(s) address; write one like https://host or https://host:port'],
    ['https://user@host', 'must not contain a user or password'],
    ['https://user:hunter2@host', 'must not contain a user or password'],
    ['https://host/?a=b', 'must not contain a query or a fragment'],
    ['https://host/#a', 'must not contain a query or a fragment'],
    ['https://host/?', 'must not contain a query or a fragment'],
    ['https://host/#', 'must not contain a query or a fragment'],
  ])('is not %j: %s', (text, message) => {
    expect(endpointUrl().safeParse(text).error?.issues).toEqual([expect.objectContaining({ message })]);
  });
});

describe('a proxy', () => {
  it('keeps its address as a secret', () => {
    const { address } = proxyUrl().parse('http://user:hunter2@proxy:3128');
    expect(address).toBeInstanceOf(Secret);
    expect(address.reveal()).toBe('http://user:hunter2@proxy:3128/');
  });

  it.each([
    ['http://proxy:3128', 'http://proxy:3128/'],
    ['http://user:hunter2@proxy:3128', 'http://<secret>@proxy:3128/'],
    ['http://user@proxy:3128', 'http://<secret>@proxy:3128/'],
    ['http://:hunter2@proxy:3128', 'http://<secret>@proxy:3128/'],
  ])('%s is shown as %s', (text, shown) => {
    expect(JSON.stringify(proxyUrl().parse(text))).toContain(`${JSON.stringify(shown)}`);
    expect(proxyUrl().parse(text).toJSON()).toBe(shown);
  });

  it('has its password known as a secret, decoded', () => {
    proxyUrl().parse('http://user:hunter2%2Fproxy@proxy');
    expect(withoutSecrets('407 for hunter2/proxy')).toBe('407 for <secret>');
  });

  it('may have a password with a lone percent sign', () => {
    expect(proxyUrl().parse('http://user:100%hunter2@proxy').toJSON()).toBe('http://<secret>@proxy/');
    expect(withoutSecrets('407 for 100%hunter2')).toBe('407 for <secret>');
  });

  it('is not a SOCKS proxy', () => {
    expect(proxyUrl().safeParse('socks5://proxy').success).toBe(false);
  });
});
