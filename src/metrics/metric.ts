// A metric is a row: a name, what it says, its labels, and a pure function from an item to samples.

import type { PageWriter } from './page-writer.ts';

export const PREFIX = 'huaweicloud_workspace_';

/** `info` series carry attributes in labels and have the value 1. */
export type MetricType = 'gauge' | 'info' | 'counter' | 'histogram';

/** Hands over one sample: its value, and the values of the row's own labels. */
export type Emit = (value: number, ...labels: readonly (string | undefined)[]) => void;

export interface Row<Item> {
  readonly help: string;
  readonly type: MetricType;
  /** Labels beside the group's base labels. */
  readonly labels: readonly string[];
  samples(item: Item, emit: Emit): void;
}

/** What a metric is, without the code: for docs, dashboards and rules. */
export interface MetricInfo<Name extends string = string> {
  readonly name: Name;
  readonly help: string;
  readonly type: MetricType;
  readonly labels: readonly string[];
}

/** Rows that share base labels (at least one) and the kind of item. The keys are the names without the prefix. */
export interface RowGroup<Item, Name extends string = string> {
  readonly base: readonly string[];
  readonly rows: Readonly<Record<Name, Row<Item>>>;
}

/** One metric on one page; `name` is that of the text format (`…_total`, `…_info`). */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  /** Writes the samples, whose lines are the same in both formats. */
  readonly write: (page: PageWriter) => void;
}

/** Around the row of a metric that the next major release removes (docs/stability.md): since which release, and what to use. */
export const deprecated = <Metric extends { readonly help: string }>(
  since: string,
  instead: string,
  metric: Metric,
): Metric => ({ ...metric, help: `Deprecated since ${since}, use ${instead}. ${metric.help}` });

type Cells = readonly [value: number | undefined, ...labels: readonly (string | undefined)[]];
type Attributes<Label extends string> = Readonly<Partial<Record<Label, string | undefined>>>;

/** Row kinds for one kind of item; `base` are the labels that all of the group's series carry. */
export function rowsOf<Item>(...base: readonly string[]) {
  return {
    /** One sample per item, none where the value is not reported. */
    gauge: (help: string, value: (item: Item) => number | boolean | undefined): Row<Item> => ({
      help,
      type: 'gauge',
      labels: [],
      samples(item, emit) {
        const reported = value(item);
        if (reported !== undefined) emit(Number(reported));
      },
    }),

    /** Several samples per item, told apart by labels. */
    gauges: (help: string, labels: readonly string[], samples: (item: Item) => readonly Cells[]): Row<Item> => ({
      help,
      type: 'gauge',
      labels,
      samples(item, emit) {
        for (const [value, ...own] of samples(item)) if (value !== undefined) emit(value, ...own);
      },
    }),

    /** Attributes as labels, one series per element of a list. An attribute that is not reported is an empty label. */
    info: <Label extends string>(
      help: string,
      labels: readonly Label[],
      attributes: (item: Item) => readonly Attributes<Label>[],
    ): Row<Item> => ({
      help,
      type: 'info',
      labels,
      samples(item, emit) {
        for (const one of attributes(item)) emit(1, ...labels.map((label) => one[label]));
      },
    }),

    /** One series per known state, exactly one of them 1; a state that nobody knows is the last of the list. */
    states: (
      help: string,
      label: string,
      known: readonly [string, string, ...string[]],
      state: (item: Item) => string | undefined,
    ): Row<Item> => ({
      help,
      type: 'gauge',
      labels: [label],
      samples(item, emit) {
        const reported = state(item);
        if (reported === undefined) return;
        const current = known.includes(reported) ? reported : known.at(-1);
        for (const one of known) emit(Number(one === current), one);
      },
    }),

    /** Joins rows under their names; the names stay a type, so that a misspelt one elsewhere does not compile. */
    group: <Name extends string>(rows: Readonly<Record<Name, Row<Item>>>): RowGroup<Item, Name> => ({ base, rows }),
  };
}

const NEEDS_ESCAPE = /[\\"\n\0]/;

/** Escapes as both formats want it. A NUL would end the page for the scraper's lexer. */
const escapeValue = (value: string) =>
  NEEDS_ESCAPE.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\0', '\uFFFD')
    : value;

/** Labels as on the page, without braces. */
export function labelText(names: readonly string[], values: readonly (string | undefined)[]): string {
  let text = '';
  for (let i = 0; i < names.length; i++) {
    if (i > 0) text += ',';
    text += `${names[i]}="${escapeValue(values[i] ?? '')}"`;
  }
  return text;
}

/** An item behind the values of its base labels. */
export type Labelled<Item> = readonly [labels: readonly string[], item: Item];

/** A number as both formats want it. */
export function digits(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  return String(value);
}

/** An item behind its base labels as bytes. By its identity a page knows lines that the page before has. */
interface Encoded<Item> {
  readonly values: readonly string[];
  readonly labels: Uint8Array;
  readonly item: Item;
}

/** By group and item. */
const encodings = new WeakMap<object, WeakMap<object, Encoded<unknown>>>();

/** The same object for the same item with the same labels, unless the item is a mere number or text. */
function encoderOf<Item>(group: RowGroup<Item>): (labelled: Labelled<Item>) => Encoded<Item> {
  // Reason: what is kept by group holds items of that group.
  const kept = (encodings.get(group) ?? new WeakMap()) as WeakMap<object, Encoded<Item>>;
  encodings.set(group, kept);
  return ([values, item]) => {
    const key = typeof item === 'object' && item !== null ? item : undefined;
    const before = key && kept.get(key);
    if (before?.values.every((value, i) => value === values[i]) === true) return before;
    const encoded = { values, labels: Buffer.from(labelText(group.base, values)), item };
    if (key !== undefined) kept.set(key, encoded);
    return encoded;
  };
}

/** The families of a group over its items, which never change: a new value is a new item. */
export function familiesOf<Item>(group: RowGroup<Item>, items: readonly Labelled<Item>[]): Family[] {
  // Once for all families.
  const encoded = items.map(encoderOf(group));
  const project = items[0]?.[0][0] ?? '';
  return Object.entries<Row<Item>>(group.rows).map(([name, row]) => {
    const fullName = PREFIX + name;
    return {
      name: fullName,
      help: row.help,
      type: row.type,
      write: (page) => page.each(`${fullName} ${project}`, encoded, sampleWriter(page, fullName, row)),
    };
  });
}

/** Leaves out what is not a finite number: NaN must not stand for "missing". */
function sampleWriter<Item>(page: PageWriter, name: string, row: Row<Item>): (encoded: Encoded<Item>) => void {
  const head = Buffer.from(`${name}{`);
  const tail = remembering((value: number) => Buffer.from(`} ${digits(value)}\n`));
  // States and the like: few values, on every item.
  const single = remembering((value: string | undefined) => Buffer.from(`,${labelText(row.labels, [value])}`));
  let base: Uint8Array = head;
  const emit: Emit = (value, ...own) => {
    if (!Number.isFinite(value)) return;
    page.bytes(head);
    page.bytes(base);
    if (row.labels.length === 1) page.bytes(single(own[0]));
    else if (row.labels.length > 1) page.text(`,${labelText(row.labels, own)}`);
    page.bytes(tail(value));
  };
  return ({ labels, item }) => {
    base = labels;
    row.samples(item, emit);
  };
}

/** The same bytes for the same value; the first thousand values are remembered. */
function remembering<Key>(make: (key: Key) => Uint8Array): (key: Key) => Uint8Array {
  const known = new Map<Key, Uint8Array>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = make(key);
    if (known.size < 1000) known.set(key, made);
    return made;
  };
}

/** The full names of a group's metrics, as a type. */
export type NamesOf<Group> = Group extends RowGroup<never, infer Name> ? `${typeof PREFIX}${Name}` : never;

/** What a group's rows are, for the catalogue; the names stay a type. */
export const describe = <Name extends string>({
  base,
  rows,
}: RowGroup<never, Name>): MetricInfo<`${typeof PREFIX}${Name}`>[] =>
  // Reason: Object.entries forgets the type of the keys.
  (Object.entries(rows) as [Name, Row<never>][]).map(([name, { help, type, labels }]) => ({
    name: `${PREFIX}${name}`,
    help,
    type,
    labels: [...base, ...labels],
  }));
