// Rows of the exporter's dashboard: its collections, and what was wrong with the answers.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { SUCCESS, steps } from './looks.ts';
import { lines, timeline } from './over-time.ts';
import { busiest, everAboveZero, gravest, increaseBy, increaseOf, metric } from './promql.ts';

const EACH = '{{instance}}';

export const collection = ({ OF_BOTH, OF_EXPORTER, labels, ofProcess }: Kit): Row => ({
  title: 'Collection',
  panels: [
    timeline({
      title: 'Success of the collectors',
      description: 'Whether every read of the latest collection succeeded or fell back, by project and collector.',
      unit: 'none',
      width: 12,
      height: 9,
      mappings: [SUCCESS],
      queries: [
        {
          expr: gravest(
            `min by (${labels('project', 'collector')}) (${metric('exporter_collector_success', OF_BOTH)})`,
          ),
          legend: '{{project}} {{collector}}',
        },
      ],
    }),
    lines({
      title: 'Duration of collections and scrapes',
      description:
        'How long the latest collection took, by project and collector, and the scrape that it was for. The dashed red line is 25 s, the scrape timeout of the example configuration: what is not read by then is served from before.',
      unit: 's',
      width: 12,
      height: 9,
      thresholds: steps('green', [25, 'red']),
      showThresholds: true,
      queries: [
        {
          expr: busiest(
            `max by (${labels('project', 'collector')}) (${metric('exporter_collector_duration_seconds', OF_BOTH)})`,
          ),
          legend: '{{project}} {{collector}}',
        },
        {
          expr: busiest(`max by (${labels('instance')}) (${ofProcess('scrape_duration_seconds')})`),
          legend: `scrape of ${EACH}`,
        },
      ],
    }),
    lines({
      title: 'Scrapes that waited in vain, and shared ones',
      description:
        'Scrapes whose deadline came before the collection was done, and scrapes that joined a collection under way or were served a recent result.',
      unit: 'short',
      width: 12,
      height: 8,
      queries: [
        {
          expr: increaseOf(metric('exporter_scrape_deadline_exceeded_total', OF_EXPORTER)),
          legend: 'Cut by their deadline',
        },
        { expr: increaseOf(metric('exporter_scrapes_coalesced_total', OF_EXPORTER)), legend: 'Shared' },
      ],
      colors: { 'Cut by their deadline': 'red', Shared: 'blue' },
    }),
    lines({
      title: 'Samples per scrape',
      description: 'The size of the page, as Prometheus counts it.',
      unit: 'short',
      width: 12,
      height: 8,
      queries: [
        { expr: busiest(`max by (${labels('instance')}) (${ofProcess('scrape_samples_scraped')})`), legend: EACH },
      ],
    }),
  ],
});

type QualityCounter = 'series_dropped' | 'schema_violations' | 'unknown_enum_values';

const quality = (
  { OF_EXPORTER }: Kit,
  title: string,
  description: string,
  name: QualityCounter,
  labels: string,
  legend: string,
) => {
  const counter = metric(`exporter_${name}_total`, OF_EXPORTER);
  return lines({
    title,
    description,
    unit: 'short',
    width: 8,
    height: 8,
    queries: [
      { expr: increaseOf(counter), legend: 'all' },
      { expr: everAboveZero(increaseBy(labels, counter)), legend },
    ],
  });
};

export const dataQuality = (kit: Kit): Row => ({
  title: 'Quality of the data',
  panels: [
    quality(
      kit,
      'Dropped series',
      'Objects that were left out to protect the page. Not 0: raise a limit of the configuration, or ask for less.',
      'series_dropped',
      'collector, reason',
      '{{collector}} {{reason}}',
    ),
    quality(
      kit,
      'Schema violations',
      'Fields of answers that were not as the cloud documents them. Each costs its own series only; the log names them.',
      'schema_violations',
      'operation',
      '{{operation}}',
    ),
    quality(
      kit,
      'Unknown values',
      'Values that the cloud does not document. They are kept, or shown as "other".',
      'unknown_enum_values',
      'field',
      '{{field}}',
    ),
  ],
});
