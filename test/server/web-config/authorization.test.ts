// The header Authorization: what is a login and what is none.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Login, readLogin } from '../../../src/server/web-config/authorization.ts';

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a header Authorization', () => {
  it.each<[string, string | undefined, Login | undefined]>([
    ['a user and a password', basic('alice:secret'), { user: 'alice', password: 'secret' }],
    ['a colon in the password', basic('alice:a:b:'), { user: 'alice', password: 'a:b:' }],
    ['nothing but a colon', basic(':'), { user: '', password: '' }],
    ['UTF-8', basic('älice:pässwörd €'), { user: 'älice', password: 'pässwörd €' }],
    ['a byte order mark', basic('\ufeffa:b'), { user: '\ufeffa', password: 'b' }],
    ['the scheme in other letters', basic('a:b').replace('Basic', 'bASIC'), { user: 'a', password: 'b' }],
    ['no header', undefined, undefined],
    ['no colon', basic('alice'), undefined],
    ['Latin-1', basic(Buffer.from('alice:p\xe4ss', 'latin1')), undefined],
    ['another scheme', 'Bearer YTpi', undefined],
    ['no base64', 'Basic a:b', undefined],
    ['more than one', `${basic('a:b')}, ${basic('c:d')}`, undefined],
    ['nothing after the scheme', 'Basic ', undefined],
  ])('with %s', (_, header, expected) => {
    expect(readLogin(header)).toEqual(expected);
  });

  it('is read back, whoever logs in', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const user = text.filter((one) => !one.includes(':'));
    fc.assert(
      fc.property(user, text, (name, password) => {
        expect(readLogin(basic(`${name}:${password}`))).toEqual({ user: name, password });
      }),
    );
  });

  it('is no login unless it says so, whatever it is', () => {
    const piece = fc.constantFrom(
      'Basic',
      'basic',
      'Bearer',
      ' ',
      '  ',
      ',',
      ':',
      '=',
      '==',
      '\t',
      '\0',
      'YTpi',
      'YTpi=',
      'wqM6',
      '/w==',
      'é',
    );
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(header, (given) => {
        const login = readLogin(given);
        if (login === undefined) return;
        const [, code = ''] = /^basic +(\S+)$/i.exec(given) ?? [];
        expect(Buffer.from(code, 'base64').toString()).toBe(`${login.user}:${login.password}`);
        expect(login.user).not.toContain(':');
      }),
      { numRuns: 2000 },
    );
  });
});
