// Grafana's transformations of tables, as many as the dashboards use; any other is an error.
import { z } from 'zod';
import type { Transformation } from '../../test/demo-day/dashboard.ts';
import type { Value } from './fields.ts';
import type { Column, Frame } from './frames.ts';

type Transform = (frames: readonly Frame[], options: unknown) => readonly Frame[];
type Row = ReadonlyMap<string, Value>;

const TRANSFORMS: Readonly<Record<string, Transform>> = { merge, organize, sortBy, labelsToFields, groupingToMatrix };

export function transformed(frames: readonly Frame[], transformations: readonly Transformation[]): readonly Frame[] {
  return transformations.reduce((before, { id, options }) => {
    const transform = TRANSFORMS[id];
    if (transform === undefined)
      throw new Error(`the preview does not know the transformation ${id}; add it to transform.ts`);
    return transform(before, options);
  }, frames);
}

const rowsOf = ({ columns }: Frame): readonly Row[] =>
  (columns[0]?.values ?? []).map((_, index) => new Map(columns.map(({ name, values }) => [name, values[index]])));

function frameOf(rows: readonly Row[], columns: readonly Omit<Column, 'values'>[]): Frame {
  return { refId: '', columns: columns.map((one) => ({ ...one, values: rows.map((row) => row.get(one.name)) })) };
}

/** One table of all: rows that agree in every column that they share become one. */
function merge(frames: readonly Frame[]): readonly Frame[] {
  const columns = [...new Map(frames.flatMap((frame) => frame.columns.map((one) => [one.name, one]))).values()];
  const shared = columns
    .map(({ name }) => name)
    .filter((name) => frames.every((frame) => frame.columns.some((one) => one.name === name)));
  const rows = new Map<string, Row>();
  for (const row of frames.flatMap(rowsOf)) {
    const key = JSON.stringify(shared.map((name) => row.get(name)));
    rows.set(key, new Map([...(rows.get(key) ?? []), ...row]));
  }
  return [frameOf([...rows.values()], columns)];
}

const organizing = z.object({
  excludeByName: z.record(z.string(), z.boolean()).default({}),
  indexByName: z.record(z.string(), z.number()).default({}),
  renameByName: z.record(z.string(), z.string()).default({}),
});

function organize(frames: readonly Frame[], options: unknown): readonly Frame[] {
  const { excludeByName, indexByName, renameByName } = organizing.parse(options);
  const place = ({ name }: Column) => indexByName[name] ?? Number.MAX_SAFE_INTEGER;
  return frames.map(({ refId, columns }) => ({
    refId,
    columns: columns
      .filter(({ name }) => excludeByName[name] !== true)
      .toSorted((a, b) => place(a) - place(b))
      .map((column) => ({ ...column, name: renameByName[column.name] ?? column.name })),
  }));
}

const sorting = z.object({ sort: z.array(z.object({ field: z.string(), desc: z.boolean().default(false) })) });

function sortBy(frames: readonly Frame[], options: unknown): readonly Frame[] {
  const [{ field, desc } = { field: '', desc: false }] = sorting.parse(options).sort;
  return frames.map((frame) => sorted(frame, field, desc));
}

export function sorted(frame: Frame, field: string, desc: boolean): Frame {
  const rows = rowsOf(frame).toSorted((a, b) => (desc ? -1 : 1) * compared(a.get(field), b.get(field)));
  return { ...frameOf(rows, frame.columns), refId: frame.refId };
}

/** What is missing is the least. */
function compared(a: Value, b: Value): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

/** In the mode `rows`: the labels of each series, one below the other. */
function labelsToFields(frames: readonly Frame[], options: unknown): readonly Frame[] {
  z.object({ mode: z.literal('rows') }).parse(options);
  return frames.map(({ refId, columns }) => {
    const labels = Object.entries(columns.at(-1)?.labels ?? {});
    return {
      refId,
      columns: [
        { name: 'label', refId, values: labels.map(([label]) => label) },
        { name: 'value', refId, values: labels.map(([, value]) => value) },
      ],
    };
  });
}

const matrix = z.object({ columnField: z.string(), rowField: z.string(), valueField: z.string() });

function groupingToMatrix([frame]: readonly Frame[], options: unknown): readonly Frame[] {
  const { columnField, rowField, valueField } = matrix.parse(options);
  const corner = `${rowField}\\${columnField}`;
  const rows = new Map<Value, Map<string, Value>>();
  const names = new Set<string>();
  for (const row of frame === undefined ? [] : rowsOf(frame)) {
    const [name, key] = [String(row.get(columnField)), row.get(rowField)];
    names.add(name);
    rows.set(key, (rows.get(key) ?? new Map([[corner, key]])).set(name, row.get(valueField)));
  }
  return [
    frameOf(
      [...rows.values()],
      [corner, ...names].map((name) => ({ name, refId: frame?.refId ?? '' })),
    ),
  ];
}
