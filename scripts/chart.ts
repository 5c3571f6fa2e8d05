// Lays out in ./chart what `helm package` packs for the public: `npm run chart`.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CHART } from './chart-values.ts';
import { publishedFiles } from './published-chart.ts';

const { REPOSITORY = '', IMAGE = '', CHARTS = '' } = process.env;
if (!/^https:\/\/\S+[^/]$/.test(REPOSITORY) || ![IMAGE, CHARTS].every((name) => /^[^/\s]+\/\S+[^/]$/.test(name)))
  throw new Error(
    'set REPOSITORY, like https://github.com/acme/exporter, IMAGE, like ghcr.io/acme/exporter, and CHARTS, like ghcr.io/acme/charts',
  );

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const changelog = readFileSync('CHANGELOG.md', 'utf8');
rmSync('chart', { recursive: true, force: true });
cpSync(CHART, 'chart', { recursive: true });
const files = publishedFiles({ repository: REPOSITORY, image: IMAGE, charts: CHARTS, version, changelog });
for (const [path, text] of Object.entries(files)) writeFileSync(`chart/${path}`, text);
