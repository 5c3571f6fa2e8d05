// What the chart brings for the Prometheus operator and for Grafana.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboards } from '../../grafana/index.ts';
import { defaults, durationOf } from '../../prometheus/mixin.ts';
import { alerts, printedRules, recordings } from '../../prometheus/rules.ts';
import { allSections } from '../../src/app/catalog.ts';
import { hasHelm, type Rendered, renderChart } from '../support/helm.ts';
import { hasPrometheus, promtool } from '../support/prometheus.ts';
import { endpoints, example, least, of, one, read } from './read.ts';

describe.skipIf(!hasHelm())('rendered', () => {
  describe('the ServiceMonitor', () => {
    it('finds the Service, at the port by its name', () => {
      const monitor = one(of('everything'), 'ServiceMonitor');
      const service = one(of('everything'), 'Service');
      const selector = monitor.spec?.selector as { matchLabels: object };
      expect(service.metadata.labels).toMatchObject(selector.matchLabels);
      expect(monitor.spec?.namespaceSelector).toEqual({ matchNames: [service.metadata.namespace] });
      const ports = ((service.spec?.ports ?? []) as readonly { name: string }[]).map(({ name }) => name);
      for (const { port } of endpoints(of('everything'))) expect(ports).toContain(port);
    });

    it('need not honour labels, because the exporter has none that the operator puts on a target', async () => {
      expect(endpoints(of('existing'))).toEqual([expect.not.objectContaining({ honorLabels: expect.anything() })]);
      const labels = new Set(
        (await allSections()).flatMap(({ metrics }) => metrics.flatMap((metric) => metric.labels)),
      );
      expect([...labels]).toContain('operation');
      const ofTargets = ['namespace', 'service', 'endpoint', 'pod', 'container', 'node', 'job', 'instance'];
      expect(ofTargets.filter((name) => labels.has(name))).toEqual([]);
    });

    it('asks each project by itself, and then the exporter alone', () => {
      const all = endpoints(of('everything'));
      expect(all.map(({ path, params }) => ({ path, params }))).toEqual([
        { path: '/probe', params: { project: ['prod'] } },
        { path: '/probe', params: { project: ['branch'] } },
        { path: '/metrics', params: { 'collect[]': ['exporter'] } },
      ]);
    });

    it('gives each project an instance of its own, as the service discovery of the exporter does', () => {
      const [first] = endpoints(of('everything'));
      expect(first?.relabelings).toEqual([
        { sourceLabels: ['__address__', '__param_project'], separator: '/', targetLabel: 'instance' },
        { targetLabel: 'cluster', replacement: 'acme' },
      ]);
      // The example for Prometheus itself does the same.
      expect(read('prometheus/sharding.yml')).toMatch(
        /source_labels: \[__address__, __param_project\]\s+separator: \/\s+target_label: instance/,
      );
    });

    it('cannot know the projects of a configuration that is elsewhere', () => {
      expect(() => renderChart(example('existing'), { serviceMonitor: { perProject: true } })).toThrow(
        /perProject reads/,
      );
    });

    it('waits less than its interval', () => {
      for (const { interval, scrapeTimeout } of endpoints(of('existing')))
        expect(Number.parseInt(scrapeTimeout, 10)).toBeLessThan(Number.parseInt(interval, 10));
    });
  });

  describe('the PrometheusRule', () => {
    interface Group {
      readonly name: string;
      readonly rules: readonly {
        readonly alert?: string;
        readonly record?: string;
        readonly expr: string;
        readonly annotations?: Readonly<Record<string, string>>;
      }[];
    }
    const groupsOf = (it: Rendered) => one(it, 'PrometheusRule').spec?.groups as readonly Group[];
    /** The chart can only say it in seconds. */
    const tidy = (groups: readonly Group[]): unknown =>
      JSON.parse(
        JSON.stringify(groups).replace(/(?<=\[|offset |"for":")(\d+)s\b/g, (_, seconds) => durationOf(Number(seconds))),
      );
    const all = () => renderChart(least, { prometheusRule: { enabled: true } });

    it('has all rules of the project, templates and all', () => {
      expect(tidy(groupsOf(all()))).toEqual(parse(read('deploy/kubernetes/prometheusrule.yaml')).spec.groups);
      expect(groupsOf(all()).flatMap(({ rules }) => rules)).toHaveLength(alerts.length + recordings.length);
    });

    it.each([
      ['75s', 75],
      ['5m', 300],
    ])('fits them to the place, %s between scrapes, as the command rules does', (interval, seconds) => {
      const settings = { by: ['cluster', 'env'], thresholds: { quota: 0.8, maintenance_seconds: 7200 } };
      const rendered = renderChart(least, {
        prometheusRule: { enabled: true, interval, runbookBaseUrl: 'https://x.example/', ...settings },
      });
      const mixin = { ...defaults, interval: seconds, runbookUrl: 'https://x.example', ...settings };
      expect(tidy(groupsOf(rendered))).toEqual(parse(printedRules(mixin, 'prometheus', '')).groups);
    });

    it('does not fit them to scrapes that are too rare', () => {
      const rendering = (prometheusRule: object) => () =>
        renderChart(least, { prometheusRule: { enabled: true, ...prometheusRule } });
      expect(rendering({ interval: '10m' })).toThrow(/prometheusRule\.interval .* to 5m or less/);
      expect(rendering({ thresholds: { quota: 80 } })).toThrow(/quota/);
    });

    it('leaves out the alerts that are disabled, and adds others', () => {
      const names = groupsOf(of('everything')).flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));
      expect(names).not.toContain('WorkspacePoolEmpty');
      expect(names.toSorted()).toEqual(
        [...alerts.map(({ name }) => name).filter((name) => name !== 'WorkspacePoolEmpty'), 'NoPools'].toSorted(),
      );
    });

    it('leaves out a group that has nothing left', () => {
      const disabledAlerts = alerts.map(({ name }) => name);
      const groups = groupsOf(renderChart(least, { prometheusRule: { enabled: true, disabledAlerts } }));
      expect(groups.map(({ name }) => name)).toEqual([
        'huaweicloud-workspace.recording',
        'huaweicloud-workspace.week',
        'huaweicloud-workspace.right-sizing',
      ]);
    });

    it('links runbooks where they are kept', () => {
      const links = groupsOf(of('everything')).flatMap(({ rules }) =>
        rules.flatMap(({ annotations }) => annotations?.runbook_url ?? []),
      );
      expect(links.length).toBeGreaterThan(10);
      for (const link of links)
        expect(link).toMatch(/^https:\/\/git\.example\.com\/workspace-exporter\/docs\/runbooks\/\w+\.md$/);
    });

    it.skipIf(!hasPrometheus())('is one that Prometheus takes', () => {
      const folder = mkdtempSync(join(tmpdir(), 'rules-'));
      const file = join(folder, 'rules.yml');
      writeFileSync(file, JSON.stringify({ groups: groupsOf(of('everything')) }));
      expect(promtool(['check', 'rules', '--lint=all', '--lint-fatal', file])).toBe('');
      rmSync(folder, { recursive: true });
    });
  });

  describe('the dashboards', () => {
    const maps = () => of('everything').manifests.filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1');

    it('are all there, one ConfigMap each, as they are generated', () => {
      const found = maps().map(({ data = {} }) => Object.entries(data).map(([name, text]) => [name, JSON.parse(text)]));
      const wanted = dashboards.map(({ path, json }) => [[path.split('/').at(-1), JSON.parse(JSON.stringify(json))]]);
      expect(found).toEqual(expect.arrayContaining(wanted));
      expect(found).toHaveLength(wanted.length);
    });

    it('are each small enough, also for the annotation of kubectl apply', () => {
      for (const { metadata, data } of maps())
        expect(Buffer.byteLength(JSON.stringify(data)), metadata.name).toBeLessThan(256 * 1024);
    });

    it('are where the sidecar looks', () => {
      for (const { metadata } of maps())
        expect(metadata).toMatchObject({ namespace: 'monitoring', annotations: { grafana_folder: 'Workspace' } });
    });

    it('are off, like everything that a cluster may not know', () => {
      const kinds = of('default').manifests.map(({ kind }) => kind);
      expect(kinds.toSorted()).toEqual(['ConfigMap', 'Deployment', 'Pod', 'Service', 'ServiceAccount']);
    });
  });
});
