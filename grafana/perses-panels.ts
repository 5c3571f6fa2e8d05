// What Perses draws the panels of the dashboards with: its plugins, units, colours, columns.
import type { DynamicConfigValue, Panel, Threshold, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';

export interface Plugin {
  readonly kind: string;
  readonly spec: object;
}

interface Place {
  readonly by: readonly string[];
  /** Address of a dashboard. */
  readonly page: (uid: string) => string;
}

export const targetsOf = ({ targets = [] }: Panel) => targets.filter((one): one is Dataquery => 'expr' in one);
const transformation = ({ transformations = [] }: Panel, wanted: string) =>
  transformations.find(({ id }) => id === wanted);

type Properties = ReadonlyMap<string, DynamicConfigValue['value']>;
/** What is other for the series or the column of this name. */
const propertiesOf = ({ fieldConfig }: Panel, name: string): Properties =>
  new Map(
    (fieldConfig?.overrides ?? [])
      .filter(({ matcher }) => matcher.options === name)
      .flatMap(({ properties }) => properties.map(({ id, value }) => [id, value])),
  );

/** Undefined where Perses has nothing like it: a matrix, a histogram of classic buckets. */
export function pluginOf(panel: Panel, place: Place): Plugin | undefined {
  if (panel.type === 'heatmap' || transformation(panel, 'groupingToMatrix') !== undefined) return undefined;
  const { unit, decimals, min, max, thresholds, mappings = [] } = panel.fieldConfig?.defaults ?? {};
  const format = formatOf(unit, decimals);
  const single = { calculation: 'last-number', format };
  const colors = thresholdsOf(thresholds?.steps);
  const words = wordsOf(mappings).map(({ value, text, color }) => ({
    kind: 'Value',
    spec: { value, result: { value: text, color } },
  }));
  const isLowest = targetsOf(panel).some(({ expr }) => expr.includes('bottomk('));
  switch (panel.type) {
    case 'timeseries':
      return { kind: 'TimeSeriesChart', spec: { ...lines(panel), yAxis: { format, min, max } } };
    case 'stat': {
      const legendMode = panel.options?.textMode === 'value_and_name' ? 'on' : 'auto';
      return { kind: 'StatChart', spec: { ...single, thresholds: colors, mappings: words, legendMode } };
    }
    case 'gauge':
      return { kind: 'GaugeChart', spec: { ...single, thresholds: colors, max } };
    case 'bargauge':
      return { kind: 'BarChart', spec: { ...single, sort: isLowest ? 'asc' : 'desc' } };
    case 'state-timeline':
      return { kind: 'StatusHistoryChart', spec: { legend: LEGEND, mappings: words } };
    case 'table':
      return { kind: 'Table', spec: table(panel, place) };
    default:
      throw new Error(`${panel.title}: Perses has no plugin for ${panel.type}`);
  }
}

const LEGEND = { position: 'bottom', mode: 'list' };
const legendTable = (calcs: readonly string[]) => ({
  position: 'right',
  mode: 'table',
  values: ['last-number', calcs.includes('min') ? 'min' : 'max'],
});

interface Drawn {
  readonly drawStyle?: string;
  readonly fillOpacity?: number;
  readonly lineWidth?: number;
  readonly stacking?: { readonly mode?: string };
  readonly thresholdsStyle?: object;
}

function lines(panel: Panel) {
  const { custom, thresholds } = panel.fieldConfig?.defaults ?? {};
  const { legend } = panel.options ?? {};
  const { drawStyle, fillOpacity = 0, lineWidth, stacking, thresholdsStyle }: Drawn = custom ?? {};
  return {
    legend: legend?.displayMode === 'table' ? legendTable(legend.calcs) : LEGEND,
    thresholds: thresholdsStyle === undefined ? undefined : thresholdsOf(thresholds?.steps),
    visual: {
      display: drawStyle === 'bars' ? 'bar' : 'line',
      lineWidth,
      areaOpacity: fillOpacity / 100,
      stack: stacking?.mode === 'normal' ? 'all' : undefined,
    },
    // Of a query whose series are told apart by a label, Perses chooses the colours.
    querySettings: targetsOf(panel).map(({ legendFormat = '' }, queryIndex) => {
      const properties = propertiesOf(panel, legendFormat);
      const colorValue = colorOf(properties.get('color')?.fixedColor);
      const colorMode = colorValue === undefined ? undefined : 'fixed';
      return { queryIndex, colorMode, colorValue, lineStyle: properties.has('custom.lineStyle') ? 'dashed' : 'solid' };
    }),
  };
}

/** All series of a panel have one unit and the same words there: what differs is said in the name. */
export function seriesNameOf(panel: Panel, legend = '__auto'): string | undefined {
  if (legend === '__auto') return undefined;
  const properties = propertiesOf(panel, legend);
  const words = wordsOf(properties.get('mappings')).map(({ value, text }) => `${value} ${text}`);
  const notes = [properties.get('unit') ?? [], words].flat().join(', ');
  return notes === '' ? legend : `${legend} (${notes})`;
}

interface Organized {
  readonly excludeByName?: Readonly<Record<string, boolean>>;
  readonly indexByName?: Readonly<Record<string, number>>;
  readonly renameByName?: Readonly<Record<string, string>>;
}

/** What tells the rows of a table apart, as far as it has them. */
const KEYS = ['project', 'pool_id', 'subnet_id', 'alertname'];

/** Columns in their order, and what is hidden. Without `merge` it is one series, whose labels are the columns. */
function table(panel: Panel, place: Place) {
  const isJoined = transformation(panel, 'merge') !== undefined;
  const organized: Organized = isJoined ? transformation(panel, 'organize')?.options : {};
  const { excludeByName = { Time: true, Value: true }, indexByName = {}, renameByName = {} } = organized;
  const headers = Object.keys(indexByName).map((field) => [field, renameByName[field] ?? field] as const);
  const columnOfHeader = new Map(headers.map(([field, header]) => [header, columnOf(field)]));
  const columns = [...columnOfHeader].map(([header, name]) => ({
    name,
    header,
    enableSorting: true,
    sort:
      panel.options?.sortBy?.[0]?.displayName === header ? (panel.options.sortBy[0].desc ? 'desc' : 'asc') : undefined,
    ...cells(propertiesOf(panel, header), (url) => linkOf(url, name, columnOfHeader, place)),
  }));
  const labels = [...columnOfHeader.values()].filter((name) => !name.startsWith('value'));
  const isOfMany = targetsOf(panel).length > 1;
  return {
    density: 'compact',
    pagination: isJoined,
    enableFiltering: isJoined,
    columnSettings: [...columns, ...Object.keys(excludeByName).map((field) => ({ name: columnOf(field), hide: true }))],
    // Each query has columns of its own for its labels.
    transforms: isOfMany
      ? [
          ...labels.map((column) => ({ kind: 'MergeIndexedColumns', spec: { column } })),
          {
            kind: 'JoinByColumnValue',
            spec: { columns: [...KEYS, ...place.by].filter((name) => labels.includes(name)) },
          },
        ]
      : undefined,
  };
}

/** `Value #B` is `value #2` there. */
const columnOf = (field: string) =>
  field
    .replace('Time', 'timestamp')
    .replace('Value', 'value')
    .replace(/#([A-Z])$/, (_, id: string) => `#${id.charCodeAt(0) - 'A'.charCodeAt(0) + 1}`);

function cells(properties: Properties, link: (url: string) => string | undefined) {
  const [unit, decimals] = [properties.get('unit'), properties.get('decimals')];
  const words = wordsOf(properties.get('mappings')).map(({ value, text, color }) => ({
    condition: { kind: 'Value', spec: { value } },
    text,
    textColor: color,
  }));
  // Of the conditions the first that is true counts. The last is of what is below all steps: the schema takes no range without a lower end.
  const thresholds = thresholdsOf(properties.get('thresholds')?.steps);
  const ranges = thresholds && [
    ...thresholds.steps.toReversed().map(({ value: min, color: textColor }) => ({
      condition: { kind: 'Range', spec: { min } },
      textColor,
    })),
    { condition: { kind: 'Regex', spec: { expr: '.' } }, textColor: thresholds.defaultColor },
  ];
  const format = unit === undefined && decimals === undefined ? undefined : formatOf(unit, decimals);
  const [{ title, url } = { title: '', url: '' }]: { title: string; url: string }[] = properties.get('links') ?? [];
  const target = link(url);
  return {
    width: properties.get('custom.width'),
    hide: properties.get('custom.hidden'),
    format,
    // A coloured cell loses its format, at least in Perses 0.54, and the format says more.
    cellSettings: format === undefined ? [...words, ...(ranges ?? [])] : words,
    dataLink: target && { title, url: target, openNewTab: target.startsWith('http') },
  };
}

/** To another dashboard with the choices of the row, or to a runbook. Undefined for Grafana's own pages. */
function linkOf(url: string, column: string, columnOfHeader: ReadonlyMap<string, string>, { page }: Place) {
  const cell = (name: string) => `\${__data.fields["${name}"]}`;
  if (url.startsWith('http')) return url.replace(/\${__value\.text}/, cell(column));
  const [, uid] = /^\/d\/([\w-]+)\?/.exec(url) ?? [];
  const choices = [...url.matchAll(/(var-\w+)=\${__data\.fields\.(\w+):/g)];
  const chosen = choices.map(([, choice, header = '']) => `${choice}=${cell(columnOfHeader.get(header) ?? header)}`);
  return uid && `${page(uid)}?${chosen.join('&')}`;
}

const wordsOf = (mappings: readonly ValueMapping[] = []) =>
  mappings.flatMap(({ type, options }) => {
    if (type !== 'value') throw new Error(`mappings of type ${type} are not made for Perses`);
    return Object.entries(options).map(([value, { text = value, color }]) => ({ value, text, color: colorOf(color) }));
  });

/** The first step has no lower bound. */
function thresholdsOf([first, ...others]: readonly Threshold[] = []) {
  const steps = others.map(({ value, color }) => ({ value, color: colorOf(color) }));
  return first && { mode: 'absolute', defaultColor: colorOf(first.color), steps };
}

const UNITS: Readonly<Record<string, object>> = {
  none: { unit: 'decimal', shortValues: false },
  locale: { unit: 'decimal', shortValues: false },
  short: { unit: 'decimal', shortValues: true },
  percentunit: { unit: 'percent-decimal' },
  s: { unit: 'seconds' },
  m: { unit: 'minutes' },
  h: { unit: 'hours' },
  bytes: { unit: 'bytes' },
  reqps: { unit: 'requests/sec' },
  dateTimeFromNow: { unit: 'relative-time' },
};
function formatOf(unit = 'none', decimalPlaces?: number | undefined) {
  if (UNITS[unit] === undefined) throw new Error(`no unit of Perses is known for ${unit}: add it to UNITS`);
  return { ...UNITS[unit], decimalPlaces };
}

/** As Grafana shows its names on dark ground. That of the text is the reader's. */
const COLORS: Readonly<Record<string, string | undefined>> = {
  text: undefined,
  green: '#73bf69',
  blue: '#5794f2',
  orange: '#ff9830',
  red: '#f2495c',
  'dark-red': '#c4162a',
  yellow: '#fade2a',
  'semi-dark-yellow': '#f2cc0c',
  purple: '#b877d9',
  'semi-dark-purple': '#a352cc',
};
function colorOf(name = 'text'): string | undefined {
  if (!(name in COLORS)) throw new Error(`no colour for Perses is known for ${name}: add it to COLORS`);
  return COLORS[name];
}
