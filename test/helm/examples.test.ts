// What holds for every rendering, tried on each of the example values in ci/.
import { describe, expect, it } from 'vitest';
import { helpText, parseFlags } from '../../src/cli/flags.ts';
import { hasHelm, renderChart } from '../support/helm.ts';
import { hasSchemas, problemsOf } from '../support/kubernetes.ts';
import { container, deployment, example, examples, inChart, of, one, read } from './read.ts';

describe.skipIf(!hasHelm() || !hasSchemas())('rendered', () => {
  describe.each(examples)('with ci/%s-values.yaml', (name) => {
    it('every object is one that Kubernetes takes, without unknown fields', () => {
      expect(problemsOf(of(name).manifests)).toEqual([]);
    });

    it('no two objects have the same name, and all are in a namespace', () => {
      const names = of(name).manifests.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
      expect(names).toEqual([...new Set(names)]);
      const without = of(name).manifests.filter(({ metadata }) => metadata.namespace === undefined);
      expect(without.map(({ metadata }) => metadata.name).filter((one) => !/-as-(map|text)$/.test(one))).toEqual([]);
    });

    it('the Service and the policies choose the pods of the Deployment, and not the test', () => {
      const labels = deployment(of(name)).spec.template.metadata.labels;
      const selectors = of(name).manifests.flatMap(({ kind, spec }) =>
        kind === 'ServiceMonitor' ? [] : [spec?.selector, spec?.podSelector].filter((it) => it !== undefined),
      );
      expect(selectors.length).toBeGreaterThan(0);
      for (const selector of selectors as readonly { matchLabels?: object }[]) {
        expect(labels).toMatchObject(selector.matchLabels ?? selector);
        expect(one(of(name), 'Pod').metadata.labels).not.toMatchObject(selector.matchLabels ?? selector);
      }
    });

    it('the exporter takes the arguments', () => {
      const args = container(of(name)).args.filter((arg) => isBuilt(arg));
      expect(parseFlags(args)).toMatchObject({
        command: 'serve',
        configFile: '/etc/huaweicloud-workspace-exporter/config.yml',
      });
    });

    it('what is mounted is a volume, what is a volume is mounted, and only to be read', () => {
      const { volumeMounts } = container(of(name));
      const { volumes } = deployment(of(name)).spec.template.spec;
      expect(volumeMounts.map((mount) => mount.name).toSorted()).toEqual(volumes.map((it) => it.name).toSorted());
      for (const mount of volumeMounts) {
        expect(mount).toMatchObject({ readOnly: true });
        // A subPath never follows a change of what is mounted.
        expect(mount).not.toHaveProperty('subPath');
      }
    });

    it('nothing in it can write, gain rights, or be root', () => {
      const { spec } = deployment(of(name)).spec.template;
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(container(of(name)).securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        privileged: false,
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
      });
    });

    it('the notes name the Service', () => {
      expect(of(name).notes).toContain(`${one(of(name), 'Service').metadata.name}.`);
    });
  });

  it('the example of its README works', () => {
    const [, text = ''] = /^```yaml\n([\s\S]*?)^```/m.exec(inChart('README.md')) ?? [];
    expect(problemsOf(renderChart(text).manifests)).toEqual([]);
  });

  const blocks = read('docs/kubernetes.md').matchAll(/^```yaml\n([\s\S]*?)^```/gm);
  it.each([...blocks].map(([, text = '']) => text))('the example of docs/kubernetes.md works: %s', (text) => {
    expect(problemsOf(renderChart(example('default'), text).manifests)).toEqual([]);
  });
});

/** Flags that this build does not have yet are not asked about. */
function isBuilt(arg: string): boolean {
  const name = arg.split('=')[0] ?? arg;
  return !['--web.config.file', '--web.enable-lifecycle'].includes(name) || helpText().includes(name);
}
