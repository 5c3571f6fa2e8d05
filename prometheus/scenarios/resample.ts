// Tells a story that was written with a sample per minute in samples that are nearer to each other, or farther apart.
import type { Values } from './scenario.ts';

type Sample = number | '_' | 'stale';

/** Values in promtool's notation, `step` minutes apart, until `last`. */
export function resample(values: Values, step: number, last: number): string {
  const told = typeof values === 'number' ? Array<Sample>(last + 1).fill(values) : values.split(/\s+/).flatMap(expand);
  const samples = Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => {
    const minute = index * step;
    // Half a minute later the value is the same, but a series ends only once.
    if (!Number.isInteger(minute))
      return told[Math.floor(minute)] === 'stale' ? '_' : (told[Math.floor(minute)] ?? '_');
    const now = told[minute] ?? '_';
    const before = told.slice(Math.max(Math.ceil(minute - step) + 1, 0), minute + 1);
    return now === '_' && before.includes('stale') ? 'stale' : now;
  });
  return samples.join(' ');
}

/** `10x2` is 10 and twice more, `0+1x9` counts up. */
function expand(part: string): Sample[] {
  if (part === 'stale') return ['stale'];
  const [, first = '', slope = '0', times = '0'] = /^(_|-?[\d.]+)([+-][\d.]+)?(?:x(\d+))?$/.exec(part) ?? [];
  if (first === '_') return Array<Sample>(Math.max(Number(times), 1)).fill('_');
  return Array.from({ length: Number(times) + 1 }, (_, index) => Number(first) + index * Number(slope));
}
