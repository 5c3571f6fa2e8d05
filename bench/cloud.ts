// The simulated cloud's answers, served by as little as possible in a process of its own: a measurement is of those who ask. One pool in
// twenty changes each second, in turn.
import { createServer } from 'node:http';
import { createCloud } from '../src/simulator/cloud.ts';

const CHANGES_MS = 1000;
const SHARE = 20;

const pools = Number(process.argv[2] ?? '1000');
const cloud = createCloud({
  pools,
  // A stopped day: what changes is decided here.
  speed: 0.000_001,
  startAt: Date.UTC(2026, 5, 3, 10),
  throttle: { requestsPerMinute: Number.POSITIVE_INFINITY },
});
const { accessKey, secretKey, projectId, token } = cloud.credentials;
const base = `/v2/${projectId}/desktop-pools`;

interface Pool {
  id: string;
  desktop_used: number;
}
function ask(url: string) {
  const { body } = cloud.answer({ method: 'GET', url, headers: { 'x-auth-token': token }, body: '' });
  // Reason: the double's own answer, of a known shape.
  return JSON.parse(body.toString()) as { total_count: number; desktop_pools: Pool[] } & Pool;
}

const rows: Pool[] = [];
for (let total = 1; rows.length < total; ) {
  const page = ask(`${base}?offset=${rows.length}&limit=100`);
  total = page.total_count;
  rows.push(...page.desktop_pools);
}
const details = rows.map(({ id }) => ask(`${base}/${id}`));
const rowTexts = rows.map((row) => JSON.stringify(row));
const bodies = new Map(details.map((detail) => [detail.id, Buffer.from(JSON.stringify(detail))]));

let turn = 0;
setInterval(() => {
  turn += 1;
  for (let index = turn % SHARE; index < rows.length; index += SHARE) {
    const [row, detail] = [rows[index], details[index]];
    if (row === undefined || detail === undefined) continue;
    const used = turn % 8;
    rowTexts[index] = JSON.stringify({ ...row, desktop_used: used });
    bodies.set(detail.id, Buffer.from(JSON.stringify({ ...detail, desktop_used: used })));
  }
}, CHANGES_MS);

const server = createServer(({ url = '' }, response) => {
  const body = url.startsWith(`${base}/`) ? bodies.get(url.slice(base.length + 1)) : listed(url);
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(body);
});

function listed(url: string): Buffer | undefined {
  if (!url.startsWith(base)) return undefined;
  const query = new URL(url, 'http://localhost').searchParams;
  const [offset, limit] = [Number(query.get('offset') ?? '0'), Number(query.get('limit') ?? '10')];
  const desktopPools = rowTexts.slice(offset, offset + limit).join(',');
  return Buffer.from(`{"total_count":${rows.length},"desktop_pools":[${desktopPools}]}`);
}

server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ids = rows.map(({ id }) => id);
  process.stdout.write(
    `${JSON.stringify({ url: `http://127.0.0.1:${port}`, accessKey, secretKey, projectId, token, ids })}\n`,
  );
});
// Ends with whoever started it.
process.stdin.resume().on('end', () => process.exit(0));
