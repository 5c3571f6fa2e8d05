// The queries of the dashboards: PromQL that names what exists, as the linter of Grafana's dashboards wants it.
import { describe, expect, it } from 'vitest';
import { UIDS } from '../grafana/dashboard.ts';
import { dashboards, dashboardsOf } from '../grafana/index.ts';
import { defaults } from '../prometheus/mixin.ts';
import {
  choicesOf,
  knownSeries,
  OF_TARGETS,
  queriesOf,
  RATE_INTERVAL,
  substituted,
} from './support/dashboard-queries.ts';
import { readPromql } from './support/promql.ts';

const known = await knownSeries();
const RATES: readonly string[] = ['rate', 'irate', 'increase'];

/** Rules of the linter that a dashboard does not follow, with the reason. */
const EXCLUSIONS: Readonly<Record<string, string>> = {
  [UIDS.overview]: 'shows pools, whoever reads them: the recorded series have neither job nor instance',
  [UIDS.pool]: 'shows a pool, whoever reads it: the recorded series have neither job nor instance',
};

describe('the reader of queries', () => {
  it('sees where a query is wrong', () => {
    expect(readPromql('sum(rate(a[5m])').errors).not.toEqual([]);
    expect(readPromql('a{b=c}').errors).not.toEqual([]);
  });

  it('sees what a query names', () => {
    const read = readPromql('sum by (x) (rate(a_total{b="c"}[7m])) / on (y) group_left (z) count_values("v", d)');
    expect(read).toEqual({
      errors: [],
      selections: [
        { metric: 'a_total', labels: ['b'], range: '7m', caller: 'rate' },
        { metric: 'd', labels: [], range: undefined, caller: undefined },
      ],
      groupings: [{ labels: ['x'], metrics: ['a_total'] }],
      joined: ['y', 'z'],
      made: ['v'],
    });
  });
});

describe.each(dashboards)('the queries of $title', ({ uid, json }) => {
  const each = queriesOf(json).map((asked) => ({ ...asked, read: readPromql(substituted(asked.expr)) }));

  it.each(each)('of "$title" are PromQL (linter: target-promql): $expr', ({ read }) => {
    expect(read.errors).toEqual([]);
  });

  it('name metrics of the catalogue, recorded series, or those of Prometheus itself', () => {
    const unknown = each.flatMap(({ read }) =>
      read.selections.map(({ metric }) => metric).filter((name) => !known.has(name)),
    );
    expect(unknown).toEqual([]);
  });

  it('select by labels that the metric has', () => {
    for (const { title, read } of each)
      for (const { metric, labels } of read.selections)
        expect(known.get(metric), `${title}: ${metric}`).toEqual(expect.arrayContaining([...labels]));
  });

  it('group by labels that the metrics below have: every one has some, and each is one of a metric', () => {
    for (const { title, read } of each)
      for (const { labels, metrics } of read.groupings) {
        const below = metrics.map((metric) => known.get(metric) ?? []);
        expect(below.flat(), title).toEqual(expect.arrayContaining([...labels]));
        for (const own of below)
          expect(
            labels.filter((label) => own.includes(label)),
            title,
          ).not.toEqual([]);
      }
  });

  it('join by, and name series after, labels that some metric has', () => {
    for (const { title, legend, read } of each) {
      const named = [...legend.matchAll(/{{(\w+)}}/g)].map(([, label]) => label);
      const labels = [...read.made, ...read.selections.flatMap(({ metric }) => known.get(metric) ?? [])];
      expect(labels, title).toEqual(expect.arrayContaining([...read.joined, ...named]));
    }
  });

  it('take rates over the interval that fits the screen (linter: target-rate-interval)', () => {
    const rates = each.flatMap(({ read }) => read.selections.filter(({ caller = '' }) => RATES.includes(caller)));
    expect(rates.map(({ range }) => range)).toEqual(rates.map(() => RATE_INTERVAL));
  });

  it('read counters as rates only (linter: target-counter-agg)', () => {
    const counters = each.flatMap(({ read }) =>
      read.selections.filter(({ metric }) => /_(total|bucket)$/.test(metric)),
    );
    for (const { metric, caller } of counters) expect(RATES, metric).toContain(caller);
  });

  const byTarget = () => {
    it('choose job and instance (linter: template-job, template-instance)', () => {
      const choices = choicesOf(json).filter(({ name }) => OF_TARGETS.includes(name));
      expect(choices.map(({ label }) => label)).toEqual(['Job', 'Instance']);
      for (const choice of choices) expect(choice).toMatchObject({ type: 'query', multi: true, allValue: '.+' });
    });

    it('select by job and instance (linter: target-job, target-instance)', () => {
      for (const { expr, read } of each)
        expect(expr.split('{job=~"$job", instance=~"$instance"').length - 1, expr).toBe(read.selections.length);
    });
  };
  const byPool = () => {
    it('choose pools, not exporters, so that a pair of them counts once', () => {
      for (const { read } of each)
        expect(read.selections.flatMap(({ labels }) => labels)).not.toEqual(expect.arrayContaining(['instance']));
    });
  };
  if (uid in EXCLUSIONS) byPool();
  else byTarget();
});

describe('the queries of all dashboards', () => {
  const expressions = dashboards.flatMap(({ json }) => queriesOf(json).map(({ expr }) => expr));

  it('say nothing where nothing is known: a fleet that nobody reads does not look well', () => {
    expect(expressions.filter((expr) => expr.includes('vector(0)'))).toEqual([]);
  });

  it('do not take what a policy may create for a limit of the size', () => {
    const size = /:desktops:max\{[^}]*\}\)? *(?:[<>]=?|==|[-/]) *\(?[\w:]*max_auto_created/;
    expect(expressions.filter((expr) => size.test(expr))).toEqual([]);
  });
});

describe.each(dashboardsOf({ ...defaults, by: ['cluster'], interval: 300 }))(
  'where a label of the targets is kept, the queries of $title',
  ({ json }) => {
    const each = queriesOf(json).map(({ title, expr }) => ({ title, read: readPromql(substituted(expr)) }));

    it('are PromQL, and select by it', () => {
      for (const { title, read } of each) {
        expect(read.errors, title).toEqual([]);
        for (const { metric, labels } of read.selections) expect(labels, `${title}: ${metric}`).toContain('cluster');
      }
    });

    it('match and group by it wherever they do by project', () => {
      for (const { title, read } of each) {
        if (read.joined.includes('project')) expect(read.joined, title).toContain('cluster');
        for (const { labels } of read.groupings)
          if (labels.includes('project')) expect(labels, title).toContain('cluster');
      }
    });

    it('are asked no more often than there are samples, and the label is a choice', () => {
      const panels = (json.panels ?? []).flatMap((panel) => ('targets' in panel ? (panel.targets ?? []) : []));
      expect(panels.filter((target) => !('interval' in target) || target.interval !== '5m')).toEqual([]);
      expect(choicesOf(json)).toContainEqual(
        expect.objectContaining({ name: 'cluster', label: 'Cluster', multi: true }),
      );
    });
  },
);
