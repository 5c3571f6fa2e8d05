// The whole data part of a page, line by line: whoever changes what users see changes a file that reviewers read.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectors } from '../../src/collectors/index.ts';
import { everything } from '../support/everything.ts';
import { hasPrometheus, parseOpenMetrics, promtool } from '../support/prometheus.ts';
import { BRANCH, branchOf, mainOf, OFFICE, startWorld, type World } from './world.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const DATA = `/metrics?${collectors.map(({ name }) => `collect[]=${name}`).join('&')}`;
const PAGES = [
  ['metrics.txt', 'text/plain;version=0.0.4', 'text/plain; version=0.0.4; charset=utf-8'],
  [
    'metrics.openmetrics.txt',
    'application/openmetrics-text;version=1.0.0',
    'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores',
  ],
] as const;
/** What differs from run to run: how long reads took, and when they were made. */
const CHANGING = /^(\w+_(?:collector_duration|last_success_timestamp)_seconds\{.*\}) \S+$/gm;

describe('the page', () => {
  let one: World;
  beforeAll(async () => {
    const all = everything({ users: { from: 'list', max_users: 100 } });
    one = await startWorld({
      projects: (cloud) => [
        mainOf(cloud, {
          pools: [{ id: OFFICE, capacity_limit: 64, alerts: { unreachable: 0.2 } }],
          discovery: { enabled: true },
          collectors: all,
          pool_tags: ['cost-center'],
        }),
        branchOf(cloud, {
          pools: [...BRANCH, { id: UNKNOWN, capacity_limit: 5 }],
          discovery: { enabled: false },
          collectors: { ...all, pools: { source: 'details' } },
        }),
      ],
    });
    // Twice: only then the pool that does not exist is known to be gone.
    await one.page(DATA);
    await one.page(DATA);
  });
  afterAll(() => one.close());

  it.each(PAGES)('is that of test/golden/%s', async (name, accept, type) => {
    const { headers, text } = await one.get(DATA, { headers: { accept } });
    expect(headers['content-type']).toBe(type);
    const page = text.replace(CHANGING, '$1 <time>');
    const file = `test/golden/${name}`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, page);
    const golden = existsSync(file) ? readFileSync(file, 'utf8') : '';
    expect(page, 'if the change is meant: npm run golden').toBe(golden);
  });

  it('masks nothing but times', () => {
    const golden = readFileSync('test/golden/metrics.txt', 'utf8');
    const masked = [...golden.matchAll(/^(\w+)\{.*<time>$/gm)].map(([, name]) => name);
    expect(new Set(masked)).toEqual(
      new Set([
        'huaweicloud_workspace_desktop_pool_last_success_timestamp_seconds',
        'huaweicloud_workspace_exporter_collector_duration_seconds',
        'huaweicloud_workspace_exporter_collector_last_success_timestamp_seconds',
      ]),
    );
  });

  describe.skipIf(!hasPrometheus())('is taken', () => {
    it('by promtool, without a complaint', async () => {
      expect(promtool(['check', 'metrics'], (await one.get('/metrics')).text)).toBe('');
    });

    it('by a strict OpenMetrics parser', async () => {
      const { text } = await one.get('/metrics', { headers: { accept: PAGES[1][1] } });
      expect(Object.keys(parseOpenMetrics(text)).length).toBeGreaterThan(60);
    });
  });
});
