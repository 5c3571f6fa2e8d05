// What every panel has, of whatever kind: words, unit, size, queries, colours.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  type DynamicConfigValue,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';

export type AnyPanel = Builder<Panel>;

/** The source that the reader chose. */
export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '$datasource' };

export interface Query {
  readonly expr: string;
  /** Name of the series, `{{label}}` allowed. */
  readonly legend?: string;
  /** `range`, but in panels of the present. */
  readonly as?: 'range' | 'instant' | 'table' | 'heatmap';
}

export interface Look {
  readonly title: string;
  /** What it shows and how to read it, for somebody who is new to it. */
  readonly description: string;
  /** An id of Grafana: `short`, `percentunit` (0 to 1), `s`, `bytes`. */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  /** In units of the grid, 38 pixels each. */
  readonly height: number;
  readonly queries: readonly Query[];
  readonly thresholds?: Threshold[];
  readonly mappings?: ValueMapping[];
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** Where a click on a value leads. */
  readonly link?: { readonly title: string; readonly url: string };
  /** In place of "No data", where it is good that there is none, or known why. */
  readonly none?: string;
  /** Colours by the names of series. */
  readonly colors?: Readonly<Record<string, string>>;
  /** Other properties by the names of series or columns. */
  readonly overrides?: Readonly<Record<string, DynamicConfigValue[]>>;
}

/** Asked for now alone: of a range Grafana shows the last value in it, and what died hours ago would look alive. */
export const ofNow = <L extends Look>(look: L): L => ({
  ...look,
  queries: look.queries.map((query): Query => ({ as: 'instant', ...query })),
});

/** What the builders of all kinds of panels have in common; they change themselves. */
interface PanelBuilder extends AnyPanel {
  title(title: string): unknown;
  description(description: string): unknown;
  unit(unit: string): unknown;
  span(width: number): unknown;
  height(height: number): unknown;
  datasource(source: DataSourceRef): unknown;
  withTarget(query: Builder<Dataquery>): unknown;
  thresholds(thresholds: ThresholdsConfigBuilder): unknown;
  mappings(mappings: ValueMapping[]): unknown;
  decimals(decimals: number): unknown;
  min(min: number): unknown;
  max(max: number): unknown;
  noValue(text: string): unknown;
  dataLinks(links: Builder<DashboardLink>[]): unknown;
  overrideByName(name: string, properties: DynamicConfigValue[]): unknown;
}

export const fixedColor = (color: string): DynamicConfigValue => ({
  id: 'color',
  value: { mode: 'fixed', fixedColor: color },
});

/** Gives a builder what every panel has. */
export function dressed<B extends PanelBuilder>(builder: B, look: Look): B {
  builder.title(look.title);
  builder.description(look.description);
  builder.unit(look.unit);
  builder.span(look.width);
  builder.height(look.height);
  builder.datasource(DATASOURCE);
  for (const query of look.queries) builder.withTarget(target(query));
  const thresholds = look.thresholds ?? [{ value: null, color: 'blue' }];
  builder.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(thresholds));
  if (look.mappings !== undefined) builder.mappings(look.mappings);
  if (look.decimals !== undefined) builder.decimals(look.decimals);
  if (look.min !== undefined) builder.min(look.min);
  if (look.max !== undefined) builder.max(look.max);
  if (look.none !== undefined) builder.noValue(look.none);
  if (look.link !== undefined)
    builder.dataLinks([new DashboardLinkBuilder(look.link.title).url(look.link.url).type(DashboardLinkType.Link)]);
  for (const [name, color] of Object.entries(look.colors ?? {})) builder.overrideByName(name, [fixedColor(color)]);
  for (const [name, properties] of Object.entries(look.overrides ?? {})) builder.overrideByName(name, properties);
  return builder;
}

export function target({ expr, legend, as = 'range' }: Query): DataqueryBuilder {
  const query = new DataqueryBuilder().expr(expr).editorMode(QueryEditorMode.Code);
  if (legend !== undefined) query.legendFormat(legend);
  if (as === 'heatmap') query.format(PromQueryFormat.Heatmap);
  if (as === 'table') query.format(PromQueryFormat.Table);
  return as === 'range' || as === 'heatmap' ? query.range() : query.instant();
}
