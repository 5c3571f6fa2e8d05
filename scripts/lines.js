#!/usr/bin/env node
// Counts the lines of src by folder, without blank lines and comments. The total leaves out the simulator, which is a program of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SIMULATOR = 'simulator';
const IGNORED = /^\s*(?:$|\/\/|\/?\*)/;

/** @type {Map<string, number>} */
const counts = new Map();
for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
  if (!/\.(?:ts|cjs|js)$/.test(file)) continue;
  const folder = file.includes('/') ? file.slice(0, file.indexOf('/')) : '(files)';
  const lines = readFileSync(join('src', file), 'utf8').split('\n');
  counts.set(folder, (counts.get(folder) ?? 0) + lines.filter((line) => !IGNORED.test(line)).length);
}

const print = (/** @type {string} */ name, /** @type {number} */ lines) =>
  console.log(`${name.padEnd(14)} ${String(lines).padStart(6)}`);
for (const [folder, lines] of [...counts].sort(([a], [b]) => a.localeCompare(b))) print(folder, lines);
const total = [...counts].reduce((sum, [folder, lines]) => sum + (folder === SIMULATOR ? 0 : lines), 0);
print('total', total);
console.log(`(without ${SIMULATOR})`);
