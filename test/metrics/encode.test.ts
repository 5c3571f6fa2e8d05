// Both formats, byte by byte: one slip kills a whole scrape.
import { describe, expect, test } from 'vitest';
import { PAGE_END } from '../../src/metrics/encode.ts';
import {
  deprecated,
  describe as describeRows,
  familiesOf,
  labelText,
  PREFIX,
  rowsOf,
} from '../../src/metrics/metric.ts';
import { metricsReference } from '../../src/metrics/reference.ts';
import { createTelemetry } from '../../src/metrics/telemetry.ts';
import { pageText } from './page-text.ts';

interface Thing {
  readonly value?: number | boolean | undefined;
  readonly state?: string | undefined;
  readonly text?: string | undefined;
  readonly parts?: readonly { readonly kind?: string | undefined; readonly size: number | undefined }[];
}

const { gauge, gauges, info, states, group } = rowsOf<Thing>('project', 'id');
const rows = group({
  thing_desktops: gauge('How many.', ({ value }) => value),
  thing_age_seconds: gauge('How old.', ({ value }) => value),
  thing_size_bytes: gauge('How big.', ({ value }) => value),
  thing_part_size_bytes: gauges('Parts.', ['index', 'kind'], ({ parts = [] }) =>
    parts.map(({ kind, size }, index) => [size, String(index), kind] as const),
  ),
  thing_info: info('Attributes.', ['text', 'more'], ({ text }) => (text === undefined ? [] : [{ text }])),
  thing_status: states('State.', 'status', ['GOOD', 'BAD', 'OTHER'], ({ state }) => state),
});
type Metric = keyof typeof rows.rows;

function page(metric: Metric, things: readonly Thing[], format: 'text' | 'openmetrics' = 'text') {
  const families = familiesOf(
    rows,
    things.map((thing, index) => [['prod', `t${index}`], thing] as const),
  );
  return pageText(
    families.filter(({ name }) => name === PREFIX + metric),
    format,
  );
}

describe('a deprecated metric', () => {
  const NOTICE = 'Deprecated since 1.3, use huaweicloud_workspace_new_desktops. How many.';
  const marked = group({
    old_desktops: deprecated(
      '1.3',
      `${PREFIX}new_desktops`,
      gauge('How many.', ({ value }) => value),
    ),
  });

  test('keeps its samples, and its HELP says what to use', () => {
    expect(pageText(familiesOf(marked, [[['prod', 't'], { value: 12 }]]))).toBe(
      `# HELP huaweicloud_workspace_old_desktops ${NOTICE}\n` +
        '# TYPE huaweicloud_workspace_old_desktops gauge\n' +
        'huaweicloud_workspace_old_desktops{project="prod",id="t"} 12\n',
    );
  });

  test('says so in the reference, too', () => {
    const reference = metricsReference([{ title: 'Things', metrics: describeRows(marked) }]);
    expect(reference).toContain(`| \`huaweicloud_workspace_old_desktops\` | gauge | project, id | ${NOTICE} |`);
  });
});

describe('a gauge', () => {
  test('in text', () => {
    expect(page('thing_desktops', [{ value: 12 }, { value: 0.5 }])).toBe(
      '# HELP huaweicloud_workspace_thing_desktops How many.\n' +
        '# TYPE huaweicloud_workspace_thing_desktops gauge\n' +
        'huaweicloud_workspace_thing_desktops{project="prod",id="t0"} 12\n' +
        'huaweicloud_workspace_thing_desktops{project="prod",id="t1"} 0.5\n',
    );
  });

  test('in OpenMetrics, with TYPE before HELP and without a unit that is none', () => {
    expect(page('thing_desktops', [{ value: 12 }], 'openmetrics')).toBe(
      '# TYPE huaweicloud_workspace_thing_desktops gauge\n' +
        '# HELP huaweicloud_workspace_thing_desktops How many.\n' +
        'huaweicloud_workspace_thing_desktops{project="prod",id="t0"} 12\n',
    );
  });

  test.each([
    ['thing_age_seconds', 'seconds'],
    ['thing_size_bytes', 'bytes'],
  ] as const)('%s has the unit %s in OpenMetrics, between TYPE and HELP, and none in text', (metric, unit) => {
    const name = PREFIX + metric;
    expect(page(metric, [{ value: 1 }], 'openmetrics')).toMatch(
      new RegExp(`^# TYPE ${name} gauge\n# UNIT ${name} ${unit}\n# HELP ${name} [^\n]*\n`),
    );
    expect(page(metric, [{ value: 1 }])).not.toContain('# UNIT');
  });

  test.each([
    [true, '1'],
    [false, '0'],
    [0, '0'],
    [-0, '0'],
    [-3, '-3'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
    [1747907327.123, '1747907327.123'],
    [2 ** 53, '9007199254740992'],
  ])('of %s is printed as %s', (value, printed) => {
    expect(page('thing_desktops', [{ value }])).toMatch(new RegExp(`"} ${printed.replace('+', '\\+')}\n$`));
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined])(
    'of %s has no sample, and its neighbours stay',
    (value) => {
      expect(page('thing_desktops', [{ value }, { value: 1 }])).toContain(
        'gauge\nhuaweicloud_workspace_thing_desktops{project="prod",id="t1"} 1\n',
      );
    },
  );
});

test.each(['text', 'openmetrics'] as const)('a family without a sample is left out of %s, header and all', (format) => {
  expect(page('thing_desktops', [], format)).toBe('');
  expect(page('thing_desktops', [{}, { value: Number.NaN }], format)).toBe('');
});

test('several samples of one item carry labels of their own behind the base labels', () => {
  const parts = [{ kind: 'SAS', size: 1 }, { size: 2 }, { kind: 'SSD', size: undefined }];
  expect(page('thing_part_size_bytes', [{ parts }])).toBe(
    '# HELP huaweicloud_workspace_thing_part_size_bytes Parts.\n' +
      '# TYPE huaweicloud_workspace_thing_part_size_bytes gauge\n' +
      'huaweicloud_workspace_thing_part_size_bytes{project="prod",id="t0",index="0",kind="SAS"} 1\n' +
      'huaweicloud_workspace_thing_part_size_bytes{project="prod",id="t0",index="1",kind=""} 2\n',
  );
});

describe('an info metric', () => {
  test('is a gauge of value 1 in text; an attribute that is not reported is an empty label', () => {
    expect(page('thing_info', [{ text: 'a' }, {}])).toBe(
      '# HELP huaweicloud_workspace_thing_info Attributes.\n' +
        '# TYPE huaweicloud_workspace_thing_info gauge\n' +
        'huaweicloud_workspace_thing_info{project="prod",id="t0",text="a",more=""} 1\n',
    );
  });

  test('names its family without the suffix in OpenMetrics, its samples with it', () => {
    expect(page('thing_info', [{ text: 'a' }], 'openmetrics')).toBe(
      '# TYPE huaweicloud_workspace_thing info\n' +
        '# HELP huaweicloud_workspace_thing Attributes.\n' +
        'huaweicloud_workspace_thing_info{project="prod",id="t0",text="a",more=""} 1\n',
    );
  });
});

describe('a state set', () => {
  const lines = (state: string | undefined, format: 'text' | 'openmetrics' = 'text') =>
    page('thing_status', [{ state }], format)
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replace(/^.*status=/, ''))
      .filter((line) => line !== '');

  test.each(['text', 'openmetrics'] as const)('is a gauge in %s', (format) => {
    expect(page('thing_status', [{ state: 'BAD' }], format)).toContain(
      '# TYPE huaweicloud_workspace_thing_status gauge\n',
    );
  });

  test.each([
    ['GOOD', ['"GOOD"} 1', '"BAD"} 0', '"OTHER"} 0']],
    ['BAD', ['"GOOD"} 0', '"BAD"} 1', '"OTHER"} 0']],
    ['OTHER', ['"GOOD"} 0', '"BAD"} 0', '"OTHER"} 1']],
    ['nobody knows', ['"GOOD"} 0', '"BAD"} 0', '"OTHER"} 1']],
    ['', ['"GOOD"} 0', '"BAD"} 0', '"OTHER"} 1']],
    ['good', ['"GOOD"} 0', '"BAD"} 0', '"OTHER"} 1']],
    [undefined, []],
  ])('of %j', (state, expected) => {
    expect(lines(state)).toEqual(expected);
  });
});

describe('what prom-client counts', () => {
  async function own(name: string, format: 'text' | 'openmetrics') {
    const telemetry = createTelemetry({ processMetrics: false });
    telemetry.count('api_retries_total', { project: 'a', operation: 'show_quotas', reason: 'server' }, 2);
    telemetry.count('api_budget_wait_seconds_total', { project: 'a' }, 0.25);
    telemetry.observe('http_request_duration_seconds', { handler: '/metrics' }, 0.3);
    telemetry.set('build_info', { version: '1', revision: 'r', node_version: 'v20' }, 1);
    const families = (await telemetry.families()).filter((family) => family.name.endsWith(`exporter_${name}`));
    return pageText(families, format).replaceAll('huaweicloud_workspace_exporter_', '');
  }

  test('is a counter with _total in text', async () => {
    expect(await own('api_retries_total', 'text')).toBe(
      '# HELP api_retries_total Further attempts, by the reason of the failure before.\n' +
        '# TYPE api_retries_total counter\n' +
        'api_retries_total{project="a",operation="show_quotas",reason="server"} 2\n',
    );
  });

  test('is a family without _total in OpenMetrics', async () => {
    expect(await own('api_retries_total', 'openmetrics')).toBe(
      '# TYPE api_retries counter\n' +
        '# HELP api_retries Further attempts, by the reason of the failure before.\n' +
        'api_retries_total{project="a",operation="show_quotas",reason="server"} 2\n',
    );
  });

  test('has the unit that stands before _total', async () => {
    expect(await own('api_budget_wait_seconds_total', 'openmetrics')).toBe(
      '# TYPE api_budget_wait_seconds counter\n' +
        '# UNIT api_budget_wait_seconds seconds\n' +
        '# HELP api_budget_wait_seconds Time that requests waited for the client-side budget.\n' +
        'api_budget_wait_seconds_total{project="a"} 0.25\n',
    );
  });

  const buckets = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1.0', '2.5', '5.0', '10.0', '+Inf'];
  const histogram =
    buckets
      .map((le, index) => `http_request_duration_seconds_bucket{le="${le}",handler="/metrics"} ${index < 6 ? 0 : 1}\n`)
      .join('') +
    'http_request_duration_seconds_sum{handler="/metrics"} 0.3\n' +
    'http_request_duration_seconds_count{handler="/metrics"} 1\n';

  test('is a histogram with whole bounds as 1.0 and an +Inf bucket in text', async () => {
    expect(await own('http_request_duration_seconds', 'text')).toBe(
      '# HELP http_request_duration_seconds Time to answer a request.\n' +
        `# TYPE http_request_duration_seconds histogram\n${histogram}`,
    );
  });

  test('is the same histogram in OpenMetrics', async () => {
    expect(await own('http_request_duration_seconds', 'openmetrics')).toBe(
      '# TYPE http_request_duration_seconds histogram\n' +
        '# UNIT http_request_duration_seconds seconds\n' +
        `# HELP http_request_duration_seconds Time to answer a request.\n${histogram}`,
    );
  });

  test('names the program in an info metric', async () => {
    expect(await own('build_info', 'openmetrics')).toMatch(/^# TYPE build info\n# HELP build [^\n]*\nbuild_info\{/);
    expect(await own('build_info', 'text')).toContain('\nbuild_info{version="1",revision="r",node_version="v20"} 1\n');
  });
});

describe('escaping', () => {
  test.each([
    ['a\\b', 'a\\\\b'],
    ['say "hi"', 'say \\"hi\\"'],
    ['two\nlines', 'two\\nlines'],
    ['\\n', '\\\\n'],
    ['\\"\n', '\\\\\\"\\n'],
    ['NUL \0 ends the scraper', 'NUL \uFFFD ends the scraper'],
    ['tab\tand\rreturn', 'tab\tand\rreturn'],
    ['工程部 קבוצת 🖥', '工程部 קבוצת 🖥'],
    ['{a="b"} 1 # x', '{a=\\"b\\"} 1 # x'],
    ['', ''],
  ])('the label value %j is written as %j', (value, written) => {
    expect(labelText(['name'], [value])).toBe(`name="${written}"`);
  });

  test('a label without a value is empty, never "undefined"', () => {
    expect(labelText(['a', 'b'], [undefined])).toBe('a="",b=""');
  });

  const one = rowsOf<number>('id');
  const helpOf = (help: string, format: 'text' | 'openmetrics') => {
    const family = familiesOf(one.group({ x: one.gauge(help, (value) => value) }), [[['a'], 1]]);
    return /# HELP huaweicloud_workspace_x (.*)\n/.exec(pageText(family, format))?.[1];
  };

  test.each([
    ['text', 'a "quoted" \\ word\nand more', 'a "quoted" \\\\ word\\nand more'],
    ['openmetrics', 'a "quoted" \\ word\nand more', 'a \\"quoted\\" \\\\ word\\nand more'],
  ] as const)('HELP in %s', (format, help, written) => {
    expect(helpOf(help, format)).toBe(written);
  });
});

test('families and samples keep the order in which they are given', () => {
  const items = ['b', 'a', 'c'].map((id) => [['p', id], { value: 1, text: id }] as const);
  const names = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.replace(/huaweicloud_workspace_(\w+).*,?id="(.)".*/, '$1 $2'));
  expect(names(pageText(familiesOf(rows, items)))).toEqual(
    ['thing_desktops', 'thing_age_seconds', 'thing_size_bytes', 'thing_info'].flatMap((name) =>
      ['b', 'a', 'c'].map((id) => `${name} ${id}`),
    ),
  );
});

test('only an OpenMetrics page has an end mark', () => {
  expect(PAGE_END).toEqual({ text: '', openmetrics: '# EOF\n' });
});
