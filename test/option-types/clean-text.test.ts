// What is taken off a secret, whatever its source, and what is refused because nobody could see it.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { cleanText, lineOfText } from '../../src/option-types/clean-text.ts';
import { secret, secretLines } from '../../src/option-types/secret.ts';

describe('a key or token', () => {
  it.each(['key', 'key\n', 'key\r\n\r\n', '\u{feff}key\n', ' key\t\n', 'key\u{a0}'])(
    'is what remains without line ends, marks and blanks around it: %j',
    (written) => {
      expect(cleanText(written, 'key')).toEqual({ text: 'key' });
    },
  );

  it.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['a\nb', 'holds a line break; it must be one line'],
    ['a\0b', 'holds an invisible character (U+0000); copy it again without it'],
    ['a\tb', 'holds an invisible character (U+0009); copy it again without it'],
    ['a\u{200b}b', 'holds an invisible character (U+200B); copy it again without it'],
    ['a\u{feff}b', 'holds an invisible character (U+FEFF); copy it again without it'],
    ['a\u{a0}b', 'holds an invisible character (U+00A0); copy it again without it'],
    ['a\u{2028}b', 'holds an invisible character (U+2028); copy it again without it'],
    ['a\u{d800}b', 'holds an invisible character (U+D800); copy it again without it'],
    ['a\u{fffd}b', 'is not UTF-8 text; save it as UTF-8'],
    ['a b', 'holds a space; no key or token has one'],
    ['kéy', 'holds a character that is not ASCII; no key or token has one, copy it again'],
  ])('%j %s', (written, fault) => {
    expect(cleanText(written, 'key')).toEqual({ fault });
  });
});

describe('a password', () => {
  it.each([
    ['p w\n', 'p w'],
    [' pw ', ' pw '],
    ['pässwörd', 'pässwörd'],
    ['\u{feff}pw', 'pw'],
  ])('keeps what can be seen: %j', (written, text) => {
    expect(cleanText(written, 'password')).toEqual({ text });
  });

  it.each(['a\nb', 'a\u{200b}', 'pw\t', 'pw\u{a0}', 'a\u{fffd}'])('is refused with what cannot: %j', (written) => {
    expect(cleanText(written, 'password')).toEqual({ fault: expect.any(String) });
  });
});

describe('an option', () => {
  it('of a secret or a name gives the clean text', () => {
    expect(secret().parse('key\n').reveal()).toBe('key');
    expect(secret('password').parse('p w\n').reveal()).toBe('p w');
    expect(lineOfText().parse('alice\n')).toBe('alice');
  });

  it('tells the fault, without the text', () => {
    const { error } = z.object({ key: secret() }).safeParse({ key: 'hun\nter2' });
    expect(error?.issues).toEqual([
      { code: 'custom', path: ['key'], message: 'holds a line break; it must be one line' },
    ]);
    expect(JSON.stringify(error)).not.toMatch(/hun|ter2/);
  });

  it('of a secret of many lines keeps them', () => {
    expect(secretLines().parse('a\nb\n').reveal()).toBe('a\nb\n');
  });
});
