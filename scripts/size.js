// Prints what the bundle weighs, beside the Node that runs it: `npm run size`.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const KINDS = [
  ['program', /\.c?js$/],
  ['source maps', /\.map$/],
  ['licences and parts list', /\.(txt|json)$/],
  ['together', /./],
];
const row = (what, count, size, packed) =>
  console.log(`| ${what} | ${count} | ${megabytes(size)} | ${megabytes(packed)} |`);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const packedSize = (file) => gzipSync(readFileSync(file)).length;
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

console.log('| dist/ | files | size | gzip |\n| --- | --- | --- | --- |');
for (const [what, pattern] of KINDS) {
  const files = readdirSync(dist)
    .filter((name) => pattern.test(name))
    .map((name) => join(dist, name));
  row(what, files.length, sum(files.map((file) => statSync(file).size)), sum(files.map(packedSize)));
}
row(`Node ${process.version}`, 1, statSync(process.execPath).size, packedSize(process.execPath));
