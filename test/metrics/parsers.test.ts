// Pages with any text at all, read by parsers that are not ours.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAGE_END } from '../../src/metrics/encode.ts';
import { familiesOf, labelText, rowsOf } from '../../src/metrics/metric.ts';
import { createTelemetry } from '../../src/metrics/telemetry.ts';
import { hasPrometheus, parseOpenMetrics, promtool } from '../support/prometheus.ts';
import { pageText } from './page-text.ts';

interface Item {
  readonly text: string;
  readonly value: number;
}
const { gauge, info, states, group } = rowsOf<Item>('index', 'name');

/** Texts that hurt: everything that a format gives a meaning to, and what UTF-8 cannot hold. */
const text = fc.oneof(
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.constantFrom('\\', '"', '\n', '\0', '\r', '\r\n', ' ', '#', '# EOF', '{', '}', ',', '=', '\uD800', '\uDFFF'),
        { maxLength: 8 },
      )
      .map((pieces) => pieces.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom('\u2028', '\u0085', '\uFEFF', '🖥', 'é\u0301', '\\n', '\\\\', '\x1b[31m') },
);
const value = fc.oneof(fc.double(), fc.integer());
const items = fc.sample(fc.record({ text, value }), { numRuns: 1500, seed: 20260114 });

/** HELP texts are our own, but may hold anything as well. */
const rows = group({
  any_value: gauge('Says "this" \\ and\nthat.', (item) => item.value),
  any_age_seconds: gauge('A unit.', () => 1),
  any_info: info('Attributes.', ['text'], (item) => [item]),
  any_status: states('State.', 'status', ['A', 'B', 'other'], (item) => item.text),
});
const families = familiesOf(
  rows,
  items.map((item, index) => [[String(index), item.text], item] as const),
);

async function pageOf(format: 'text' | 'openmetrics') {
  const telemetry = createTelemetry({ processMetrics: true });
  for (const { text: project } of items.slice(0, 200))
    telemetry.count('token_requests_total', { project, result: 'x' });
  telemetry.observe('http_request_duration_seconds', { handler: '/"\n\\' }, 0.2);
  telemetry.set('build_info', { version: '1', revision: '"', node_version: process.version }, 1);
  return pageText([...families, ...(await telemetry.families())], format) + PAGE_END[format];
}

describe.skipIf(!hasPrometheus())('any text in labels', () => {
  test('makes an OpenMetrics page that the strict parser of the Python client takes, sample for sample', async () => {
    const parsed = parseOpenMetrics(await pageOf('openmetrics'));
    const finite = items.filter((item) => Number.isFinite(item.value)).length;
    expect(finite).toBeGreaterThan(500);
    expect(parsed).toMatchObject({
      huaweicloud_workspace_any_value: { type: 'gauge', unit: '', samples: finite },
      huaweicloud_workspace_any_age_seconds: { type: 'gauge', unit: 'seconds', samples: items.length },
      huaweicloud_workspace_any: { type: 'info', samples: items.length },
      huaweicloud_workspace_any_status: { type: 'gauge', samples: 3 * items.length },
      huaweicloud_workspace_exporter_http_request_duration_seconds: { type: 'histogram', unit: 'seconds', samples: 14 },
      huaweicloud_workspace_exporter_build: { type: 'info', samples: 1 },
      process_cpu_seconds: { type: 'counter', unit: 'seconds', samples: 1 },
    });
  });

  test('makes a text page that promtool finds no fault with', async () => {
    expect(promtool(['check', 'metrics'], await pageOf('text'))).toBe('');
  });

  test('(and the parsers do find faults)', () => {
    const page = '# TYPE a gauge\na{b="\n"} 1\n';
    expect(() => parseOpenMetrics(`${page}# EOF\n`)).toThrow();
    expect(() => parseOpenMetrics('# TYPE a gauge\na 1\n')).toThrow();
    expect(promtool(['check', 'metrics'], page)).not.toBe('');
  });
});

test('any label value comes back as it was, but for NUL', () => {
  const unescaped = (written: string) => written.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
  fc.assert(
    fc.property(text, (given) => {
      const written = labelText(['a'], [given]);
      expect(written).toMatch(/^a="(?:[^"\\\n\0]|\\[\\"n])*"$/);
      expect(unescaped(written.slice(3, -1))).toBe(given.replaceAll('\0', '\uFFFD'));
    }),
    { numRuns: 2000 },
  );
});
