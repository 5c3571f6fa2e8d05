// What an operator reads when the cloud's answers are not as documented: which field, of which pool, once until it changes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createDeviationLog } from '../../src/app/deviation-log.ts';
import { createLogger } from '../../src/app/logger.ts';
import { run } from '../../src/cli/run.ts';
import type { Deviation } from '../../src/scrape/deviations.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { configOf, GPU, household, mainOf, NOON, OFFICE, record, world } from './world.ts';

const MINUTE = 60_000;

function logging() {
  const clock = createFakeClock();
  const { lines, write } = record();
  const log = createDeviationLog(createLogger({ level: 'info', format: 'json', write }), clock, 'prod');
  /** The lines of one collection that found so. */
  const said = (deviations: readonly Deviation[], { isWhole = true, collector = 'pools' } = {}) => {
    const before = lines.length;
    log(collector, deviations, isWhole);
    return lines.slice(before).map((line) => JSON.parse(line));
  };
  return { clock, said };
}

const wrong = (field: string, ...pools: string[]): Deviation => ({
  of: 'form',
  operation: 'show_desktop_pool',
  field,
  times: pools.length,
  places: pools.map((pool) => ({ key: pool, pool })),
  found: '"12"',
  expected: 'int',
});
const fields = (lines: readonly { readonly field?: string }[]) => lines.map(({ field }) => field);

describe('a field that is not as documented', () => {
  it('is said with its pools, what was found and what was expected', () => {
    const { said } = logging();
    expect(said([])).toEqual([]);
    expect(said([wrong('desktop_count', 'a', 'b')])).toEqual([
      {
        level: 'warn',
        time: expect.any(String),
        msg: 'a field is not as documented and is treated as not reported',
        project: 'prod',
        collector: 'pools',
        operation: 'show_desktop_pool',
        field: 'desktop_count',
        pools: 'a, b',
        times: 2,
        found: '"12"',
        expected: 'int',
      },
    ]);
  });

  it('is said once, however long it lasts and whatever else is found', async () => {
    const { said, clock } = logging();
    said([wrong('name', 'a')]);
    for (let hour = 0; hour < 24; hour += 1) {
      await clock.advance(60 * MINUTE);
      expect(said([{ ...wrong('name', 'a'), found: `"${hour}"`, times: hour }])).toEqual([]);
    }
    expect(fields(said([wrong('name', 'a'), wrong('type', 'a')]))).toEqual(['type']);
  });

  it('is said of a further pool, which alone is named then, but no more often than every ten minutes', async () => {
    const { said, clock } = logging();
    said([wrong('name', 'a')]);
    await clock.advance(10 * MINUTE - 1);
    expect(said([wrong('name', 'a', 'b')])).toEqual([]);
    await clock.advance(1);
    expect(said([wrong('name', 'a', 'b')])).toMatchObject([{ pools: 'b' }]);
    await clock.advance(60 * MINUTE);
    expect(said([wrong('name', 'a', 'b')])).toEqual([]);
    expect(said([wrong('name', 'a')])).toEqual([]);
  });

  it('that comes and goes is said every ten minutes at most', async () => {
    const { said, clock } = logging();
    let lines = 0;
    for (let scrape = 0; scrape < 120; scrape += 1) {
      lines += said(scrape % 2 === 0 ? [wrong('name', 'a')] : []).length;
      await clock.advance(MINUTE / 2);
    }
    expect(lines).toBeLessThanOrEqual(12);
  });

  it('that is over is said to be so, and is said again when it comes back', async () => {
    const { said, clock } = logging();
    said([wrong('name', 'a')]);
    await clock.advance(10 * MINUTE);
    expect(said([])).toMatchObject([{ level: 'info', msg: 'answers are as documented again' }]);
    expect(said([])).toEqual([]);
    expect(fields(said([wrong('name', 'a')]))).toEqual(['name']);
  });

  it('is not over because it could not be read', async () => {
    const { said, clock } = logging();
    said([wrong('name', 'a')]);
    await clock.advance(60 * MINUTE);
    expect(said([], { isWhole: false })).toEqual([]);
    expect(said([wrong('name', 'a')])).toEqual([]);
  });

  it('of one collector is not that of another', () => {
    const { said } = logging();
    said([wrong('name', 'a')]);
    expect(fields(said([wrong('name', 'a')], { collector: 'sessions' }))).toEqual(['name']);
  });

  it('is one of a few lines, and then of a number', () => {
    const { said } = logging();
    const many = Array.from({ length: 12 }, (_, i) => wrong(`field ${i}`, 'a'));
    const lines = said(many);
    expect(fields(lines)).toEqual([...Array.from({ length: 5 }, (_, i) => `field ${i}`), undefined]);
    expect(lines.at(-1)).toMatchObject({ msg: expect.stringContaining('more fields'), fields: 7 });
    expect(said(many)).toEqual([]);
  });

  it('names a few pools', () => {
    const { said } = logging();
    expect(said([wrong('name', 'a', 'b', 'c', 'd', 'e', 'f')])).toMatchObject([{ pools: 'a, b, c, d, e and more' }]);
  });
});

describe('over an hour of scrapes', () => {
  it('a field and a value that are wrong are a line each, and on the landing page as long as they last', async () => {
    const clock = createFakeClock();
    const { cloud, page, log } = await household(clock, { projects: (its) => [mainOf(its)] });
    await page();
    const before = log.length;
    cloud.fault({ kind: 'wrongType', field: 'desktop_count', match: { path: OFFICE } });
    cloud.fault({ body: { id: GPU, status: 'REBOOTING' }, match: { path: GPU } });
    for (let scrape = 0; scrape < 120; scrape += 1) {
      await clock.advance(MINUTE / 2);
      await page();
    }
    expect(
      log
        .slice(before)
        .map((line) => line.replace(/^time=\S+ /, ''))
        .sort(),
    ).toEqual([
      `level=warn msg="a field is not as documented and is treated as not reported" project=main collector=pools operation=show_desktop_pool field=desktop_count pools=${OFFICE} times=1 found="\\"60 or so\\"" expected=number`,
      `level=warn msg="a value is not documented and is kept as it is" project=main collector=pools field=status pools=${GPU} times=1 found="\\"REBOOTING\\"" expected="STEADY, TEMPORARY, EXIST_FROZEN, UNKNOWN, ERROR"`,
    ]);
  });

  it('all fields of all pools are a few lines', async () => {
    const clock = createFakeClock();
    const { cloud, page, log } = await household(clock, {
      cloud: { pools: 300 },
      projects: (its) => [mainOf(its, { pools: [], discovery: { enabled: true } })],
    });
    cloud.fault({ kind: 'wrongType', match: { query: 'limit=1000' } });
    for (let scrape = 0; scrape < 10; scrape += 1) {
      await clock.advance(MINUTE);
      await page();
    }
    expect(log.filter((line) => line.includes('not as documented')).length).toBeLessThanOrEqual(6);
  });
});

describe('people', () => {
  it('are not named by what is wrong about them', async () => {
    const users = { enabled: true, user_ids: ['person-0001'] };
    const rows = [{ user_id: 'person-0001', desktop_pool_count: 'somebody@example.com' }];
    const one = await world({
      projects: (cloud) => [mainOf(cloud, { collectors: { users } })],
      cloud: { faults: [{ body: { users: rows }, match: { path: '/by-users' } }] },
    });
    await one.page();
    const { text } = await one.get('/');
    expect(one.log.join('\n')).toContain('field=users[].desktop_pool_count times=1 found="a string" expected=number');
    expect(text).toContain('<code>users[].desktop_pool_count</code> is <bdi>a string</bdi>');
    for (const shown of [text, ...one.log]) expect(shown).not.toMatch(/somebody|person-/);
  });
});

describe('check --api', () => {
  it('remarks on it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deviations-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const cloud = await startSimulator({
      startAt: NOON,
      speed: 0,
      faults: [{ kind: 'wrongType', field: 'desktop_count', match: { path: OFFICE } }],
    });
    onTestFinished(cloud.close);
    const file = join(folder, 'config.yml');
    writeFileSync(file, configOf(cloud));
    let printed = '';
    const out = (text: string) => {
      printed += text;
    };
    const argv = ['check', '--api', `--config.file=${file}`];
    expect(await run({ argv, env: {}, out, err: out, stopped: new Promise(() => {}), onHangup() {} })).toBe(0);
    expect(printed).toContain(
      `Remark: main, pools: a field is not as documented and is treated as not reported (operation show_desktop_pool, field desktop_count, pools ${OFFICE}, times 1, found "60 or so", expected number)`,
    );
  });
});

describe('the landing page', () => {
  it('names the field, the pool, what was found and what was expected', async () => {
    const one = await world({
      cloud: { faults: [{ kind: 'wrongType', field: 'desktop_count', match: { path: OFFICE } }] },
    });
    await one.page();
    const { text } = await one.get('/');
    expect(text).toContain('Not as documented');
    expect(text).toMatch(
      new RegExp(
        `<code>desktop_count</code> is <bdi>&quot;60 or so&quot;</bdi>, expected: number; .*<code title="${OFFICE}">`,
      ),
    );
  });
});
