// What every collector promises, whichever they are: a further one is held to it by being in the list.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dataOrder, OPERATIONS } from '../../src/app/catalog.ts';
import { SIGN_IN_OPERATIONS } from '../../src/cloud/auth/index.ts';
import { type Collector, namesPools, providesPools } from '../../src/collectors/collector.ts';
import { ACTIONS, collectors } from '../../src/collectors/index.ts';
import { collectorRows, projectRows } from '../../src/scrape/outcomes.ts';
import { validPage } from '../e2e/valid-page.ts';
import { type Company, isOfBranch, linesOf, openCompany } from '../fuzz/company.ts';
import { type ReadPage, readPage } from '../scrape/read-page.ts';
import { everything } from '../support/everything.ts';

const PREFIX = 'huaweicloud_workspace_';
const MAIN = 'main';
/** Every collector is due again, and no value has ended. */
const INTERVAL = 301_000;

/** The page of one collector alone, without what is about the exporter. */
const alone = async (company: Company, { name }: Collector): Promise<ReadPage> =>
  readPage(validPage(await company.page({ collectors: [name], withOwn: false })));
const operationsOf = ({ sent }: Company) => [...new Set(sent.map(({ operation }) => operation))].sort();
/** Families that a page of any collector may have beside its own. */
const about = [...Object.keys(projectRows.rows), ...Object.keys(collectorRows.rows)].map((name) => PREFIX + name);
const ofReads = ['configured', 'up', 'found', 'last_success_timestamp_seconds'].map(
  (name) => `${PREFIX}desktop_pool_${name}`,
);

describe('the collectors', () => {
  test('have a name of their own', () => {
    const names = collectors.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(new Set(names).size).toBe(names.length);
    // `exporter` is what collect[] calls the exporter's own metrics.
    expect(names).not.toContain('exporter');
  });

  test('together read every operation that is not for signing in', () => {
    const read = collectors.flatMap(({ operations }) => operations);
    expect([...new Set(read)].sort()).toEqual(OPERATIONS.filter((one) => !SIGN_IN_OPERATIONS.includes(one)).sort());
  });

  test('have no metric in common', () => {
    const names = collectors.flatMap(({ metrics }) => metrics.map(({ name }) => name));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe.each(collectors.map((collector) => [collector.name, collector] as const))('%s', (name, collector) => {
  test('is a word that fits into a URL, a file name and a label', () => {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  test('needs no options, and is off by default where it can be switched', () => {
    const options = collector.options.parse({});
    const enabled =
      typeof options === 'object' && options !== null && 'enabled' in options ? options.enabled : 'always';
    expect(enabled).toBe(providesPools(collector) ? 'always' : false);
  });

  test('refuses an option that it does not know', () => {
    expect(collector.options.safeParse({ no_such_option: true }).success).toBe(false);
  });

  test('describes metrics that are in the catalogue, with a help text that names where they come from', () => {
    expect(collector.metrics).not.toEqual([]);
    for (const metric of collector.metrics) {
      expect(dataOrder).toContain(metric.name);
      expect(metric.name).toMatch(/^huaweicloud_workspace_[a-z0-9_]+$/);
      expect(metric.help, metric.name).toMatch(
        metric.name === `${PREFIX}pools` ? /cloud.*configuration/ : /\(\w[^)]*\)/,
      );
      expect(metric.labels, metric.name).toContain('project');
      for (const label of metric.labels) expect(label).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(new Set(metric.labels).size, metric.name).toBe(metric.labels.length);
    }
  });

  test('reads operations that are known', () => {
    expect(collector.operations).not.toEqual([]);
    expect(collector.operations.filter((one) => !OPERATIONS.includes(one) || SIGN_IN_OPERATIONS.includes(one))).toEqual(
      [],
    );
  });

  test('names each field, value and reason that it counts once', () => {
    for (const names of [collector.enums ?? [], collector.dropReasons ?? []])
      expect(new Set(names).size).toBe(names.length);
  });

  test('shows the families that it declares, all of them, with exactly their labels', async () => {
    const page = await alone(await openCompany(), collector);
    const declared = new Map<string, readonly string[]>(
      collector.metrics.map((metric) => [metric.name, metric.labels]),
    );
    const own = page.samples.filter(
      (sample) => !about.includes(sample.name) && !(providesPools(collector) && ofReads.includes(sample.name)),
    );
    expect(
      [...new Set(own.map((sample) => sample.name))].sort(),
      `src/collectors/${name}.ts, or its route in src/simulator/routes.ts`,
    ).toEqual([...declared.keys()].sort());
    for (const sample of own) expect(Object.keys(sample.labels), sample.name).toEqual(declared.get(sample.name));
  });

  test('shows types as it declares them', async () => {
    const { types } = await alone(await openCompany(), collector);
    for (const metric of collector.metrics)
      expect(types.get(metric.name), metric.name).toBe(metric.type === 'info' ? 'gauge' : metric.type);
  });

  test('alone asks for its own operations, and for the pools where its series carry their names', async () => {
    const company = await openCompany();
    const page = await alone(company, collector);
    const withPools = collectors.find(providesPools)?.operations ?? [];
    const usesPools = namesPools(collector) || collector.needs?.includes('pools');
    const expected = new Set([...collector.operations, ...(usesPools ? withPools : [])]);
    expect(operationsOf(company)).toEqual([...expected].sort());
    for (const { labels } of page.samples)
      if (labels.pool_id !== undefined && 'pool_name' in labels && labels.project !== 'details')
        expect(labels.pool_name).not.toBe('');
  });

  test('sends no more requests than it announces', async () => {
    const variants = [
      {},
      { collectors: { ...everything(), pools: { source: 'list' } } },
      { collectors: { ...everything(), pools: { source: 'details' } } },
      { collectors: { users: { enabled: true, user_ids: Array.from({ length: 25 }, (_, i) => `nobody-${i}`) } } },
      { collectors: { users: { enabled: true, from: 'list', user_ids: ['nobody'], max_users: 64 } } },
    ];
    let total = 0;
    for (const variant of variants) {
      const company = await openCompany(variant);
      for (const project of company.app.running().config.projects) {
        const options = collector.options.parse(structuredClone(writtenOf(variant, name)));
        const before = company.sent.length;
        await company.page({ collectors: [name], project: project.name });
        const sent = company.sent.slice(before).filter(({ operation }) => collector.operations.includes(operation));
        expect(
          collector.requests(options, project),
          `${project.name}: ${JSON.stringify(variant)}`,
        ).toBeGreaterThanOrEqual(sent.length);
      }
      total += company.sent.length;
    }
    expect(total).toBeGreaterThan(0);
  });

  describe.each([
    ['a broken cloud', 500],
    ['a forbidden read', 403],
    ['a wrong path', 404],
  ])('that meets %s', (_, status) => {
    const isMain = (line: string) => line.includes(`project="${MAIN}"`);
    const linesOfCollector = (page: ReadPage, { metrics }: Collector) =>
      metrics.flatMap((metric) => page.lines(metric.name.replace(PREFIX, '')).filter(isMain));
    const refusal = { status, headers: {}, body: '{"error_code":"APIGW.9999","error_msg":"no"}' };

    /** The second page; the first one was sound if `hasLastGood`. */
    async function meeting({ hasLastGood }: { hasLastGood: boolean }) {
      let isSound = hasLastGood;
      const company = await openCompany({
        tamper: (request, answer) => {
          const isHit = collector.operations.includes(request.operation) && !isOfBranch(request, company.cloud);
          return isHit && !isSound ? refusal : answer;
        },
      });
      await company.page();
      isSound = false;
      await company.clock.advance(INTERVAL);
      return readPage(validPage(await company.page({ withOwn: false })));
    }
    async function soundPage() {
      const company = await openCompany();
      await company.page();
      await company.clock.advance(INTERVAL);
      return readPage(await company.page({ withOwn: false }));
    }

    test('says so, and shows nothing of its own', async () => {
      const page = await meeting({ hasLastGood: false });
      expect(page.value('exporter_collector_success', { project: MAIN, collector: name })).toBe(0);
      // That the project has pools is said by the configuration.
      expect(linesOfCollector(page, collector)).toEqual([]);
    });

    test('keeps its last good values', async () => {
      const page = await meeting({ hasLastGood: true });
      expect(page.value('exporter_collector_success', { project: MAIN, collector: name })).toBe(0);
      expect(linesOfCollector(page, collector)).toEqual(linesOfCollector(await soundPage(), collector));
    });

    test('costs its neighbours nothing', async () => {
      const [page, sound] = [await meeting({ hasLastGood: true }), await soundPage()];
      expect(linesOf(page.text, 'branch')).toEqual(linesOf(sound.text, 'branch'));
      const asksTheSame = (one: Collector) =>
        one.operations.some((operation) => collector.operations.includes(operation));
      for (const other of collectors.filter((one) => !asksTheSame(one))) {
        const success = page.value('exporter_collector_success', { project: MAIN, collector: other.name });
        expect(success, other.name).toBe(1);
        expect(linesOfCollector(page, other)).toEqual(linesOfCollector(sound, other));
      }
    });
  });
});

describe('docs/permissions.md', () => {
  const text = readFileSync('docs/permissions.md', 'utf8');
  const edit = 'edit docs/permissions.md';
  const rows = text
    .split('\n')
    .filter((line) => /^\| (`|signing in)/.test(line))
    .map((line) => {
      const [who = '', operation = '', request = '', action = ''] = line
        .split(' | ')
        .map((cell) => cell.replace(/^\| /, ''));
      const quoted = (cell: string) => /^`([^`]+)`/.exec(cell)?.[1];
      return { who: quoted(who), operation: quoted(operation), request, action: quoted(action), words: action };
    });
  const policies = [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json = '']) => JSON.parse(json));
  const actionsFor = (some: readonly Collector[]) =>
    [...new Set(some.flatMap(({ operations }) => operations.flatMap((operation) => ACTIONS[operation] ?? [])))].sort();

  test('has one row for each operation of each collector, and for each way to sign in', () => {
    const read = collectors.flatMap(({ name, operations }) => operations.map((operation) => [name, operation]));
    expect(
      rows.map(({ who, operation }) => [who, operation]),
      edit,
    ).toEqual([...read, ...SIGN_IN_OPERATIONS.map((operation) => [undefined, operation])]);
  });

  test.each(rows.map((row) => [row.operation, row] as const))(
    '%s needs what the code says',
    (_, { operation, action, words }) => {
      const known = OPERATIONS.find((one) => one === operation);
      expect(action, edit).toBe(known === undefined ? 'an operation' : ACTIONS[known]);
      if (action === undefined) expect(words).toMatch(/^none/);
    },
  );

  test('names the requests that are sent', async () => {
    const company = await openCompany();
    await company.page();
    const { projectId, projectId2 } = company.cloud.credentials;
    const sent = company.sent.map(({ operation, method, url }) => {
      const path = url.pathname.replace(projectId, '{project_id}').replace(projectId2, '{project_id}');
      const of = path.includes('/subnets/') ? '{subnet_id}' : '{pool_id}';
      return `${operation} ${method} ${path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, of)}`;
    });
    const documented = rows
      .slice(0, -SIGN_IN_OPERATIONS.length)
      .map(({ operation, request }) => `${operation} ${request.replaceAll('`', '')}`);
    expect([...new Set(sent)].sort(), edit).toEqual([...new Set(documented)].sort());
  });

  test('has a policy for all collectors, and one for the pools and users by their ids, which allow nothing else', () => {
    const pools = collectors.filter(providesPools);
    expect(
      policies.map(({ Statement }) => [...Statement[0].Action].sort()),
      edit,
    ).toEqual([actionsFor(collectors), [...actionsFor(pools), 'workspace:desktopPools:listByUsers'].sort()]);
    for (const { Statement } of policies) expect(Statement).toMatchObject([{ Effect: 'Allow' }]);
  });
});

/** The options of a collector as a variant writes them. */
function writtenOf(variant: { readonly collectors?: object }, name: string): unknown {
  const all: object = variant.collectors ?? everything();
  return Object.entries(all).find(([key]) => key === name)?.[1] ?? {};
}
