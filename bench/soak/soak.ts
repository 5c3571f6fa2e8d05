// `npm run soak -- --minutes 5 --seed 7`: the built program against moving clouds that fail, every page checked against the truth.
import { parseArgs } from 'node:util';
import { soak } from './run.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run soak -- [--minutes N] [--seed N]');
  process.exit(2);
}

console.log(`soaking for ${minutes} min, seed ${seed}`);
const { report, summary, folder } = await soak(seed, minutes);
for (const line of report.lines(seed)) console.log(line);
console.log(summary.join('\n'));
if (report.count() > 0) console.log(`log and configuration are kept in ${folder}`);
process.exit(report.count() > 0 ? 1 : 0);
