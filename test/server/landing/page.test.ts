// What the landing page promises to an operator in an incident, and to a browser that trusts nothing.
import { describe, expect, it } from 'vitest';
import type { PoolSummary } from '../../../src/collectors/pool.ts';
import type { Deviation } from '../../../src/scrape/deviations.ts';
import type { CollectorOverview, PoolOverview, ProjectOverview } from '../../../src/scrape/overview.ts';
import { type LandingData, landingPage } from '../../../src/server/landing/page.ts';
import { COLOURS } from '../../../src/server/landing/style.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOW = Date.parse('2026-03-03T13:41:12Z');
const ID = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';

const DYNAMIC: PoolSummary = {
  name: 'Design',
  type: 'DYNAMIC',
  zone: 'ap-southeast-3a',
  status: 'STEADY',
  productStatus: 'normal',
  desktops: 40,
  used: 20,
  isAutoscaled: true,
  autoscaleType: 'AUTO_CREATED',
  minIdle: 5,
  maxAutoCreated: 60,
  isInMaintenance: false,
};

/** It does not scale by itself. */
const FIXED: PoolSummary = { desktops: 100, isAutoscaled: false };

const pool = (summary: PoolSummary = {}, rest: Partial<PoolOverview> = {}): PoolOverview => ({
  id: ID,
  state: 'fresh',
  readAt: NOW - 12 * SECOND,
  summary: { ...DYNAMIC, ...summary },
  ...rest,
});

const SUCCEEDED: CollectorOverview = {
  name: 'pools',
  finished: { took: 1240, finishedAt: NOW - 12_000, isSuccess: true, lastSuccessAt: NOW - 12_000 },
  failures: new Map(),
  deviations: [],
};

const project = (rest: Partial<ProjectOverview> = {}): ProjectOverview => ({
  name: 'prod',
  projectId: '0bec5db98280d2d02fd6c00c2de791ce',
  region: 'ap-southeast-3',
  collectors: [SUCCEEDED],
  pools: [pool()],
  ...rest,
});

const page = (projects: readonly ProjectOverview[], rest: Partial<LandingData> = {}) =>
  landingPage({ version: '0.1.0', revision: '97967bd', now: NOW, telemetryPath: '/metrics', projects, ...rest });

const ENTITIES = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&amp;', '&'],
]);

/** What a person reads. */
const textOf = (markup: string) =>
  markup
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES.get(entity) ?? entity)
    .replace(/\s+/g, ' ');

const rowsOf = (markup: string) => {
  const [, head = '', table = ''] =
    /<table class="pools">.*?<thead>(.*?)<\/thead>.*?<tbody>(.*?)<\/tbody>/s.exec(markup) ?? [];
  const cellsOf = (row: string) => [...row.matchAll(/<t[dh].*?<\/t[dh]>/gs)].map(([cell]) => textOf(cell).trim());
  const heads = cellsOf(head);
  return [...table.matchAll(/<tr class="(\w+)">(.*?)<\/tr>/gs)].map(([, level, row = '']) => {
    const cells = cellsOf(row);
    const cell = (name: string) => cells[heads.indexOf(name)];
    return { level, markup: row, text: textOf(row), heads, cells, cell };
  });
};

const rowOf = (one: PoolOverview) => {
  const [row] = rowsOf(page([project({ pools: [one] })]));
  if (row === undefined) throw new Error('the page has no row');
  return row;
};

describe('what comes from outside', () => {
  const hostile = `<img src=x onerror="alert('1')">&amp;`;

  it.each<[string, ProjectOverview]>([
    ['a pool name', project({ pools: [pool({ name: hostile })] })],
    ['a pool id', project({ pools: [pool({}, { id: hostile })] })],
    ['a type', project({ pools: [pool({ type: hostile })] })],
    ['a zone', project({ pools: [pool({ zone: hostile })] })],
    ['a status', project({ pools: [pool({ status: hostile })] })],
    ['a project name', project({ name: hostile })],
    ['a project id', project({ projectId: hostile })],
    ['a region', project({ region: hostile })],
    [
      'a failure of a collector',
      project({ collectors: [{ ...SUCCEEDED, failures: new Map([[hostile, { count: 1 }]]) }] }),
    ],
    [
      'a request id',
      project({ collectors: [{ ...SUCCEEDED, failures: new Map([['x', { count: 1, requestId: hostile }]]) }] }),
    ],
    [
      'a value that is not as documented',
      project({
        collectors: [
          {
            ...SUCCEEDED,
            deviations: [
              {
                of: 'value',
                field: 'status',
                times: 1,
                places: [{ key: hostile, pool: hostile }],
                found: hostile,
                expected: 'x',
              },
            ],
          },
        ],
      }),
    ],
  ])('never becomes markup: %s', (_, given) => {
    const markup = page([given]);
    expect(markup).not.toContain('<img');
    expect(markup).toContain('&lt;img src=x');
    expect(markup.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\sonerror=/);
  });

  it('is shown as it was written', () => {
    expect(textOf(page([project({ pools: [pool({ name: hostile })] })]))).toContain(hostile);
  });

  it('cannot leave the link to a project', () => {
    const markup = page([project({ name: 'a&b="c' })]);
    expect(markup).toContain('href="./probe?project=a%26b%3D%22c"');
  });

  it('keeps the direction of a name to itself', () => {
    expect(rowOf(pool({ name: 'مركز الاتصال' })).markup).toContain('<bdi>مركز الاتصال</bdi>');
  });
});

describe('the last read of a pool', () => {
  it.each<[string, Partial<PoolOverview>, string]>([
    ['a fresh pool says its age', { state: 'fresh' }, '12 s ago'],
    ['a fresh pool that is not read any more says so', { readAt: NOW - 6 * MINUTE }, '6 min ago, not read since'],
    [
      'a stale pool says how old its values are and why',
      { state: 'stale', readAt: NOW - 3 * MINUTE, failure: 'timeout' },
      'last good values, 3 min old: timeout',
    ],
    [
      'an ended pool says when it was read last',
      { state: 'ended', readAt: NOW - 125 * MINUTE, failure: 'server' },
      'values ended, last read 2 h 5 min ago: server error',
    ],
    [
      'a pool never read says why',
      { state: 'never', readAt: undefined, failure: 'forbidden' },
      'never read: forbidden',
    ],
    ['a pool not asked for yet is no failure', { state: 'never', readAt: undefined }, 'not read yet'],
    [
      'a pool that is gone says who says so',
      { state: 'gone', readAt: undefined, failure: 'gone' },
      'gone: the cloud does not know this pool',
    ],
    [
      'words of a failure are not glued',
      { state: 'stale', failure: 'bad_request' },
      'last good values, 12 s old: bad request',
    ],
    ['a clock that jumped back makes no negative age', { readAt: NOW + MINUTE }, '0 s ago'],
    ['days are days', { state: 'ended', readAt: NOW - 76 * 60 * MINUTE }, 'values ended, last read 3 d 4 h ago'],
  ])('%s', (_, given, words) => {
    expect(rowOf(pool({}, given)).cell('Last read')).toBe(words);
  });

  it.each<[Partial<PoolOverview>, string]>([
    [{ state: 'fresh' }, 'calm'],
    [{ state: 'fresh', readAt: NOW - 6 * MINUTE }, 'warning'],
    [{ state: 'stale', failure: 'timeout' }, 'warning'],
    [{ state: 'ended', failure: 'timeout' }, 'warning'],
    [{ state: 'never', failure: 'forbidden' }, 'warning'],
    [{ state: 'never', summary: {} }, 'muted'],
    [{ state: 'gone' }, 'warning'],
  ])('marks %o as %s', (given, level) => {
    expect(rowOf(pool({}, given)).level).toBe(level);
  });

  it('carries the exact moment in UTC', () => {
    expect(rowOf(pool()).markup).toContain('datetime="2026-03-03T13:41:00.000Z" title="2026-03-03 13:41:00 UTC"');
  });
});

describe('the capacity of a pool', () => {
  it('stands in its columns', () => {
    const { heads, cells } = rowOf(pool({ desktops: 1240, used: 620 }));
    expect(heads.map((head, i) => [head, cells[i]])).toEqual([
      ['Pool', 'Design a130ab3a'],
      ['Utilization', '50 %'],
      ['Idle', '620'],
      ['Min idle', '5'],
      ['Used', '620'],
      ['Desktops', '1,240'],
      ['Last read', '12 s ago'],
      ['Status', 'STEADY autoscale on'],
      ['Type', 'DYNAMIC'],
      ['Zone', 'ap-southeast-3a'],
    ]);
  });

  it('invents nothing where nothing is known', () => {
    const { cells, cell } = rowOf({ id: ID, state: 'never', summary: {} });
    expect([cell('Pool'), cell('Last read')]).toEqual(['(name unknown) a130ab3a', 'not read yet']);
    expect(cells.filter((text) => text === '–')).toHaveLength(cells.length - 2);
  });

  it('shows the whole id on request', () => {
    expect(rowOf(pool()).markup).toContain(`title="${ID}"`);
  });

  it.each<[string, PoolSummary, string, string]>([
    ['85 % is still calm', { ...FIXED, used: 85 }, '85 %', 'calm'],
    ['above 85 % is high', { ...FIXED, used: 86 }, '86 % high', 'warning'],
    ['95 % is still high', { ...FIXED, used: 95 }, '95 % high', 'warning'],
    ['above 95 % is critical', { ...FIXED, used: 96 }, '96 % critical', 'critical'],
    ['one idle desktop is not 100 %', { ...FIXED, desktops: 1000, used: 999 }, '99 % critical', 'critical'],
    ['no idle desktop is exhaustion', { ...FIXED, used: 100 }, '100 % exhausted', 'critical'],
    ['a pool that scales by itself may be nearly full', { desktops: 100, used: 99, minIdle: 1 }, '99 %', 'calm'],
    ['but not full', { desktops: 100, used: 100, minIdle: 0 }, '100 % exhausted', 'critical'],
    ['a full STATIC pool is normal', { type: 'STATIC', isAutoscaled: false, used: 40 }, '100 % all assigned', 'calm'],
    [
      'a full pool that grows at access is normal, however many it may create',
      { autoscaleType: 'ACCESS_CREATED', used: 40, maxAutoCreated: 20 },
      '100 % grows at access',
      'calm',
    ],
    ['a full pool in maintenance is muted', { isInMaintenance: true, used: 40 }, '100 %', 'muted'],
    ['an autoscaled pool without desktops is empty', { desktops: 0, used: 0 }, '– empty', 'critical'],
    ['a pool that is meant to be empty is not', { desktops: 0, used: 0, isAutoscaled: false }, '–', 'calm'],
  ])('%s', (_, given, words, level) => {
    const row = rowOf(pool(given));
    expect(row.cell('Utilization')).toBe(words);
    expect(row.level).toBe(level);
  });

  it('draws no alarming bar for a full STATIC pool', () => {
    const { markup } = rowOf(pool({ type: 'STATIC', isAutoscaled: false, used: 40 }));
    expect(markup).toContain('class="bar muted"');
    expect(markup).not.toMatch(/critical|warning/);
  });

  it('draws the bar as long as the utilization, and not longer than its box', () => {
    expect(rowOf(pool({ desktops: 40, used: 10 })).markup).toContain('width:25%');
    expect(rowOf(pool({ desktops: 40, used: 50 })).markup).toContain('width:100%');
  });

  it.each<[string, PoolSummary, string, string]>([
    ['enough idle desktops', { used: 35, desktops: 60 }, '5', 'calm'],
    ['a deficit', { used: 17, desktops: 20 }, '5 2 short', 'warning'],
    ['a deficit while autoscaling is off', { desktops: 20, used: 17, isAutoscaled: false }, '5', 'calm'],
    [
      'a deficit of a pool that grows at access',
      { desktops: 20, used: 17, autoscaleType: 'ACCESS_CREATED' },
      '5',
      'calm',
    ],
    ['a deficit during maintenance', { desktops: 20, used: 17, isInMaintenance: true }, '5', 'muted'],
  ])('%s: min idle', (_, given, words, level) => {
    const row = rowOf(pool(given));
    expect(row.cell('Min idle')).toBe(words);
    expect(row.level).toBe(level);
  });

  it.each<[string, number, number | undefined, string, string]>([
    ['none is configured', 60, undefined, '60', 'calm'],
    ['it is far', 45, 50, '45 limit 50', 'calm'],
    ['it is near', 46, 50, '46 near limit 50', 'warning'],
    ['it is reached', 50, 50, '50 at limit 50', 'warning'],
  ])('has the configured capacity_limit beside the desktops: %s', (_, desktops, capacityLimit, words, level) => {
    const row = rowOf(pool({ desktops }, { capacityLimit }));
    expect([row.cell('Desktops'), row.level]).toEqual([words, level]);
  });

  it('is judged by the thresholds that the configuration sets for the pool, as the alerts are', () => {
    const alerts = { utilization_high: 0.5, utilization_critical: 0.7, capacity_limit: 0.6 };
    const use = (used: number) => rowOf(pool({ ...FIXED, used }, { alerts })).cell('Utilization');
    expect([use(50), use(51), use(71)]).toEqual(['50 %', '51 % high', '71 % critical']);
    expect(rowOf(pool({ desktops: 61 }, { alerts, capacityLimit: 100 })).cell('Desktops')).toBe('61 near limit 100');
  });

  it('is used up where a pool that grows at access has reached its capacity_limit', () => {
    const full = { autoscaleType: 'ACCESS_CREATED', used: 40 };
    const row = rowOf(pool(full, { capacityLimit: 40 }));
    expect([row.cell('Utilization'), row.level]).toEqual(['100 % exhausted', 'critical']);
  });

  it('is never compared with what autoscaling may create', () => {
    const reached = pool({ desktops: 60, used: 30, maxAutoCreated: 1 });
    expect(rowOf(reached).level).toBe('calm');
    expect(page([project({ pools: [reached] })])).not.toMatch(/\bcap\b/i);
  });

  it.each<[PoolSummary, string, string]>([
    [{ status: 'TEMPORARY' }, 'TEMPORARY autoscale on', 'calm'],
    [{ status: 'EXIST_FROZEN' }, 'EXIST_FROZEN autoscale on', 'critical'],
    [{ status: 'MYSTERY' }, 'MYSTERY autoscale on', 'warning'],
    [{ isInMaintenance: true }, 'STEADY maintenance autoscale on', 'muted'],
    [{ isInMaintenance: true, status: 'EXIST_FROZEN' }, 'EXIST_FROZEN maintenance autoscale on', 'critical'],
    [{ productStatus: 'sellout' }, 'STEADY sold out autoscale on', 'warning'],
    [{ productStatus: 'abandon', isAutoscaled: false }, 'STEADY product withdrawn autoscale off', 'calm'],
    [{ autoscaleType: 'ACCESS_CREATED' }, 'STEADY autoscale on (at access)', 'calm'],
  ])('has badges for %o', (given, words, level) => {
    const row = rowOf(pool(given));
    expect(row.cell('Status')).toBe(words);
    expect(row.level).toBe(level);
  });
});

describe('the alerts of a pool', () => {
  const full = pool({ ...FIXED, used: 100, isInMaintenance: false });

  it('are named below it, the worst first, and only where its numbers meet any', () => {
    const names = 'WorkspacePoolExhausted WorkspacePoolUtilizationCritical WorkspacePoolUtilizationHigh';
    expect(rowOf(full).cell('Pool')).toBe(`Design a130ab3a ${names}`);
    expect(rowOf(pool()).markup).not.toContain('class="alerts"');
  });

  it('are named where nobody needs to act, too, without making a need of it', () => {
    const row = rowOf(pool({ minIdle: 5, maxAutoCreated: 1 }));
    expect([row.cell('Pool'), row.level]).toEqual(['Design a130ab3a WorkspacePoolAutoscalePolicyTight', 'calm']);
    expect(row.markup).toContain('<li class="muted">');
  });

  it('are links where it is known where the runbooks are, and else none', () => {
    const shown = (runbookUrl?: string) => page([project({ pools: [full] })], { runbookUrl });
    expect(shown('https://git.example.com/exporter')).toContain(
      '<a href="https://git.example.com/exporter/docs/runbooks/WorkspacePoolExhausted.md">WorkspacePoolExhausted</a>',
    );
    expect(shown()).not.toContain('docs/runbooks');
  });
});

describe('the totals of a project', () => {
  const totals = (given: ProjectOverview) => {
    const list = /<dl>.*?<\/dl>/s.exec(page([given]))?.[0] ?? '';
    return [...list.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/gs)].map(([, term, value = '']) => [
      term,
      textOf(value).trim(),
    ]);
  };

  it('sum what was read, and say what was not', () => {
    const pools = [
      pool({ desktops: 100, used: 50 }),
      pool({ desktops: 20, used: 10 }, { state: 'stale', failure: 'timeout' }),
      { id: 'b', state: 'gone', summary: { name: 'Old' } } as const,
    ];
    expect(totals(project({ pools }))).toEqual([
      ['Pools read', '1 of 3 1 stale, 1 gone'],
      ['Need attention', '2 2 warnings'],
      ['Desktops', '120'],
      ['Used', '60'],
      ['Idle', '60'],
      ['Utilization', '50 %'],
    ]);
  });

  it('are not 0 where nothing is known', () => {
    const pools = [{ id: 'b', state: 'never', failure: 'forbidden', summary: {} } as const];
    expect(totals(project({ pools })).slice(2)).toEqual([
      ['Desktops', '–'],
      ['Used', '–'],
      ['Idle', '–'],
      ['Utilization', '–'],
    ]);
  });
});

describe('the order of pools', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => pool({ name: `Pool ${i}` }, { id: `${i}`.padStart(8, '0') }));
  const names = (pools: readonly PoolOverview[]) =>
    rowsOf(page([project({ pools })])).map(({ markup }) => /<bdi>(.*?)<\/bdi>/.exec(markup)?.[1]);

  it('is by name, numbers as numbers, where no pool is in need', () => {
    const pools = [pool({ name: 'Pool 10', used: 30 }), pool({ name: 'Pool 9' }), pool({ name: 'Other', used: 10 })];
    expect(names(pools)).toEqual(['Other', 'Pool 9', 'Pool 10']);
  });

  it.each([3, 1234])(
    'has pools in need before the others, at %i pools too: critical ones, then by state, deficit, use',
    (count) => {
      const trouble = [
        pool({ ...FIXED, name: 'Utilized', used: 90 }),
        pool({ name: 'Full but STATIC', type: 'STATIC', isAutoscaled: false, used: 40 }),
        pool({ name: 'Short by 2', desktops: 20, used: 17 }),
        pool({ name: 'Short by 4', desktops: 20, used: 19 }),
        pool({ name: 'Exhausted', desktops: 20, used: 20, minIdle: 0 }),
        pool({ name: 'Stale' }, { state: 'stale', failure: 'timeout' }),
        pool({ name: 'Frozen', status: 'EXIST_FROZEN' }),
        pool({ name: 'A maintenance', isInMaintenance: true }),
      ];
      const shown = names([...many(count), ...trouble]);
      const inNeed = ['Frozen', 'Exhausted', 'Stale', 'Short by 4', 'Short by 2', 'Utilized'];
      expect(shown.slice(0, 8)).toEqual([...inNeed, 'A maintenance', 'Full but STATIC']);
      expect(shown).toHaveLength(Math.min(count + trouble.length, 500));
    },
  );

  it('leaves nothing out up to 500 pools', () => {
    expect(names(many(500))).toHaveLength(500);
    expect(textOf(page([project({ pools: many(500) })]))).not.toContain('left out');
  });

  it('says how many pools are left out, and where they stand', () => {
    const text = textOf(page([project({ pools: many(1240) })]));
    expect(text).toContain('The 500 of 1,240 pools that need attention most, worst first; the other 740 are left out');
    expect(text).toContain('shown in the metrics');
  });
});

const blockedUntil = (until: number | string) => ({
  until: new Date(until).getTime(),
  why: 'HTTP 401',
  othersFrom: undefined,
});

describe('banners', () => {
  it('are absent while all is well', () => {
    expect(page([project()])).not.toContain('class="banner');
  });

  it('say until when a refused credential is not used', () => {
    const text = textOf(page([project({ blocked: blockedUntil('2026-03-03T14:05:00Z') })]));
    expect(text).toMatch(/prod : the cloud refused the credential; nothing is sent until 14:05 UTC ?\./);
    expect(text).toContain('Next try in 23 min');
  });

  it('keep what the cloud said while the block lasts, and say whether another secret is tried at once', () => {
    const blocked = { ...blockedUntil('2026-03-03T14:05:00Z'), why: 'show_desktop_pool: HTTP 401 <APIGW.0301>: no' };
    const othersFrom = Date.parse('2026-03-03T14:02:00Z');
    const once = textOf(page([project({ blocked })]));
    const full = textOf(page([project({ blocked: { ...blocked, othersFrom } })]));
    expect(once).toContain('show_desktop_pool: HTTP 401 <APIGW.0301>: no');
    expect(once).toContain('a changed secret is tried at once');
    expect(full).toContain('a changed secret is tried at 14:02 UTC , because too many were refused');
  });

  it('say until when the cloud wants a pause, to the second', () => {
    const text = textOf(page([project({ heldUntil: NOW + 12 * SECOND })]));
    expect(text).toContain(
      'prod : the cloud asked for a pause; nothing is sent until 13:41:24 UTC , for another 12 s.',
    );
  });

  it('name the day when it is not today', () => {
    const text = textOf(page([project({ blocked: blockedUntil('2026-03-04T00:05:00Z') })]));
    expect(text).toContain('until 2026-03-04 00:05 UTC');
  });

  const failing = (
    name: string,
    failures: CollectorOverview['failures'],
    lastSuccessAt?: number,
  ): CollectorOverview => ({
    name,
    finished: { took: 10, finishedAt: NOW - SECOND, isSuccess: false, lastSuccessAt },
    failures,
    deviations: [],
  });
  const HTTP_503 = new Map([['list_desktop_pools: HTTP 503', { count: 1, requestId: '4f3c9a' }]]);
  const bannersOf = (markup: string) =>
    [...markup.matchAll(/<div class="banner (\w+)">(.*?)<\/div>/gs)].map(([, level, text = '']) => [
      level,
      textOf(text).trim(),
    ]);

  it('tell the cause of an outage once, since when, and how many pools it concerns', () => {
    const pools = Array.from({ length: 39 }, (_, i) =>
      pool({ name: `Pool ${i}` }, { id: `${i}`, state: 'stale', failure: 'server', readAt: NOW - 9 * MINUTE }),
    );
    const collectors = [failing('pools', HTTP_503, NOW - 9 * MINUTE), { ...SUCCEEDED, name: 'quotas' }];
    const markup = page([project({ collectors, pools })]);
    expect(bannersOf(markup)).toEqual([
      [
        'warning',
        'prod : pools: list_desktop_pools: HTTP 503 (request id 4f3c9a ) . pools not read in full since 13:32:12 UTC , 9 min ago. 39 pools show last good values.',
      ],
    ]);
    expect(markup.indexOf('class="banner')).toBeLessThan(markup.indexOf('<main>'));
    for (const row of rowsOf(markup)) expect(row.cell('Last read')).toBe('last good values, 9 min old');
  });

  it('tell a cause that stops many reads once, and not with each of them', () => {
    const collectors = [
      failing('pools', HTTP_503, NOW - 2 * MINUTE),
      failing('users', new Map([['list_users: HTTP 503', { count: 1 }]])),
      failing(
        'supply',
        new Map([
          ['show_available_ip: HTTP 503', { count: 5 }],
          ['list_availability_zones: HTTP 403', { count: 1 }],
        ]),
        NOW - 5 * MINUTE,
      ),
    ];
    const [[, text = ''] = []] = bannersOf(page([project({ collectors })]));
    expect(text).toBe(
      'prod : pools, supply not read in full since 13:36:12 UTC , 5 min ago; users not read in full since the exporter started. 7 × HTTP 503 (for example request id 4f3c9a ) supply: list_availability_zones: HTTP 403',
    );
  });

  it('tell of a pause and of what it keeps from being read together', () => {
    const throttled = failing('pools', new Map([['list_desktop_pools: HTTP 429', { count: 1 }]]), NOW - 2 * MINUTE);
    const pools = [pool({}, { state: 'stale', failure: 'throttled' })];
    expect(bannersOf(page([project({ heldUntil: NOW + 12 * SECOND, collectors: [throttled], pools })]))).toEqual([
      [
        'warning',
        'prod : the cloud asked for a pause; nothing is sent until 13:41:24 UTC , for another 12 s. pools not read in full since 13:39:12 UTC , 2 min ago. 1 pool shows last good values. pools: list_desktop_pools: HTTP 429',
      ],
    ]);
  });

  it('have the worst first, of whatever project', () => {
    const held = project({ name: 'a', heldUntil: NOW + MINUTE, collectors: [failing('users', HTTP_503)] });
    const banners = bannersOf(page([held, project({ name: 'b', blocked: blockedUntil(NOW + MINUTE) })]));
    expect(banners.map(([level, text = '']) => `${level} ${text.split(':')[0]}`)).toEqual([
      'critical b ',
      'warning a ',
    ]);
  });

  it('say last why numbers are missing though every read succeeded', () => {
    const field = (of: Deviation['of'], name: string): Deviation => ({
      of,
      field: name,
      times: 1,
      places: [],
      found: '"many"',
      expected: 'number',
    });
    const deviations = [...['a', 'b', 'b', 'c', 'd'].map((name) => field('form', name)), field('value', 'kept')];
    const shown = bannersOf(
      page([project({ collectors: [{ ...SUCCEEDED, deviations }] }), project({ heldUntil: NOW })]),
    );
    expect(shown.map(([level]) => level)).toEqual(['warning', 'muted']);
    expect(shown[1]?.[1]).toBe(
      "prod : the cloud's answers are not as documented. What they say in a , b , c and 1 more is not understood and not shown; see below.",
    );
    expect(bannersOf(page([project({ collectors: [{ ...SUCCEEDED, deviations: deviations.slice(-1) }] })]))).toEqual(
      [],
    );
  });

  it('leave to its row what is wrong with one pool alone', () => {
    const pools = [
      ...Array.from({ length: 2 }, (_, i) => pool({ name: `a${i}` }, { state: 'ended', failure: 'server' })),
      pool({ name: 'b' }, { state: 'stale', failure: 'timeout' }),
    ];
    const markup = page([project({ collectors: [failing('pools', HTTP_503)], pools })]);
    expect(bannersOf(markup)[0]?.[0]).toBe('critical');
    expect(bannersOf(markup)[0]?.[1]).toContain(
      'pools not read in full since the exporter started. 1 pool shows last good values. 2 pools have no values.',
    );
    expect(rowsOf(markup).map((row) => row.cell('Last read'))).toEqual([
      'values ended, last read 12 s ago',
      'values ended, last read 12 s ago',
      'last good values, 12 s old: timeout',
    ]);
  });

  it('do not stand for pools that were missing once, which is no failure', () => {
    const missing = (name: string) => pool({ name }, { state: 'stale', failure: 'gone' });
    const markup = page([project({ pools: [missing('a'), missing('b')] })]);
    expect(bannersOf(markup)).toEqual([]);
    for (const row of rowsOf(markup)) expect(row.cell('Last read')).toBe('last good values, 12 s old: not found');
  });

  it('name three causes, and leave the others to the collectors below', () => {
    const failures = new Map(Array.from({ length: 5 }, (_, i) => [`failure ${i}`, { count: 1 }]));
    const [[, text = ''] = []] = bannersOf(page([project({ collectors: [failing('pools', failures)] })]));
    expect(text).toContain('failure 2 and 2 other failures, see below');
  });

  it('do not call a consequence of the refused credential another cause', () => {
    const blocked = blockedUntil(NOW + MINUTE);
    const banners = bannersOf(page([project({ blocked, collectors: [failing('pools', HTTP_503, NOW - 2 * MINUTE)] })]));
    expect(banners).toHaveLength(1);
    expect(banners[0]?.[1]).toMatch(/HTTP 401 ; pools not read in full since 13:39:12 UTC , 2 min ago\./);
  });

  it('say that a demo is one, and which time is simulated', () => {
    const text = textOf(page([project()], { isDemo: true, simulatedTime: Date.parse('2026-03-02T08:30:00Z') }));
    expect(text).toContain('Demo: a simulated company.');
    expect(text).toContain('Simulated time: Monday, 2026-03-02 08:30 UTC');
  });
});

describe('collectors', () => {
  const failed = (failures: CollectorOverview['failures']): CollectorOverview => ({
    name: 'pools',
    finished: { took: 1240, finishedAt: NOW - 12_000, isSuccess: false, lastSuccessAt: NOW - 3 * MINUTE },
    failures,
    deviations: [],
  });

  it('say how the latest collection went, how long it took, and when the last one succeeded', () => {
    const text = textOf(
      page([project({ collectors: [failed(new Map()), { name: 'quotas', failures: new Map(), deviations: [] }] })]),
    );
    expect(text).toContain('pools failed 12 s ago 3 min ago 1.2 s');
    expect(text).toContain('quotas not collected yet never –');
  });

  it('show each failure with its count, its example and its request id', () => {
    const failures = new Map([['list_desktop_pools: HTTP 500', { count: 3, id: ID, requestId: '4f3c9a' }]]);
    const text = textOf(page([project({ collectors: [failed(failures)] })]));
    expect(text).toMatch(
      new RegExp(`pools : 3 × list_desktop_pools: HTTP 500 \\(for example pool ${ID} ?, request id 4f3c9a ?\\)`),
    );
  });

  it('that fail are noted beside the name of the project', () => {
    const one = failed(new Map([['list_desktop_pools: HTTP 500', { count: 1 }]]));
    const noted = (rest: Partial<ProjectOverview>) => {
      const [nav = ''] = /<nav.*?<\/nav>/s.exec(page([project(rest), project({ name: 'other' })])) ?? [];
      return /prod (.*?) other nothing to note/.exec(textOf(nav))?.[1];
    };
    expect(noted({ collectors: [SUCCEEDED, { ...one, name: 'quotas' }] })).toBe('1 collector failing');
    expect(noted({ collectors: [one], pools: [] })).toBe('no pool could be read');
    expect(noted({ pools: [] })).toBe('nothing to note');
  });

  it('do not fill the page with failures', () => {
    const failures = new Map(Array.from({ length: 25 }, (_, i) => [`failure ${i}`, { count: 1 }]));
    const text = textOf(page([project({ collectors: [failed(failures)] })]));
    expect(text).toContain('failure 19 ');
    expect(text).not.toContain('failure 20 ');
    expect(text).toContain('and 5 other failures');
  });

  const deviation: Deviation = {
    of: 'form',
    operation: 'show_desktop_pool',
    field: 'desktop_count',
    times: 3,
    places: ['a', 'b', 'c', 'd', 'e', 'f'].map((pool) => ({ key: pool, pool })),
    found: '"many"',
    expected: 'int',
  };
  const deviating = (...deviations: Deviation[]) =>
    textOf(page([project({ collectors: [{ ...SUCCEEDED, deviations }] })]));

  it('say what was not as documented, and where', () => {
    expect(deviating(deviation)).toMatch(
      /pools : 3 × desktop_count is "many" , expected: int; it counts as not reported \(pools a , b , c , d , e and more\)/,
    );
    expect(deviating({ ...deviation, of: 'value', times: 1, places: [{ key: '', pool: undefined }] })).toMatch(
      /pools : desktop_count is "many" , expected: int; it is kept as it is (?!\()/,
    );
    expect(deviating()).not.toContain('Not as documented');
  });

  it('name pools as the table does, and those of several fields once', () => {
    const places = [{ key: ID, pool: ID }];
    const fields = ['desktop_count', 'desktop_used'].map((field) => ({ ...deviation, field, places }));
    const text = deviating(...fields, { ...deviation, field: 'isolation_num' });
    expect(text).toMatch(
      /desktop_count is .*? \(pool a130ab3a \) .*? desktop_used is .*? \(the same pool\) .*? \(pools a , b /,
    );
    const markup = page([project({ pools: [], collectors: [{ ...SUCCEEDED, deviations: fields }] })]);
    expect(markup.match(new RegExp(`title="${ID}"`, 'g'))).toHaveLength(1);
  });

  it('do not fill the page with what is not as documented', () => {
    const many = Array.from({ length: 25 }, (_, i) => ({ ...deviation, field: `field_${i}.` }));
    expect(deviating(...many)).toContain('field_19.');
    expect(deviating(...many)).not.toContain('field_20.');
    expect(deviating(...many)).toContain('and 5 other fields');
  });
});

describe('a page without data', () => {
  const waiting: CollectorOverview = { name: 'pools', failures: new Map(), deviations: [] };
  const NOT_YET = 'Nothing has been scraped yet; data appears after the first scrape of the metrics';

  it('explains itself before the first scrape', () => {
    expect(textOf(page([project({ pools: [], collectors: [waiting] })]))).toContain(NOT_YET);
  });

  it('still names the configured pools', () => {
    const markup = page([project({ pools: [{ id: ID, state: 'never', summary: {} }], collectors: [waiting] })]);
    expect(textOf(markup)).toContain(NOT_YET);
    expect(rowsOf(markup)).toHaveLength(1);
  });

  it('does not say so once a project was read', () => {
    expect(textOf(page([project()]))).not.toContain('Nothing has been scraped');
  });

  it('tells a project without pools from one that could not be read', () => {
    const failures = new Map([['no', { count: 1 }]]);
    expect(textOf(page([project({ pools: [] })]))).toContain('has no desktop pool that the configuration selects');
    expect(textOf(page([project({ pools: [], collectors: [{ ...SUCCEEDED, failures }] })]))).toContain(
      'No pool could be read',
    );
  });

  it('says that no project is configured', () => {
    expect(textOf(page([]))).toContain('No project is configured');
  });
});

describe('the head and the links', () => {
  it('name the program, its version and the time of the page', () => {
    const text = textOf(page([project()]));
    expect(text).toContain('Version 0.1.0, revision 97967bd · as of 2026-03-03 13:41:12 UTC');
  });

  it('hold behind a proxy that adds a prefix', () => {
    const markup = page([project()], { telemetryPath: '/numbers' });
    const links = [...markup.matchAll(/<a href="(.*?)"/g)].map(([, link]) => link);
    expect(links).toEqual(expect.arrayContaining(['./numbers', './config', './sd', './-/healthy', './-/ready']));
    expect(links.every((link) => link?.startsWith('./') || link?.startsWith('#'))).toBe(true);
  });

  it('lead to each project, with its trouble, when there are several', () => {
    const blocked = project({ name: 'eu', blocked: blockedUntil(NOW + MINUTE) });
    const [nav = ''] = /<nav.*?<\/nav>/s.exec(page([project({ pools: [pool({ used: 40 })] }), blocked])) ?? [];
    expect(textOf(nav)).toMatch(/prod 1 critical .*eu credential refused/);
    for (const [, target] of nav.matchAll(/href="#(.*?)"/g))
      expect(page([project(), blocked])).toContain(`<section id="${target}"`);
    expect(page([project()])).not.toContain('<nav');
  });

  it('lose no place at a refresh: browsers keep that of the page, but not that of what scrolls in it', () => {
    expect(page([project()])).not.toMatch(/overflow(-x)?:(auto|scroll)/);
  });

  it('refresh the page only when asked to', () => {
    expect(page([], { refreshSeconds: 10 })).toContain('<meta http-equiv="refresh" content="10">');
    expect(page([])).not.toContain('http-equiv="refresh"');
    expect(page([], { refreshSeconds: 0 })).not.toContain('http-equiv="refresh"');
  });
});

describe('the document', () => {
  const failures = new Map([['broken <answer>', { count: 2, id: ID, requestId: 'r' }]]);
  const full = page(
    [
      project({
        blocked: blockedUntil(NOW + MINUTE),
        heldUntil: NOW + MINUTE,
        collectors: [
          { ...SUCCEEDED, failures },
          { name: 'quotas', failures: new Map(), deviations: [] },
        ],
        pools: [
          pool({ name: '<b>"bold"</b>', desktops: 20, used: 19 }, { capacityLimit: 20 }),
          pool({ isInMaintenance: true, productStatus: 'sellout' }),
          pool({}, { state: 'stale', failure: 'timeout' }),
          { id: ID, state: 'never', summary: {} },
        ],
      }),
      project({ name: 'big', pools: Array.from({ length: 501 }, (_, i) => pool({}, { id: `${i}` })) }),
      project({ name: 'empty', pools: [], collectors: [] }),
    ],
    { isDemo: true, simulatedTime: NOW, refreshSeconds: 10 },
  );
  const tags = [...full.matchAll(/<(\/?)([a-z][a-z0-9]*)\b([^>]*)>/g)].map(([, slash, name = '', attributes = '']) => ({
    isEnd: slash === '/',
    name,
    attributes,
  }));

  it('needs no script', () => {
    expect(tags.map(({ name }) => name)).not.toContain('script');
    expect(tags.filter(({ attributes }) => /\son\w+=|javascript:/.test(attributes))).toEqual([]);
  });

  it('fetches nothing', () => {
    expect(full).not.toMatch(/https?:\/\/|url\(|@import|src=/);
    const fetched = tags.filter(({ name }) => name === 'link').map(({ attributes }) => attributes);
    expect(fetched).toEqual([' rel="icon" href="data:,"']);
  });

  it('closes every element where it was opened', () => {
    const isVoid = new Set(['meta', 'link', 'br', 'img', 'input', 'hr']);
    const open: string[] = [];
    for (const { isEnd, name } of tags) {
      if (isEnd) expect(open.pop()).toBe(name);
      else if (!isVoid.has(name)) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('has one id for one element, and every label exists', () => {
    const ids = [...full.matchAll(/\sid="(.*?)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const labels = [...full.matchAll(/aria-labelledby="(.*?)"/g)].map(([, id]) => id);
    expect(ids).toEqual(expect.arrayContaining(labels));
    expect(labels.length).toBe(3);
  });

  it('gives every head cell of a table its scope', () => {
    const heads = tags.filter(({ name, isEnd }) => name === 'th' && !isEnd);
    expect(heads.length).toBeGreaterThan(500);
    expect(heads.filter(({ attributes }) => !/scope="(?:row|col)"/.test(attributes))).toEqual([]);
  });

  it('gives every row as many cells as the head has', () => {
    expect(new Set(rowsOf(full).map(({ cells }) => cells.length))).toEqual(new Set([10]));
  });
});

describe('the colours', () => {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((i) => {
      const part = Number.parseInt(colour.slice(i, i + 2), 16) / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string) => {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };

  it.each([
    ['light', 0],
    ['dark', 1],
  ] as const)('of text are readable in the %s scheme (WCAG AA)', (_, scheme) => {
    for (const text of ['text', 'muted', 'link', 'calm', 'warning', 'critical'] as const)
      for (const ground of ['page', 'surface'] as const)
        expect(contrast(COLOURS[text][scheme], COLOURS[ground][scheme]), `${text} on ${ground}`).toBeGreaterThanOrEqual(
          4.5,
        );
  });
});
