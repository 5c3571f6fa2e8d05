// Text that people paste into files, variables and YAML, as the cloud should get it: marks that no editor shows would make a
// secret another one, which is refused, and refusals lock accounts.
import * as z from 'zod';

/** Keys and tokens are printable ASCII without blanks, whoever issued them. A password or a name may hold anything visible. */
export type TextForm = 'key' | 'password';

/** The text, or what is wrong with it, as in "holds a line end"; the words never repeat it. */
export type CleanText = { readonly text: string } | { readonly fault: string };

/**
 * Whatever the source: without line ends at its end and without the mark of an encoding at its beginning; keys also without
 * blanks around them.
 */
export function cleanText(written: string, form: TextForm): CleanText {
  const line = written.replace(/^\u{feff}/u, '').replace(/[\r\n]+$/, '');
  const text = form === 'key' ? line.trim() : line;
  if (text === '') return { fault: 'is empty' };
  const fault = faultOf(text, form);
  return fault === undefined ? { text } : { fault };
}

/** Controls, formats (zero width, direction, byte order), separators of lines and all blanks but the usual one, half a character. */
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

/** Option type: what `make` makes of the clean text. What it says never repeats the text. */
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
