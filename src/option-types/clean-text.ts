// Cleans text that people paste into files, variables and YAML: invisible characters would change a secret, the cloud would refuse it,
// and refusals lock accounts.
import * as z from 'zod';
import { convertText } from './convert-text.ts';

/** Keys and tokens are printable ASCII without blanks, whoever issued them. A password or a name may hold anything visible. */
export type TextForm = 'key' | 'password';

/** The text, or what is wrong with it, as in "contains a line break"; the words never repeat it. */
export type CleanText = { readonly text: string } | { readonly fault: string };

/**
 * Whatever the source: without line ends at its end and without the mark of an encoding at its beginning; keys also without
 * blanks around them.
 */
export function cleanText(written: string, form: TextForm): CleanText {
  const line = written.replace(/^\u{feff}/u, '').replace(/[\r\n]+$/, '');
  const text = form === 'key' ? line.trim() : line;
  if (text === '') return { fault: 'is empty' };
  const fault = findFault(text, form);
  return fault === undefined ? { text } : { fault };
}

/** Control and format characters (zero width, direction, byte order), line separators, every space but the usual one, half a character. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

function findFault(text: string, form: TextForm): string | undefined {
  if (text.includes('\u{fffd}')) return 'is not UTF-8 text; save it as UTF-8';
  const invisible = INVISIBLE.exec(text)?.[0];
  if (invisible !== undefined && /[\r\n]/.test(invisible)) return 'contains a line break; it must be a single line';
  if (invisible !== undefined)
    return `contains an invisible character (${formatCharacter(invisible)}); copy it again without it`;
  if (form === 'password') return undefined;
  if (text.includes(' ')) return 'contains a space; keys and tokens have none';
  return /[^\x21-\x7e]/.test(text)
    ? 'contains a non-ASCII character; keys and tokens have none, so copy it again'
    : undefined;
}

const formatCharacter = (character: string) =>
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
  convertText(z.string().min(1, 'empty'), (written, fail): Made => {
    const clean = cleanText(written, form);
    return 'text' in clean ? make(clean.text) : fail(clean.fault);
  });
