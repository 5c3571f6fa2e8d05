// How time and memory grow with the number of pools: measures, and draws docs/images/growth.svg. `npm run bench:growth`.
import { writeFileSync } from 'node:fs';
import { end, nodeVersion, removeFiles, startCloud, startExporter, startPeer } from './exporter.ts';
import { alternate, median } from './measure.ts';
import { peakMemory, stopAll } from './process.ts';

/** Beside the dozen of the simulated company. */
const GENERATED = [88, 288, 988, 2_988, 9_988];
const FILE = 'docs/images/growth.svg';

interface Point {
  readonly pools: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}
type Curves = ReadonlyMap<string, readonly Point[]>;

async function measure(): Promise<Curves> {
  const curves = new Map<string, Point[]>();
  for (const generated of GENERATED) {
    const cloud = await startCloud(generated);
    const peer = await startPeer(cloud);
    const all = [
      await startExporter(cloud, 'list'),
      await startExporter(cloud, 'details'),
      ...(peer === undefined ? [] : [peer]),
    ];
    const costs = await alternate(all);
    for (const { name, child } of all) {
      const milliseconds = median(costs.get(name)?.times ?? []);
      const point = { pools: cloud.ids.length, milliseconds, megabytes: peakMemory(child?.pid ?? 0) };
      curves.set(name, [...(curves.get(name) ?? []), point]);
      console.log(
        `${cloud.ids.length} pools ${name}: ${milliseconds.toFixed(0)} ms, peak ${point.megabytes.toFixed(0)} MB`,
      );
    }
    await Promise.all(all.map(end));
  }
  return curves;
}

const WIDTH = 420;
const HEIGHT = 260;
const LEFT = 58;
const TOP = 34;
const COLOURS = ['#2563eb', '#d97706', '#6b7280'];
const POOLS = [100, 300, 1_000, 3_000, 10_000];

/** One picture with logarithmic axes. */
function panel(curves: Curves, title: string, ticks: readonly number[], value: (point: Point) => number): string {
  const scale = (ends: readonly number[], length: number) => {
    const [low = 1, high = 1] = [Math.log(ends[0] ?? 1), Math.log(ends.at(-1) ?? 1)];
    return (amount: number) => ((Math.log(amount) - low) / (high - low)) * length;
  };
  const across = scale(POOLS, WIDTH);
  const up = scale(ticks, HEIGHT);
  const x = (pools: number) => (LEFT + across(pools)).toFixed(1);
  const y = (amount: number) => (TOP + HEIGHT - up(amount)).toFixed(1);
  const text = (at: string, words: string, more = '') => `<text ${at} ${more}>${words}</text>`;
  return [
    text(`x="${LEFT}" y="18"`, title, 'class="title"'),
    ...ticks.map(
      (tick) =>
        `<path class="grid" d="M${LEFT} ${y(tick)}h${WIDTH}"/>${text(`x="${LEFT - 8}" y="${Number(y(tick)) + 4}"`, String(tick), 'text-anchor="end"')}`,
    ),
    ...POOLS.map(
      (pools) =>
        `<path class="grid" d="M${x(pools)} ${TOP}v${HEIGHT}"/>${text(`x="${x(pools)}" y="${TOP + HEIGHT + 18}"`, String(pools), 'text-anchor="middle"')}`,
    ),
    ...[...curves].map(([, points], index) => {
      const path = points.map((point) => `${x(point.pools)} ${y(value(point))}`).join('L');
      return `<path class="line" stroke="${COLOURS[index]}" d="M${path}"/>`;
    }),
  ].join('\n');
}

function draw(curves: Curves): string {
  const legend = [...curves.keys()].map(
    (name, index) =>
      `<path class="line" stroke="${COLOURS[index]}" d="M${LEFT + index * 200} ${TOP + HEIGHT + 50}h24"/><text x="${LEFT + 32 + index * 200}" y="${TOP + HEIGHT + 54}">${name}</text>`,
  );
  const width = 2 * (LEFT + WIDTH) + 70;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${TOP + HEIGHT + 70}" font-family="sans-serif" font-size="12" fill="#374151">
<title>Time and memory of a scrape by the number of pools</title>
<style>.title{font-size:14px;font-weight:600}.grid{stroke:#e5e7eb}.line{fill:none;stroke-width:2.5}</style>
<rect width="100%" height="100%" fill="#fff"/>
${panel(curves, 'Time of a scrape in milliseconds, by number of pools', [10, 30, 100, 300, 1_000, 3_000, 10_000], ({ milliseconds }) => milliseconds)}
<g transform="translate(${LEFT + WIDTH + 40})">
${panel(curves, 'Peak memory in MB, by number of pools', [10, 30, 100, 300, 1_000], ({ megabytes }) => megabytes)}
</g>
${legend.join('\n')}
</svg>
`;
}

try {
  const curves = await measure();
  writeFileSync(FILE, draw(curves));
  console.log(`${FILE} is drawn; Node ${nodeVersion()}`);
} finally {
  stopAll();
  removeFiles();
}
