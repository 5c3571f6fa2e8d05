// The list of generated files: what `npm run generate` writes and a test holds against what is committed.
import { dashboards } from '../grafana/index.ts';
import { alertingRules, prometheusRule, recordingRules } from '../prometheus/rules.ts';
import { scenarioFiles } from '../prometheus/scenarios/index.ts';
import { allSections } from '../src/catalog.ts';
import { collectors } from '../src/collectors/index.ts';
import { metricsReference } from '../src/metrics/reference.ts';
import { configurationReference } from './configuration-reference.ts';
import { configurationSchema } from './configuration-schema.ts';

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
  { path: 'docs/metrics.md', content: async () => metricsReference(await allSections()) },
  { path: 'prometheus/rules/recording.yml', content: recordingRules },
  { path: 'prometheus/rules/alerts.yml', content: () => alertingRules() },
  { path: 'deploy/kubernetes/prometheusrule.yaml', content: () => prometheusRule() },
  ...dashboards.map(({ path, json }) => ({ path, content: () => `${JSON.stringify(json, undefined, 2)}\n` })),
  ...scenarioFiles,
];
