// The dashboards without a Grafana: what the linter of Grafana's dashboards asks for, and links that lead somewhere. Their queries: dashboard-queries.test.ts.
import * as unitIds from '@grafana/grafana-foundation-sdk/units';
import { describe, expect, it } from 'vitest';
import { dashboards } from '../grafana/index.ts';
import { generated } from '../scripts/generated.ts';
import { choicesOf, knownSeries, panelsOf, queriesOf, queryOf, targetsOf } from './support/dashboard-queries.ts';
import { readPromql } from './support/promql.ts';

const known = await knownSeries();

const sourceOf = ({ datasource }: { readonly datasource?: { readonly type?: string; readonly uid?: string } }) =>
  `${datasource?.type} ${datasource?.uid}`;
const SOURCE = 'prometheus $datasource';
const isRepeated = (values: readonly unknown[]) => new Set(values).size !== values.length;
const words = (text: string) => text.split(/\s+/).length;

describe.each(dashboards)('$title', ({ uid, path, json }) => {
  const everything = json.panels ?? [];
  const panels = panelsOf(json);
  const choices = choicesOf(json);
  const chosen = choices.filter(({ type }) => type === 'query');

  describe('as a document', () => {
    it('is generated into a file of its own', () => {
      expect(generated.map((file) => file.path)).toContain(path);
      expect(new Set(dashboards.map((one) => one.path)).size).toBe(dashboards.length);
    });

    it('has an id, a title, a description, and the tag that the links go by', () => {
      expect(uid).toMatch(/^[\w-]{8,40}$/);
      expect(json).toMatchObject({ uid, tags: ['huaweicloud-workspace'] });
      expect(words(json.description ?? '')).toBeGreaterThan(5);
    });

    it('cannot be edited in place (linter: uneditable)', () => {
      expect(json.editable).toBe(false);
    });

    it('is read in the time of the reader, refreshes itself, and shares the crosshair', () => {
      expect(json).toMatchObject({ timezone: 'browser', refresh: '30s', graphTooltip: 1, schemaVersion: 42 });
    });

    it('leads to the others with its choices and its time', () => {
      expect(json.links).toEqual([
        expect.objectContaining({
          type: 'dashboards',
          tags: ['huaweicloud-workspace'],
          asDropdown: true,
          includeVars: true,
          keepTime: true,
        }),
      ]);
    });

    it('links of its panels lead to dashboards and variables that exist', () => {
      const urls = [...JSON.stringify(panels).matchAll(/"url":"([^"]*)"/g)].map(([, url = '']) => url);
      for (const url of urls) {
        // Grafana's own list of alerts.
        if (url.startsWith('/alerting/list?')) continue;
        const target = dashboards.find((one) => url.startsWith(`/d/${one.uid}?`));
        const names = target?.json.templating.list?.map(({ name }) => name);
        for (const [, name] of url.matchAll(/var-(\w+)=/g)) expect(names).toContain(name);
        expect(names, url).toBeDefined();
      }
    });
  });

  describe('the choices', () => {
    it('begin with the source (linter: template-datasource)', () => {
      expect(choices[0]).toMatchObject({
        name: 'datasource',
        label: 'Data source',
        type: 'datasource',
        query: 'prometheus',
      });
    });

    it('are read anew when the time changes, from the chosen source (linter: on-time-change-reload)', () => {
      expect(chosen.map(({ refresh }) => refresh)).toEqual(chosen.map(() => 2));
      expect(chosen.map(sourceOf)).toEqual(chosen.map(() => SOURCE));
    });

    it('of many are regular expressions that match all', () => {
      const many = chosen.filter(({ multi }) => multi);
      for (const one of many) expect(one, one.name).toMatchObject({ includeAll: true, allValue: '.+' });
    });

    it('have labels for people', () => {
      for (const { name, label } of choices) expect(label, name).toMatch(/^[A-Z]/);
    });

    it('ask for series that exist (linter: template-label-promql)', () => {
      for (const query of chosen.map(queryOf)) {
        const [, expr = '', label] = /^(?:label_values|query_result)\((.*?)(?:, (\w+))?\)$/.exec(query) ?? [];
        const { errors, selections } = readPromql(expr);
        expect(errors, query).toEqual([]);
        const names = selections.map(({ metric }) => metric).filter(Boolean);
        for (const name of names) expect([...known.keys()], query).toContain(name);
        for (const name of names) if (label !== undefined) expect(known.get(name), query).toContain(label);
      }
    });

    it('are all used, and no others', () => {
      const text = JSON.stringify(json);
      for (const { name } of choices) expect(text, name).toMatch(new RegExp(`\\$\\{?${name}\\b`));
      const named = [
        ...queriesOf(json)
          .map(({ expr }) => expr)
          .join(' ')
          .matchAll(/\$(?!__)([a-z]\w*)/g),
      ].map(([, name]) => name);
      expect(choices.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
    });
  });

  describe('the panels', () => {
    it('have ids of their own', () => {
      const ids = everything.map(({ id }) => id);
      expect(ids).toEqual(everything.map((_, index) => index + 1));
    });

    it('have titles of their own', () => {
      expect(isRepeated(panels.map(({ title }) => title))).toBe(false);
    });

    it('say what they show (linter: panel-title-description)', () => {
      for (const { title, description } of panels) {
        expect(title).toMatch(/^[A-Z]/);
        expect(words(description ?? ''), title).toBeGreaterThan(4);
        expect(description, title).toMatch(/\.$/);
      }
    });

    it('have a unit that Grafana knows (linter: panel-units)', () => {
      const ids: readonly unknown[] = Object.values(unitIds);
      for (const { title, fieldConfig } of panels) expect(ids, title).toContain(fieldConfig?.defaults.unit);
    });

    it('have the chosen source, and so have their queries (linter: panel-datasource)', () => {
      for (const panel of panels)
        expect([panel, ...targetsOf(panel)].map(sourceOf)).toEqual([SOURCE, ...targetsOf(panel).map(() => SOURCE)]);
    });

    it('have queries with names of their own (linter: panel-no-targets)', () => {
      for (const panel of panels) {
        const names = targetsOf(panel).map(({ refId }) => refId);
        expect(names.length, panel.title).toBeGreaterThan(0);
        expect(isRepeated(names), panel.title).toBe(false);
      }
    });

    it('fill the grid of 24 columns without gaps and overlaps', () => {
      const cells = everything.flatMap(({ gridPos: { x, y, w, h } = { x: 0, y: 0, w: 0, h: 0 } }) =>
        Array.from({ length: w * h }, (_, cell) => (y + Math.floor(cell / w)) * 24 + x + (cell % w)),
      );
      expect(everything.every(({ gridPos }) => (gridPos?.x ?? 0) + (gridPos?.w ?? 0) <= 24)).toBe(true);
      expect(cells.toSorted((a, b) => a - b)).toEqual(cells.map((_, index) => index));
    });

    it('are large enough to be read', () => {
      const smallest = (type: string) =>
        ['stat', 'gauge'].includes(type) ? [3, 4] : type === 'table' ? [4, 5] : [6, 7];
      for (const { title, type, gridPos } of panels) {
        const [width = 0, height = 0] = smallest(type);
        expect(gridPos?.w, title).toBeGreaterThanOrEqual(width);
        expect(gridPos?.h, title).toBeGreaterThanOrEqual(height);
      }
    });

    it('join rows of the same columns only: a metric name would be one, and differ', () => {
      for (const panel of panels.filter(({ transformations = [] }) => transformations.some(({ id }) => id === 'merge')))
        for (const { expr } of targetsOf(panel))
          expect(expr).toMatch(/^(time\(\) - )?(max|count) by \(project, (pool|subnet)_id\b/);
    });

    it('show the latest value where they show one', () => {
      const single = panels.filter(({ type }) => ['stat', 'gauge', 'bargauge'].includes(type));
      for (const { title, options } of single)
        expect(options, title).toMatchObject({ reduceOptions: { calcs: ['lastNotNull'] } });
    });

    it('name their lines', () => {
      for (const { title, type, options } of panels)
        if (type === 'timeseries') expect(options, title).toMatchObject({ legend: { showLegend: true } });
    });

    it('dress series and columns that exist', () => {
      for (const panel of panels) {
        const legends = targetsOf(panel).map(({ legendFormat = '' }) => legendFormat);
        // Names that are values of labels are known at run time only.
        if (legends.some((legend) => legend.startsWith('{{'))) continue;
        const names = JSON.stringify([legends, panel.transformations ?? []]);
        for (const { matcher } of panel.fieldConfig?.overrides ?? [])
          expect(names, panel.title).toContain(JSON.stringify(matcher.options));
      }
    });
  });
});

it('the choice of a pool reads the id, and the name whatever is in it', () => {
  const regexes = dashboards.flatMap(({ json }) => choicesOf(json).flatMap(({ regex }) => regex ?? [])).filter(Boolean);
  expect(new Set(regexes).size).toBe(1);
  const pattern = new RegExp(regexes[0]?.slice(1, -1) ?? '');
  const read = (text: string) => ({ ...pattern.exec(text)?.groups });
  expect(read('{pool_id="5e8b",pool_name="R&D "blue" \\ team",project="hq"} 3 1')).toEqual({
    value: '5e8b',
    text: 'R&D "blue" \\ team',
  });
  expect(read('{pool_id="5e8b",project="hq"} 3 1')).toEqual({ value: '5e8b', text: undefined });
});
