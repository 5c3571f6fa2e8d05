// The list of generated files: what `npm run generate` writes and a test holds against what is committed.
import { basename } from 'node:path';
import { dashboards, textOf } from '../grafana/index.ts';
import { defaults } from '../prometheus/mixin.ts';
import { chartRules, ruleFiles } from '../prometheus/rules.ts';
import { allSections } from '../src/app/catalog.ts';
import { collectors } from '../src/collectors/index.ts';
import { metricsReference } from '../src/metrics/reference.ts';
import { chartReadme } from './chart-readme.ts';
import { chartSchema } from './chart-schema.ts';
import { CHART } from './chart-values.ts';
import { configurationReference } from './configuration-reference.ts';
import { configurationSchema } from './configuration-schema.ts';
import { fieldsNotExported } from './fields-not-exported.ts';

export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  content(): string | Promise<string>;
}

export const generated: readonly GeneratedFile[] = [
  {
    path: 'docs/config.schema.json',
    content: () => `${JSON.stringify(configurationSchema(collectors), undefined, 2)}\n`,
  },
  { path: 'docs/configuration.md', content: () => configurationReference(collectors) },
  { path: 'docs/metrics.md', content: async () => metricsReference(await allSections()) + fieldsNotExported() },
  ...rules('prometheus/rules', 'prometheus'),
  ...rules('deploy/kubernetes', 'operator'),
  ...dashboards.map(({ path, json }) => ({ path, content: () => textOf(json) })),
  // The chart's own copies: Helm reads no file outside of the chart.
  { path: `${CHART}/files/rules.yaml`, content: chartRules },
  ...dashboards.map(({ path, json }) => ({
    path: `${CHART}/files/dashboards/${basename(path)}`,
    content: () => `${JSON.stringify(json)}\n`,
  })),
  { path: `${CHART}/values.schema.json`, content: () => `${JSON.stringify(chartSchema(collectors), undefined, 1)}\n` },
  { path: `${CHART}/README.md`, content: chartReadme },
];

/** What the command `rules` writes without flags. */
function rules(folder: string, format: 'prometheus' | 'operator'): readonly GeneratedFile[] {
  const madeBy = format === 'operator' ? 'rules --format=operator' : 'rules';
  return Object.entries(ruleFiles(defaults, format, madeBy)).map(([name, text]) => ({
    path: `${folder}/${name}`,
    content: () => text,
  }));
}
