// What only a socket can do to an answer, for every operation: the same promises as in the matrix, over real connections.
import { describe, expect, it } from 'vitest';
import { collectors } from '../../src/collectors/index.ts';
import type { FaultKind } from '../../src/simulator/faults.ts';
import { branchOf, type Household, household, mainOf, NOON, OFFICE } from '../e2e/world.ts';
import { openCompany } from '../fuzz/company.ts';
import type { ReadPage } from '../scrape/read-page.ts';
import { everything } from '../support/everything.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** How a read fails. What needs time to pass is tried in test/e2e/broken-cloud.test.ts. */
const KINDS: readonly (readonly [FaultKind, string])[] = [
  ['reset', 'network'],
  ['resetBody', 'network'],
  ['truncate', 'network'],
  ['huge', 'schema'],
  ['html', 'server'],
  ['notJson', 'schema'],
];
/** Longer than the interval of any collector. */
const LATER = 301_000;

const company = await openCompany({ collectors: everything() });
await company.page();
await company.app.close();
/** Where each operation asks, of the project `main`. */
const paths = new Map(
  company.sent
    .filter(({ url }) => url.pathname.includes(company.cloud.credentials.projectId))
    .map(({ operation, url }) => [operation, url.pathname] as const),
);
const dataNames = new Set(collectors.flatMap(({ metrics }) => metrics.map(({ name }) => name)));
const dataOf = (page: ReadPage, project: string) =>
  page.samples.flatMap(({ name, labels, value }) =>
    dataNames.has(name) && labels.project === project ? [`${name} ${JSON.stringify(labels)} ${value}`] : [],
  );

async function startHouse(operation: string) {
  const clock = createFakeClock(NOON);
  const house: Household = await household(clock, {
    http: { timeout: '30s', requests_per_minute: 100_000 },
    projects: (cloud) => [
      mainOf(cloud, {
        collectors: everything({ users: { from: 'list' } }),
        ...(operation === 'show_desktop_pool' ? { pools: [OFFICE] } : { pools: [], discovery: { enabled: true } }),
      }),
      branchOf(cloud),
    ],
  });
  return { clock, ...house };
}

describe.each(collectors.flatMap(({ operations }) => operations).filter((one, at, all) => all.indexOf(one) === at))(
  '%s',
  (operation) => {
    it.each(KINDS)('costs its own freshness after %s', async (kind, reason) => {
      const { clock, cloud, page, log } = await startHouse(operation);
      const good = await page();
      await clock.advance(LATER);
      const path = paths.get(operation) ?? '';
      const remove = cloud.fault({
        kind,
        match: operation === 'show_desktop_pool' ? { path: OFFICE } : { path: new RegExp(`${path}$`) },
      });
      const hit = await page();
      expect(dataOf(hit, 'branch')).toEqual(dataOf(good, 'branch'));
      expect(dataOf(hit, 'main')).toEqual(dataOf(good, 'main'));
      expect(hit.value('exporter_api_errors_total', { project: 'main', operation, reason })).toBeGreaterThan(0);
      expect(hit.values('exporter_collector_success', { project: 'main' })).toContain(0);
      expect(hit.values('exporter_collector_success', { project: 'branch' })).not.toContain(0);
      expect(log.join('\n')).not.toContain(cloud.credentials.secretKey);
      remove();
      await clock.advance(LATER);
      const well = await page();
      expect(dataOf(well, 'main')).toEqual(dataOf(good, 'main'));
      expect(well.values('exporter_collector_success')).not.toContain(0);
    });
  },
);
