// Prometheus durations (`500ms`, `30s`, `1h30m`), because operators of exporters write no others.
import * as z from 'zod';
import { convertText } from './convert-text.ts';

const PATTERN = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const SECOND = 1000;
const DAY = 86_400 * SECOND;
const UNITS: readonly number[] = [365 * DAY, 7 * DAY, DAY, 3600 * SECOND, 60 * SECOND, SECOND, 1];

/** As long as Prometheus can count (2^63 ns, 292 years). */
const LONGEST = 2 ** 63 / 1_000_000;

/** Milliseconds of a Prometheus duration; undefined if the text is none. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const parts = PATTERN.exec(text);
  if (text === '' || parts === null) return undefined;
  const milliseconds = UNITS.reduce((sum, unit, i) => sum + unit * Number(parts[i + 1] ?? 0), 0);
  return milliseconds <= LONGEST ? milliseconds : undefined;
}

/** A duration as a person writes it, in the fewest units that are exact: 90000 → `1m30s`. */
export function formatDuration(milliseconds: number): string {
  const names = ['d', 'h', 'm', 's', 'ms'];
  let rest = Math.round(milliseconds);
  let text = '';
  for (const [i, unit] of UNITS.slice(2).entries()) {
    const count = Math.floor(rest / unit);
    if (count > 0) text += `${count}${names[i]}`;
    rest -= count * unit;
  }
  return text === '' ? '0s' : text;
}

/** Option type: text in, milliseconds out. */
export const duration = ({ min = '0', max }: { readonly min?: string; readonly max?: string } = {}) =>
  convertText(
    z
      .string('expected a duration with its unit, like 500ms, 30s, 5m or 1h30m')
      .meta({ pattern: PATTERN.source, examples: ['500ms', '30s', '5m', '1h30m'] }),
    (text, fail) => {
      const milliseconds = parseDuration(text) ?? fail('not a duration; write one like 500ms, 30s, 5m or 1h30m');
      if (milliseconds < (parseDuration(min) ?? 0)) fail(`too short; at least ${min}`);
      if (max !== undefined && milliseconds > (parseDuration(max) ?? Infinity)) fail(`too long; at most ${max}`);
      return milliseconds;
    },
  );
