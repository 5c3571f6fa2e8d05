// Prometheus durations (`500ms`, `30s`, `1h30m`), because operators of exporters write no others.
import * as z from 'zod';

const PATTERN = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const SECOND = 1000;
const DAY = 86_400 * SECOND;
const UNITS: readonly number[] = [365 * DAY, 7 * DAY, DAY, 3600 * SECOND, 60 * SECOND, SECOND, 1];

/** Milliseconds of a Prometheus duration; undefined if the text is not one. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const parts = PATTERN.exec(text);
  if (text === '' || parts === null) return undefined;
  return UNITS.reduce((sum, unit, i) => sum + unit * Number(parts[i + 1] ?? 0), 0);
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
export function duration(limits: { readonly min?: string; readonly max?: string } = {}) {
  return z
    .string('expected a duration with its unit, like 500ms, 30s, 5m or 1h30m')
    .meta({ pattern: PATTERN.source, examples: ['500ms', '30s', '5m', '1h30m'] })
    .transform((text, context) => {
      const milliseconds = parseDuration(text);
      const fail = (message: string) => {
        context.issues.push({ code: 'custom', message, input: text });
        return z.NEVER;
      };
      if (milliseconds === undefined) return fail('not a duration; write one like 500ms, 30s, 5m or 1h30m');
      if (limits.min !== undefined && milliseconds < (parseDuration(limits.min) ?? 0))
        return fail(`too short; at least ${limits.min}`);
      if (limits.max !== undefined && milliseconds > (parseDuration(limits.max) ?? Infinity))
        return fail(`too long; at most ${limits.max}`);
      return milliseconds;
    });
}
