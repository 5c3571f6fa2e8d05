// What an operator reads while something fails: when it begins, when it changes, now and then, and when it is over.
import { describe, expect, it } from 'vitest';
import { createFailureLog } from '../../src/app/failure-log.ts';
import { createLogger } from '../../src/app/logger.ts';
import type { Failure } from '../../src/scrape/collection.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { GPU, household, mainOf, OFFICE, record } from './world.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

function logging() {
  const clock = createFakeClock();
  const { lines, write } = record();
  const log = createFailureLog(createLogger({ level: 'info', format: 'json', write }), clock, 'prod');
  /** One collection that failed so; the lines that it wrote. */
  const said = (failures: Readonly<Record<string, Failure>> = {}, collector = 'pools') => {
    const before = lines.length;
    log(collector, new Map(Object.entries(failures)));
    return lines.slice(before).map((line) => JSON.parse(line));
  };
  return { clock, said };
}
const once = { count: 1 };

describe('a failure', () => {
  it('is said when it begins, with an example of it', () => {
    const { said } = logging();
    expect(said()).toEqual([]);
    expect(said({ 'HTTP 500': { count: 3, id: 'a', requestId: 'r' } })).toEqual([
      {
        level: 'warn',
        time: expect.any(String),
        msg: 'reads failed',
        project: 'prod',
        collector: 'pools',
        reads: 3,
        error: 'HTTP 500',
        example: 'a',
        request_id: 'r',
      },
    ]);
  });

  it('is not said again while it stays the same', () => {
    const { said } = logging();
    said({ 'HTTP 500': once });
    expect(said({ 'HTTP 500': { count: 7, id: 'b', requestId: 'another' } })).toEqual([]);
  });

  it.each([
    ['times and counts', 'next try at 2026-01-14T08:00:00.000Z (5 s)', 'next try at 2026-01-15T09:01:07.123Z (17 s)'],
    [
      'ids',
      'request 4f0c2a9e-11d2-4b8e-9c3f-aa00bb11cc22 failed',
      'request 00aa11bb-22cc-4dd5-8ee6-ffabcdef0123 failed',
    ],
  ])('is the same with other %s', (_, first, second) => {
    const { said } = logging();
    said({ [first]: once });
    expect(said({ [second]: once })).toEqual([]);
  });

  it('is the same whichever read ended first', () => {
    const { said } = logging();
    expect(said({ refused: once, 'timed out': once })).toHaveLength(2);
    expect(said({ 'timed out': once, refused: once })).toEqual([]);
  });

  it('is said when it changes', () => {
    const { said } = logging();
    said({ refused: once });
    expect(said({ 'timed out': once }).map(({ error }) => error)).toEqual(['timed out']);
    expect(said({ 'timed out': once, refused: once })).toHaveLength(2);
  });

  it('is said again every ten minutes as it lasts', async () => {
    const { said, clock } = logging();
    said({ refused: once });
    await clock.advance(10 * MINUTE - 1);
    expect(said({ refused: once })).toEqual([]);
    await clock.advance(1);
    expect(said({ refused: once })).toHaveLength(1);
    await clock.advance(MINUTE);
    expect(said({ refused: once })).toEqual([]);
  });

  it('is said to be over, once', () => {
    const { said } = logging();
    said({ refused: once });
    expect(said()).toMatchObject([
      { level: 'info', msg: 'all reads succeed again', project: 'prod', collector: 'pools' },
    ]);
    expect(said()).toEqual([]);
    expect(said({ refused: once })).toHaveLength(1);
  });

  it('of one collector is not that of another', () => {
    const { said } = logging();
    said({ refused: once });
    expect(said({ refused: once }, 'users')).toHaveLength(1);
    expect(said({}, 'quotas')).toEqual([]);
    expect(said({ refused: once })).toEqual([]);
  });
});

describe('over an hour of scrapes', () => {
  it('two pools that fail in two ways are two lines, and two more every ten minutes', async () => {
    const clock = createFakeClock();
    const { cloud, page, log } = await household(clock, {
      scrape: { min_interval: '10s' },
      projects: (its) => [mainOf(its)],
    });
    await page();
    const before = log.length;
    // Which of the two ends first differs from scrape to scrape.
    cloud.fault({ status: 500, match: { path: OFFICE }, delayMs: 4, every: 2 });
    cloud.fault({ status: 500, match: { path: OFFICE } });
    cloud.fault({ kind: 'notJson', match: { path: GPU } });
    for (let scrape = 0; scrape < 120; scrape += 1) {
      await clock.advance(30 * SECOND);
      await page();
    }
    const lines = log.slice(before);
    expect(lines.every((line) => line.includes('msg="reads failed"'))).toBe(true);
    expect(lines).toHaveLength(12);
  });
});
