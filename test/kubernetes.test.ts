// The plain manifests: what Kubernetes and the Prometheus operator take, put together by kustomize, the same in substance as the chart.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseFlags } from '../src/cli/flags.ts';
import { collectors } from '../src/collectors/index.ts';
import { loadConfig } from '../src/config/load.ts';
import { container, deployment, endpoints, example, one, volume } from './helm/read.ts';
import { documentsOf, hasHelm, type Rendered, renderChart } from './support/helm.ts';
import { hasSchemas, type Manifest, problemsOf } from './support/kubernetes.ts';

const FOLDER = 'deploy/kubernetes';
const NAME = 'huaweicloud-workspace-exporter';

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly images: readonly { readonly name: string; readonly newName: string; readonly newTag: string }[];
}

const read = (path: string) => readFileSync(`${FOLDER}/${path}`, 'utf8');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
const kustomization: Kustomization = parse(read('kustomization.yaml'));
const plain: Rendered = { manifests: files.flatMap((file) => documentsOf(read(file), file)), notes: '' };
const pod = () => deployment(plain).spec.template.spec;

describe.skipIf(!hasSchemas())('a manifest', () => {
  it('is one that Kubernetes takes, without unknown fields', () => {
    expect(problemsOf(plain.manifests)).toEqual([]);
  });

  const base = parse(read('deployment.yaml'));
  const spoilt = (text: string, from: string, to: string): Manifest => {
    expect(text).toContain(from);
    return parse(text.replace(from, to));
  };

  it.each([
    [
      'a misspelt field',
      'deployment.yaml',
      'readinessProbe:',
      'readynessProbe:',
      "spec.template.spec.containers.0: Additional properties are not allowed ('readynessProbe' was unexpected)",
    ],
    [
      'a field in the wrong place',
      'deployment.yaml',
      '      volumes:',
      '    volumes:',
      "spec.template: Additional properties are not allowed ('volumes' was unexpected)",
    ],
    [
      'a field of a volume',
      'deployment.yaml',
      '          configMap:\n            name:',
      '          configMap:\n            secretName:',
      "spec.template.spec.volumes.0.configMap: Additional properties are not allowed ('secretName' was unexpected)",
    ],
    ['a text for a number', 'deployment.yaml', 'replicas: 1', "replicas: 'one'", 'replicas'],
    ['a missing field', 'deployment.yaml', '  selector:\n', '  selectors:\n', 'selector'],
    [
      'a misspelt field of the operator',
      'servicemonitor.yaml',
      'scrapeTimeout:',
      'scrape_timeout:',
      '/spec/endpoints/0 must NOT have additional properties {"additionalProperty":"scrape_timeout"}',
    ],
    ['a scheme that is none', 'servicemonitor.yaml', 'scheme: http', 'scheme: htp', 'scheme'],
    [
      'a rule of another key',
      'prometheusrule.yaml',
      'keep_firing_for: 10m',
      'keepFiringFor: 10m',
      '/spec/groups/3/rules/0 must NOT have additional properties {"additionalProperty":"keepFiringFor"}',
    ],
    [
      'a misspelt field of the top',
      'networkpolicy.yaml',
      'spec:',
      'specs:',
      "Additional properties are not allowed ('specs' was unexpected)",
    ],
  ])('with %s is refused', (_, file, from, to, problem) => {
    expect(problemsOf([spoilt(read(file), from, to)]).join()).toContain(problem);
  });

  it('of a kind without a schema is refused', () => {
    expect(problemsOf([{ ...base, kind: 'Deploymnt' }]).join()).toContain("Couldn't find schema for kind Deploymnt");
  });
});

describe('the kustomization', () => {
  it('names files that exist, and each that is there, if only as a comment', () => {
    for (const file of kustomization.resources) expect(existsSync(`${FOLDER}/${file}`), file).toBe(true);
    const named = [...read('kustomization.yaml').matchAll(/- ([\w-]+\.yaml)$/gm)].map(([, file]) => file);
    expect(named.toSorted()).toEqual(files.toSorted());
  });

  it('needs nothing that a cluster may not have', () => {
    const kinds = kustomization.resources.flatMap((file) => documentsOf(read(file), file)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['Deployment', 'Service', 'ServiceAccount']);
  });

  it('makes the ConfigMap that is mounted, with the file that the exporter is told to read', () => {
    const [generator] = kustomization.configMapGenerator;
    expect(volume(plain, 'config')).toEqual({ name: generator?.name });
    const mount = container(plain).volumeMounts.find(({ name }) => name === 'config');
    expect(parseFlags(container(plain).args).configFile).toBe(`${mount?.mountPath}/${generator?.files[0]}`);
  });

  it('puts the version of the package on the image', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(kustomization.images).toEqual([{ name: container(plain).image, newName: NAME, newTag: version }]);
  });
});

describe('the configuration', () => {
  it('is one that the exporter takes', async () => {
    await expect(loadConfig(read('config.yml'), 'config.yml', collectors)).resolves.toHaveProperty('projects');
  });

  it('as a comment names files of the Secret that is mounted as a comment', () => {
    const folders = [...read('config.yml').matchAll(/_file: (.*)\/[\w-]+$/gm)].map(([, folder]) => folder);
    const [, mountPath] = /# - name: secrets\n *# *mountPath: (.*)/.exec(read('deployment.yaml')) ?? [];
    expect(new Set(folders)).toEqual(new Set([mountPath]));
  });
});

describe.skipIf(!hasHelm())('the chart makes the same:', () => {
  let same: Rendered;
  beforeAll(() => {
    same = renderChart(example('identity'), {
      fullnameOverride: NAME,
      serviceMonitor: { enabled: true },
      networkPolicy: {
        enabled: true,
        ingressFrom: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
      },
    });
  });

  it('pod', () => {
    const { image } = container(same);
    expect(image).toBe(kustomization.images.map(({ newName, newTag }) => `${newName}:${newTag}`)[0]);
    expect(deployment(same).spec.template.spec).toEqual({ ...pod(), containers: [{ ...pod().containers[0], image }] });
  });

  it('replicas and strategy', () => {
    const { replicas, strategy } = deployment(plain).spec;
    expect(deployment(same).spec).toMatchObject({ replicas, strategy });
  });

  it('port', () => {
    expect(one(same, 'Service').spec?.ports).toEqual(one(plain, 'Service').spec?.ports);
  });

  it('configuration', async () => {
    const text = same.manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['config.yml'] ?? '';
    expect(parse(text)).toEqual(parse(read('config.yml')));
  });

  it('scrape', () => {
    expect(endpoints(same)).toEqual(endpoints(plain));
    expect(one(same, 'ServiceMonitor').spec?.jobLabel).toBe(one(plain, 'ServiceMonitor').spec?.jobLabel);
  });

  it('network', () => {
    const { egress, policyTypes } = one(plain, 'NetworkPolicy').spec ?? {};
    expect(one(same, 'NetworkPolicy').spec).toMatchObject({ egress, policyTypes });
  });
});
