// The exporter's own metrics, as they are printed.
import { describe, expect, test } from 'vitest';
import { createTelemetry, describeProcessMetrics, type Telemetry } from '../../src/metrics/telemetry.ts';
import { readPage } from '../scrape/read-page.ts';
import { pageText } from './page-text.ts';

const read = async (telemetry: Telemetry) => readPage(pageText(await telemetry.families()));
const bare = () => createTelemetry({ processMetrics: false });
const error = (project: string, reason = 'server') => ({ project, operation: 'show_desktop_pool', reason });

test('a counter that was counted by 0 is there, so that an alert on the first failure can fire', async () => {
  const telemetry = bare();
  telemetry.count('api_errors_total', error('a'), 0);
  expect((await read(telemetry)).value('exporter_api_errors_total', error('a'))).toBe(0);
  telemetry.count('api_errors_total', error('a'));
  expect((await read(telemetry)).value('exporter_api_errors_total', error('a'))).toBe(1);
});

test('counters without labels are 0 from the start, those with labels are not there', async () => {
  const page = await read(bare());
  expect(page.value('exporter_scrapes_coalesced_total')).toBe(0);
  expect(page.value('exporter_scrape_deadline_exceeded_total')).toBe(0);
  expect(page.values('exporter_api_errors_total')).toEqual([]);
});

test('gauges are set, and added to', async () => {
  const telemetry = bare();
  telemetry.set('config_last_reload_success_timestamp_seconds', {}, 1768377600.5);
  telemetry.add('api_requests_in_flight', { project: 'a' }, 2);
  telemetry.add('api_requests_in_flight', { project: 'a' }, -1);
  const page = await read(telemetry);
  expect(page.value('exporter_config_last_reload_success_timestamp_seconds')).toBe(1768377600.5);
  expect(page.value('exporter_api_requests_in_flight')).toBe(1);
});

test('a histogram counts into every bucket that holds the value', async () => {
  const telemetry = bare();
  for (const seconds of [0.02, 1, 99])
    telemetry.observe('api_request_duration_seconds', { project: 'a', operation: 'show_quotas' }, seconds);
  const page = await read(telemetry);
  const name = 'exporter_api_request_duration_seconds';
  expect(
    Object.fromEntries(
      page.labels(`${name}_bucket`).map(({ le }) => [le, page.value(`${name}_bucket`, { le: le ?? '' })]),
    ),
  ).toEqual({
    '0.025': 1,
    '0.05': 1,
    '0.1': 1,
    '0.25': 1,
    '0.5': 1,
    '1.0': 2,
    '2.5': 2,
    '5.0': 2,
    '10.0': 2,
    '+Inf': 3,
  });
  expect(page.value(`${name}_sum`)).toBeCloseTo(100.02);
  expect(page.value(`${name}_count`)).toBe(3);
});

describe('labels', () => {
  test.each(['a"b', 'a\\b', 'a\nb', 'a,reason:x', 'a,operation:y', '', '__proto__', 'constructor'])(
    'keep the project %j apart from its neighbours',
    async (project) => {
      const telemetry = bare();
      telemetry.count('api_errors_total', error(project), 3);
      telemetry.count('api_errors_total', error('a'), 5);
      const page = await read(telemetry);
      expect(page.value('exporter_api_errors_total', { project })).toBe(3);
      expect(page.value('exporter_api_errors_total', { project: 'a' })).toBe(5);
    },
  );
});

describe('a forgotten project', () => {
  test('loses counters, gauges and histograms; nobody else loses anything', async () => {
    const telemetry = bare();
    for (const project of ['gone', 'gone too', 'stays']) {
      telemetry.count('api_errors_total', error(project));
      telemetry.count('api_errors_total', error(project, 'timeout'));
      telemetry.count('api_budget_wait_seconds_total', { project }, 0.5);
      telemetry.add('api_requests_in_flight', { project }, 1);
      telemetry.observe('api_request_duration_seconds', { project, operation: 'show_quotas' }, 0.1);
      telemetry.observe('api_request_duration_seconds', { project, operation: 'create_token' }, 0.1);
    }
    telemetry.count('schema_violations_total', { operation: 'show_quotas' });
    const before = await read(telemetry);
    await telemetry.forget('gone');
    const page = await read(telemetry);
    const withoutGone = before.samples.filter(({ labels }) => labels.project !== 'gone');
    expect(withoutGone.length).toBeLessThan(before.samples.length - 20);
    expect(page.samples).toEqual(withoutGone);
  });

  test('may come back, and counts from 0 again', async () => {
    const telemetry = bare();
    telemetry.count('api_errors_total', error('a'), 7);
    telemetry.observe('api_request_duration_seconds', { project: 'a', operation: 'show_quotas' }, 0.1);
    await telemetry.forget('a');
    telemetry.count('api_errors_total', error('a'), 0);
    telemetry.observe('api_request_duration_seconds', { project: 'a', operation: 'show_quotas' }, 0.1);
    const page = await read(telemetry);
    expect(page.value('exporter_api_errors_total')).toBe(0);
    expect(page.value('exporter_api_request_duration_seconds_count')).toBe(1);
  });

  test('may be one that was never seen', async () => {
    const telemetry = bare();
    telemetry.count('api_errors_total', error('a'));
    await telemetry.forget('b');
    expect((await read(telemetry)).value('exporter_api_errors_total')).toBe(1);
  });
});

describe('process metrics', () => {
  test('are there when they are wanted, without those that fail the lint or mean nothing before the first tick', async () => {
    const names = [...(await read(createTelemetry({ processMetrics: true }))).types.keys()];
    expect(names).toEqual(expect.arrayContaining(['process_resident_memory_bytes', 'nodejs_version_info']));
    expect(names.filter((name) => /nodejs_active_|eventloop_lag_(min|mean|stddev)/.test(name))).toEqual([]);
    expect([...(await read(bare())).types.keys()].filter((name) => /^(process|nodejs)_/.test(name))).toEqual([]);
  });

  test('two sets of them do not disturb each other', async () => {
    const [first, second] = [createTelemetry({ processMetrics: true }), createTelemetry({ processMetrics: true })];
    first.count('scrapes_coalesced_total', {});
    expect((await read(first)).value('exporter_scrapes_coalesced_total')).toBe(1);
    expect((await read(second)).value('exporter_scrapes_coalesced_total')).toBe(0);
  });

  test('are described with the labels that they have', async () => {
    const described = new Map((await describeProcessMetrics()).map((metric) => [metric.name, metric]));
    const page = await read(createTelemetry({ processMetrics: true }));
    const own = page.samples.filter(({ name }) => /^(process|nodejs)_/.test(name) && described.has(name));
    expect(own.length).toBeGreaterThan(10);
    for (const { name, labels } of own)
      expect([name, Object.keys(labels)]).toEqual([name, described.get(name)?.labels]);
    expect(described.get('nodejs_gc_duration_seconds')).toMatchObject({ type: 'histogram', labels: ['kind'] });
  });
});
