// The list of generated files: what `npm run generate` writes and a test holds against what is committed.
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
];
