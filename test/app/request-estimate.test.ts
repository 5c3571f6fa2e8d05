// How many requests a configuration may ask of the cloud at worst, and when that is more than it allows itself.
import { describe, expect, it } from 'vitest';
import { budgetWarnings, requestsPerMinute } from '../../src/app/request-estimate.ts';
import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';

type Part = Readonly<Record<string, unknown>>;

const project = (part: Part = {}): Part => ({
  name: 'a',
  region: 'ap-southeast-3',
  project_id: '0bec5db98280d2d02fd6c00c2de791ce',
  auth: { type: 'aksk', access_key: 'KEY', secret_key: 'SECRET' },
  discovery: { enabled: true },
  ...part,
});
const ids = (count: number) => Array.from({ length: count }, (_, index) => `pool-${index}`);
const byId = (count: number, part: Part = {}): Part =>
  project({ pools: ids(count), discovery: { enabled: false }, ...part });
const load = (projects: readonly Part[], scrape: Part = {}): Promise<Config> =>
  loadConfig(JSON.stringify({ scrape: { min_interval: '10s', ...scrape }, projects }), 'test', collectors);

describe('requests a minute at worst', () => {
  it.each<[string, Part, Part, number]>([
    ['five pages of 1,000 pools by discovery, every 10 s', project(), {}, 30],
    ['one page where there cannot be more pools', project({ max_pools: 1000 }), {}, 6],
    ['every 30 s', project({ max_pools: 1000 }), { min_interval: '30s' }, 2],
    ['less than one a minute is one', project({ max_pools: 1000 }), { min_interval: '5m' }, 1],
    ['without a smallest interval, at most once a second', project({ max_pools: 1000 }), { min_interval: '0s' }, 60],
    ['a request for each of a few pools', byId(5), {}, 30],
    ['a list for many pools', byId(6, { max_pools: 1000 }), {}, 6],
    ['details of many pools', byId(40, { collectors: { pools: { source: 'details' } } }), {}, 240],
    [
      'details of all pools, and the list that finds them',
      project({ max_pools: 10, collectors: { pools: { source: 'details' } } }),
      {},
      66,
    ],
    // Two, because the type of pools has two spellings, and only the answer tells which one is right.
    ['sessions', byId(1, { collectors: { sessions: { enabled: true } } }), {}, 18],
    [
      'quotas, as often as their own interval says',
      byId(1, { collectors: { quotas: { enabled: true, interval: '30s' } } }),
      {},
      8,
    ],
    [
      'quotas, not more often than scrapes',
      byId(1, { collectors: { quotas: { enabled: true, interval: '1s' } } }),
      {},
      12,
    ],
    [
      'users in tens, and the page after the last one',
      byId(1, { collectors: { users: { enabled: true, user_ids: ids(25), interval: '1m' } } }),
      {},
      12,
    ],
  ])('%s', async (_, given, scrape, expected) => {
    const config = await load([given], scrape);
    const [first] = config.projects;
    expect(first && requestsPerMinute(first, config)).toBe(expected);
  });
});

describe('a warning', () => {
  const warnings = async (projects: readonly Part[], scrape?: Part) => budgetWarnings(await load(projects, scrape));
  const detailed = { pools: { source: 'details' } };

  it('is not given for what just fits', async () => {
    expect(await warnings([byId(25, { collectors: detailed })])).toEqual([]);
  });

  it('names the project, the number and the limit', async () => {
    const [warning, ...more] = await warnings([byId(26, { collectors: detailed })]);
    expect(more).toEqual([]);
    expect(warning).toMatch(/^a: up to 156 requests a minute .* requests_per_minute allows 150;/);
  });

  it.each<[string, Part, Part, string]>([
    [
      'the list source, where details are read and the list is less',
      byId(40, { collectors: detailed }),
      {},
      'collectors.pools.source: list, or a min_interval of 20s or more, or fewer pools',
    ],
    [
      'not the list source where it is no less: two pools against five pages',
      byId(2, { http: { requests_per_minute: 10 } }),
      {},
      'a min_interval of 15s or more, or fewer pools',
    ],
    [
      'not the list source where it is the source',
      project(),
      { min_interval: '1s' },
      'a min_interval of 2s or more, or a smaller max_pools',
    ],
    [
      'not fewer pools where their number changes nothing',
      project({ max_pools: 1000, http: { requests_per_minute: 2 } }),
      {},
      'a min_interval of 30s or more',
    ],
    [
      'not what would not do',
      project({ max_pools: 200_000, http: { requests_per_minute: 1 } }),
      {},
      'a min_interval of more than an hour, or a smaller max_pools',
    ],
  ])('advises what helps: %s', async (_, given, scrape, advice) => {
    expect(await warnings([given], scrape)).toEqual([expect.stringMatching(new RegExp(`\\. What helps: ${advice}$`))]);
  });

  it('sums the projects that share an access key, against the smallest of their limits', async () => {
    const fits = { ...byId(15, { collectors: detailed }), http: { requests_per_minute: 100 } };
    expect(await warnings([fits])).toEqual([]);
    const [warning] = await warnings([fits, { ...fits, name: 'b', http: { requests_per_minute: 150 } }]);
    expect(warning).toMatch(/^a, b: up to 180 requests a minute .* allows 100;/);
  });

  it.each<[string, Part, Part, boolean]>([
    ['another access key', {}, { auth: { type: 'aksk', access_key: 'OTHER', secret_key: 'SECRET' } }, false],
    ['another host', {}, { endpoint: 'https://workspace.example.com' }, false],
    // As credentials are told apart where they are used: a secret that has changed is the same key.
    ['the same key with another secret', {}, { auth: { type: 'aksk', access_key: 'KEY', secret_key: 'NEW' } }, true],
    [
      'the same user at the same IAM, for another region',
      {
        auth: { type: 'password', username: 'u', domain: 'd', password: 'p' },
        iam_endpoint: 'https://iam.example.com',
      },
      { endpoint: 'https://workspace.example.com' },
      true,
    ],
    [
      'another user',
      { auth: { type: 'password', username: 'u', domain: 'd', password: 'p' } },
      { auth: { type: 'password', username: 'v', domain: 'd', password: 'p' } },
      false,
    ],
    ['the agency of the same machine', { auth: { type: 'metadata' } }, {}, true],
    ['the same file of a token', { auth: { type: 'token', token_file: '/run/token' } }, {}, true],
    ['another token', { auth: { type: 'token', token: 'x' } }, { auth: { type: 'token', token: 'y' } }, false],
  ])('sees what is shared: %s', async (_, both, second, isShared) => {
    const one = byId(15, { collectors: detailed, ...both });
    const found = await warnings([one, { ...one, name: 'b', ...second }]);
    expect(found).toHaveLength(isShared ? 1 : 0);
  });
});
