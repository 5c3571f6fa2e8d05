// Renders the Helm chart with the real Helm.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CHART } from '../../scripts/chart-values.ts';
import type { Manifest } from './kubernetes.ts';
import { isBuilt } from './tools.ts';

/** The chart has to work with both. */
export const HELMS = ['helm3', 'helm4'] as const;
/** Newest first: what the chart is rendered for and its manifests are checked against. The second is two years older. */
export const KUBERNETES = ['1.37', '1.31'] as const;

/** Whether Helm is here; see `hasTools`. */
export const hasHelm = () => isBuilt('tests of the Helm chart', ...HELMS);

/** YAML, or data. */
export type Values = string | object;

export interface Rendered {
  /** What Helm would apply, hooks too. */
  readonly manifests: readonly Manifest[];
  readonly notes: string;
}

/** As `helm install` would apply it without a cluster. Throws Helm's own words. The last one of `values` wins. */
export function renderChart(...values: readonly Values[]): Rendered {
  const args = ['install', 'workspace', CHART, '--namespace=monitoring', '--dry-run=client', '--output=json'];
  const release: { manifest: string; hooks?: readonly { manifest: string }[]; info: { notes: string } } = JSON.parse(
    helm('helm4', args, values),
  );
  const hooks = (release.hooks ?? []).flatMap(({ manifest }) => documentsOf(manifest, 'hooks'));
  return { manifests: [...documentsOf(release.manifest, 'manifest'), ...hooks], notes: release.info.notes };
}

/** What a Helm prints to stdout; throws what it prints to stderr where it fails. */
export function helm(name: (typeof HELMS)[number], args: readonly string[], values: readonly Values[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'helm-'));
  try {
    const files = values.map((one, index) => {
      const file = join(folder, `${index}.yaml`);
      writeFileSync(file, typeof one === 'string' ? one : JSON.stringify(one));
      return `--values=${file}`;
    });
    // No settings or plugins of whoever runs the tests.
    const env = { ...process.env, HELM_CONFIG_HOME: folder, HELM_CACHE_HOME: folder, HELM_DATA_HOME: folder };
    const { status, stdout, stderr } = spawnSync(name, [...args, ...files], {
      encoding: 'utf8',
      env,
      maxBuffer: 64 * 1024 ** 2,
    });
    if (status !== 0) throw new Error(stderr + stdout);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The documents of a text that are not empty; as strict as YAML is: a key that comes twice is an error. */
export function documentsOf(text: string, path: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join('\n')}\n${text}`);
    return document.contents === null ? [] : [document.toJS()];
  });
}
