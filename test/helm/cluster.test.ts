// The chart and the plain manifests in the API of a real cluster: what a dry run and schemas cannot know, such as admission, immutable fields
// and upgrades. Not part of CI: `test/tools/build --cluster` takes a quarter of an hour.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CHART } from '../../scripts/chart-values.ts';
import { scratch } from '../support/certificates.ts';
import { type Cluster, startCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { documentsOf, HELMS } from '../support/helm.ts';
import type { Manifest } from '../support/kubernetes.ts';
import { BUILT } from '../support/tools.ts';
import { type Deployment, example, examples } from './read.ts';

const DEFINITIONS = `${BUILT}/prometheus-operator/example/prometheus-operator-crd`;
const PLAIN = 'deploy/kubernetes';
/** What a release may bring, as paths below a namespace. */
const KINDS = [
  'api/v1/namespaces/NAMESPACE/configmaps',
  'api/v1/namespaces/NAMESPACE/secrets',
  'api/v1/namespaces/NAMESPACE/services',
  'api/v1/namespaces/NAMESPACE/serviceaccounts',
  'apis/apps/v1/namespaces/NAMESPACE/deployments',
  'apis/policy/v1/namespaces/NAMESPACE/poddisruptionbudgets',
  'apis/networking.k8s.io/v1/namespaces/NAMESPACE/networkpolicies',
  'apis/monitoring.coreos.com/v1/namespaces/NAMESPACE/servicemonitors',
  'apis/monitoring.coreos.com/v1/namespaces/NAMESPACE/prometheusrules',
];

const isHere = existsSync(`${BUILT}/kube-apiserver`);
if (!isHere) console.warn('SKIPPED: tests of a cluster need kube-apiserver: run test/tools/build --cluster');

describe.skipIf(!isHere)('a cluster', () => {
  const closing: (() => unknown)[] = [];
  let cluster: Cluster;
  let folder: string;

  const namespace = (name: string) =>
    cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
      },
      '',
    );
  const listed = async (path: string): Promise<readonly Manifest[]> =>
    JSON.parse((await cluster.ask('GET', `/${path}`)).text).items;
  const inNamespace = async (name: string) =>
    (
      await Promise.all(
        KINDS.map(async (path) =>
          (
            await listed(path.replace('NAMESPACE', name))
          ).map(({ metadata }) => `${path.split('/').at(-1)} ${metadata.name}`),
        ),
      )
    )
      .flat()
      .filter((one) => !one.startsWith('secrets sh.helm.release.'))
      .toSorted();
  /** What is refused before a pod is made is refused only then, not with the Deployment. */
  const createPod = async ({ metadata, spec }: Manifest, inside: string) => {
    const { template } = spec as Deployment['spec'];
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name: metadata.name } };
    const { status, text } = await cluster.ask(
      'POST',
      `/api/v1/namespaces/${inside}/pods?fieldValidation=Strict&dryRun=All`,
      {
        ...pod,
        spec: template.spec,
      },
    );
    expect(`${status} ${status < 300 ? '' : text}`).toBe('201 ');
  };
  function helm(name: string, ...args: readonly string[]): void {
    const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder };
    const { status, stderr, stdout } = spawnSync(`${BUILT}/${name}`, args, { encoding: 'utf8', env });
    expect(`${args[0]}: exit ${status} ${status === 0 ? '' : stderr + stdout}`).toBe(`${args[0]}: exit 0 `);
    // Helm says there what the API warns of: fields that are unknown or will go.
    expect(stderr.replaceAll(/.*(permissions|insecure).*\n/gi, '')).toBe('');
  }

  beforeAll(async () => {
    folder = scratch((end) => closing.push(end));
    cluster = await startCluster(folder);
    closing.push(cluster.stop);
    for (const file of readdirSync(DEFINITIONS))
      await cluster.apply(parse(readFileSync(join(DEFINITIONS, file), 'utf8')), '');
    // The API serves a new kind a little later.
    for (const path of KINDS) {
      const isServed = async () =>
        (await cluster.ask('GET', `/${path.replace('NAMESPACE', 'default')}`)).status === 200 || undefined;
      await eventually(path, isServed, 30_000);
    }
    // What ci/everything-values.yaml expects to be there.
    await namespace('monitoring');
    const priority = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'monitoring' },
      value: 1,
    };
    await cluster.apply(priority, '');
  }, 120_000);
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  describe.each(HELMS)('takes from %s', (name) => {
    it.each(examples)('a release of ci/%s-values.yaml, upgrades it and is left empty', async (values) => {
      const inside = `${name}-${values}`;
      // everything-values.yaml brings its own namespace.
      const own = parse(example(values)).namespaceOverride ?? inside;
      for (const each of new Set([inside, own])) await namespace(each);
      if (parse(example(values)).serviceAccount?.create === false)
        await createServiceAccount(parse(example(values)).serviceAccount.name, own);
      const before = await inNamespace(own);
      const release = ['workspace', CHART, `--namespace=${inside}`, `--values=${CHART}/ci/${values}-values.yaml`];
      helm(name, 'install', ...release);
      const [deployment] = await listed(`apis/apps/v1/namespaces/${own}/deployments`);
      if (deployment === undefined) throw new Error('the release has no Deployment');
      await createPod(deployment, own);
      const installed = await inNamespace(own);

      const more = join(folder, 'more.yaml');
      writeFileSync(more, JSON.stringify({ replicaCount: 1, service: { port: 9100 }, podAnnotations: { a: 'b' } }));
      helm(name, 'upgrade', ...release, `--values=${more}`);
      expect(await inNamespace(own)).toEqual(installed);

      helm(name, 'uninstall', 'workspace', `--namespace=${inside}`);
      expect(await inNamespace(own)).toEqual(before);
    });
  });

  it('takes the plain manifests as kustomize would put them together', async () => {
    await namespace('plain');
    const files = readdirSync(PLAIN).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
    for (const file of files) {
      const manifest: Manifest = parse(readFileSync(join(PLAIN, file), 'utf8'));
      await cluster.apply(manifest, 'plain');
    }
    const [deployment] = await listed('apis/apps/v1/namespaces/plain/deployments');
    if (deployment === undefined) throw new Error('the manifests have no Deployment');
    await createPod(deployment, 'plain');
    expect(await inNamespace('plain')).toHaveLength(files.length);
  });

  it('takes the rules and dashboards that the program prints', async () => {
    await namespace('printed');
    for (const command of ['rules', 'dashboards']) {
      const { stdout } = spawnSync(process.execPath, ['dist/main.js', command, '--format=operator'], {
        encoding: 'utf8',
      });
      const manifests = documentsOf(stdout, command);
      expect(manifests.length).toBeGreaterThan(0);
      for (const manifest of manifests) await cluster.apply(manifest, 'printed');
    }
  });

  it('is one that refuses: a misspelt field, and a pod with more rights than it needs', async () => {
    await namespace('refused');
    const deployment: Manifest = parse(readFileSync(`${PLAIN}/deployment.yaml`, 'utf8'));
    await expect(cluster.apply({ ...deployment, spec: { ...deployment.spec, replica: 1 } }, 'refused')).rejects.toThrow(
      /field not declared in schema/,
    );
    const { template } = deployment.spec as Deployment['spec'];
    await createServiceAccount('huaweicloud-workspace-exporter', 'refused');
    const spec = { ...template.spec, hostNetwork: true };
    await expect(
      cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec }, 'refused'),
    ).rejects.toThrow(/violates PodSecurity/);
  });

  const createServiceAccount = (name: string, inside: string) =>
    cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }, inside);
});
