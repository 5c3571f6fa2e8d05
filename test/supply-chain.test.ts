// What a release makes beside the package: base images that are pinned, and a chart that knows the public addresses.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { CHART, chartValues, leavesOf } from '../scripts/chart-values.ts';
import { publishedFiles } from '../scripts/published-chart.ts';
import { hasHelm, helm } from './support/helm.ts';

const workshop = () => {
  const folder = mkdtempSync(join(tmpdir(), 'supply-chain-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

describe('scripts/pin-base-images', () => {
  /** Runs it in a copy, with a Docker that prints `digest` for every image. Gives what it says and the FROM lines that it leaves. */
  function pin(root: string, digest: string) {
    for (const path of ['scripts/pin-base-images', 'Dockerfile']) cpSync(path, join(root, path), { force: false });
    mkdirSync(join(root, 'bin'), { recursive: true });
    writeFileSync(join(root, 'bin/docker'), `#!/bin/sh\necho "$@" >>'${root}/asked'\necho '${digest}'\n`, {
      mode: 0o755,
    });
    const { status, stdout, stderr } = spawnSync(join(root, 'scripts/pin-base-images'), {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(root, 'bin')}${delimiter}${process.env.PATH}` },
    });
    const bases = readFileSync(join(root, 'Dockerfile'), 'utf8').match(/^FROM .*$/gm) ?? [];
    return { status, said: stdout + stderr, bases };
  }
  const OLD = `sha256:${'a'.repeat(64)}`;
  const NEW = `sha256:${'b'.repeat(64)}`;

  it('writes the digest of each tag into the Dockerfile, and renews it', () => {
    const root = workshop();
    const before = readFileSync('Dockerfile', 'utf8').match(/^FROM .*$/gm) ?? [];
    expect(before).toHaveLength(2);
    const pinned = (digest: string) => before.map((line) => line.replace(/(:[\w.-]+)(?=$| AS)/, `$1@${digest}`));
    expect(pin(root, OLD)).toMatchObject({ status: 0, bases: pinned(OLD) });
    expect(pin(root, NEW)).toMatchObject({ status: 0, bases: pinned(NEW) });
    expect(readFileSync(join(root, 'asked'), 'utf8')).toMatch(/inspect gcr\.io\/distroless\/\S+:nonroot --format/);
  });

  it('changes nothing where a registry gives no digest', () => {
    const root = workshop();
    const { status, said, bases } = pin(root, 'ERROR');
    expect(status).toBe(1);
    expect(said).toMatch(/has no digest, but 'ERROR'/);
    expect(bases.join()).not.toContain('@');
  });
});

describe('the published chart', () => {
  const release = {
    repository: 'https://example.com/acme/exporter',
    image: 'registry.example.com/acme/exporter',
    charts: 'registry.example.com/acme/charts',
    version: '9.9.9',
    changelog:
      '# Changelog\n\n## 9.9.9 / 2026-01-31\n\n- [FEATURE] One.\n- [BUGFIX] Two: `three`.\n\n## 9.9.8 / 2026-01-30\n\n- [CHANGE] Old.\n',
  };
  const files = publishedFiles(release);

  it('knows where it, the image and the runbooks are', () => {
    const values = parse(files['values.yaml'] ?? '');
    expect(values.image).toMatchObject({ registry: 'registry.example.com', repository: 'acme/exporter', tag: '' });
    expect(values.prometheusRule.runbookBaseUrl).toBe(`${release.repository}/blob/v9.9.9/`);
    expect(files['README.md']).toContain('oci://registry.example.com/acme/charts/huaweicloud-workspace-exporter');
    expect(files['README.md']).not.toMatch(/Nobody has published|\]\((?!https:)/);
  });

  it('tells Artifact Hub about images and changes', () => {
    const { home, sources, annotations } = parse(files['Chart.yaml'] ?? '');
    expect([home, ...sources]).toEqual([release.repository, release.repository]);
    expect(JSON.parse(annotations['artifacthub.io/changes'])).toEqual([
      { kind: 'added', description: 'One.' },
      { kind: 'fixed', description: 'Two: `three`.' },
    ]);
    expect(JSON.parse(annotations['artifacthub.io/images'])).toMatchObject([{ image: `${release.image}:9.9.9` }]);
    expect(annotations['artifacthub.io/license']).toBe('Apache-2.0');
  });

  it('differs from the committed one in addresses alone', () => {
    const plain = (text: string) =>
      new Map(leavesOf(chartValues(text)).map(({ path, preset }) => [path.join('.'), preset]));
    const committed = plain(readFileSync(`${CHART}/values.yaml`, 'utf8'));
    const published = plain(files['values.yaml'] ?? '');
    expect(
      [...published]
        .filter(([path, preset]) => JSON.stringify(committed.get(path)) !== JSON.stringify(preset))
        .map(([path]) => path),
    ).toEqual(['image.registry', 'image.repository', 'prometheusRule.runbookBaseUrl']);
    expect(published.size).toBe(committed.size);
  });

  it('is not made of a version that the changelog does not have', () => {
    expect(() => publishedFiles({ ...release, version: '9.9.7' })).toThrow('CHANGELOG.md has no section for 9.9.7');
  });

  it.skipIf(!hasHelm())('is packed and rendered by Helm with the image of the release', () => {
    const root = workshop();
    cpSync(CHART, join(root, 'chart'), { recursive: true });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(root, 'chart', path), text);
    const values = readFileSync(`${CHART}/ci/default-values.yaml`, 'utf8');
    for (const name of ['helm3', 'helm4'] as const) {
      helm(name, ['package', join(root, 'chart'), '--destination', root]);
      const archive = resolve(root, `huaweicloud-workspace-exporter-${parse(files['Chart.yaml'] ?? '').version}.tgz`);
      expect(helm(name, ['template', 'x', archive, '--kube-version=1.31'], [values])).toContain(
        'image: "registry.example.com/acme/exporter:',
      );
      rmSync(archive);
    }
  });
});
