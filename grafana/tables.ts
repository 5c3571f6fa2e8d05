// Tables: one row per pool from several queries, the labels of one series, and a grid of hours and weekdays.
import {
  BarGaugeDisplayMode,
  BarGaugeValueMode,
  TableCellBackgroundDisplayMode,
  TableCellDisplayMode,
  TableCellHeight,
  type TableCellOptions,
  TableFooterOptionsBuilder,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue, Threshold, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TablePanel } from '@grafana/grafana-foundation-sdk/table';
import { refId } from './complete.ts';
import { type AnyPanel, dressed, type Look, ofNow } from './panel.ts';

export interface Column {
  readonly name: string;
  /** A label of the series, or the expression of the values; both come from one query where there are both. */
  readonly label?: string;
  readonly expr?: string;
  readonly width?: number;
  readonly unit?: string;
  readonly decimals?: number;
  readonly cell?: 'bar' | 'text';
  readonly thresholds?: Threshold[];
  readonly mappings?: ValueMapping[];
  readonly link?: { readonly title: string; readonly url: string };
  /** Its header has a filter, which takes 22 pixels: for texts and states. */
  readonly isFilterable?: true;
  /** Kept for links. */
  readonly hidden?: true;
}

const CELLS: Readonly<Record<'bar' | 'text', TableCellOptions>> = {
  bar: { type: TableCellDisplayMode.Gauge, mode: BarGaugeDisplayMode.Basic, valueDisplayMode: BarGaugeValueMode.Text },
  text: { type: TableCellDisplayMode.ColorText },
};
const BACKGROUND: TableCellOptions = {
  type: TableCellDisplayMode.ColorBackground,
  mode: TableCellBackgroundDisplayMode.Basic,
};

export interface JoinedLook extends Omit<Look, 'queries' | 'unit'> {
  readonly columns: readonly Column[];
  /** The column to sort by, largest first unless it says so. */
  readonly sortBy: string;
  readonly isAscending?: true;
}

/** One row per set of labels that all queries share; each query adds its value and the labels that are its own. */
export function joined(look: JoinedLook): AnyPanel {
  const expressions = [...new Set(look.columns.flatMap(({ expr }) => expr ?? []))];
  // With a single query the name of the values is not told from others.
  const valueField = (index: number) => (expressions.length === 1 ? 'Value' : `Value #${refId(index)}`);
  const fieldOf = ({ label, expr }: Column) => label ?? valueField(expressions.indexOf(expr ?? ''));
  const fields = look.columns.map(fieldOf);
  const unnamed = expressions.map((_, index) => valueField(index)).filter((field) => !fields.includes(field));
  const queries = expressions.map((expr) => ({ expr, as: 'table' as const }));
  const overrides = Object.fromEntries(look.columns.map((column) => [column.name, propertiesOf(column)]));
  return dressed(new TablePanel(), { ...look, unit: 'none', queries, overrides })
    .cellHeight(TableCellHeight.Sm)
    .footer(new TableFooterOptionsBuilder().enablePagination(true).show(false).reducer([]))
    .sortBy([new TableSortByFieldStateBuilder().displayName(look.sortBy).desc(look.isAscending !== true)])
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', ...unnamed].map((field) => [field, true])),
        indexByName: Object.fromEntries(fields.map((field, index) => [field, index])),
        renameByName: Object.fromEntries(look.columns.map((column) => [fieldOf(column), column.name])),
      },
    });
}

function propertiesOf({
  width,
  unit,
  decimals,
  cell,
  thresholds,
  mappings,
  link,
  isFilterable,
  hidden,
}: Column): DynamicConfigValue[] {
  return [
    ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
    ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
    ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
    ...(cell === undefined ? [] : [{ id: 'custom.cellOptions', value: CELLS[cell] }]),
    ...(cell === 'bar'
      ? [
          { id: 'min', value: 0 },
          { id: 'max', value: 1 },
        ]
      : []),
    ...(thresholds === undefined ? [] : [{ id: 'thresholds', value: { mode: 'absolute', steps: thresholds } }]),
    ...(mappings === undefined ? [] : [{ id: 'mappings', value: mappings }]),
    ...(link === undefined ? [] : [{ id: 'links', value: [link] }]),
    ...(isFilterable === undefined ? [] : [{ id: 'custom.filterable', value: true }]),
    ...(hidden === undefined ? [] : [{ id: 'custom.hidden', value: true }]),
  ];
}

/** The labels of one series, each in a row of its own. The values may be ids, which need the room. */
export const attributes = (look: Omit<Look, 'unit'>): AnyPanel =>
  dressed(
    new TablePanel(),
    ofNow({ ...look, unit: 'none', overrides: { Attribute: [{ id: 'custom.width', value: 150 }] } }),
  )
    .cellHeight(TableCellHeight.Sm)
    .withTransformation({ id: 'labelsToFields', options: { mode: 'rows' } })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: {},
        renameByName: { label: 'Attribute', value: 'Value' },
      },
    });

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
/** Pixels. */
const HOUR_WIDTH = 50;
/** Grafana names the corner of a matrix so. */
const CORNER = 'weekday\\hour';

/** Weekdays down, hours across, coloured by value; the series carry `weekday` (1 to 7) and `hour` (00 to 23). */
export const week = (look: Look): AnyPanel =>
  dressed(new TablePanel(), {
    ...look,
    overrides: {
      [CORNER]: [
        { id: 'displayName', value: 'Weekday' },
        { id: 'custom.width', value: 110 },
        { id: 'custom.cellOptions', value: { type: 'auto' } },
        {
          id: 'mappings',
          value: [
            { type: 'value', options: Object.fromEntries(WEEKDAYS.map((text, index) => [index + 1, { text, index }])) },
          ],
        },
      ],
    },
  })
    .cellHeight(TableCellHeight.Sm)
    .cellOptions(BACKGROUND)
    // Grafana's least width of 150 would show nine hours of the day.
    .minWidth(HOUR_WIDTH)
    .withTransformation({
      id: 'groupingToMatrix',
      options: { columnField: 'hour', rowField: 'weekday', valueField: 'Value', emptyValue: 'null' },
    })
    .withTransformation({ id: 'sortBy', options: { fields: {}, sort: [{ field: CORNER, desc: false }] } })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        indexByName: Object.fromEntries([CORNER, ...HOURS].map((field, index) => [field, index])),
        renameByName: {},
      },
    });
