// How long an answer asks to wait. Servers and proxies write it in more ways than HTTP has.
import { parseHttpDate } from './http-date.ts';
import type { Answer } from './send.ts';

/** Where the header means something: RFC 9110 (10.2.3, 15.5.14) and RFC 6585. */
const hasMeaning = (status: number) => [413, 429, 503].includes(status) || (status >= 300 && status < 400);

/**
 * Milliseconds, of the longest that is named; seconds are rounded up. Undefined where none is, or nothing that could be meant:
 * what is negative or already over says nothing. As long as the header says: the gate has a limit of its own.
 */
export function retryAfterOf({ status, headers }: Answer, now: number): number | undefined {
  if (!hasMeaning(status)) return undefined;
  // By the clock that wrote it, where that one is known.
  const sent = parseHttpDate(headers.date, now) ?? now;
  const waits = (headers['retry-after']?.match(EACH) ?? []).flatMap((one) => waitOf(one.trim(), sent) ?? []);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** Of a header that came twice; the comma behind a day of the week is its own. */
const EACH = /\s*[a-z]*(?:day|mon|tue|wed|thu|fri|sat|sun),[^,]+|[^,]+/gi;

function waitOf(text: string, sent: number): number | undefined {
  if (/^\+?\d+(?:\.\d*)?$/.test(text)) return Math.ceil(Number(text)) * 1000;
  const date = parseHttpDate(text, sent);
  return date === undefined || date <= sent ? undefined : date - sent;
}
