// The same dashboards for Perses 0.53 and later, made of those for Grafana: each panel that Perses can show, and the names of the others.
import type { Dashboard, Panel, RowPanel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardFile } from './index.ts';
import { type Plugin, pluginOf, seriesNameOf, targetsOf } from './perses-panels.ts';

/** Documents for `percli apply`, which also says into which project. `by`: labels of the target that the place keeps. */
export const inPerses = (all: readonly DashboardFile[], by: readonly string[]) =>
  all.map((file) => ({ name: file.name, json: persesDashboard(file, all, by) }));

const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === 'row';
const IN_PROJECT = '/projects/$__project/dashboards';
/** As it is read back from a file: without what is undefined. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

function persesDashboard({ uid, title, json }: DashboardFile, all: readonly DashboardFile[], by: readonly string[]) {
  const panels: Record<string, ReturnType<typeof panelOf>> = {};
  const rows: { title: string; items: Cell[] }[] = [];
  const missing: string[] = [];
  let top = 0;
  for (const panel of json.panels ?? []) {
    const { x = 0, y = 0, w: width = 0, h: height = 0 } = panel.gridPos ?? {};
    const name = panel.title ?? '';
    if (isRow(panel)) {
      top = y + 1;
      rows.push({ title: name, items: [] });
      continue;
    }
    const plugin = pluginOf(panel, { by, page: (other) => `${IN_PROJECT}/${other}` });
    if (plugin === undefined) {
      missing.push(name);
      continue;
    }
    const key = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    panels[key] = panelOf(panel, plugin);
    rows.at(-1)?.items.push({ x, y: y - top, width, height, content: { $ref: `#/spec/panels/${key}` } });
  }
  const without = missing.length === 0 ? '' : ` Perses cannot show: ${missing.join('; ')}.`;
  return plain({
    kind: 'Dashboard',
    metadata: { name: uid },
    spec: {
      display: { name: title, description: `${json.description}${without}` },
      variables: variablesOf(json, JSON.stringify(panels)),
      panels,
      layouts: rows
        .filter(({ items }) => items.length > 0)
        .map(({ title, items }) => ({ kind: 'Grid', spec: { display: { title, collapse: { open: true } }, items } })),
      duration: json.time?.from.replace('now-', ''),
      refreshInterval: json.refresh,
      links: all
        .filter((other) => other.uid !== uid)
        .map((other) => ({ name: other.title, url: `${IN_PROJECT}/${other.uid}`, renderVariables: true })),
    },
  });
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly content: { readonly $ref: string };
}

function panelOf(panel: Panel, plugin: Plugin) {
  // Links to Grafana's own pages are left out, and so is what is said of them.
  const description = panel.description?.replace(/ [^.]*Grafana[^.]*\./, '');
  return { kind: 'Panel', spec: { display: { name: panel.title, description }, plugin, queries: queriesOf(panel) } };
}

/** What shows one value asks for a range there, and shows the last value in it, however old. So it is asked for the one at the end, all along. */
const AT_THE_END = ['stat', 'gauge', 'bargauge'];

const queriesOf = (panel: Panel) =>
  targetsOf(panel).map(({ expr, legendFormat, interval: minStep }) => {
    const query = AT_THE_END.includes(panel.type) ? `last_over_time((${expr})[${minStep}:${minStep}] @ end())` : expr;
    const spec = { query, seriesNameFormat: seriesNameOf(panel, legendFormat), minStep };
    return { kind: 'TimeSeriesQuery', spec: { plugin: { kind: 'PrometheusTimeSeriesQuery', spec } } };
  });

/** Those that the panels use. That of the source is not among them: the default source of the project is asked. */
const variablesOf = ({ templating }: Dashboard, panels: string) =>
  (templating.list ?? [])
    .filter(({ name }) => panels.includes(`$${name}`))
    .flatMap((variable) => {
      const { name, label, multi = false, allValue: customAllValue } = variable;
      const plugin = optionsOf(variable);
      const all = multi && { allowAllValue: true, allowMultiple: true, defaultValue: '$__all', customAllValue };
      const list = listVariable(name, label, plugin, { ...all, sort: 'alphabetical-ci-asc' });
      if (name !== 'pool' || multi) return [list];
      // An option has no text beside its value there, which is the id. The name is an option of its own, the only one.
      const expr = plugin.spec.expr?.replace(/}\)$/, ', pool_id="$pool"})');
      return [list, listVariable('pool_name', 'Its name', { ...plugin, spec: { expr, labelName: 'pool_name' } })];
    });

const listVariable = (name: string, label: string | undefined, plugin: Plugin, more: object = {}) => ({
  kind: 'ListVariable',
  spec: { name, display: { name: label, hidden: false }, allowAllValue: false, allowMultiple: false, plugin, ...more },
});

interface Options extends Plugin {
  readonly spec: { readonly expr?: string; readonly labelName: string | undefined; readonly matchers?: string[] };
}

function optionsOf({ name, query, regex = '' }: VariableModel): Options {
  const text = typeof query === 'string' ? query : String(query?.query);
  const [, series, label] = /^label_values\((.*), (\w+)\)$/.exec(text) ?? [];
  if (series !== undefined)
    return { kind: 'PrometheusLabelValuesVariable', spec: { matchers: [series], labelName: label } };
  const [, expr] = /^query_result\((.*)\)$/.exec(text) ?? [];
  const [, labelName] = /(\w+)="\(\?<value>/.exec(regex) ?? [];
  if (expr === undefined) throw new Error(`${name}: no choice of Perses is made of ${text}`);
  return { kind: 'PrometheusPromQLVariable', spec: { expr, labelName } };
}
