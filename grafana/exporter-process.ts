// Row of the exporter's dashboard: the requests that it answers, and what its process needs.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { lines } from './over-time.ts';
import { busiest, metric, percentile, rateBy } from './promql.ts';

const EACH = '{{instance}}';
const HALF = { width: 12, height: 8 } as const;
const QUARTER = { width: 6, height: 8 } as const;

export const serving = ({ OF_EXPORTER, labels, ofProcess }: Kit): Row => {
  const each = (expr: string) => busiest(`max by (${labels('instance')}) (${expr})`);
  return {
    title: 'Server and process',
    panels: [
      lines({
        ...HALF,
        title: 'Requests answered',
        description: 'Requests per second that the exporter answered, by page and status.',
        unit: 'reqps',
        style: 'stacked',
        queries: [
          {
            expr: rateBy('handler, code', metric('exporter_http_requests_total', OF_EXPORTER)),
            legend: '{{handler}} {{code}}',
          },
        ],
      }),
      lines({
        ...HALF,
        title: 'Time to answer',
        description: 'How long 99 of 100 requests to the exporter take at most, by page.',
        unit: 's',
        queries: [
          {
            expr: percentile(0.99, 'handler', metric('exporter_http_request_duration_seconds_bucket', OF_EXPORTER)),
            legend: '{{handler}}',
          },
        ],
      }),
      lines({
        ...QUARTER,
        title: 'Delay of the event loop',
        description: 'By how much Node is late: all work waits as long.',
        unit: 's',
        queries: [
          { expr: each(ofProcess('nodejs_eventloop_lag_p50_seconds')), legend: `${EACH} 50 %` },
          { expr: each(ofProcess('nodejs_eventloop_lag_p99_seconds')), legend: `${EACH} 99 %` },
          { expr: each(ofProcess('nodejs_eventloop_lag_max_seconds')), legend: `${EACH} longest` },
        ],
      }),
      lines({
        ...QUARTER,
        title: 'Heap',
        description: 'Memory of JavaScript: used, and reserved by V8.',
        unit: 'bytes',
        queries: [
          { expr: each(ofProcess('nodejs_heap_size_used_bytes')), legend: `${EACH} used` },
          { expr: each(ofProcess('nodejs_heap_size_total_bytes')), legend: `${EACH} reserved` },
        ],
      }),
      lines({
        ...QUARTER,
        title: 'Memory of the process',
        description: 'Resident memory, which is what a limit of the container counts, and buffers outside of the heap.',
        unit: 'bytes',
        queries: [
          { expr: each(ofProcess('process_resident_memory_bytes')), legend: `${EACH} resident` },
          { expr: each(ofProcess('nodejs_external_memory_bytes')), legend: `${EACH} external` },
        ],
      }),
      lines({
        ...QUARTER,
        title: 'Processor',
        description: 'Share of one processor that the process takes.',
        unit: 'percentunit',
        queries: [{ expr: busiest(rateBy(labels('instance'), ofProcess('process_cpu_seconds_total'))), legend: EACH }],
      }),
    ],
  };
};
