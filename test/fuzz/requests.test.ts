// Whatever a client asks: an answer that says what is wrong or a valid page, never more of the cloud, never a secret.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { validPage } from '../e2e/valid-page.ts';
import { branchOf, GPU, mainOf, OFFICE, startWorld, type World } from '../e2e/world.ts';
import { everything } from '../support/everything.ts';

const path = fc.constantFrom(
  '/metrics',
  '/probe',
  '/sd',
  '/config',
  '/',
  '/-/healthy',
  '/-/ready',
  '/favicon.ico',
  '//metrics',
  '/metrics/',
  '/%2e%2e/metrics',
  '/probe%00',
);
const name = fc.constantFrom(
  'collect[]',
  'collect',
  'project',
  'pool',
  'debug',
  'target',
  'module',
  '__proto__',
  'constructor',
  '',
);
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'pools',
      'users',
      'exporter',
      'main',
      'branch',
      OFFICE,
      GPU,
      OFFICE.toUpperCase(),
      'true',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '..', 'http://169.254.169.254/', '<script>', '%', '\0', 'é', 'a'.repeat(2000)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
);
const query = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(name, value).map(([key, text]) => `${encodeURIComponent(key)}=${encodeURIComponent(text)}`),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%zz', '=', '&', 'collect%5b%5d', 'pool=%ff', 'project[a]=main', '?'),
    },
  ),
  { maxLength: 5 },
);
const header = (...pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((all) => all.join(''));
const headers = fc.record(
  {
    accept: header(
      'application/openmetrics-text',
      'text/plain',
      ';version=1.0.0',
      ';q=0',
      ';q=9',
      ',',
      '*/*',
      '"',
      ';escaping=allow-utf-8',
    ),
    'accept-encoding': header('gzip', 'br', ';q=0', ',', '*', ' '),
    authorization: header('Basic ', 'Bearer ', 'YTpi', '=', ',', ' '),
    'x-prometheus-scrape-timeout-seconds': header('1', '0', '.', '-', 'e', 'NaN', ' '),
    'if-none-match': header('"', '*', 'W/'),
  },
  { requiredKeys: [] },
);

let world: World;
beforeAll(async () => {
  world = await startWorld({
    // Nothing becomes too old in the time of a test.
    scrape: { min_interval: '1h' },
    projects: (cloud) => [mainOf(cloud, { collectors: everything() }), branchOf(cloud)],
  });
  await world.page();
});
afterAll(() => world?.close());

it('any request is answered with what is wrong, or with a valid page', async () => {
  const asked = Object.values(world.cloud.counts()).reduce((sum, count) => sum + count, 0);
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(path, query, headers, async (at, pairs, sent) => {
      const target = pairs.length === 0 ? at : `${at}?${pairs.join('&')}`;
      const { status, headers: said, text } = await world.get(target, { headers: sent });
      seen.add(status);
      expect([200, 400, 404]).toContain(status);
      if (/^text\/plain; version=/.test(said['content-type'] ?? '') && said['content-encoding'] === undefined)
        validPage(text);
      for (const secret of world.cloud.secrets()) expect(text.includes(secret)).toBe(false);
    }),
    { numRuns: 600 },
  );
  expect([...seen].toSorted()).toEqual([200, 400, 404]);
  expect(Object.values(world.cloud.counts()).reduce((sum, count) => sum + count, 0)).toBe(asked);
});
