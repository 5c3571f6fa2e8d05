// Secrets as a type that cannot be printed, and a filter that takes known secrets out of foreign text.
import { inspect } from 'node:util';
import * as z from 'zod';
import { cleaned, type TextForm } from './clean-text.ts';

const PLACEHOLDER = '<secret>';
const REMEMBERED = 1000;
/** Each secret with the forms that others write it in. */
const known = new Map<string, readonly string[]>();

/**
 * A value that prints as `<secret>` wherever it goes: templates, JSON, logs, `console.log`, stack traces.
 * Every value is remembered (the 1,000 last used), so that `withoutSecrets` finds it in what the cloud echoes.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    remember(value);
  }

  /** The value itself: only for the request that needs it. What is in use is not forgotten. */
  reveal(): string {
    remember(this.#value);
    return this.#value;
  }

  toString(): string {
    return PLACEHOLDER;
  }

  toJSON(): string {
    return PLACEHOLDER;
  }

  [inspect.custom](): string {
    return PLACEHOLDER;
  }
}

function remember(value: string): void {
  if (value === '') return;
  const forms = known.get(value) ?? listForms(value);
  known.delete(value);
  known.set(value, forms);
  const [oldest] = known.keys();
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
}

/** Good for the request that it is of, while its date is: what a gateway echoes must not be sent again by others. */
const SIGNATURE = /(Signature=)[\da-f]{32,}/gi;

/** The text with every secret that this process knows, and every signature, replaced: as it stands, percent-encoded, as in JSON, in base64. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const forms of [...known.values()].sort((a, b) => (b[0]?.length ?? 0) - (a[0]?.length ?? 0)))
    for (const form of forms) clean = clean.replaceAll(form, PLACEHOLDER);
  return clean.replace(SIGNATURE, `$1${PLACEHOLDER}`);
}

/** Longest first, so that no half of a longer form is left. */
const listForms = (value: string): readonly string[] =>
  [
    ...new Set([
      value,
      percentEncode(value),
      JSON.stringify(value).slice(1, -1),
      JSON.stringify(JSON.stringify(value)).slice(3, -3),
      Buffer.from(value).toString('base64'),
    ]),
  ].sort((a, b) => b.length - a.length);

/** Half a surrogate pair, which YAML can write, has no encoding. */
const percentEncode = (text: string) => encodeURIComponent(Buffer.from(text).toString());

/** Text that came from outside, fit to be shown: no known secret, no control characters, at most 200 characters. */
export function redact(text: string): string {
  const clean = withoutSecrets(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return clean.length <= 200 ? clean : `${clean.slice(0, 199)}…`;
}

/** Option type: text in, `Secret` out. */
export const secret = (form: TextForm = 'key') => cleaned(form, (text) => new Secret(text));

/** The same for a secret of many lines, like a private key in PEM form. */
export const secretLines = () =>
  z
    .string()
    .min(1, 'empty')
    .transform((text) => new Secret(text));
