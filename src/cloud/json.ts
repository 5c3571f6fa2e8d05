// The one way that text of the cloud becomes JSON: what would cost seconds or gigabytes is refused before it is parsed.

/** No documented answer is deeper than six. Millions of brackets cost JSON.parse seconds, and others their stack. */
const DEEPEST = 32;
/** A page of 1,000 pools has 100,000 at most. Without this limit, 8 MiB of `{}` or of keys block the process for seconds. */
const MOST_VALUES = 200_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Throws an error whose message says what the text is, as in "is not JSON", and holds nothing of it. */
export function parseJson(text: string): unknown {
  if (!isSmall(text)) measureValue(text);
  return parseMeasured(text);
}

/** The same of a text that is known to be within the limits. */
export function parseMeasured(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not JSON; is the endpoint right, or is a proxy in between?');
  }
}

export interface Extent {
  /** The position behind the value. */
  readonly end: number;
  /** How many values it holds. */
  readonly values: number;
}

/**
 * One pass over the object or list that starts at `from`, within `outer` others. It need not be JSON: then only the limits, which
 * make this throw, are of interest.
 */
export function measureValue(text: string, from = 0, outer = 0): Extent {
  let depth = outer;
  let values = 0;
  for (let at = from; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      at = endOfString(text, at);
    } else if (character === OPEN_LIST || character === OPEN_OBJECT) {
      depth += 1;
      values += 1;
      if (depth > DEEPEST) throw new Error(`is nested deeper than ${DEEPEST} levels, the most that is read`);
    } else if (character === CLOSE_LIST || character === CLOSE_OBJECT) {
      depth -= 1;
      if (depth === outer) return { end: at + 1, values };
    } else if (character === COMMA) {
      values += 1;
    }
    checkValues(values);
  }
  return { end: text.length, values };
}

export function checkValues(values: number): void {
  if (values > MOST_VALUES) throw new Error(`holds more than ${MOST_VALUES} values, the most that is read`);
}

/** Too few brackets to nest deeper, too short to hold more values. Such is the answer for one pool, and a tenth as long in the checking. */
function isSmall(text: string): boolean {
  if (text.length > MOST_VALUES) return false;
  let brackets = 0;
  for (const bracket of '[{')
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1))
      if (++brackets > DEEPEST) return false;
  return true;
}

/** The position of the quote that closes the string which opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === BACKSLASH) at += 1;
    else if (character === QUOTE) return at;
  }
  return text.length;
}
