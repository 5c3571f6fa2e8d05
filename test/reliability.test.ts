// docs/reliability.md cites tests: each of them must exist, in the file that is named.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const doc = readFileSync('docs/reliability.md', 'utf8');
const rows = doc.split('\n').filter((line) => /^\| (?!What|---)/.test(line));

/** Tests of a row: the names in quotes after a file belong to it. */
const citesOf = (row: string) =>
  [...row.matchAll(/\[`([^`]+)`\]\(\.\.\/([^)]+)\)((?:[:,] "[^"]+")*)/g)].map(
    ([, file = '', link = '', names = '']) => ({
      file,
      link,
      names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
    }),
  );

/** As a title in the code: within quotes of one kind. */
function isTitle(code: string, name: string): boolean {
  return ["'", '"', '`'].some((quote) => code.includes(quote + name + quote));
}

it('the page has its rows', () => {
  expect(rows.length).toBeGreaterThan(25);
});

describe.each(rows.map((row) => [row.split('|')[1]?.trim() ?? '', row] as const))('%s', (_, row) => {
  it('is shown by tests that exist', () => {
    const cites = citesOf(row);
    expect(cites.flatMap(({ names }) => names)).not.toEqual([]);
    for (const { file, link, names } of cites) {
      expect(link).toBe(file);
      expect(names).not.toEqual([]);
      const code = existsSync(file) ? readFileSync(file, 'utf8') : '';
      expect(names.filter((name) => !isTitle(code, name))).toEqual([]);
    }
  });
});

it('a name that no test has is found', () => {
  const [cite] = citesOf('| x | [`test/reliability.test.ts`](../test/reliability.test.ts): "never written" |');
  expect(cite?.names).toEqual(['never written']);
  expect(isTitle("it('is written', () => {})", 'never written')).toBe(false);
});
