// What Helm itself says of the chart, in both of its versions, and that an upgrade takes the values of former releases.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CHART } from '../../scripts/chart-values.ts';
import { documentsOf, HELMS, hasHelm, helm, KUBERNETES, renderChart, type Values } from '../support/helm.ts';
import { hasSchemas, problemsOf } from '../support/kubernetes.ts';
import { example, examples, read } from './read.ts';

const template = (version: (typeof HELMS)[number], kubernetes: string, ...values: readonly Values[]) =>
  documentsOf(
    helm(version, ['template', 'workspace', CHART, '--namespace=monitoring', `--kube-version=${kubernetes}`], values),
    'template',
  );

describe.skipIf(!hasHelm())('Helm', () => {
  describe.each(examples)('with ci/%s-values.yaml', (name) => {
    it.each(HELMS)('%s finds nothing to complain about', (version) => {
      const words = helm(version, ['lint', CHART, '--strict', `--kube-version=${KUBERNETES[0]}`], [example(name)]);
      expect(words).toContain('1 chart(s) linted, 0 chart(s) failed');
      expect(words).not.toMatch(/WARNING|ERROR/);
    });

    it('renders the same in both versions, for every Kubernetes', () => {
      const [first, ...others] = HELMS.flatMap((version) =>
        KUBERNETES.map((kubernetes) => template(version, kubernetes, example(name))),
      );
      expect(first?.length).toBeGreaterThan(3);
      for (const other of others) expect(other).toEqual(first);
    });
  });

  it.each(HELMS)('%s packs the chart, small enough for the Secret that a release is kept in', (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'chart-'));
    helm(version, ['package', CHART, `--destination=${folder}`]);
    const [archive = ''] = readdirSync(folder);
    expect(archive).toMatch(/^huaweicloud-workspace-exporter-\d+\.\d+\.\d+\.tgz$/);
    expect(statSync(join(folder, archive)).size).toBeGreaterThan(10_000);
    rmSync(folder, { recursive: true });
    // The whole release, packed, in base64: the limit of a Secret is 1 MiB.
    const release = helm(
      'helm4',
      ['install', 'a', CHART, '--dry-run=client', '--output=json'],
      [example('everything')],
    );
    expect(gzipSync(release).toString('base64').length).toBeLessThan(1024 ** 2);
  });

  it('refuses values that the schema does not allow', () => {
    expect(() => renderChart(example('default'), { replicas: 1 })).toThrow(/replicas/);
  });

  it('refuses a Kubernetes that is too old', () => {
    expect(() => template('helm4', '1.24.0', example('default'))).toThrow(/kubeVersion/);
  });

  describe.skipIf(!hasSchemas()).each(readdirSync('test/fixtures').filter((folder) => folder.startsWith('chart-')))(
    'upgrades a release of %s',
    (folder) => {
      const former = (file: string) => read(`test/fixtures/${folder}/${file}`);

      it('with the values that its user gave', () => {
        expect(problemsOf(renderChart(former('mine.yaml')).manifests)).toEqual([]);
      });

      it('with --reuse-values, which brings the former defaults', () => {
        expect(problemsOf(renderChart(former('values.yaml'), former('mine.yaml')).manifests)).toEqual([]);
      });
    },
  );
});
