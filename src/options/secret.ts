// Secrets as a type that cannot be printed, and a filter that takes known secrets out of foreign text.
import { inspect } from 'node:util';
import { z } from 'zod';

const PLACEHOLDER = '<secret>';
const REMEMBERED = 1000;
const known = new Set<string>();

/**
 * A value that prints as `<secret>` wherever it goes: templates, JSON, logs, `console.log`, stack traces.
 * Every value is remembered (the newest 1,000), so that `withoutSecrets` finds it in what the cloud echoes.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    if (value === '') return;
    known.delete(value);
    known.add(value);
    const [oldest] = known;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  }

  /** The value itself: only for the request that needs it. */
  reveal(): string {
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

/** The text with every secret that this process knows replaced, as it stands and percent-encoded. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const secret of [...known].sort((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(secret, PLACEHOLDER).replaceAll(percentEncoded(secret), PLACEHOLDER);
  }
  return clean;
}

/** Half a surrogate pair, which YAML can write, has no encoding. */
const percentEncoded = (text: string) => encodeURIComponent(Buffer.from(text).toString());

/** Text that came from outside, fit to be shown: no known secret, no control characters, at most 200 characters. */
export function shown(text: string): string {
  const clean = withoutSecrets(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return clean.length <= 200 ? clean : `${clean.slice(0, 199)}…`;
}

/** Option type: text in, `Secret` out. */
export const secret = () =>
  z
    .string()
    .min(1, 'empty')
    .transform((text) => new Secret(text));
