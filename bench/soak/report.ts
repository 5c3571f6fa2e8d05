// Violations as they are found, and the table at the end.

export interface Violation {
  /** Real epoch ms. */
  readonly at: number;
  readonly what: string;
  readonly excerpt: readonly string[];
}

const shown = 20;
const excerptLines = 8;

export interface Report {
  add(what: string, text?: string, about?: string): void;
  count(): number;
  /** Every line, to print. */
  lines(seed: number): readonly string[];
}

/** The same said again is counted, not repeated: one fault on two hundred pages is one. */
export function createReport(now: () => number = Date.now): Report {
  const violations = new Map<string, Violation & { times: number }>();
  return {
    add(what, text = '', about = '') {
      const key = what
        .replace(/^\/\S*: /, '')
        .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '#')
        .replace(/\d+/g, '#');
      const known = violations.get(key);
      if (known !== undefined) known.times += 1;
      else violations.set(key, { at: now(), what, excerpt: excerptOf(text, about), times: 1 });
    },
    count: () => violations.size,
    lines: (seed) =>
      [...violations.values()]
        .slice(0, shown)
        .flatMap(({ at, what, excerpt, times }) => [
          `${new Date(at).toISOString()} seed ${seed}, ${times}×: ${what}`,
          ...excerpt.map((line) => `    ${line}`),
        ]),
  };
}

function excerptOf(text: string, about: string): readonly string[] {
  if (about === '') return text === '' ? [] : [text.slice(0, 200)];
  const lines = text.split('\n').filter((line) => line.includes(about) && !line.startsWith('#'));
  // What is said of the read itself tells most.
  const rank = (line: string) => (/_(up|found|configured|last_success_timestamp_seconds)\{/.test(line) ? 0 : 1);
  return lines
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, excerptLines)
    .map((line) => line.slice(0, 240));
}

export function table(rows: readonly (readonly [string, string | number])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}
