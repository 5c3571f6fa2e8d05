// Renders the Helm chart with the engine that Helm uses, by the small Go program in test/helm/render: there is no helm to install from Debian or npm.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CHART } from '../../scripts/chart-values.ts';
import type { Manifest } from './kubernetes.ts';
import { hasTools, works } from './tools.ts';

const SOURCE = resolve('test/helm/render');
/** Where Debian keeps packages of Go: no module is downloaded. */
const PACKAGES = '/usr/share/gocode';

/** Whether the chart can be rendered here; see `hasTools`. */
export const hasHelmEngine = () =>
  hasTools('tests of the rendered Helm chart', {
    'golang-go': works('go', 'version'),
    'golang-github-masterminds-sprig-dev': existsSync(`${PACKAGES}/src/github.com/Masterminds/sprig`),
    'golang-k8s-sigs-yaml-dev': existsSync(`${PACKAGES}/src/sigs.k8s.io/yaml`),
  });

export interface Rendered {
  /** What Helm would apply, hooks too. */
  readonly manifests: readonly Manifest[];
  readonly notes: string;
  /** The chart's values with the given ones laid over them: what Helm checks with the chart's schema. */
  readonly values: unknown;
}

/** Throws what ended the rendering, as Helm would say it. Each of `values` is YAML, or data; the last one wins. */
export function renderChart(...values: readonly (string | object)[]): Rendered {
  const input = JSON.stringify({
    release: { name: 'workspace', namespace: 'monitoring' },
    values: values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
  });
  const { status, stdout, stderr } = spawnSync(renderer(), [CHART], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== 0) throw new Error(stderr);
  const answer: { error?: string; values: unknown; files: Readonly<Record<string, string>> } = JSON.parse(stdout);
  if (answer.error !== undefined) throw new Error(answer.error);
  const { 'templates/NOTES.txt': notes = '', ...files } = answer.files;
  return {
    manifests: Object.entries(files).flatMap(([path, text]) => documentsOf(text, path)),
    notes,
    values: answer.values,
  };
}

/** The documents of a text that are not empty; as strict as YAML is: a key that comes twice is an error. */
export function documentsOf(text: string, path: string): readonly Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors.join('\n')}\n${text}`);
    return document.contents === null ? [] : [document.toJS()];
  });
}

let built: string | undefined;

/** Built once for each state of the source; a second or two. */
function renderer(): string {
  if (built !== undefined) return built;
  const hash = createHash('sha256')
    .update(readFileSync(join(SOURCE, 'main.go')))
    .digest('hex')
    .slice(0, 16);
  const folder = resolve('node_modules/.cache/helm-render');
  const binary = join(folder, hash);
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const unfinished = `${binary}.${process.pid}`;
    const env = {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: PACKAGES,
      GOFLAGS: '',
      GOPROXY: 'off',
      GOCACHE: join(folder, 'cache'),
    };
    execFileSync('go', ['build', '-o', unfinished, '.'], { cwd: SOURCE, env, stdio: ['ignore', 'inherit', 'pipe'] });
    renameSync(unfinished, binary);
  }
  built = binary;
  return binary;
}
