// The measurements of docs/performance.md, side by side in one run: `npm run bench`, and `npm run bench -- URL…` to time other exporters' pages.
import {
  type CloudFacts,
  CONCURRENCY,
  end,
  type Measured,
  nodeVersion,
  removeFiles,
  startCloud,
  startExporter,
  startPeer,
} from './exporter.ts';
import { floorScrape } from './floor.ts';
import { alternate, median, pause, ROUNDS, scrape, WARM_UP } from './measure.ts';
import { memory, peakMemory, stopAll } from './process.ts';

const rows: string[][] = [];
const tell = (what: string, measured: string, aim = '') => void rows.push([what, measured, aim]);
const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const mb = (value: number) => `${value.toFixed(0)} MB`;

async function measureThousand(cloud: CloudFacts, others: readonly string[]) {
  const ours = [
    await startExporter(cloud, 'details'),
    await startExporter(cloud, 'list'),
    await startExporter(cloud, 'signed details'),
  ];
  const peer = await startPeer(cloud);
  const all: readonly Measured[] = [
    ...ours,
    ...(peer === undefined ? [] : [peer]),
    ...others.map((url) => ({ name: url, url })),
  ];
  const costs = await alternate(all);
  const floors: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const floor = await floorScrape(cloud, cloud.ids, CONCURRENCY);
    if (round >= 0) floors.push(floor);
  }
  const timeOf = (name: string) => median(costs.get(name)?.times ?? []);
  for (const { name, child } of all) {
    const pid = child?.pid;
    const more =
      pid === undefined ? '' : `, ${ms(costs.get(name)?.cpu ?? Number.NaN)} of CPU, peak ${mb(peakMemory(pid))}`;
    tell(`1,000 pools ${name}`, `${ms(timeOf(name))}${more}`);
  }
  const [floor, details, list, go] = [
    median(floors),
    timeOf('by details'),
    timeOf('by list'),
    timeOf('Go, by details'),
  ];
  tell('bare fetches, JSON.parse, strings (the floor)', ms(floor));
  tell('by details ÷ Go', (details / go).toFixed(2), 'at most 0.85');
  tell('by list ÷ Go by details', (list / go).toFixed(2), 'at most 0.20');
  tell('by details ÷ the floor', (details / floor).toFixed(2), 'at most 1.30');
  tell(
    'peak memory, by details and by list',
    ours
      .slice(0, 2)
      .map(({ child }) => mb(peakMemory(child.pid ?? 0)))
      .join(', '),
    'at most 120 MB',
  );
  await Promise.all(all.map(end));
}

async function measureFresh(cloud: CloudFacts) {
  const exporter = await startExporter(cloud, 'list', '1h');
  const times: number[] = [];
  for (let round = -WARM_UP; round < 5 * ROUNDS; round++) {
    const time = await scrape(exporter.url, 'gzip');
    if (round >= 0) times.push(time);
  }
  tell('a scrape of fresh results, gzip, 1,000 pools', ms(median(times)), 'at most 2 ms');
  await end(exporter);
}

async function measureTenThousand(cloud: CloudFacts) {
  const large = await startCloud(9_988);
  const ten = await startExporter(large, 'list');
  const one = await startExporter(cloud, 'list');
  const costs = await alternate([
    { ...ten, name: 'ten' },
    { ...one, name: 'one' },
  ]);
  const timeOf = (name: string) => median(costs.get(name)?.times ?? []);
  tell('10,000 pools by list ÷ 1,000 by list', (timeOf('ten') / timeOf('one')).toFixed(1), 'at most 10.5');
  tell('peak memory at 10,000 pools', mb(peakMemory(ten.child.pid ?? 0)), 'at most 300 MB');
  await Promise.all([end(ten), end(one)]);
}

async function measureRest() {
  const exporter = await startExporter(await startCloud(8), 'list');
  for (let scrapes = 0; scrapes < 3; scrapes++) await scrape(exporter.url);
  await pause(60_000);
  tell('20 pools, a minute after the third scrape', mb(memory(exporter.child.pid ?? 0)), 'at most 75 MB');
  await end(exporter);
}

async function measureStart(cloud: CloudFacts) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS + 2; round++) {
    const exporter = await startExporter({ ...cloud, ids: cloud.ids.slice(0, 1) }, 'details');
    times.push(exporter.ready);
    await end(exporter);
  }
  tell('start to ready', ms(median(times)), 'at most 200 ms');
}

try {
  const cloud = await startCloud(988);
  await measureStart(cloud);
  await measureThousand(cloud, process.argv.slice(2));
  await measureFresh(cloud);
  await measureTenThousand(cloud);
  await measureRest();
  console.log(`Node ${nodeVersion()}, ${CONCURRENCY} requests at once, medians of ${ROUNDS}`);
  for (const [what = '', measured = '', aim = ''] of rows)
    console.log(`${what.padEnd(48)} ${measured.padEnd(44)} ${aim}`.trimEnd());
} finally {
  stopAll();
  removeFiles();
}
