// What a dashboard asks, of panels, annotations and choices, and what there is to ask for.
import type { Dashboard, Panel, RowPanel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { recordings } from '../../prometheus/rules.ts';
import { allSections } from '../../src/app/catalog.ts';

/** A range that nobody writes, so that it can be recognized. */
export const RATE_INTERVAL = '7m';
const VALUES: readonly (readonly [variable: string, value: string])[] = [
  ['$__rate_interval', RATE_INTERVAL],
  ['$__range', '3h'],
  ['$utc_offset', '8'],
];
/** With values for what Grafana would put in; those within quotes do no harm. */
export const substituted = (expr: string) => VALUES.reduce((text, [name, value]) => text.replaceAll(name, value), expr);

/** What Prometheus adds to every series that it scrapes. */
export const OF_TARGETS: readonly string[] = ['job', 'instance'];
const IDENTITY = ['project', 'pool_id', 'pool_name'];

/** Labels by the name of everything that may be asked for: the catalogue, the recorded series, and what Prometheus itself says. */
export async function knownSeries(): Promise<ReadonlyMap<string, readonly string[]>> {
  const own = (await allSections()).flatMap(({ metrics }) => metrics);
  const histograms = own.filter(({ type }) => type === 'histogram');
  return new Map([
    ...own.map(({ name, labels }) => [name, [...labels, ...OF_TARGETS]] as const),
    ...histograms.map(({ name, labels }) => [`${name}_bucket`, [...labels, 'le', ...OF_TARGETS]] as const),
    ...recordings.map(({ record }) => [record, /:name:/.test(record) ? IDENTITY : IDENTITY.slice(0, 2)] as const),
    ...['up', 'scrape_duration_seconds', 'scrape_samples_scraped'].map((name) => [name, OF_TARGETS] as const),
    ['ALERTS', ['alertname', 'alertstate', 'severity', ...IDENTITY]] as const,
    ['ALERTS_FOR_STATE', ['alertname', 'severity', ...IDENTITY]] as const,
  ]);
}

const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== 'row';
const isQuery = (query: object | undefined): query is Dataquery => query !== undefined && 'expr' in query;

export const panelsOf = ({ panels = [] }: Dashboard) => panels.filter(isPanel);
export const targetsOf = ({ targets = [] }: Panel) => targets.filter(isQuery);
export const choicesOf = ({ templating }: Dashboard) => templating.list ?? [];
export const queryOf = ({ query }: VariableModel) => (typeof query === 'string' ? query : String(query?.query));

export interface Asked {
  /** Of the panel or the annotation. */
  readonly title: string;
  readonly expr: string;
  readonly legend: string;
}

export function queriesOf(dashboard: Dashboard): readonly Asked[] {
  const ofPanels = panelsOf(dashboard).flatMap((panel) =>
    targetsOf(panel).map((target) => ({ title: panel.title ?? '', target })),
  );
  const ofAnnotations = (dashboard.annotations.list ?? []).map(({ name, target }) => ({ title: name, target }));
  return [...ofPanels, ...ofAnnotations].flatMap(({ title, target }) =>
    isQuery(target) ? [{ title, expr: target.expr, legend: target.legendFormat ?? '' }] : [],
  );
}
