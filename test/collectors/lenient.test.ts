// One bad field costs only itself, and is named.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Losses, parseLeniently } from '../../src/collectors/lenient.ts';

const text = () => z.string().max(5).optional();
const disk = z.object({ size: z.int().nonnegative().optional(), type: text() });
const schema = z.object({
  id: z.string().min(1),
  name: text(),
  count: z.int().nonnegative().optional(),
  numeral: z.union([z.number().nonnegative(), z.string().regex(/^\d+$/).transform(Number)]).optional(),
  when: z.iso.datetime({ offset: true }).optional(),
  product: z.object({ cpu: text(), more: z.object({ deep: text() }).optional() }).optional(),
  disks: z.array(disk).optional(),
  places: z.array(disk.optional()).optional(),
});

function losing() {
  const reported: string[] = [];
  const cuts: number[] = [];
  const losses: Losses = { violation: (field) => reported.push(field), cut: (elements) => cuts.push(elements) };
  return { losses, reported, cuts };
}

function parsed(json: unknown) {
  const { losses, reported } = losing();
  const value = parseLeniently(schema, json, losses);
  return { value, reported };
}

function refused(json: unknown) {
  const { losses, reported } = losing();
  let why = '';
  try {
    parseLeniently(schema, json, losses);
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  return { why, reported };
}

describe('a bad field', () => {
  const good = { id: 'a', name: 'n', count: 1, disks: [{ size: 1, type: 'SAS' }] };

  test.each([
    [{ name: 7 }, 'name'],
    [{ name: 'too long' }, 'name'],
    [{ name: ['n'] }, 'name'],
    [{ count: '1' }, 'count'],
    [{ count: 1.5 }, 'count'],
    [{ count: -1 }, 'count'],
    [{ count: -1.5 }, 'count'],
    [{ count: 1e300 }, 'count'],
    [{ count: -1e300 }, 'count'],
    [{ count: 2 ** 53 }, 'count'],
    [{ count: true }, 'count'],
    [{ numeral: 'four' }, 'numeral'],
    [{ numeral: '-4' }, 'numeral'],
    [{ numeral: -4 }, 'numeral'],
    [{ numeral: {} }, 'numeral'],
    [{ when: 'yesterday' }, 'when'],
    [{ when: '2025-02-30T00:00:00Z' }, 'when'],
    [{ when: 1768377600 }, 'when'],
    [{ product: 'x' }, 'product'],
    [{ product: { cpu: 2 } }, 'product.cpu'],
    [{ product: { cpu: 'x', more: { deep: 1 } } }, 'product.more.deep'],
    [{ disks: 'x' }, 'disks'],
    [{ disks: {} }, 'disks'],
    [{ disks: [5] }, 'disks[]'],
    [{ disks: [{ size: 'x' }] }, 'disks[].size'],
  ])('%j is reported once, as %s, and the others stay', (bad, field) => {
    const { value, reported } = parsed({ ...good, ...bad });
    expect(reported).toEqual([field]);
    const [top = ''] = field.split(/[.[]/);
    expect({ ...value, [top]: undefined }).toEqual({ ...good, [top]: undefined });
  });

  test('loses its value', () => {
    expect(parsed({ id: 'a', count: -1, product: { cpu: 2, more: { deep: 'd' } } }).value).toEqual({
      id: 'a',
      product: { more: { deep: 'd' } },
    });
  });

  test('does not hide another one', () => {
    const { value, reported } = parsed({ id: 'a', name: 7, count: -1, product: { cpu: 2 }, disks: [{ size: -1 }, 5] });
    expect(reported).toEqual(['name', 'count', 'product.cpu', 'disks[].size', 'disks[]']);
    expect(value).toEqual({ id: 'a', product: {}, disks: [{}] });
  });

  test('of several elements counts for each', () => {
    expect(parsed({ id: 'a', disks: [{ size: -1 }, { size: 1 }, { size: 'x' }] })).toEqual({
      value: { id: 'a', disks: [{}, { size: 1 }, {}] },
      reported: ['disks[].size', 'disks[].size'],
    });
  });
});

describe('an element of a list that is none', () => {
  test.each([[5], ['x'], [[]], [true]])('%j leaves no gap, where the schema wants every element', (element) => {
    const { value, reported } = parsed({ id: 'a', disks: [{ size: 1 }, element, { size: 3 }] });
    expect(reported).toEqual(['disks[]']);
    expect(value.disks).toEqual([{ size: 1 }, { size: 3 }]);
  });

  test('leaves a gap where the schema allows one, so that positions stay', () => {
    const { value, reported } = parsed({ id: 'a', places: [5, { size: 2 }, null, { size: 4 }] });
    expect(reported).toEqual(['places[]']);
    expect(value.places).toEqual([undefined, { size: 2 }, undefined, { size: 4 }]);
  });
});

describe('null', () => {
  test('means that the field is not reported, and is no violation', () => {
    expect(parsed({ id: 'a', name: null, count: null, product: { cpu: null }, disks: null })).toEqual({
      value: { id: 'a', product: {} },
      reported: [],
    });
  });

  test('in a list means that the element is not reported', () => {
    expect(parsed({ id: 'a', disks: [null, { size: 2 }, null] })).toEqual({
      value: { id: 'a', disks: [{ size: 2 }] },
      reported: [],
    });
  });

  test('beside a bad field changes nothing about either', () => {
    expect(parsed({ id: 'a', name: null, count: 'x', disks: [null, 5, { size: null, type: 'SAS' }] })).toEqual({
      value: { id: 'a', disks: [{ type: 'SAS' }] },
      reported: ['count', 'disks[]'],
    });
  });
});

describe('what cannot be missing', () => {
  test.each([[{}], [{ id: null }], [{ id: 5 }], [{ id: '' }], [{ id: ['a'] }], [{ name: 'a' }]])(
    'refuses %j as a whole, and is named once',
    (json) => {
      const { why, reported } = refused(json);
      expect(why).toMatch(/^id(: | is missing$)/);
      expect(reported).toEqual(['id']);
    },
  );

  test.each([[null], [[]], ['x'], [7], [undefined], [true]])(
    '%j is no answer, and there is no field to name',
    (json) => {
      const { why, reported } = refused(json);
      expect(why).toMatch(/^(it is empty|expected object, received \w+)$/);
      expect(reported).toEqual([]);
    },
  );
});

describe('a hostile answer', () => {
  test('may be deeper than any stack', () => {
    const depth = 100_000;
    const deep = JSON.parse(`${'{"x":'.repeat(5000)}null${'}'.repeat(5000)}`);
    let list: unknown = null;
    for (let i = 0; i < depth; i++) list = [list];
    expect(parsed({ id: 'a', unknown: deep, more: list, count: 'x', name: null })).toEqual({
      value: { id: 'a' },
      reported: ['count'],
    });
  });

  test.each([
    ['right', (index: number) => ({ size: index }), 100, 0],
    ['wrong', () => 7, 0, 100],
    ['null', () => null, 0, 0],
  ])('has a hundred elements of a list at most that are read, and the others are counted: %s', (_, of, read, wrong) => {
    const { losses, reported, cuts } = losing();
    const disks = Array.from({ length: 300_000 }, (_, index) => of(index));
    const value = parseLeniently(schema, { id: 'a', disks, places: disks.slice(0, 100) }, losses);
    expect(value.disks).toEqual(disks.slice(0, read));
    expect(value.places).toHaveLength(100);
    expect(reported).toHaveLength(2 * wrong);
    expect(cuts).toEqual([299_900]);
  });

  test('cannot reach the prototype', () => {
    const json = JSON.parse(
      '{"id":"a","__proto__":{"name":"x"},"constructor":null,"product":{"__proto__":null,"cpu":5}}',
    );
    const { value, reported } = parsed(json);
    expect(reported).toEqual(['product.cpu']);
    expect(value.name).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty('name');
    expect(() => JSON.stringify(value)).not.toThrow();
  });

  test('of any JSON at all is a value of the schema, or an error with words', () => {
    const known = fc.record(
      {
        id: fc.oneof(fc.string(), fc.jsonValue()),
        name: fc.jsonValue(),
        count: fc.oneof(fc.double(), fc.jsonValue()),
        numeral: fc.jsonValue(),
        when: fc.jsonValue(),
        product: fc.oneof(fc.jsonValue(), fc.record({ cpu: fc.jsonValue(), more: fc.jsonValue() })),
        disks: fc.oneof(fc.jsonValue(), fc.array(fc.oneof(fc.jsonValue(), fc.record({ size: fc.jsonValue() })))),
        places: fc.oneof(fc.jsonValue(), fc.array(fc.jsonValue())),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(known, fc.jsonValue()), (json) => {
        const copy = structuredClone(json);
        const { why } = refused(structuredClone(json));
        if (why === '') expect(schema.safeParse(parsed(copy).value).success).toBe(true);
        else expect(why).toMatch(/^(id(: \S| is missing$)|it is empty$|expected object, received )/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what was found and what is expected', () => {
  const schema = z.object({
    id: z.string(),
    count: z.int().nonnegative().optional(),
    size: z.union([z.number(), z.string().regex(/^x$/)]).optional(),
    when: z.iso.datetime().optional(),
    flag: z.boolean().optional(),
    disks: z.array(z.object({ size: z.int() }).optional()).optional(),
  });

  test.each<[object, string, unknown, string]>([
    [{ count: '12' }, 'count', '12', 'number'],
    [{ count: 1.5 }, 'count', 1.5, 'int'],
    [{ count: -1 }, 'count', -1, 'number to be >=0'],
    [{ size: 'y' }, 'size', 'y', 'Invalid string: must match pattern /^x$/'],
    [{ size: true }, 'size', true, 'number or string'],
    [{ when: 'today' }, 'when', 'today', 'Invalid ISO datetime'],
    [{ flag: { a: 1 } }, 'flag', { a: 1 }, 'boolean'],
    [{ disks: [{ size: 1 }, 'none'] }, 'disks[]', 'none', 'object'],
    [{ id: 'a' }, '', undefined, ''],
  ])('is told of %j', (json, field, value, expected) => {
    const told: unknown[] = [];
    parseLeniently(
      schema,
      { id: 'a', ...json },
      {
        violation: (name, { value: found, expected: words }) =>
          told.push([name, found, typeof words === 'function' ? words() : words]),
        cut: () => {},
      },
    );
    expect(told).toEqual(field === '' ? [] : [[field, value, expected]]);
  });
});

describe('a text that cannot be shown', () => {
  const schema = z.object({
    id: z.string(),
    name: z.string().optional(),
    tags: z.array(z.object({ key: z.string().optional() })).optional(),
  });
  const read = (json: unknown) => {
    const { losses, reported } = losing();
    return { value: parseLeniently(schema, json, losses), violations: reported };
  };

  test.each([
    ['is too long', 'x'.repeat(1025)],
    ['holds a NUL', 'a\0b'],
    ['holds half a character', 'a\uD800'],
  ])('%s: it costs only its own field', (_why, name) => {
    expect(read({ id: 'a', name, tags: [{ key: 'k' }, { key: name }] })).toEqual({
      value: { id: 'a', tags: [{ key: 'k' }, {}] },
      violations: ['name', 'tags[].key'],
    });
    expect(() => read({ id: name })).toThrow('id');
  });

  test('is none in 1,024 characters of any alphabet', () => {
    const name = '工🚀'.repeat(341);
    expect(read({ id: 'a', name })).toEqual({ value: { id: 'a', name }, violations: [] });
  });
});
