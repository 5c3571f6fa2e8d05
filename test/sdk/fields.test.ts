// What the vendor's SDK knows of the answers that are read: each field and each value is exported, or named as left out.
import { beforeAll, describe, expect, it } from 'vitest';
import { notExported } from '../../scripts/fields-not-exported.ts';
import { createJsonReader } from '../../src/cloud/json-reader.ts';
import type { Collector, Id } from '../../src/collectors/collector.ts';
import { collectors } from '../../src/collectors/index.ts';
import { createCollectorApi } from '../../src/collectors/pages.ts';
import type { PoolRecord } from '../../src/collectors/pool.ts';
import { member } from '../../src/option-types/record.ts';
import { discovering, selectionOf } from '../scrape/house.ts';
import { deadlineOf } from '../support/chain.ts';
import { everything } from '../support/everything.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { operations } from './operations.ts';
import { askSdk, type Field, hasSdk } from './sdk.ts';

const ID = 'x';
const UUID = '0f4b8c6d-9e12-4a75-b3d8-2c1e6f7a5b99';
/** A pool that every collector has something to ask about. */
const NEEDY: PoolRecord = {
  id: ID,
  name: ID,
  status: 'TEMPORARY',
  subnet_id: UUID,
  availability_zone: ID,
  product: { product_id: ID },
};
const FILE = 'scripts/fields-not-exported.ts';

/** An answer that has every field once; `values` gives what is wanted in some of them. */
function answerWith(fields: readonly Field[], values: ReadonlyMap<string, string | undefined> = new Map()): object {
  const root: Record<string, unknown> = {};
  for (const { path, type } of fields) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    // A field comes after the one that it is below of.
    const parent = keys.reduce<unknown>(
      (at, key) => (key.endsWith('[]') ? member(member(at, key.slice(0, -2)), '0') : member(at, key)),
      root,
    );
    Object.assign(Object(parent), { [last]: values.get(path) ?? exampleOf(type) });
  }
  return root;
}

function exampleOf(type: string): unknown {
  const [, element] = /^list\[(.*)\]$/.exec(type) ?? [];
  if (element !== undefined) return [exampleOf(element)];
  if (type === 'int') return 1;
  if (type === 'bool') return true;
  return type === 'str' ? ID : {};
}

/** The same value; `seen` is told the path of each field that is read. */
function watched(value: unknown, seen: (path: string) => void, path = ''): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const found = Reflect.get(target, key, receiver);
      if (typeof key === 'symbol' || !Object.hasOwn(target, key)) return found;
      const below = Array.isArray(target) ? `${path}[]` : path === '' ? key : `${path}.${key}`;
      if (!Array.isArray(target)) seen(below);
      return watched(found, seen, below);
    },
  });
}

interface Found {
  /** `operation path` of what was read. */
  readonly read: ReadonlySet<string>;
  /** Fields whose value counted as unknown. */
  readonly unknown: readonly string[];
}

/** Lets a collector read answers, however it may be configured. */
async function readWith(collector: Collector, answer: (operation: string) => object): Promise<Found> {
  const read = new Set<string>();
  const unknown: string[] = [];
  const options = collector.options.parse(everything()[collector.name] ?? {});
  for (const selection of [selectionOf({ pools: [{ id: ID }] }), selectionOf({ discovery: discovering })]) {
    const api = createCollectorApi(
      {
        get: async ({ operation }, _, parse) =>
          parse(watched(answer(operation), (path) => read.add(`${operation} ${path}`))),
      },
      deadlineOf(createFakeClock()),
      createJsonReader(),
    );
    await collector.collect({
      options,
      selection,
      api,
      width: 1,
      ids: (): Id[] => [ID],
      pools: () => [NEEDY],
      keep() {},
      read: async (_, load) => {
        await load();
        return 'ok';
      },
      report: {
        violation() {},
        dropped() {},
        notice() {},
        unknownValue: (field) => unknown.push(field),
      },
      memory: new Map(),
    });
  }
  return { read, unknown };
}

/** Values that the SDK's words document: `0：…`, `normal代表…`, `- BASE：…`. Times and the signs that a text may have are none. */
const valuesIn = ({ type, words }: Field): string[] =>
  type !== 'str'
    ? []
    : [...words.matchAll(/(?<![\w:.,;-])([A-Za-z0-9]\w*)\s*(?:[：:](?![\w&])|代表|表示)/g)].map(
        ([, value = '']) => value,
      );

/** Those that the SDK knows, of what a list entry names. */
const namedBy = (entry: string, fields: readonly Field[]) => {
  const [path = ''] = entry.split('=');
  const isBelow = (field: Field) => path.endsWith('.*') && field.path.startsWith(path.slice(0, -1));
  return fields.filter((field) => field.path === path || isBelow(field));
};

it('every operation of a collector is known here', () => {
  const unknown = collectors.flatMap((one) => one.operations.filter((operation) => !(operation in operations)));
  expect(unknown, 'add a line for each to test/sdk/operations.ts').toEqual([]);
});

describe.skipIf(!hasSdk())("what the vendor's SDK knows", async () => {
  const nameOf = (operation: string) => operations[operation]?.({ pool: ID, subnet: UUID, users: [ID] }).name ?? '';
  const known = hasSdk() ? await askSdk('fields', Object.keys(operations).map(nameOf)) : {};
  const fieldsOf = (operation: string) => known[nameOf(operation)] ?? [];
  const entriesOf = (operation: string) =>
    notExported.flatMap((one) => (one.operation === operation ? [one.field] : []));
  const each = collectors.map((collector) => [collector.name, collector] as const);
  /** By any collector: several may ask the same, each for a part of the answer. */
  const read = new Set<string>();
  beforeAll(async () => {
    for (const collector of collectors)
      for (const line of (await readWith(collector, (operation) => answerWith(fieldsOf(operation)))).read)
        read.add(line);
  });

  it.each(Object.keys(operations))('of the answer of %s is read, or left out on purpose', (operation) => {
    const isRead = ({ path }: Field) => read.has(`${operation} ${path}`);
    const fields = fieldsOf(operation);
    const named = new Set(entriesOf(operation).flatMap((entry) => (entry.includes('=') ? [] : namedBy(entry, fields))));
    const paths = (some: readonly Field[]) => some.map(({ path }) => path);
    expect(
      paths(fields.filter((field) => !isRead(field) && !named.has(field))),
      `the SDK knows fields that are not read: read them in src/collectors, or name them in ${FILE} with the reason`,
    ).toEqual([]);
    expect(
      paths(fields.filter((field) => isRead(field) && named.has(field))),
      `these are read: take them out of ${FILE}`,
    ).toEqual([]);
  });

  it.each(each)('of the values that %s reads is known to it or left out on purpose', async (_, collector) => {
    const unknown: string[] = [];
    for (const operation of collector.operations)
      for (const field of fieldsOf(operation))
        for (const value of valuesIn(field)) {
          const found = await readWith(collector, (asked) => {
            const fields = fieldsOf(asked);
            const usual = fields.map((one) => [one.path, valuesIn(one)[0]] as const);
            const tried = asked === operation ? [[field.path, value] as const] : [];
            return answerWith(fields, new Map([...usual, ...tried]));
          });
          const entry = `${field.path}=${value}`;
          const isUnknown = found.unknown.some((name) => `.${field.path}`.endsWith(`.${name}`));
          if (isUnknown && !entriesOf(operation).includes(entry)) unknown.push(`${operation} ${entry}`);
        }
    expect(
      unknown,
      `the SDK documents values that count as unknown: teach them to src/collectors, or name them in ${FILE}`,
    ).toEqual([]);
  });

  it('is understood: values are found in the words of the SDK', () => {
    const valuesOf = (path: string) =>
      fieldsOf('show_desktop_pool')
        .filter((one) => one.path === path)
        .flatMap(valuesIn);
    expect(valuesOf('status')).toEqual(['STEADY', 'TEMPORARY', 'EXIST_FROZEN', 'UNKNOWN']);
    expect(valuesOf('charging_mode')).toEqual(['0', '1']);
    expect(valuesOf('product.status')).toEqual(['normal', 'sellout', 'abandon']);
    expect(valuesOf('created_time')).toEqual([]);
  });

  it('is what the list of fields that are left out names', () => {
    const gone = notExported.filter(({ operation, field }) => namedBy(field, fieldsOf(operation)).length === 0);
    expect(
      gone.map(({ operation, field }) => `${operation} ${field}`),
      `the SDK does not know them (any more): take them out of ${FILE}`,
    ).toEqual([]);
  });
});
