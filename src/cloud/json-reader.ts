// Reads only what changed: nearly every pool says the same from one collection to the next, and to see that in its text takes a
// tenth of the time of parsing and checking it again.
import { checkValues, measureValue, parseJson, parseMeasured } from './json.ts';

export interface JsonReader {
  /** As `parseJson`; a text that was read before gives the very object that it gave then. */
  read(text: string): unknown;
  /** The same of an object with a list of objects in `field`, row by row. */
  readRows(text: string, field: string): unknown;
  /** Ends a collection: what it did not meet is forgotten. */
  turn(): void;
}

interface Known {
  readonly text: string;
  readonly json: unknown;
  /** How many values it holds. */
  readonly values: number;
  /** The row that came behind it. Mostly it comes there again, which saves looking for its end. */
  next?: Known | undefined;
}

/** Numbers may stand ahead of the list. */
const beginningOf = (field: string) =>
  new RegExp(`^\\s*\\{\\s*(?:"\\w+"\\s*:\\s*\\d+\\s*,\\s*)*"${field}"\\s*:\\s*\\[`);
const SPACE = /\s*/y;
/** A row and the list around it. */
const OUTER = 2;
/** Twice what any API puts on a page. Of more, each costs a thousand times what it costs when the whole is parsed. */
const MOST_ROWS = 2_000;

export function createJsonReader(): JsonReader {
  let before = new Map<string, Known>();
  let met = new Map<string, Known>();
  const start: Pick<Known, 'next'> = {};

  function meet(text: string, parse: () => unknown, values = 0): Known {
    const known = met.get(text) ?? before.get(text) ?? { text: copy(text), json: parse(), values };
    return keep(known);
  }

  function keep(known: Known): Known {
    met.set(known.text, known);
    return known;
  }

  function rowAt(text: string, from: number, expected: Known | undefined): Known {
    if (expected !== undefined && text.startsWith(expected.text, from)) return keep(expected);
    const { end, values } = measureValue(text, from, OUTER);
    const row = text.slice(from, end);
    return meet(row, () => parseMeasured(row), values);
  }

  /**
   * What stands in the list that opens before `from`, and the text from its end on; undefined where it holds anything but objects,
   * or too many.
   */
  function rowsAt(text: string, from: number): { rows: unknown[]; rest: string } | undefined {
    const rows: unknown[] = [];
    let values = 0;
    let last = start;
    let expected = start.next;
    let at = skipSpace(text, from);
    while (text[at] === '{' && rows.length < MOST_ROWS) {
      const row = rowAt(text, at, expected);
      expected = row.next ?? expected?.next;
      last.next = row;
      last = row;
      rows.push(row.json);
      values += row.values;
      checkValues(values);
      at = skipSpace(text, at + row.text.length);
      if (text[at] === ']') return { rows, rest: text.slice(at) };
      if (text[at] !== ',') return undefined;
      at = skipSpace(text, at + 1);
    }
    return undefined;
  }

  return {
    read: (text) => meet(text, () => parseJson(text)).json,
    readRows(text, field) {
      const [beginning = ''] = beginningOf(field).exec(text) ?? [];
      const found = beginning === '' ? undefined : rowsAt(text, beginning.length);
      // Where the field comes twice, the later one counts.
      if (found === undefined || found.rest.includes(`"${field}"`) || found.rest.includes('\\')) return parseJson(text);
      // Reason: it begins with a brace.
      const others = parseJson(beginning + found.rest) as object;
      return { ...others, [field]: found.rows };
    },
    turn() {
      before = met;
      met = new Map();
    },
  };
}

/** A slice would keep the whole answer that it was cut from. */
const copy = (text: string) => Buffer.from(text).toString();

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  SPACE.test(text);
  return SPACE.lastIndex;
}
