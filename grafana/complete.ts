// What the builders of @grafana/grafana-foundation-sdk leave out, so that the JSON is what Grafana itself would have saved.
import type { Dataquery as AnyQuery } from '@grafana/grafana-foundation-sdk/cog';
import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { DATASOURCE } from './panel.ts';

const LATEST = { reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } };
const TOOLTIP = { tooltip: { mode: 'multi', sort: 'desc' } };
/** Per type of panel; a builder's own legend keeps its place and form. */
const OPTIONS: Readonly<Record<string, object>> = {
  stat: LATEST,
  gauge: LATEST,
  bargauge: LATEST,
  timeseries: TOOLTIP,
  'state-timeline': TOOLTIP,
};

/** `A`, `B`, … as Grafana names queries. */
export const refId = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index);

const isRow = (panel: Panel | RowPanel): panel is RowPanel => panel.type === 'row';
const isPrometheus = (query: AnyQuery): query is Dataquery => 'expr' in query;

/**
 * Adds ids of panels and queries, source and least step of each query, legends, what a stat reduces to, and the list of annotations.
 * The answer is plain data, equal to what is read back from the file.
 */
export function complete(dashboard: Dashboard, step: string): Dashboard {
  dashboard.id = null;
  dashboard.annotations.list ??= [];
  (dashboard.panels ?? []).forEach((panel, index) => {
    panel.id = index + 1;
    if (!isRow(panel)) completePanel(panel, step);
  });
  return JSON.parse(JSON.stringify(dashboard));
}

function completePanel(panel: Panel, step: string): void {
  (panel.targets ?? []).forEach((query, index) => {
    if (!isPrometheus(query)) throw new Error(`${panel.title}: not a query for Prometheus`);
    query.refId = refId(index);
    query.datasource = DATASOURCE;
    // Grafana would else derive the window of rates from the 15 s that it takes for the scrape interval of every source.
    query.interval = step;
    // Without a name of its own a series is named after what tells it from the others.
    query.legendFormat ??= '__auto';
  });
  const hasLegend = panel.type === 'timeseries';
  panel.options = {
    ...panel.options,
    ...OPTIONS[panel.type],
    ...(hasLegend && { legend: { ...panel.options?.legend, showLegend: true } }),
  };
}
