// The pod and what is around it: TLS, probes, image, names, network.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseFlags, routePrefixOf } from '../../src/cli/flags.ts';
import { hasHelm, type Rendered, renderChart } from '../support/helm.ts';
import { container, deployment, endpoints, example, inChart, least, of, one, read, volume } from './read.ts';

const chart = parse(inChart('Chart.yaml'));

describe.skipIf(!hasHelm())('rendered', () => {
  describe('TLS', () => {
    it('is spoken by probes, scrapes and the test', () => {
      const { livenessProbe, readinessProbe } = container(of('tls'));
      expect([livenessProbe.httpGet, readinessProbe.httpGet]).toEqual([
        { path: '/-/healthy', port: 'http', scheme: 'HTTPS' },
        { path: '/-/ready', port: 'http', scheme: 'HTTPS' },
      ]);
      expect(endpoints(of('tls'))).toEqual([expect.objectContaining({ scheme: 'https' })]);
      expect(JSON.stringify(one(of('tls'), 'Pod').spec)).toContain(
        'https://workspace-huaweicloud-workspace-exporter:10054',
      );
    });

    it('is not, where it is off', () => {
      expect(container(of('default')).livenessProbe.httpGet).toMatchObject({ scheme: 'HTTP' });
      expect(container(of('existing')).livenessProbe.httpGet).toMatchObject({ scheme: 'HTTP' });
      expect(endpoints(of('existing'))).toEqual([expect.objectContaining({ scheme: 'http' })]);
    });

    it('is said to be on where the file is in a Secret', () => {
      const { livenessProbe } = container(renderChart(example('existing'), { webConfig: { tls: true } }));
      expect(livenessProbe.httpGet).toMatchObject({ scheme: 'HTTPS' });
    });

    it('has a file that names the mounted certificate', () => {
      const secret = one(of('tls'), 'Secret');
      expect(volume(of('tls'), 'web-config')).toMatchObject({ secretName: secret.metadata.name });
      const { cert_file, key_file } = parse(secret.stringData?.['web-config.yml'] ?? '').tls_server_config;
      const mount = container(of('tls')).volumeMounts.find(({ name }) => name === 'tls');
      expect([cert_file, key_file]).toEqual([`${mount?.mountPath}/tls.crt`, `${mount?.mountPath}/tls.key`]);
    });

    it('leaves a probe that is not HTTP as it is', () => {
      const tcp = { livenessProbe: { httpGet: null, tcpSocket: { port: 'http' } } };
      const { livenessProbe } = container(renderChart(example('tls'), tcp));
      expect(livenessProbe).toEqual({ tcpSocket: { port: 'http' }, periodSeconds: 15, timeoutSeconds: 5 });
    });

    it('cannot be given in two ways', () => {
      expect(() => renderChart(example('tls'), { webConfig: { existingSecret: 'a' } })).toThrow(/both/);
    });
  });

  describe('a route prefix', () => {
    it.each([
      [{ routePrefix: '/vdi' }, ['--web.route-prefix=/vdi'], '/vdi'],
      [{ externalUrl: 'https://example.com/vdi/' }, ['--web.external-url=https://example.com/vdi/'], '/vdi'],
      [{ externalUrl: 'https://example.com' }, ['--web.external-url=https://example.com'], ''],
      [
        { externalUrl: 'https://example.com/vdi', routePrefix: '/' },
        ['--web.external-url=https://example.com/vdi', '--web.route-prefix=/'],
        '',
      ],
    ])('of %j is that of flags, probes, scrapes, test and notes', (values, flags, prefix) => {
      const rendered = renderChart(example('everything'), values);
      const { args, livenessProbe, readinessProbe } = container(rendered);
      expect(args).toEqual(expect.arrayContaining(flags));
      expect(routePrefixOf(parseFlags(args ?? []))).toBe(prefix);
      expect(livenessProbe.httpGet).toMatchObject({ path: `${prefix}/-/healthy` });
      expect(readinessProbe.httpGet).toMatchObject({ path: `${prefix}/-/ready` });
      expect(endpoints(rendered).map(({ path }) => path)).toEqual([
        `${prefix}/probe`,
        `${prefix}/probe`,
        `${prefix}/metrics`,
      ]);
      expect(JSON.stringify(one(rendered, 'Pod').spec)).toContain(`:9100${prefix}/-/ready`);
      expect(rendered.notes).toContain(`http://localhost:10054${prefix}/\n`);
    });

    it('is refused as a bare flag, which probes could not follow', () => {
      for (const flag of ['--web.route-prefix=/vdi', '--web.external-url=https://example.com/vdi'])
        expect(() => renderChart(example('default'), { extraArgs: [flag] })).toThrow(
          /externalUrl or routePrefix instead/,
        );
    });
  });

  describe('the probes', () => {
    it('ask at the port that the image exposes and the exporter listens at', () => {
      const exposed = /^EXPOSE (\d+)$/m.exec(read('Dockerfile'))?.[1];
      expect(container(of('default')).ports).toEqual([
        { name: 'http', containerPort: Number(exposed), protocol: 'TCP' },
      ]);
      expect(parseFlags([]).addresses).toEqual([expect.objectContaining({ port: Number(exposed) })]);
    });
  });

  describe('the image', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    it.each([
      [{}, `huaweicloud-workspace-exporter:${chart.appVersion}`],
      [{ registry: 'registry.example.com' }, `registry.example.com/huaweicloud-workspace-exporter:${chart.appVersion}`],
      [{ tag: '2' }, 'huaweicloud-workspace-exporter:2'],
      [{ tag: '2', digest }, `huaweicloud-workspace-exporter@${digest}`],
    ])('with %j is %s', (image, name) => {
      expect(container(renderChart(least, { image })).image).toBe(name);
    });

    it('has no public address, and the notes say so', () => {
      expect(of('default').notes).toContain('image.registry is empty');
      expect(of('everything').notes).not.toContain('image.registry');
    });
  });

  describe('the names', () => {
    it.each([
      ['of the release and the chart', {}, 'workspace-huaweicloud-workspace-exporter'],
      ['a whole one', { fullnameOverride: 'vdi' }, 'vdi'],
      ['of the chart', { nameOverride: 'vdi' }, 'workspace-vdi'],
      ['of the release alone, if it has the other in it', { nameOverride: 'work' }, 'workspace'],
    ])('are %s', (_, values, name) => {
      expect(one(renderChart(least, values), 'Deployment').metadata.name).toBe(name);
    });

    it('of all objects stay within 63 characters', () => {
      const { manifests } = renderChart(example('everything'), { fullnameOverride: 'a'.repeat(63) });
      expect(manifests.filter(({ metadata }) => metadata.name.length > 63)).toEqual([]);
    });

    it('that look like numbers stay texts', () => {
      expect(one(renderChart(least, { nameOverride: '2026' }), 'Service').metadata.labels).toMatchObject({
        'app.kubernetes.io/name': '2026',
      });
    });
  });

  describe('the network policy', () => {
    interface Rule {
      readonly ports: readonly { readonly port: number | string; readonly protocol: string }[];
      readonly to?: readonly unknown[];
    }
    const egress = (it: Rendered) => one(it, 'NetworkPolicy').spec?.egress as readonly Rule[] | undefined;
    const portsOf = (it: Rendered) => egress(it)?.map(({ ports }) => ports.map(({ port }) => port));

    it('lets names, the cloud and the metadata service through', () => {
      expect(portsOf(of('agency'))).toEqual([[53, 53], [443], [80]]);
      expect(egress(of('agency'))?.[2]?.to).toEqual([{ ipBlock: { cidr: '169.254.169.254/32' } }]);
      const without = { networkPolicy: { egress: { metadataService: false } } };
      expect(portsOf(renderChart(example('agency'), without))).toEqual([[53, 53], [443]]);
    });

    it('lets the exporter ask for the keys of its identity', () => {
      expect(egress(of('identity'))?.[2]).toEqual({
        ports: [{ protocol: 'TCP' }],
        to: [{ ipBlock: { cidr: '169.254.0.0/16' } }],
      });
      const without = { networkPolicy: { egress: { podIdentity: false } } };
      expect(portsOf(renderChart(example('identity'), without))).toEqual([[53, 53], [443]]);
    });

    it('lets the chosen namespaces and the test in', () => {
      const [rule] = (one(of('everything'), 'NetworkPolicy').spec?.ingress ?? []) as readonly {
        from: readonly unknown[];
      }[];
      const { labels = {} } = one(of('everything'), 'Pod').metadata;
      expect(rule?.from).toEqual([
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
        { podSelector: { matchLabels: { 'app.kubernetes.io/name': labels['app.kubernetes.io/name'] } } },
      ]);
    });

    it('may leave the way out open', () => {
      const open = renderChart(example('agency'), { networkPolicy: { egress: { enabled: false } } });
      expect(egress(open)).toBeUndefined();
      expect(one(open, 'NetworkPolicy').spec?.policyTypes).toEqual(['Ingress']);
    });
  });

  it('the disruption budget has one limit or the other', () => {
    const budget = (values: object) =>
      one(renderChart(least, { podDisruptionBudget: { enabled: true, ...values } }), 'PodDisruptionBudget');
    expect(budget({}).spec).toMatchObject({ maxUnavailable: 1 });
    expect(budget({}).spec).not.toHaveProperty('minAvailable');
    expect(budget({ minAvailable: 0 }).spec).toMatchObject({ minAvailable: 0 });
    expect(budget({ minAvailable: 0 }).spec).not.toHaveProperty('maxUnavailable');
  });

  it('more than one pod is warned of', () => {
    expect(of('everything').notes).toContain('replicaCount is 2');
    expect(of('default').notes).not.toContain('replicaCount');
  });

  it('the old pod stays until the new one is ready', () => {
    expect(deployment(of('default')).spec).toMatchObject({
      replicas: 1,
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
  });

  it('extra manifests are rendered, as maps and as text', () => {
    const names = of('everything').manifests.map(({ metadata }) => metadata.name);
    expect(names).toEqual(expect.arrayContaining(['workspace-as-map', 'workspace-as-text']));
  });
});
