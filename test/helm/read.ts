// What the tests of the chart read: its files, its examples rendered, and the parts of a rendering.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect } from 'vitest';
import { CHART } from '../../scripts/chart-values.ts';
import { type Rendered, renderChart } from '../support/helm.ts';
import type { Manifest } from '../support/kubernetes.ts';

export const read = (path: string) => readFileSync(path, 'utf8');
export const inChart = (path: string) => read(`${CHART}/${path}`);
/** Names of ci/NAME-values.yaml. */
export const examples = readdirSync(`${CHART}/ci`).map((file) => file.replace('-values.yaml', ''));
export const example = (name: string) => inChart(`ci/${name}-values.yaml`);
/** The least there is. */
export const least = example('default');

const rendered = new Map<string, Rendered>();

/** An example, rendered once. */
export function of(name: string): Rendered {
  const known = rendered.get(name) ?? renderChart(example(name));
  rendered.set(name, known);
  return known;
}

export const schema = JSON.parse(inChart('values.schema.json'));
/** As Helm does before it renders. */
const ajv = addFormats.default(new Ajv({ allErrors: true, strict: false }));
const isValid = ajv.compile(schema);
export function complaints(values: unknown): readonly string[] {
  return isValid(values) ? [] : (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly ports: readonly unknown[];
  readonly livenessProbe: { readonly httpGet?: object };
  readonly readinessProbe: { readonly httpGet?: object };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
export interface Deployment extends Manifest {
  readonly spec: {
    readonly replicas: number;
    readonly strategy: object;
    readonly template: {
      readonly metadata: {
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations: Readonly<Record<string, string>>;
      };
      readonly spec: {
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string; readonly secret?: object; readonly configMap?: object }[];
      };
    };
  };
}
export interface Endpoint {
  readonly port: string;
  readonly path: string;
  readonly params?: object;
  readonly interval: string;
  readonly scrapeTimeout: string;
  readonly relabelings?: readonly object[];
}

export function one({ manifests }: Rendered, kind: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind);
  expect(found.map(({ metadata }) => metadata.name)).toHaveLength(1);
  // Reason: the line above.
  return found[0] as Manifest;
}
// Reason: the schemas of Kubernetes have been asked; what a test needs and does not find fails it.
export const deployment = (it: Rendered) => one(it, 'Deployment') as Deployment;
export const container = (it: Rendered) => deployment(it).spec.template.spec.containers[0] as Container;
export const endpoints = (it: Rendered) => one(it, 'ServiceMonitor').spec?.endpoints as readonly Endpoint[];

export function volume(it: Rendered, name: string): object | undefined {
  const found = deployment(it).spec.template.spec.volumes.find((volume) => volume.name === name);
  return found?.secret ?? found?.configMap;
}

export function configMap(it: Rendered): Manifest {
  const found = it.manifests.find(
    ({ kind, data }) => kind === 'ConfigMap' && data !== undefined && 'config.yml' in data,
  );
  if (found === undefined) throw new Error('no ConfigMap with a config.yml');
  return found;
}
