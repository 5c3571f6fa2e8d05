// Answers of Prometheus as Grafana hands them to a panel: named series, or tables whose columns are labels and a value.
import type { Asked } from '../../test/demo-day/ask.ts';
import type { Labels, Series } from '../../test/demo-day/server.ts';
import type { Value } from './fields.ts';

export interface NamedSeries extends Series {
  readonly name: string;
  readonly refId: string;
}

/** All series of a panel, in the order of its targets. */
export const seriesOf = (asked: readonly Asked[]): readonly NamedSeries[] =>
  asked.flatMap(({ target, series }) =>
    series.map((one) => ({
      ...one,
      name: legendOf(one.labels, target.legendFormat, target.expr),
      refId: target.refId,
    })),
  );

/** `{{label}}` in a legend stands for its value. */
function legendOf(labels: Labels, format: string | undefined, expression: string): string {
  if (format !== undefined && format !== '' && format !== '__auto')
    return format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? '');
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.entries(others).map(([label, value]) => `${label}="${value}"`);
  if (pairs.length === 0) return name || expression;
  return pairs.length === 1 && format === '__auto' ? (Object.values(others)[0] ?? '') : `${name}{${pairs.join(', ')}}`;
}

export interface Column {
  readonly name: string;
  readonly refId: string;
  /** Of a column of values of one series. */
  readonly labels?: Labels;
  readonly values: readonly Value[];
}
export interface Frame {
  readonly refId: string;
  readonly columns: readonly Column[];
}

/** One frame per query in the format `table`, one per series else. */
export const framesOf = (asked: readonly Asked[]): readonly Frame[] =>
  asked.flatMap((one) => (one.target.format === 'table' ? [tableOf(one, asked.length > 1)] : seriesFrames(one)));

function tableOf({ target: { refId }, series }: Asked, isOneOfMany: boolean): Frame {
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))].toSorted();
  const column = (name: string, value: (one: Series) => Value) => ({ name, refId, values: series.map(value) });
  return {
    refId,
    columns: [
      column('Time', ({ points }) => milliseconds(points.at(-1)?.[0])),
      ...labels.map((label) => column(label, (one) => one.labels[label])),
      column(isOneOfMany ? `Value #${refId}` : 'Value', ({ points }) => points.at(-1)?.[1]),
    ],
  };
}

const milliseconds = (at: number | undefined) => (at === undefined ? undefined : at * 1000);

const seriesFrames = (asked: Asked): Frame[] =>
  seriesOf([asked]).map(({ name, refId, labels, points }) => ({
    refId,
    columns: [
      { name: 'Time', refId, values: points.map(([at]) => at * 1000) },
      { name, refId, labels, values: points.map(([, value]) => value) },
    ],
  }));
