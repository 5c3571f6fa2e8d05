// A type for secrets that cannot be printed, and a filter that removes known secrets from text of others.
import { inspect } from 'node:util';
import * as z from 'zod';
import { cleaned, type TextForm } from './clean-text.ts';

const PLACEHOLDER = '<secret>';
const REMEMBERED = 1000;
/** Each secret with its encoded forms. */
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

  /** The value itself: only for the request that needs it. Revealing it marks it as recently used. */
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
  const forms = known.get(value) ?? formsOf(value);
  known.delete(value);
  known.set(value, forms);
  const [oldest] = known.keys();
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
}

/** The text with every secret that this process knows replaced: as it stands, percent-encoded, as in JSON, in base64. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const forms of [...known.values()].sort((a, b) => (b[0]?.length ?? 0) - (a[0]?.length ?? 0)))
    for (const form of forms) clean = clean.replaceAll(form, PLACEHOLDER);
  return clean;
}

/** Longest first, so that no part of a longer form remains. */
const formsOf = (value: string): readonly string[] =>
  [
    ...new Set([
      value,
      percentEncoded(value),
      JSON.stringify(value).slice(1, -1),
      JSON.stringify(JSON.stringify(value)).slice(3, -3),
      Buffer.from(value).toString('base64'),
    ]),
  ].sort((a, b) => b.length - a.length);

/** A lone surrogate, which YAML can express, has no encoding. */
const percentEncoded = (text: string) => encodeURIComponent(Buffer.from(text).toString());

/** Makes text from outside safe to print: without known secrets and control characters, at most 200 characters. */
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
