// The dashboards for Perses: what its own model reads, and what they keep of those for Grafana. The options of its plugins are held against no schema here:
// no registry has them.
import { spawnSync } from 'node:child_process';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, it } from 'vitest';
import { dashboards, dashboardsOf } from '../grafana/index.ts';
import { inPerses } from '../grafana/perses.ts';
import { defaults } from '../prometheus/mixin.ts';
import { choicesOf, panelsOf, substituted, targetsOf } from './support/dashboard-queries.ts';
import { readPromql } from './support/promql.ts';
import { isBuilt } from './support/tools.ts';

const MODEL = 'perses-model';
const all = inPerses(dashboards, []).map(({ json }) => json);
type PersesDashboard = (typeof all)[number];

/** What Perses holds of them. */
function heldOf(documents: readonly unknown[]): { readonly specs: readonly unknown[]; readonly error: string } {
  const { status, stdout, stderr } = spawnSync(MODEL, { input: JSON.stringify(documents), encoding: 'utf8' });
  const held: readonly { readonly spec: unknown }[] = status === 0 ? JSON.parse(stdout) : [];
  return { specs: held.map(({ spec }) => spec), error: stderr };
}

describe.skipIf(!isBuilt('the dashboards for Perses', MODEL))('the model of Perses', () => {
  it('reads them, and loses nothing', () => {
    expect(heldOf(all)).toEqual({ specs: all.map(({ spec }) => spec), error: '' });
  });

  it.each([
    ['a misspelt field', '"refreshInterval"', '"refresh"', ''],
    ['a width that is no number', '"width":24', '"width":"24"', 'items.width'],
    ['a kind of variable that it does not know', '"ListVariable"', '"QueryVariable"', 'unknown variable.kind'],
    ['an order that it does not know', '"alphabetical-ci-asc"', '"natural"', 'unknown sort method'],
    ['a name with a space', '"pools":', '"po ols":', 'po ols'],
  ])('sees %s', (_, from, to, says) => {
    const text = JSON.stringify(all);
    expect(text).toContain(from);
    const spoilt: readonly PersesDashboard[] = JSON.parse(text.replace(from, to));
    const { specs, error } = heldOf(spoilt);
    expect(error).toContain(says);
    expect(specs).not.toEqual(spoilt.map(({ spec }) => spec));
  });
});

const queriesOf = ({ spec }: PersesDashboard) =>
  Object.values(spec.panels).flatMap((panel) =>
    panel.spec.queries.map((query) => ({ kind: panel.spec.plugin.kind, ...query.spec.plugin.spec })),
  );
const pairs = dashboards.flatMap(({ title, json }, index) => {
  const made = all[index];
  return made === undefined ? [] : [{ title, json, made }];
});

describe.each(pairs)('$title', ({ json, made }) => {
  const { metadata, spec } = made;
  const names = new Map(panelsOf(json).map((panel) => [panel.title ?? '', panel]));
  const shown = Object.values(spec.panels).map((panel) => panel.spec);

  it('keeps id, title, range and refresh', () => {
    expect(metadata).toEqual({ name: json.uid });
    expect(spec).toMatchObject({
      display: { name: json.title },
      duration: json.time?.from.slice('now-'.length),
      refreshInterval: '30s',
    });
  });

  it('shows every panel, or says that Perses cannot', () => {
    const missing = [...names.keys()].filter((name) => !shown.some(({ display }) => display.name === name));
    const said = / Perses cannot show: (.*)\.$/.exec(spec.display.description)?.[1];
    expect(missing.join('; ')).toBe(said ?? '');
    for (const name of missing) expect(names.get(name)?.type).toMatch(/^(heatmap|table)$/);
  });

  it('lays out each panel once, in its row, beside the others', () => {
    const items = spec.layouts.map((layout) => layout.spec.items);
    expect(items.flat().map(({ content }) => content.$ref)).toEqual(
      Object.keys(spec.panels).map((key) => `#/spec/panels/${key}`),
    );
    expect(items.map((row) => row.length)).not.toContain(0);
    for (const { x, y, width } of items.flat()) {
      expect(y).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(24);
    }
    for (const row of items) expect(row[0]).toMatchObject({ y: 0 });
  });

  it('has the choices that its queries name, and no others', () => {
    const named = [...JSON.stringify(queriesOf(made)).matchAll(/\$([a-z]\w*)/g)].map(([, name]) => name);
    const chosen = spec.variables.map((variable) => variable.spec.name);
    expect(chosen.filter((name) => name !== 'pool_name').toSorted()).toEqual([...new Set(named)].toSorted());
    for (const { name } of choicesOf(json).filter(({ multi }) => multi))
      expect(spec.variables.find((variable) => variable.spec.name === name)).toMatchObject({
        spec: { allowAllValue: true, allowMultiple: true, defaultValue: '$__all', customAllValue: '.+' },
      });
  });

  it('asks what Grafana asks, in PromQL', () => {
    const asked = panelsOf(json).flatMap((panel) => targetsOf(panel).map(({ expr }) => expr));
    for (const { query } of queriesOf(made)) {
      expect(readPromql(substituted(query)).errors, query).toEqual([]);
      expect(
        asked.some((expr) => query.includes(expr)),
        query,
      ).toBe(true);
      expect(query.match(/\$__\w+/g) ?? [], query).toEqual(query.match(/\$__(range|rate_interval)\b/g) ?? []);
    }
  });

  it('shows values of the present, not the last of the range', () => {
    const single = queriesOf(made).filter(({ kind }) => ['StatChart', 'GaugeChart', 'BarChart'].includes(kind));
    for (const { query } of single) expect(query).toMatch(/^last_over_time\(\(.*\)\[1m:1m\] @ end\(\)\)$/);
    expect(single.length).toBeGreaterThan(0);
  });

  it('does not speak of Grafana', () => {
    expect(JSON.stringify(made)).not.toMatch(/grafana|__field|__value|__url/i);
  });

  it('has columns for values that are asked for', () => {
    const tables = shown.filter(({ plugin }) => plugin.kind === 'Table');
    for (const { plugin, queries } of tables) {
      const values = [...JSON.stringify(plugin).matchAll(/"name":"value( #\d+)?"/g)].map(([, id = '']) => id);
      const wanted = queries.length === 1 ? [''] : queries.map((_, index) => ` #${index + 1}`);
      expect(values.toSorted()).toEqual(wanted.toSorted());
    }
  });
});

describe('a table', () => {
  it('colours words and numbers as Grafana does', () => {
    const columns = JSON.stringify(all[0]?.spec.panels);
    const above = [
      { condition: { kind: 'Range', spec: { min: 5 } }, textColor: '#5794f2' },
      { condition: { kind: 'Range', spec: { min: 0 } } },
      { condition: { kind: 'Regex', spec: { expr: '.' } }, textColor: '#ff9830' },
    ];
    expect(columns).toContain(
      `"header":"Above enough","enableSorting":true,"width":130,"cellSettings":${JSON.stringify(above)}`,
    );
    const off = { condition: { kind: 'Value', spec: { value: '0' } }, text: 'off' };
    expect(columns).toContain(
      `"header":"Autoscale","enableSorting":true,"width":82,"cellSettings":[${JSON.stringify(off)},`,
    );
  });

  it('keeps units rather than colours', () => {
    expect(JSON.stringify(all)).toContain(
      '"header":"Data age","enableSorting":true,"width":76,"format":{"unit":"seconds"},"cellSettings":[]',
    );
  });
});

describe('of a place', () => {
  const overview = (by: readonly string[]): string =>
    JSON.stringify(
      inPerses(dashboardsOf({ ...defaults, interval: 300, by, runbookUrl: 'https://git.example.com/x' }), by)[0],
    );

  it('rows of tables are joined by the labels that are kept, and the links carry them', () => {
    expect(overview([])).toContain('"columns":["project","pool_id"]');
    expect(overview(['cluster'])).toContain('"columns":["project","pool_id","cluster"]');
    expect(overview(['cluster'])).toMatch(/&var-cluster=\${__data\.fields\[\\"cluster\\"\]}/);
  });

  it('rows about alerts and subnets are joined by those', () => {
    expect(overview([])).toContain('"columns":["project","pool_id","alertname"]');
    expect(overview([])).toContain('"columns":["project","subnet_id"]');
  });

  it('the interval is the step, and the window of the present', () => {
    expect(overview([])).toContain('"minStep":"5m"');
    expect(overview([])).toContain('[5m:5m] @ end())');
  });

  it('an alert leads to its runbook', () => {
    expect(overview([])).toMatch(/x\/docs\/runbooks\/\${__data\.fields\[\\"alertname\\"\]}\.md/);
  });
});

describe('what is not made for Perses yet', () => {
  const first = dashboards[0] ?? expect.fail('no dashboard');
  const spoilt = (from: string, to: string): Dashboard => JSON.parse(JSON.stringify(first.json).replace(from, to));
  it.each([
    ['a unit', '"unit":"percentunit"', '"unit":"watt"', /no unit of Perses is known for watt/],
    ['a colour', '"color":"blue"', '"color":"pink"', /no colour for Perses is known for pink/],
    [
      'a choice',
      '"query":"label_values(',
      '"query":"label_names(',
      /project: no choice of Perses is made of label_names/,
    ],
    ['a panel', '"type":"gauge"', '"type":"piechart"', /Perses has no plugin for piechart/],
  ])('stops the making: %s', (_, from, to, message) => {
    expect(() => inPerses([{ ...first, json: spoilt(from, to) }], [])).toThrow(message);
  });
});
