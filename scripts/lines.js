// Counts lines of code, without blank lines and comments, by folder: `npm run lines`.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { argv } from 'node:process';

const [root = 'src'] = argv.slice(2);
/** Not part of the exporter: shown, but left out of the total. */
const APART = 'simulator';

function countLines(text) {
  let isInComment = false;
  return text.split('\n').filter((line) => {
    let code = line.trim();
    if (isInComment || code.startsWith('/*')) {
      const end = code.indexOf('*/', isInComment ? 0 : 2);
      isInComment = end < 0;
      code = isInComment ? '' : code.slice(end + 2).trim();
    }
    return code !== '' && !code.startsWith('//');
  }).length;
}

const counts = new Map();
for (const path of readdirSync(root, { recursive: true }).sort()) {
  if (!/\.c?[jt]s$/.test(path)) continue;
  const folder = path.includes(sep) ? path.slice(0, path.indexOf(sep)) : '.';
  counts.set(folder, (counts.get(folder) ?? 0) + countLines(readFileSync(join(root, path), 'utf8')));
}
const apart = counts.get(APART) ?? 0;
counts.delete(APART);
const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
for (const [name, count] of [...counts, ['total', total], [`${APART}, not in the total`, apart]])
  console.log(`${String(count).padStart(6)}  ${name}`);
