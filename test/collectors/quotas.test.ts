// Quotas of the tenant, of the central site and of further ones.

import { describe, expect, test } from 'vitest';
import { pools } from '../../src/collectors/pools.ts';
import { quotas } from '../../src/collectors/quotas.ts';
import { fixture } from '../fixtures/read.ts';
import { broken, enabled, house, MINUTE, poolOf, SECOND, selectionOf } from '../scrape/house.ts';

const answer = (name: string) => fixture('quotas', name);
const SUCCESS = ['exporter_collector_success', { collector: 'quotas' }] as const;

function tenant(script: () => unknown, options: object = {}) {
  const built = house({
    selection: { pools: [{ id: 'a' }] },
    collectors: [enabled(pools, { source: 'details' }), enabled(quotas, { enabled: true, ...options })],
    script: (call) => (call.operation === 'show_quotas' ? script() : poolOf('a')),
  });
  return { ...built, asked: () => built.api.calls.filter(({ operation }) => operation === 'show_quotas') };
}
const without = (line: string) => line.replace('huaweicloud_workspace_quota_', '').replace('project="prod",', '');

describe('the quotas', () => {
  test('of all sites are one request, without parameters', async () => {
    const { read, asked } = tenant(() => answer('tenant'));
    await read();
    expect(asked()).toEqual([{ operation: 'show_quotas', path: ['quotas'] }]);
    expect(quotas.requests(quotas.options.parse({ enabled: true }), selectionOf())).toBe(1);
  });

  test('have a limit per resource and site; none where it is negative, which means unlimited', async () => {
    const { read, report } = tenant(() => answer('tenant'));
    expect((await read()).lines('quota_limit').map(without)).toEqual([
      'limit{site_id="",resource="Cores",unit="count"} 6000',
      'limit{site_id="",resource="Memory",unit="bytes"} 8388608000000',
      'limit{site_id="",resource="cores",unit="count"} 4000',
      'limit{site_id="",resource="deh",unit="count"} 0',
      'limit{site_id="",resource="general_instances",unit="count"} 500',
      'limit{site_id="edge-site-kl",resource="cores",unit="count"} 20',
    ]);
    expect(report.violations).toEqual([]);
  });

  test('have their use, of what is unlimited as well', async () => {
    const { read } = tenant(() => answer('tenant'));
    const page = await read();
    expect(page.values('quota_used')).toHaveLength(8);
    expect(page.value('quota_used', { resource: 'users', site_id: '' })).toBe(64);
    expect(page.value('quota_used', { resource: 'users', site_id: 'edge-site-kl' })).toBe(3);
  });

  test.each([
    ['count', 'count', 1],
    ['MB', 'bytes', 2 ** 20],
    ['GB', 'bytes', 2 ** 30],
    ['gb', 'bytes', 2 ** 30],
    ['', '', 1],
  ])('in %s are shown in %s', async (unit, base, factor) => {
    const { read, report } = tenant(() => ({
      quotas: { resources: [{ type: 'some', quota: 300, used: 200, unit }] },
      site_quotas: [{ site_id: 'edge', resources: [{ type: 'some', quota: 30, used: 20, unit }] }],
    }));
    const page = await read();
    expect(page.labels('quota_limit').map((labels) => labels.unit)).toEqual([base, base]);
    expect(page.values('quota_limit')).toEqual([300 * factor, 30 * factor]);
    expect(page.values('quota_used')).toEqual([200 * factor, 20 * factor]);
    expect(report).toMatchObject({ violations: [], unknown: [] });
  });

  test('in a unit that nobody knows are kept as they are, and counted', async () => {
    const resources = [{ type: 'some', quota: 300, used: 200, unit: 'PB' }];
    const { read, report } = tenant(() => ({ quotas: { resources }, site_quotas: [{ site_id: 'edge', resources }] }));
    const page = await read();
    expect(page.labels('quota_limit').map((labels) => labels.unit)).toEqual(['PB', 'PB']);
    expect(page.values('quota_used')).toEqual([200, 200]);
    expect(report.unknown).toEqual(['quotas.resources[].unit', 'site_quotas[].resources[].unit']);
    expect(quotas.enums).toEqual(report.unknown);
  });

  test('tell cores from Cores', async () => {
    const { read } = tenant(() => answer('tenant'));
    const page = await read();
    expect(page.value('quota_used', { resource: 'cores', site_id: '' })).toBe(174);
    expect(page.value('quota_used', { resource: 'Cores' })).toBe(175);
  });

  test('with gaps: what is not reported has no sample, and no site passes for the central one', async () => {
    const { read, report } = tenant(() => answer('gaps'));
    const page = await read();
    expect([...page.lines('quota_limit'), ...page.lines('quota_used')].map(without)).toEqual([
      'limit{site_id="",resource="policy_groups",unit=""} 50',
      'used{site_id="",resource="volumes",unit=""} 7',
    ]);
    expect(report.violations).toEqual(['show_quotas site_quotas[].site_id']);
    expect(page.value(...SUCCESS)).toBe(1);
  });

  test('of wrong types are named and missing; their neighbours stay', async () => {
    const { read, report } = tenant(() => answer('wrong-types'));
    const page = await read();
    expect([...page.lines('quota_limit'), ...page.lines('quota_used')].map(without)).toEqual([
      'limit{site_id="",resource="volume_gigabytes",unit="bytes"} 214748364800',
      'used{site_id="",resource="cores",unit=""} 2',
      'used{site_id="",resource="volumes",unit="count"} 7',
    ]);
    expect([...report.violations].sort()).toEqual(
      [
        'quotas.resources[]',
        'quotas.resources[].quota',
        'quotas.resources[].quota',
        'quotas.resources[].type',
        'quotas.resources[].unit',
        'quotas.resources[].used',
        'site_quotas',
      ].map((field) => `show_quotas ${field}`),
    );
  });

  test.each([
    ['a text without an end', { type: 'x'.repeat(129) }],
    ['half a surrogate pair', { type: '\uD800' }],
    ['a control character', { type: 'a\0' }],
  ])('whose name is %s are left out', async (_, resource) => {
    const { read, report } = tenant(() => ({
      quotas: {
        resources: [
          { ...resource, used: 1 },
          { type: 'deh', used: 2 },
        ],
      },
    }));
    const page = await read();
    expect(page.labels('quota_used').map((labels) => labels.resource)).toEqual(['deh']);
    expect(report.violations).toEqual(['show_quotas quotas.resources[].type']);
  });

  test('that name a resource twice show what both say', async () => {
    const { read, report } = tenant(() => ({
      quotas: {
        resources: [
          { type: 'same', quota: 9, used: 1 },
          { type: 'same', quota: 9, used: 1 },
          { type: 'deh', quota: 9, used: 1 },
          { type: 'deh', quota: 9, used: 2 },
          { type: 'deh', quota: 9, used: 2 },
        ],
      },
    }));
    const page = await read();
    expect(page.lines('quota_used').map((line) => line.replace(/.*resource="(\w+)".* /, '$1 '))).toEqual(['same 1']);
    expect(page.value('quota_limit', { resource: 'deh' })).toBe(9);
    expect(report.violations[0]).toBe('show_quotas quotas.resources[].type');
  });

  test('that a tenant has no more end at once', async () => {
    let json = answer('tenant');
    const { read, clock } = tenant(() => json, { interval: '10s' });
    await read();
    json = { quotas: { resources: [{ type: 'deh', used: 1 }] } };
    await clock.advance(10 * SECOND);
    expect((await read()).labels('quota_used').map(({ resource }) => resource)).toEqual(['deh']);
  });
});

describe('the collector', () => {
  test('is off until it is enabled, and read every five minutes', () => {
    expect(quotas.options.parse({})).toEqual({ enabled: false, interval: 5 * MINUTE });
  });

  test('is read at most once per interval; its values are served between', async () => {
    const { read, clock, asked } = tenant(() => answer('tenant'));
    await read();
    await clock.advance(4 * MINUTE);
    expect((await read()).values('quota_used')).toHaveLength(8);
    expect(asked()).toHaveLength(1);
    await clock.advance(MINUTE);
    await read();
    expect(asked()).toHaveLength(2);
  });

  test('reads no pools when it is collected alone', async () => {
    const { read, api } = tenant(() => answer('tenant'));
    await read({ collectors: ['quotas'] });
    expect(api.calls.map(({ operation }) => operation)).toEqual(['show_quotas']);
  });

  test.each([
    ['nothing', {}],
    ['a text', 'quotas'],
    ['quotas without resources', { quotas: {} }],
    ['resources that are no list', { quotas: { resources: {} } }],
    ['an error of the cloud', broken()],
  ])('that is answered %s keeps its values for twice the interval, and leaves the pools alone', async (_, json) => {
    let isBroken = false;
    const { read, clock } = tenant(() => (isBroken ? json : answer('tenant')), { interval: '20m' });
    await read();
    isBroken = true;
    await clock.advance(39 * MINUTE);
    const page = await read();
    expect(page.value(...SUCCESS)).toBe(0);
    expect(page.values('quota_used')).toHaveLength(8);
    expect(page.value('desktop_pool_up')).toBe(1);
    expect(page.value('exporter_collector_success', { collector: 'pools' })).toBe(1);
    await clock.advance(MINUTE + SECOND);
    expect((await read()).values('quota_used')).toEqual([]);
  });
});
