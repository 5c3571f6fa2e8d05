// Families as the text of a page, for tests: the only place here that knows how pages are written.
import { encode, type Format } from '../../src/metrics/encode.ts';
import type { Family } from '../../src/metrics/metric.ts';
import { createPageWriter } from '../../src/metrics/page-writer.ts';

export function pageText(families: readonly Family[], format: Format = 'text'): string {
  const writer = createPageWriter();
  encode(writer, families, format);
  return writer.take().toString();
}
