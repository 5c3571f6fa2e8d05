// Writes families in the two formats that Prometheus asks for. Own code, because prom-client writes one per registry.
import type { Family } from './metric.ts';
import type { PageWriter } from './page-writer.ts';

export type Format = 'text' | 'openmetrics';

/** The end of a page: OpenMetrics wants a mark, so that a truncated page is noticed. */
export const PAGE_END: Readonly<Record<Format, string>> = { text: '', openmetrics: '# EOF\n' };

/** Writes families in the given order; those without a sample are left out. */
export function encode(page: PageWriter, families: readonly Family[], format: Format): void {
  for (const family of families) {
    const before = page.length();
    page.text(format === 'text' ? textHeader(family) : openMetricsHeader(family));
    const header = page.length();
    family.write(page);
    if (page.length() === header) page.cut(before);
  }
}

const escapeHelp = (help: string) => help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function textHeader({ name, help, type }: Family): string {
  return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type === 'info' ? 'gauge' : type}\n`;
}

/** OpenMetrics names the family without the suffix of its samples, and states the unit. */
function openMetricsHeader({ name, help, type }: Family): string {
  const suffix = type === 'counter' ? '_total' : type === 'info' ? '_info' : '';
  const base = suffix !== '' && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  const unit = /_(seconds|bytes)$/.exec(base)?.[1];
  const unitLine = unit === undefined ? '' : `# UNIT ${base} ${unit}\n`;
  return `# TYPE ${base} ${type}\n${unitLine}# HELP ${base} ${escapeHelp(help).replaceAll('"', '\\"')}\n`;
}
