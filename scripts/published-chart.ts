// The Helm chart as a release publishes it. What is committed knows no public address; the address of the repository gives every one of them.
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { chartReadme } from './chart-readme.ts';
import { CHART } from './chart-values.ts';

export interface Release {
  /** Like `https://github.com/acme/exporter`. */
  readonly repository: string;
  /** The name that the image was pushed to, like `ghcr.io/acme/exporter`. */
  readonly image: string;
  /** Where charts are pushed to, like `ghcr.io/acme/charts`. */
  readonly charts: string;
  readonly version: string;
  /** The whole CHANGELOG.md. */
  readonly changelog: string;
}

/** Words of the changelog, and those of Artifact Hub. */
const KINDS: Readonly<Record<string, string>> = {
  SECURITY: 'security',
  CHANGE: 'changed',
  FEATURE: 'added',
  ENHANCEMENT: 'changed',
  PERF: 'changed',
  BUGFIX: 'fixed',
};

/** Contents of the files that differ from the committed ones, by their path in the chart. */
export function publishedFiles(release: Release): Readonly<Record<string, string>> {
  const { repository, charts, version } = release;
  const values = valuesFor(release);
  return {
    'Chart.yaml': metadataFor(release),
    'values.yaml': values,
    'README.md': chartReadme({ values, chart: `oci://${charts}/${NAME}`, files: `${repository}/blob/v${version}` }),
  };
}

const NAME = 'huaweicloud-workspace-exporter';

function metadataFor({ repository, image, version, changelog }: Release): string {
  const chart = parseDocument(readFileSync(`${CHART}/Chart.yaml`, 'utf8'));
  chart.set('home', repository);
  chart.set('sources', [repository]);
  const annotate = (key: string, value: unknown) =>
    chart.setIn(['annotations', `artifacthub.io/${key}`], JSON.stringify(value));
  annotate('images', [{ name: NAME, image: `${image}:${version}`, platforms: ['linux/amd64', 'linux/arm64'] }]);
  annotate('links', [{ name: 'Documentation', url: `${repository}#readme` }]);
  annotate('changes', changesOf(version, changelog));
  return chart.toString({ lineWidth: 0 });
}

function changesOf(version: string, changelog: string) {
  const section = changelog.split(/^## /m).find((text) => text.startsWith(`${version} `));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section for ${version}`);
  return [...section.matchAll(/^- \[(\w+)\] (.*)$/gm)].map(([, word = '', description]) => ({
    kind: KINDS[word],
    description,
  }));
}

/** Text, so that its comments and its form stay. */
function valuesFor({ repository, image, version }: Release): string {
  const [, registry = '', name = ''] = /^([^/]+)\/(.+)$/.exec(image) ?? [];
  const changes: readonly (readonly [string, string])[] = [
    ["  registry: ''", `  registry: ${registry}`],
    [`  repository: ${NAME}`, `  repository: ${name}`],
    [/^ {2}# -- Name of the image there\..*$/m.exec(committedValues())?.[0] ?? '', '  # -- Name of the image there'],
    ["  runbookBaseUrl: ''", `  runbookBaseUrl: ${repository}/blob/v${version}/`],
  ];
  return changes.reduce((text, [from, to]) => {
    if (from === '' || text.split(from).length !== 2)
      throw new Error(`${CHART}/values.yaml: not once there: "${from}"; edit scripts/published-chart.ts`);
    return text.replace(from, to);
  }, committedValues());
}

const committedValues = () => readFileSync(`${CHART}/values.yaml`, 'utf8');
