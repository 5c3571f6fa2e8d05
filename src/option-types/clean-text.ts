// Cleans text that people paste into files, variables and YAML: a character that no editor shows would turn a secret
// into a wrong one, which the cloud refuses, and refusals lock accounts.
import * as z from 'zod';

/** Keys and tokens are printable ASCII without spaces, whoever issued them. A password or a name may contain anything visible. */
export type TextForm = 'key' | 'password';

/** The text, or what is wrong with it, as in "holds a line break", never repeating it. */
export type CleanText = { readonly text: string } | { readonly fault: string };

/**
 * Removes line breaks at the end and a byte order mark at the beginning, whatever the source; from keys also surrounding
 * spaces.
 */
export function cleanText(written: string, form: TextForm): CleanText {
  const line = written.replace(/^\u{feff}/u, '').replace(/[\r\n]+$/, '');
  const text = form === 'key' ? line.trim() : line;
  if (text === '') return { fault: 'is empty' };
  const fault = faultOf(text, form);
  return fault === undefined ? { text } : { fault };
}

/** Control and format characters (zero width, direction, byte order), line separators, all spaces but the usual one, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

function faultOf(text: string, form: TextForm): string | undefined {
  if (text.includes('\u{fffd}')) return 'is not UTF-8 text; save it as UTF-8';
  const invisible = INVISIBLE.exec(text)?.[0];
  if (invisible !== undefined && /[\r\n]/.test(invisible)) return 'holds a line break; it must be one line';
  if (invisible !== undefined) return `holds an invisible character (${nameOf(invisible)}); copy it again without it`;
  if (form === 'password') return undefined;
  if (text.includes(' ')) return 'holds a space; no key or token has one';
  return /[^\x21-\x7e]/.test(text)
    ? 'holds a character that is not ASCII; no key or token has one, copy it again'
    : undefined;
}

const nameOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Option type: one line of text, sent as it is. No transformation, so that a description is its own. */
export const lineOfText = () =>
  z
    .string()
    .min(1, 'empty')
    .overwrite((written) => {
      const clean = cleanText(written, 'password');
      return 'text' in clean ? clean.text : written;
    })
    .superRefine((text, { issues }) => {
      const clean = cleanText(text, 'password');
      if ('fault' in clean) issues.push({ code: 'custom', message: clean.fault, input: undefined });
    });

/** Option type: passes the clean text to `make`. Problems never repeat the text. */
export const cleaned = <Made>(form: TextForm, make: (text: string) => Made) =>
  z
    .string()
    .min(1, 'empty')
    .transform((written, { issues }): Made => {
      const clean = cleanText(written, form);
      if ('text' in clean) return make(clean.text);
      issues.push({ code: 'custom', message: clean.fault, input: undefined });
      return z.NEVER;
    });
