// Secrets do not get out by any way that text usually takes.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { redact, Secret, secret, withoutSecrets } from '../../src/option-types/secret.ts';

describe('a secret prints as <secret>', () => {
  const value = new Secret('hunter2-prints');

  it.each([
    ['in a template', `${value}`],
    ['joined to text', `x${String(value)}`.slice(1)],
    ['inspected', inspect(value)],
    ['logged by console.log', inspect(value, { showHidden: true, depth: Infinity, customInspect: true })],
  ])('%s', (_, text) => {
    expect(text).toBe('<secret>');
  });

  it.each([
    ['as JSON', JSON.stringify({ value })],
    ['inside an object that is inspected', inspect({ deep: { deeper: [value] } }, { depth: Infinity })],
    ['in the stack of an error', new Error(`wrong: ${value}`).stack ?? ''],
    ['when even the own inspection is left out', inspect(value, { customInspect: false, showHidden: true })],
  ])('%s', (_, text) => {
    expect(text).not.toContain('hunter2');
  });

  it('and is revealed only when asked', () => {
    expect(value.reveal()).toBe('hunter2-prints');
  });
});

describe('foreign text', () => {
  it('is shown without any secret this process knows', () => {
    new Secret('hunter2-known');
    expect(withoutSecrets('a hunter2-known b hunter2-known')).toBe('a <secret> b <secret>');
  });

  it('is shown without a secret that is still in use, however many were issued since', () => {
    const used = new Secret('hunter2-in-use');
    for (let index = 0; index < 3000; index += 1) {
      new Secret(`issued-${index}-${'x'.repeat(20)}`);
      if (index % 500 === 0) used.reveal();
    }
    expect(withoutSecrets('a hunter2-in-use')).toBe('a <secret>');
  });

  it('is shown without the signature of a request', () => {
    const echoed = `SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=${'5abacd91'.repeat(8)}"`;
    expect(withoutSecrets(echoed)).toBe('SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=<secret>"');
  });

  it('is shown without secrets in percent-encoding', () => {
    new Secret('p@ss w%rd');
    expect(withoutSecrets('https://host/?q=p%40ss%20w%25rd')).toBe('https://host/?q=<secret>');
  });

  it('loses the longer secret first, where one is part of another', () => {
    new Secret('hunter2');
    new Secret('hunter2-and-more');
    expect(withoutSecrets('hunter2-and-more')).toBe('<secret>');
  });

  it('is shown even if a secret is not well-formed Unicode', () => {
    new Secret('hunter2-\uD800');
    expect(withoutSecrets('x hunter2-\uD800 y')).toBe('x <secret> y');
  });

  it('does not turn into placeholders because of an empty secret', () => {
    new Secret('');
    expect(withoutSecrets('text')).toBe('text');
  });

  it('is cut to 200 characters, without control characters, after secrets are taken out', () => {
    const long = `${'x'.repeat(195)}hunter2-long-secret-at-the-edge`;
    new Secret('hunter2-long-secret-at-the-edge');
    expect(redact(long)).toBe(`${'x'.repeat(195)}<sec…`);
    expect(redact('a\u001b[31m\n\n b\u202e')).toBe('a [31m b');
  });
});

it('the newest 1,000 secrets are remembered, those used again as well', () => {
  new Secret('hunter2-forgotten');
  new Secret('hunter2-renewed');
  for (let i = 0; i < 998; i++) new Secret(`filler-number-${i}`);
  new Secret('hunter2-renewed');
  new Secret('hunter2-latest');
  expect(withoutSecrets('hunter2-renewed')).toBe('<secret>');
  expect(withoutSecrets('filler-number-0')).toBe('<secret>');
  expect(withoutSecrets('hunter2-forgotten')).toBe('hunter2-forgotten');
});

describe('the option', () => {
  it('gives a Secret', () => {
    expect(secret().parse('x')).toBeInstanceOf(Secret);
  });

  it('refuses an empty text, and repeats nothing of a wrong value', () => {
    expect(secret().safeParse('').error?.issues).toEqual([expect.objectContaining({ message: 'empty' })]);
    expect(JSON.stringify(secret().safeParse(12345678).error?.issues)).not.toContain('12345678');
  });
});
