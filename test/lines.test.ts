// What `npm run lines` takes for a line of code.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

/** What the script prints of a folder with these files. */
function count(files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'lines-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const printed = execFileSync(process.execPath, ['scripts/lines.js', root], { encoding: 'utf8' });
  return printed.trim().split(/\n */);
}

it.each([
  ['code', 'const a = 1;\nconst b = 2;', 2],
  ['blank lines', '\n  \n\tconst a = 1;\n\n', 1],
  ['comments to the end of a line', '// Why.\nconst a = 1; // One.\n  // More.', 1],
  ['a comment in a line of its own', '/** One. */\nconst a = 1;', 1],
  ['a comment over several lines, whatever they begin with', '/*\n * One.\n Two.\n\n */\nconst a = 1;', 1],
  ['code behind a comment', '/* One.\n */ const a = 1;\n/* Two. */ const b = 2;\n/* Three. */ // Four.', 2],
  ['an end that is none', '/*/\nOne.\n*/\nconst a = 1;', 1],
  ['text that only looks like a comment', "const a = 'https://host/*';\nconst b = 2;", 2],
  ['lines that begin with an operator', 'const a = 1\n  * 2\n  / 3;', 3],
])('%s', (_, text, lines) => {
  expect(count({ 'a.ts': text })[0]).toBe(`${lines}  .`);
});

it('counts by folder, and the simulator apart', () => {
  expect(
    count({
      'main.ts': 'a\n',
      'config/a.ts': 'a\nb\n',
      'config/deep/b.cjs': 'a\n',
      'simulator/a.ts': 'a\nb\n',
      'a.md': 'a\n',
    }),
  ).toEqual(['3  config', '1  .', '4  total', '2  simulator, not in the total']);
});
