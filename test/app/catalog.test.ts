// The catalogue against a real page: what is documented is what is exported.
import { describe, expect, test } from 'vitest';
import { allSections, dataOrder, dataSections, ownSections } from '../../src/app/catalog.ts';
import { collectors } from '../../src/collectors/index.ts';
import type { MetricInfo } from '../../src/metrics/metric.ts';
import { createTelemetry, describeTelemetry } from '../../src/metrics/telemetry.ts';
import { credentialFamilies } from '../../src/scrape/credentials.ts';
import { desktopPool } from '../fixtures/read.ts';
import { pageText } from '../metrics/page-text.ts';
import { house, MINUTE } from '../scrape/house.ts';
import { type ReadPage, readPage } from '../scrape/read-page.ts';
import { hasPrometheus, parseOpenMetrics, promtool } from '../support/prometheus.ts';

const PREFIX = 'huaweicloud_workspace_';
const sections = await allSections();
const all: readonly MetricInfo[] = sections.flatMap(({ metrics }) => metrics);
const byName = new Map(all.map((metric) => [metric.name, metric]));
const sectionOf = (title: string) => sections.find((section) => section.title === title)?.metrics ?? [];

// Names, labels and HELP of each are in docs/metrics.md and on the golden page, which reviewers read.
describe('the catalogue', () => {
  test('every collector has a section, and there are no others', () => {
    expect(sections.map(({ title }) => title)).toEqual([
      'Project',
      ...collectors.map(({ name }) => `Collector ${name}`),
      'Reads',
      'Exporter',
      'Process',
    ]);
  });
});

describe('every metric', () => {
  test('has a name of its own', () => {
    expect(byName.size).toBe(all.length);
    expect(new Set(dataOrder).size).toBe(dataOrder.length);
  });

  test.each(all.map((metric) => [metric.name, metric]))(
    '%s is named and described as Prometheus wants it',
    (name, metric) => {
      expect(name).toMatch(/^(huaweicloud_workspace|process|nodejs)_[a-z0-9_]+$/);
      expect(metric.help).toMatch(/\S/);
      if (name.startsWith(PREFIX)) expect(metric.help).toMatch(/^[A-Z0-9v].*\.$/);
      expect(new Set(metric.labels).size).toBe(metric.labels.length);
      expect(name.endsWith('_total')).toBe(metric.type === 'counter');
      if (name.startsWith(PREFIX)) expect(name.endsWith('_info')).toBe(metric.type === 'info');
    },
  );
});

describe('a page with everything on it', async () => {
  const telemetry = createTelemetry({ processMetrics: true });
  for (const { name, labels, type } of describeTelemetry()) {
    const own: Record<string, string> = Object.fromEntries(labels.map((label) => [label, 'x']));
    // Reason: a description has forgotten the types of the name and the labels.
    const call = (method: 'count' | 'observe' | 'set') =>
      telemetry[method](name.replace(`${PREFIX}exporter_`, '') as never, own as never, 1);
    call(type === 'counter' ? 'count' : type === 'histogram' ? 'observe' : 'set');
  }
  // Once: the collection of garbage between the pages adds a family.
  const ownFamilies = await telemetry.families();
  const { scrape, clock, project } = house({
    script: () => desktopPool('newer-fields'),
    selection: {
      pools: [{ id: 'a130ab3a-72bf-4b71-baa9-af4987c8e338', capacity_limit: 5, alerts: { shrunk_by: 3 } }],
      pool_tags: ['cost-center', 'team'],
    },
    own: async () => [
      ...credentialFamilies([
        {
          ...project,
          credential: () => ({
            blocked: { until: clock.now(), why: 'HTTP 401', othersFrom: undefined },
            heldUntil: clock.now() + MINUTE,
            issued: { kind: 'token', until: clock.now() + MINUTE },
          }),
        },
      ]),
      ...ownFamilies,
    ],
  });
  const text = await clock.finish(scrape({ withOwn: true }));
  const openMetrics = await clock.finish(scrape({ withOwn: true, format: 'openmetrics' }));
  const page: ReadPage = readPage(text);

  test('has every metric of the project, the pools, the reads and the exporter', () => {
    const expected = ['Project', 'Collector pools', 'Reads', 'Exporter'].flatMap((title) => sectionOf(title));
    expect(expected.map(({ name }) => name).filter((name) => !page.types.has(name))).toEqual([]);
  });

  test('has no metric that is not in the catalogue, and each with its type', () => {
    const types = [...page.types].map(([name, type]) => [name, type]);
    const known = types.map(([name = '']) => {
      const type = byName.get(name)?.type;
      return [name, type === 'info' ? 'gauge' : type];
    });
    expect(types).toEqual(known);
    expect(types.length).toBeGreaterThan(70);
  });

  test('has exactly the labels of the catalogue, in its order', () => {
    const familyOf = (name: string) => (byName.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''));
    for (const { name, labels } of page.samples) {
      const own = Object.keys(labels).filter((label) => label !== 'le');
      expect([name, own]).toEqual([name, byName.get(familyOf(name))?.labels]);
      expect('le' in labels).toBe(name.endsWith('_bucket'));
    }
  });

  test('has the families in the order of the catalogue', () => {
    const order = [...dataSections, ...ownSections].flatMap(({ metrics }) => metrics.map(({ name }) => name));
    const shown = [...page.types.keys()].filter((name) => order.includes(name));
    expect(shown).toEqual(order.filter((name) => page.types.has(name)));
  });

  test('has no series twice', () => {
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(new Set(series.map((line) => line.replace(/ \S+$/, ''))).size).toBe(series.length);
  });

  test('credentials are told as the contract says', () => {
    expect(page.value('exporter_auth_blocked')).toBe(1);
    expect(page.value('exporter_api_throttled_until_timestamp_seconds')).toBe((clock.now() + MINUTE) / 1000);
    expect(page.value('exporter_credential_expiry_timestamp_seconds', { kind: 'token' })).toBe(
      (clock.now() + MINUTE) / 1000,
    );
  });

  describe.skipIf(!hasPrometheus())('for other eyes', () => {
    test('promtool finds no fault with the text', () => {
      expect(promtool(['check', 'metrics'], text)).toBe('');
    });

    test('the strict parser takes the OpenMetrics page, and finds units and info types', () => {
      const parsed = parseOpenMetrics(openMetrics);
      const stripped = (name: string) => {
        const type = byName.get(name)?.type;
        return type === 'counter' ? name.replace(/_total$/, '') : type === 'info' ? name.replace(/_info$/, '') : name;
      };
      expect(Object.keys(parsed).sort()).toEqual([...page.types.keys()].map(stripped).sort());
      for (const name of page.types.keys()) {
        const { type, unit } = parsed[stripped(name)] ?? {};
        expect([name, type]).toEqual([name, byName.get(name)?.type]);
        expect([name, unit]).toEqual([name, /_(seconds|bytes)$/.exec(stripped(name))?.[1] ?? '']);
      }
    });
  });
});

test('a credential that is fine is told so, and nothing more', () => {
  const { project } = house({ script: () => ({}) });
  const page = readPage(pageText(credentialFamilies([project])));
  expect(page.samples).toEqual([{ name: `${PREFIX}exporter_auth_blocked`, labels: { project: 'prod' }, value: 0 }]);
});
