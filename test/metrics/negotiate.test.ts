// The headers that scrapers really send, and those that should not make one fail.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { acceptsGzip, negotiate } from '../../src/metrics/negotiate.ts';

const PROTOBUF =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8';
const PROMETHEUS_2_42 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const PROMETHEUS_3_NATIVE_HISTOGRAMS =
  `${PROTOBUF};q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,` +
  'application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';

describe('the format', () => {
  test.each([
    ['of Prometheus 2.42', PROMETHEUS_2_42, 'openmetrics'],
    ['of Prometheus 3', PROMETHEUS_3, 'openmetrics'],
    ['of Prometheus 3 with native histograms', PROMETHEUS_3_NATIVE_HISTOGRAMS, 'openmetrics'],
    ['of Prometheus 3 with PrometheusText0.0.4 alone', 'text/plain;version=0.0.4;q=0.6,*/*;q=0.5', 'text'],
    ['of Prometheus 3 with PrometheusProto alone', `${PROTOBUF};q=0.6,*/*;q=0.5`, 'text'],
    [
      'of Prometheus 2.4',
      'application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'text',
    ],
    ['of curl', '*/*', 'text'],
    ['of a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8', 'text'],
    ['of nobody', undefined, 'text'],
    ['of an empty header', '', 'text'],
    ['where only the media type is given', 'application/openmetrics-text', 'openmetrics'],
    [
      'where the parameters are spaced and quoted',
      'Application/OpenMetrics-Text ; Version = "1.0.0" ; Q = "0.5"',
      'openmetrics',
    ],
    ['where text is liked better', 'application/openmetrics-text;q=0.4,text/plain;q=0.5', 'text'],
    ['where text is liked better and comes first', 'text/plain;q=0.5,application/openmetrics-text;q=0.4', 'text'],
    [
      'where OpenMetrics is liked better and comes last',
      'text/plain;q=0.5,application/openmetrics-text;q=0.51',
      'openmetrics',
    ],
    ['where both are liked the same, the first', 'application/openmetrics-text,text/plain', 'openmetrics'],
    ['where both are liked the same, the first', 'text/plain,application/openmetrics-text', 'text'],
    ['where OpenMetrics is refused', 'application/openmetrics-text;q=0', 'text'],
    ['where OpenMetrics is refused, and everything liked', 'application/openmetrics-text;q=0.0,*/*', 'text'],
    ['where all that we know is refused (never 406)', 'text/plain;q=0,application/openmetrics-text;q=0', 'text'],
    [
      'where only other versions are known',
      'application/openmetrics-text;version=2.0.0,text/plain;version=1.0.0',
      'text',
    ],
    ['where only an image will do (never 406)', 'image/png', 'text'],
    ['where q is no number', 'application/openmetrics-text;q=high,text/plain;q=0.1', 'text'],
    ['where q is negative', 'application/openmetrics-text;q=-1', 'text'],
    ['where q is empty', 'application/openmetrics-text;q=', 'text'],
    ['of garbage', ';;;=,,;q;"\\,=\u0000', 'text'],
  ] as const)('%s: %s', (_, accept, format) => {
    expect(negotiate(accept).format).toBe(format);
  });

  test.each([
    ['Prometheus 3', PROMETHEUS_3, 'allow-utf-8'],
    ['Prometheus 2.42, which names none', PROMETHEUS_2_42, 'underscores'],
    ['whoever asks for underscores', 'application/openmetrics-text;version=1.0.0;escaping=underscores', 'underscores'],
    ['whoever asks for values', 'application/openmetrics-text;version=1.0.0;escaping="values"', 'values'],
    [
      'whoever asks for dots, which would double underscores',
      'application/openmetrics-text;escaping=dots',
      'underscores',
    ],
    ['whoever asks for nonsense', 'application/openmetrics-text;escaping=x\r\ny', 'underscores'],
    [
      'somebody who likes another way less',
      'application/openmetrics-text;escaping=values;q=0.1,application/openmetrics-text;escaping=allow-utf-8;q=0.2',
      'allow-utf-8',
    ],
  ])('of OpenMetrics tells %s how names are escaped', (_, accept, escaping) => {
    expect(negotiate(accept).contentType).toBe(
      `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`,
    );
  });

  test('of text, in the version before 1.0, says nothing of it', () => {
    const accept = 'text/plain;version=0.0.4;escaping=values';
    expect(negotiate(accept).contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  test('is one of the two, whatever the header', () => {
    const piece = fc.constantFrom(
      'text/plain',
      'application/openmetrics-text',
      '*/*',
      ';',
      ',',
      '=',
      'q',
      '0',
      '1',
      ' ',
    );
    const header = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(header, (accept) => {
        expect(['text', 'openmetrics']).toContain(negotiate(accept).format);
        expect(acceptsGzip(accept)).toBeTypeOf('boolean');
      }),
    );
  });
});

describe('gzip', () => {
  test.each([
    ['gzip', true],
    ['GZIP', true],
    ['gzip, deflate, br, zstd', true],
    ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
    ['*', true],
    ['gzip;q=0.001', true],
    ['*;q=0, gzip', true],
    [undefined, false],
    ['', false],
    ['identity', false],
    ['deflate, br', false],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['gzip;q=0, *', false],
    ['*, gzip;q=0', false],
    ['*;q=0', false],
    ['gzipped', false],
  ])('%s: %s', (header, accepted) => {
    expect(acceptsGzip(header)).toBe(accepted);
  });
});
