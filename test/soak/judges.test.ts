// What the soak says of the account, of memory, of the log, and how it puts violations into words.
import { describe, expect, it } from 'vitest';
import { judgeAccount, mostWithin } from '../../bench/soak/account.ts';
import { judgeLine } from '../../bench/soak/exporter.ts';
import { createRandom } from '../../bench/soak/random.ts';
import { createReport } from '../../bench/soak/report.ts';
import { createResources } from '../../bench/soak/resources.ts';
import { readStamp, stamp } from '../../bench/soak/stamp.ts';
import { createTimeline } from '../../bench/soak/timeline.ts';
import type { RequestRecord } from '../../src/simulator/journal.ts';

const MINUTE = 60_000;
const request = (at: number, status = 200, credential = 'AK'): RequestRecord => ({
  at,
  method: 'GET',
  path: '/v2/x/quotas',
  query: '',
  status,
  faulted: false,
  credential,
});
const judge = (requests: readonly RequestRecord[], requestsPerMinute = 100) =>
  judgeAccount({ name: 'c', requestsPerMinute, requests }).join();
const statuses = (all: readonly number[], every = 1000) => all.map((status, index) => request(index * every, status));

describe('an account', () => {
  it('has a limit of requests in any minute', () => {
    const ten = Array.from({ length: 10 }, (_, index) => request(55_000 + index * 1000));
    expect(judge(ten, 10)).toBe('');
    expect(judge(ten, 9)).toBe('c: 10 requests in a minute, allowed 9');
  });

  it('bears four refusals in a quarter of an hour', () => {
    const refused = (count: number, every: number) =>
      statuses(
        Array.from({ length: 2 * count }, (_, index) => (index % 2 === 0 ? 401 : 200)),
        every,
      );
    expect(judge(refused(4, MINUTE))).toBe('');
    expect(judge(refused(5, MINUTE))).toContain('5 refusals in 15 minutes, allowed 4');
    expect(judge(refused(9, 2 * MINUTE))).toBe('');
  });

  it('hears three requests after a refusal, until one is believed; a 5xx proves nothing', () => {
    expect(judge(statuses([401, 503, 503, 200, 200, 200, 200]))).toBe('');
    expect(judge(statuses([401, 503, 503, 503, 503]))).toContain('4 requests sent after a refusal');
  });

  it('does not count what was on its way', () => {
    expect(judge(statuses([401, 401, 401, 401, 401, 401], 50))).toBe('');
  });

  it('is judged by each credential', () => {
    expect(judge(['a', 'b', 'c', 'd', 'e', 'f'].map((one, index) => request(index * 1000, 401, one)))).toBe('');
  });

  it('counts within any stretch, not from its start', () => {
    expect(mostWithin([0, 59, 60, 61, 119], 60)).toBe(3);
  });
});

describe('resources', () => {
  const run = (name: string, values: readonly number[]) => {
    const resources = createResources();
    for (const value of values) resources.note({ samples: [{ name, type: 'gauge', labels: {}, value, series: name }] });
    return resources.complaints().join();
  };
  const MIB = 2 ** 20;
  const upTo = (count: number, step: number, from: number) => Array.from({ length: count }, (_, i) => from + i * step);

  it.each([
    ['process_resident_memory_bytes', 3 * MIB],
    ['nodejs_heap_size_used_bytes', 3 * MIB],
    ['process_open_fds', 3],
  ])('%s may swing, not grow', (name, step) => {
    expect(run(name, upTo(60, step, 20 * step))).toContain(`${name} grew`);
    expect(run(name, upTo(60, 0, 20 * step))).toBe('');
  });

  it('are not judged by a handful of pages', () => {
    expect(run('process_open_fds', [1, 1000])).toBe('');
  });
});

describe('a line of the log', () => {
  it('is JSON, and tells of no fault of the program', () => {
    expect(judgeLine('{"level":"warn","msg":"reads failed"}')).toBeUndefined();
    expect(judgeLine('at Object.<anonymous>')).toContain('no JSON');
    expect(judgeLine('{"msg":"TypeError: x is not a function"}')).toContain('a fault of the program');
  });
});

describe('a report', () => {
  it('says a thing once, with time, seed and the lines that matter', () => {
    const report = createReport(() => 0);
    const text = ['# HELP a_up A', 'a_desktops{pool="x"} 5', 'a_up{pool="x"} 1', 'a_up{pool="y"} 1'].join('\n');
    report.add('/metrics: version 5 is wrong', text, 'pool="x"');
    report.add('/metrics: version 6 is wrong', text, 'pool="x"');
    expect(report.count()).toBe(1);
    expect(report.lines(7)).toEqual([
      '1970-01-01T00:00:00.000Z seed 7, 2×: /metrics: version 5 is wrong',
      '    a_up{pool="x"} 1',
      '    a_desktops{pool="x"} 5',
    ]);
  });
});

describe('a timeline', () => {
  it('knows what was when, and since when', () => {
    const timeline = createTimeline<string | undefined>('a');
    timeline.set('b', 10);
    timeline.set(undefined, 20);
    expect([timeline.at(9), timeline.at(10), timeline.at(25)]).toEqual(['a', 'b', undefined]);
    expect(timeline.during(5, 15)).toEqual(['a', 'b']);
    expect(timeline.during(20, 30)).toEqual([undefined]);
    expect(timeline.since(25)).toBe(20);
    expect(timeline.since(15, (name) => name !== undefined)).toBe(Number.NEGATIVE_INFINITY);
  });
});

it('a stamp is read as it was made', () => {
  const made = { field: 20, pool: 14, version: 5000 };
  expect(readStamp(stamp(made))).toEqual(made);
  expect(readStamp(12)).toBeUndefined();
});

it('a seed makes the same choices again', () => {
  const choices = (seed: number) => Array.from({ length: 20 }, createRandom(seed).next);
  expect(choices(7)).toEqual(choices(7));
  expect(choices(7)).not.toEqual(choices(8));
});
