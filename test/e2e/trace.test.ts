// What an operator reads at /probe?debug=true: how a page came to be, without a log at another level.
import { describe, expect, it } from 'vitest';
import { createTrace, MAX_EVENTS } from '../../src/scrape/trace.ts';
import { eventually } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { branchOf, GPU, mainOf, OFFICE, type WorldOptions, world } from './world.ts';

const PATH = '/probe?project=main&debug=true';
const PROJECTS: WorldOptions['projects'] = (cloud) => [
  mainOf(cloud, { collectors: { quotas: { enabled: true } } }),
  branchOf(cloud),
];

/** Without what differs from run to run. */
const settled = (text: string) =>
  text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/\d+\.\d s ago, after \d+ ms/g, 'N s ago, after N ms')
    .replace(/milliseconds=\d+/g, 'milliseconds=N')
    .replace(/(request_id=|request id )[^\s)]+/g, '$1ID')
    .split('\n');

describe('/probe?debug=true', () => {
  it('tells the reads of its page one by one, and what came of each', async () => {
    const one = await world({
      projects: PROJECTS,
      cloud: { faults: [{ status: 500, match: { path: `desktop-pools/${GPU}` } }] },
    });
    const { status, headers, text } = await one.get(PATH);
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    const lines = settled(text);
    expect(lines.slice(0, 9)).toEqual([
      'How the page of project main came to be, TIME',
      '',
      'pools: collected for this page',
      '  the latest one failed N s ago, after N ms',
      expect.stringMatching(/^ {2}1 × .*HTTP 500.* \(pool 3f1d2c86-\S+, request id ID\)$/),
      '',
      'quotas: collected for this page',
      '  the latest one succeeded N s ago, after N ms',
      '',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        'TIME collection started collector=pools',
        'TIME request to the cloud operation=show_desktop_pool status=200 milliseconds=N request_id=ID',
        `TIME read collector=pools of=${OFFICE} outcome=ok milliseconds=N`,
        'TIME request to the cloud operation=show_desktop_pool status=500 reason=server milliseconds=N request_id=ID',
        `TIME read collector=pools of=${GPU} outcome=server milliseconds=N`,
        'TIME collection collector=pools read=1 failed=1 gone=0 deadline=false',
        'TIME read collector=quotas of=all outcome=ok milliseconds=N',
      ]),
    );
    // That is what the other project asks.
    expect(text).not.toContain('list_desktop_pools');
  });

  it('names what a read is about, and where that is much, how much', async () => {
    const collectors = {
      users: { enabled: true, user_ids: ['ann'] },
      tenant: { enabled: true },
      supply: { enabled: true },
    };
    const one = await world({ projects: (cloud) => [mainOf(cloud, { collectors })] });
    const { text } = await one.get(PATH);
    const reads = settled(text).filter((line) => line.startsWith('TIME read '));
    for (const of of ['of="1 user"', 'of=lock', 'of="subnet \\S+"', 'of="\\d+ parts"'])
      expect(reads).toContainEqual(expect.stringMatching(`${of} outcome=ok milliseconds=N$`));
    expect(text).not.toContain('ann');
  });

  it('forces no read, and says when a collection was reused or joined', async () => {
    const one = await world({ projects: PROJECTS, scrape: { min_interval: '1h' } });
    await one.get('/probe?project=main');
    const sent = one.cloud.requests.length;
    const { text } = await one.get(`${PATH}&collect[]=pools`);
    expect(text).toContain('pools: reused: its latest collection is young enough\n  the latest one succeeded');
    expect(text).not.toContain('quotas: ');
    expect(one.cloud.requests.length).toBe(sent);

    const slow = await world({ projects: PROJECTS, cloud: { faults: [{ delayMs: 300 }] } });
    const first = slow.get('/probe?project=main');
    await eventually('the first request', () => slow.cloud.requests[0]);
    const joined = await slow.get(PATH, { headers: { 'x-prometheus-scrape-timeout-seconds': '0.1' } });
    expect(joined.text).toContain(
      'pools: joined a collection that was under way; the wait for it ended first, so it goes on\n  no collection has ended',
    );
    await first;
  });

  it('is text even where a page that is not whole is refused, and refuses what /probe refuses', async () => {
    const one = await world({ projects: PROJECTS, scrape: { strict: true }, cloud: { faults: [{ status: 500 }] } });
    expect((await one.get('/probe?project=main')).status).toBe(503);
    expect((await one.get(PATH)).status).toBe(200);
    expect((await one.get('/probe?project=nobody&debug=true')).status).toBe(400);
    // Any other value asks for the page, as in the blackbox exporter.
    expect((await one.get('/probe?project=main&debug=false')).status).toBe(503);
  });
});

describe('a trace', () => {
  it('keeps the latest events, each with its moment', () => {
    const clock = createFakeClock();
    const trace = createTrace(clock);
    for (let i = 0; i < MAX_EVENTS + 5; i += 1) trace.add('read', { i });
    expect(trace.events()).toHaveLength(MAX_EVENTS);
    expect(trace.events().at(0)?.fields).toEqual({ i: 5 });
    expect(trace.events().at(-1)).toEqual({ at: clock.now(), message: 'read', fields: { i: MAX_EVENTS + 4 } });
  });
});
