// Families to text, in the two formats that Prometheus asks for. Own code, because prom-client can do one per registry.
import type { Family, Sample } from './metric.ts';

export type Format = 'text' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** What ends a page: OpenMetrics wants a mark, so that a cut page is noticed. */
export const PAGE_END: Readonly<Record<Format, string>> = { text: '', openmetrics: '# EOF\n' };

/** Families as text. Gauges that are not a finite number are left out: NaN must not stand for "missing". */
export function encode(families: readonly Family[], format: Format): string {
  let page = '';
  for (const family of families) {
    const header = format === 'text' ? textHeader(family) : openMetricsHeader(family);
    const isGauge = family.type === 'gauge' || family.type === 'info';
    let samples = '';
    for (const sample of family.samples) {
      if (isGauge && !Number.isFinite(sample.value)) continue;
      samples += line(family.name, sample);
    }
    if (samples !== '') page += header + samples;
  }
  return page;
}

function line(name: string, { suffix = '', labels, value }: Sample): string {
  return labels === '' ? `${name}${suffix} ${digits(value)}\n` : `${name}${suffix}{${labels}} ${digits(value)}\n`;
}

function digits(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

const escapeHelp = (help: string) => help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function textHeader({ name, help, type }: Family): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`;
}

/** OpenMetrics names the family without the suffix of its samples, and tells the unit. */
function openMetricsHeader({ name, help, type }: Family): string {
  const suffix = type === 'counter' ? '_total' : type === 'info' ? '_info' : '';
  const base = suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const unit = /_(seconds|bytes)$/.exec(base)?.[1];
  const unitLine = unit === undefined ? '' : `# UNIT ${base} ${unit}\n`;
  return `# TYPE ${base} ${type}\n${unitLine}# HELP ${base} ${escapeHelp(help).replaceAll('"', '\\"')}\n`;
}
