// What is read of an answer that came before, wholly or in part: the same as if it were parsed anew.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../src/cloud/json.ts';
import { createJsonReader } from '../../src/cloud/json-reader.ts';

const listOf = (rows: readonly unknown[], total = rows.length) => JSON.stringify({ total_count: total, rows });
const outcome = (read: () => unknown) => {
  try {
    return read();
  } catch (error) {
    return String(error);
  }
};
const rowsIn = (json: unknown) => (json as { rows: unknown[] }).rows;

describe('a whole answer', () => {
  test('that is the same gives the same object', () => {
    const { read, turn } = createJsonReader();
    const first = read('{"a":[1]}');
    turn();
    expect(read('{"a":[1]}')).toBe(first);
    expect(read('{"a":[2]}')).toEqual({ a: [2] });
  });

  test('is forgotten by a collection that does not meet it', () => {
    const { read, turn } = createJsonReader();
    const first = read('{}');
    turn();
    turn();
    expect(read('{}')).not.toBe(first);
  });

  test('that is no JSON is none each time', () => {
    const { read } = createJsonReader();
    for (let i = 0; i < 2; i++) expect(() => read('{"a":')).toThrow('is not JSON');
  });
});

describe('a list', () => {
  test('gives the same objects for rows that are the same, wherever they stand', () => {
    const { readRows, turn } = createJsonReader();
    const [a, b, c] = rowsIn(readRows(listOf([{ id: 1 }, { id: 2, deep: [{}] }, { id: 3 }]), 'rows'));
    turn();
    const rows = rowsIn(readRows(listOf([{ id: 3 }, { id: 9 }, { id: 2, deep: [{}] }, { id: 1 }, { id: 1 }]), 'rows'));
    expect(rows).toEqual([{ id: 3 }, { id: 9 }, { id: 2, deep: [{}] }, { id: 1 }, { id: 1 }]);
    expect([rows[0], rows[2], rows[3], rows[4]].map((row) => [a, b, c].indexOf(row))).toEqual([2, 1, 0, 0]);
  });

  test.each([
    ['a row that another one begins like', '{"rows":[{"a":1},{"a":1,"b":2}]}', '{"rows":[{"a":1,"b":2},{"a":1}]}'],
    [
      'space everywhere',
      ' { "n" : 1 , "rows" : [ {"a":1} , {"a":2} ] , "more" : [1] } ',
      '{"rows":[ {"a":2},{"a":1}]}',
    ],
    [
      'brackets and quotes in texts',
      '{"rows":[{"a":"}]\\"{"},{"b":"\\\\"}]}',
      '{"rows":[{"b":"\\\\"},{"a":"}]\\"{"}]}',
    ],
    ['an empty list', '{"total_count":0,"rows":[]}', '{"total_count":0,"rows":[ ]}'],
    ['elements that are no objects', '{"rows":[{"a":1},null,2,"x",[{}]]}', '{"rows":[{"a":1},{}]}'],
    ['the field twice', '{"rows":[{"a":1}],"rows":[{"b":1}]}', '{"rows":[{"a":1}],"rows":[]}'],
    ['the field deeper', '{"x":{"rows":[{"a":1}]},"rows":[{"a":2}]}', '{"x":[{"rows":[{"a":2}]}]}'],
    ['a field that is no list', '{"rows":{"a":1}}', '{"rows":7}'],
    ['a field of every name', '{"rows":[{"a":1}],"__proto__":[1]}', '{"rows":[{"__proto__":{"a":1}}]}'],
    ['no comma', '{"rows":[{"a":1}{"a":2}]}', '{"rows":[{"a":1} {"a":2}]}'],
    ['a comma too many', '{"rows":[{"a":1},]}', '{"rows":[,{"a":1}]}'],
    ['an end too early', '{"rows":[{"a":1},{"a":', '{"rows":[{"a":1}'],
    ['what is no JSON behind it', '{"rows":[{"a":1}]', '{"rows":[{"a":1}]}}'],
    ['a row that is no JSON', '{"rows":[{"a":1},{a:2}]}', '{"rows":[{"a":1},{]}]}'],
    ['anything but an object', '[{"rows":[]}]', '7'],
  ])('is what it would be if it were parsed whole: %s', (_, ...texts) => {
    const { readRows, turn } = createJsonReader();
    for (const text of [...texts, ...texts]) {
      expect(outcome(() => readRows(text, 'rows'))).toEqual(outcome(() => parseJson(text)));
      turn();
    }
  });

  test('is what it would be if it were parsed whole, whatever came before', () => {
    const row = fc.oneof(
      fc.constantFrom({ id: 1 }, { id: 2, name: '}],{"' }, { id: 2 }),
      fc.dictionary(fc.string(), fc.jsonValue()),
    );
    const lists = fc.array(fc.tuple(fc.array(fc.oneof({ weight: 9, arbitrary: row }, fc.jsonValue())), fc.nat(3)));
    fc.assert(
      fc.property(lists, fc.nat(200), (answers, cut) => {
        const { readRows, turn } = createJsonReader();
        for (const [rows, spaces] of answers) {
          for (const text of [JSON.stringify({ total: 1, rows }, undefined, spaces), listOf(rows).slice(0, cut)])
            expect(outcome(() => readRows(text, 'rows'))).toEqual(outcome(() => parseJson(text)));
          turn();
        }
      }),
    );
  });

  test('may not be deeper or hold more values than an answer that is parsed whole, also where rows are known', () => {
    const { readRows, turn } = createJsonReader();
    const deep = (levels: number) => `{"rows":[{"a":${'['.repeat(levels)}${']'.repeat(levels)}}]}`;
    expect(readRows(deep(29), 'rows')).toEqual(JSON.parse(deep(29)));
    expect(() => readRows(deep(30), 'rows')).toThrow('is nested deeper than 32 levels');
    const many = { a: Array.from({ length: 150_000 }, () => 0) };
    readRows(listOf([many]), 'rows');
    turn();
    expect(() => readRows(listOf([many, many]), 'rows')).toThrow('holds more than 200000 values');
  });
});
