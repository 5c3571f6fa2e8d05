// Prometheus' answers as Grafana's data frames: named as its data source names them, transformed and overridden as the panel says.
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  type DataFrame,
  displayNameOverrideProcessor,
  type Field,
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  FieldType,
  fieldMatchers,
  type GrafanaTheme2,
  type InterpolateFunction,
  identityOverrideProcessor,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
} from '@grafana/data';
import type { Answer, FieldConfig, Panel, Series } from './day.ts';

// Some have two names.
const transformers = new Map(Object.values(standardTransformers).map((info) => [info.id, info]));
standardTransformersRegistry.setInit(() =>
  [...transformers.values()].map((info) => ({
    id: info.id,
    name: info.name,
    transformation: async () => info,
    editor: () => null,
    imageDark: '',
    imageLight: '',
  })),
);

/** Of the variables, a panel's looks use the labels of a series alone; links lead nowhere from a picture. */
export const replaceVariables: InterpolateFunction = (text, scoped) =>
  text.replace(/\$\{__field\.labels\.(\w+)\}/g, (_, label) => scoped?.__dataContext?.value.field.labels?.[label] ?? '');

export async function framesOf(panel: Panel, theme: GrafanaTheme2): Promise<DataFrame[]> {
  const { answers, transformations = [] } = panel;
  const asked = answers.flatMap((one) =>
    one.format === 'table' ? [tableOf(one, answers.length > 1)] : one.series.map((series) => frameOf(one, series)),
  );
  return overridden(await transformed(asked, transformations), panel.fieldConfig, theme);
}

const NOTHING: FieldConfig = { defaults: {}, overrides: [] };

const numberField = (name: string, values: number[]): Field => ({
  ...{ name, type: FieldType.number, config: {}, values },
});
/** With its step, a line has gaps where there are no values. */
const timeField = (values: number[], step?: number): Field => ({
  ...{ name: 'Time', type: FieldType.time, values },
  config: step === undefined ? {} : { interval: step },
});

function frameOf({ refId, legendFormat, step }: Answer, { labels, points }: Series): DataFrame {
  const name = legendOf(labels, legendFormat);
  const values = points.map(([, value]) => Number(value));
  const value = { ...numberField('Value', values), labels: { ...labels }, config: { displayNameFromDS: name } };
  return {
    refId,
    name,
    fields: [
      timeField(
        points.map(([at]) => at),
        step,
      ),
      value,
    ],
    length: points.length,
  };
}

/** `{{label}}` in a legend stands for its value. */
function legendOf(labels: Series['labels'], format = '__auto'): string {
  if (format !== '__auto') return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? '');
  const pairs = Object.entries(labels).filter(([label]) => label !== '__name__');
  if (pairs.length === 1) return pairs[0]?.[1] ?? '';
  return pairs.length === 0 ? 'Value' : `{${pairs.map(([label, value]) => `${label}="${value}"`).join(', ')}}`;
}

/** A row per series: its labels and its last value. */
function tableOf({ refId, series }: Answer, isOneOfMany: boolean): DataFrame {
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))].toSorted();
  const lasts = series.map(({ points }) => points.at(-1) ?? ([Number.NaN, 'NaN'] as const));
  const fields = [
    timeField(lasts.map(([at]) => at)),
    ...labels.map((label) => ({
      ...{ name: label, type: FieldType.string, config: {} },
      values: series.map((one) => one.labels[label]),
    })),
    numberField(
      isOneOfMany ? `Value #${refId}` : 'Value',
      lasts.map(([, value]) => Number(value)),
    ),
  ];
  return { refId, fields, length: series.length };
}

function transformed(frames: DataFrame[], list: NonNullable<Panel['transformations']>): Promise<DataFrame[]> {
  // Grafana would leave the data as they are.
  for (const { id } of list) standardTransformersRegistry.get(id);
  const configs = list.map(({ id, options }) => ({ id, options }));
  return new Promise((resolve, reject) =>
    transformDataFrame(configs, frames, { interpolate: (text) => text }).subscribe({ next: resolve, error: reject }),
  );
}

function overridden(data: DataFrame[], config: FieldConfig | undefined, theme: GrafanaTheme2): DataFrame[] {
  for (const { matcher } of config?.overrides ?? []) fieldMatchers.get(matcher.id);
  const frames = applyFieldOverrides({
    data,
    fieldConfig: fieldConfigOf(config),
    fieldConfigRegistry: new FieldConfigOptionsRegistry(() => propertiesOf(config)),
    replaceVariables,
    theme,
    timeZone: 'utc',
  });
  cacheFieldDisplayNames(frames);
  return frames;
}

// The JSON is what Grafana itself would read: its builder wrote it, and tests check it against Grafana's schema.
export const fieldConfigOf = (config: FieldConfig = NOTHING) => config as unknown as FieldConfigSource;

/** Grafana moves what it renamed when it loads a dashboard. */
const PATHS: Readonly<Record<string, string>> = { 'custom.hidden': 'hideFrom.viz' };

/** In Grafana every kind of panel registers the properties that it knows; here, whatever a panel sets is known. */
function propertiesOf({ defaults, overrides }: FieldConfig = NOTHING) {
  const custom = Object.keys(defaults.custom ?? {}).map((key) => `custom.${key}`);
  const set = overrides.flatMap(({ properties }) => properties.map(({ id }) => id));
  const ids = new Set([...Object.keys(defaults), ...custom, ...set]);
  ids.delete('custom');
  return [...ids].map((id): FieldConfigPropertyItem => {
    const isCustom = id.startsWith('custom.');
    return {
      ...{ id, name: id, isCustom, path: PATHS[id] ?? (isCustom ? id.slice('custom.'.length) : id) },
      ...{ editor: () => null, override: () => null, settings: {}, shouldApply: () => true },
      process: id === 'displayName' ? displayNameOverrideProcessor : identityOverrideProcessor,
    };
  });
}
