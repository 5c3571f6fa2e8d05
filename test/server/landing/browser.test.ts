// What only a browser can tell of the landing page: whether it fits a phone, and keeps its place when it refreshes.
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, findBrowser, startBrowser } from '../../../grafana/preview/browser.ts';
import type { ProjectOverview } from '../../../src/scrape/overview.ts';
import { landingPage } from '../../../src/server/landing/page.ts';
import { hasTools } from '../../support/tools.ts';

const NOW = Date.parse('2026-03-03T13:41:12Z');
const id = (i: number) => `${i}1f5e1b0-72bf-4b71-baa9-af4987c8e338`;
const summary = {
  type: 'DYNAMIC',
  zone: 'ap-southeast-3a',
  status: 'EXIST_FROZEN',
  productStatus: 'sellout',
  isAutoscaled: true,
  autoscaleType: 'AUTO_CREATED',
  isInMaintenance: false,
  desktops: 1240,
  used: 1240,
  minIdle: 12,
};
const collectors = ['pools', 'users', 'sessions', 'quotas', 'creations', 'supply', 'tenant'].map((name, i) => ({
  name,
  finished: { took: 13_123, finishedAt: NOW - 25_000, isSuccess: i % 2 === 1, lastSuccessAt: NOW - 625_000 },
  failures: new Map([[`list_${name}: HTTP 503`, { count: 3, id: id(1), requestId: '4f3c9a'.repeat(5) }]]),
  deviations: ['desktop_pools[].autoscale_policy.min_idle', 'desktop_pools[].desktop_used'].map((field) => ({
    of: 'form' as const,
    field,
    times: 3,
    places: [1, 2, 3].map((pool) => ({ key: id(pool), pool: id(pool) })),
    found: 'a string of 1,240 characters',
    expected: 'number',
  })),
}));
const project: ProjectOverview = {
  name: 'headquarters',
  projectId: '0bec5db98280d2d02fd6c00c2de791ce',
  region: 'ap-southeast-3',
  collectors,
  pools: Array.from({ length: 9 }, (_, i) => ({
    id: id(i),
    state: i % 2 === 0 ? 'stale' : 'fresh',
    failure: i % 2 === 0 ? 'timeout' : undefined,
    readAt: NOW - 125 * 60_000,
    summary: { ...summary, name: `Schulungsräume Köln ${i}` },
    capacityLimit: 1240,
  })),
};
const PAGE = landingPage({
  version: '0.1.0',
  revision: '97967bd',
  now: NOW,
  telemetryPath: '/metrics',
  projects: [project, { ...project, name: 'branch' }],
  refreshSeconds: 1,
});

describe.skipIf(!hasTools('tests of the landing page in a browser', { chromium: findBrowser() !== undefined }))(
  'the landing page in a browser',
  () => {
    const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(PAGE));
    let browser: Browser;
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      browser = await startBrowser(findBrowser() ?? '');
    });
    afterAll(async () => {
      await browser?.close();
      server.close();
      server.closeAllConnections();
    });

    const standing = PAGE.replace(/<meta http-equiv.*?>/, '');
    const open = (width: number, page = `data:text/html,${encodeURIComponent(standing)}`) =>
      browser.tab.open(page, { width, height: 900 });

    it.each([320, 390, 768, 1280, 1600])('is %i px wide, and cuts nothing off', async (width) => {
      await open(width);
      const beyond = await browser.tab.evaluate(`[...document.querySelectorAll('body *')].filter((one) => {
        const box = (one.closest('.frame') ?? document.body).getBoundingClientRect();
        return one.getBoundingClientRect().right > box.right + 1;
      }).map((one) => one.outerHTML.slice(0, 100))`);
      expect(beyond).toEqual([]);
    });

    it.each([320, 390, 1280])('breaks no word of its tables at %i px', async (width) => {
      await open(width);
      const broken = await browser.tab.evaluate(`[...document.querySelectorAll('td, th, td *, th *')].flatMap((one) =>
        [...one.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).flatMap((text) =>
          [...text.data.matchAll(/[\\p{L}\\d,_]+/gu)].filter(({ 0: word, index }) => {
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            return new Set([...range.getClientRects()].map(({ top }) => top)).size > 1;
          }).map(([word]) => word)))`);
      expect(broken).toEqual([]);
    });

    it('has numbers before type and zone on a phone', async () => {
      await open(390);
      const tops = await browser.tab.evaluate<number[]>(
        `[...document.querySelector('.pools tbody tr').cells].map((cell) => cell.getBoundingClientRect().top)`,
      );
      const numbers = tops.slice(1, 6);
      expect(Math.max(...numbers)).toBeLessThan(Math.min(...tops.slice(-2)));
    });

    it('stays where it was scrolled to when it refreshes', async () => {
      const address = server.address();
      await open(390, `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`);
      const look = () => browser.tab.evaluate<number[]>('[performance.timeOrigin, scrollY]');
      await browser.tab.evaluate('scrollTo(0, 1234)');
      const [before = 0] = await look();
      // Between two pages there is nobody to answer.
      const isNew = () =>
        look().then(
          ([origin]) => origin !== before,
          () => false,
        );
      await expect.poll(isNew, { timeout: 20_000 }).toBe(true);
      expect((await look())[1]).toBe(1234);
    });
  },
);
