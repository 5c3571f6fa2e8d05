// The metrics reference (docs/metrics.md) from the same rows that make the page.
import type { MetricInfo } from './metric.ts';

export interface ReferenceSection {
  readonly title: string;
  readonly metrics: readonly MetricInfo[];
}

/** Markdown: one table per section. */
export function metricsReference(sections: readonly ReferenceSection[]): string {
  const parts = sections.map(({ title, metrics }) =>
    [
      `## ${title}`,
      '',
      '| Metric | Type | Labels | Description |',
      '| --- | --- | --- | --- |',
      ...metrics.map(
        ({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${cell(help)} |`,
      ),
      '',
    ].join('\n'),
  );
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const INTRODUCTION = `# Metrics

Generated from the code by \`npm run generate\`; do not edit.

- A value that the cloud does not report has no sample; there is no NaN and no invented 0.
- While reads fail, last good values stay for \`max_staleness\`; \`desktop_pool_up\` is 0 meanwhile and
  \`desktop_pool_last_success_timestamp_seconds\` ages. Then the data series end. Where a pool has no data, \`desktop_pool_up\` is 0,
  also where nothing was sent that could have failed.
- Attributes that may change live on \`_info\` series alone: join them with
  \`* on (job, instance, project, pool_id) group_left (pool_type) huaweicloud_workspace_desktop_pool_info\`.
- Type \`info\` is a gauge of value 1 in the text format. The name in OpenMetrics metadata lacks \`_info\` and \`_total\`; the
  samples are the same.
- State sets (\`desktop_pool_status\`, \`desktop_pool_product_status\`) have one series per known state, exactly one of them is 1.
`;
