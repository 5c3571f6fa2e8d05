// Free addresses and products that are sold out, of what the selected pools use.

import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/cloud/client.ts';
import { pools } from '../../src/collectors/pools.ts';
import { supply } from '../../src/collectors/supply.ts';
import {
  broken,
  discovering,
  enabled,
  forbidden,
  house,
  listOf,
  MINUTE,
  poolOf,
  SECOND,
  selectionOf,
} from '../scrape/house.ts';

const SUCCESS = ['exporter_collector_success', { collector: 'supply' }] as const;
const short = (line: string) => line.replace('huaweicloud_workspace_', '').replace('project="prod",', '');
const zoned = (zone: string, product: string) => ({ availability_zone: zone, product: { product_id: product } });
const zone = (name: unknown, sold_out?: unknown) => ({ availability_zone: name, sold_out });
const zones = (...rows: readonly unknown[]) => ({ availability_zones: rows, total_count: rows.length });

interface Setting {
  readonly list?: () => readonly object[];
  readonly addresses?: (subnet: string | undefined) => unknown;
  readonly offers?: () => unknown;
}
function estate({
  list = () => [
    poolOf('a', { subnet_ids: ['s1', 's2'], ...zoned('z1', 'p1') }),
    poolOf('b', { subnet_id: 's1', ...zoned('z2', 'p1') }),
  ],
  addresses = () => ({ available_ip: 7 }),
  offers = () => zones(zone('z1', { products: ['p1'] }), zone('z2', { products: [] })),
}: Setting = {}) {
  const answer = ({ operation, path }: Call) => {
    if (operation === 'show_available_ip') return addresses(path[1]);
    return operation === 'list_availability_zones' ? offers() : listOf(list());
  };
  const built = house({
    selection: { discovery: discovering },
    collectors: [enabled(pools), enabled(supply, { enabled: true, interval: '20m' })],
    script: answer,
  });
  const asked = (operation: string) => built.api.calls.filter((call) => call.operation === operation);
  return { ...built, asked };
}

describe('free addresses', () => {
  test('of each subnet in use are one request that can wait', async () => {
    const { read, asked, report } = estate({ addresses: (subnet) => ({ available_ip: subnet === 's1' ? 0 : 9 }) });
    expect((await read()).lines('subnet_free_addresses').map(short)).toEqual([
      'subnet_free_addresses{subnet_id="s1"} 0',
      'subnet_free_addresses{subnet_id="s2"} 9',
    ]);
    expect(asked('show_available_ip')).toEqual(
      ['s1', 's2'].map((id) => ({
        operation: 'show_available_ip',
        path: ['subnets', id, 'available-ip'],
        isPatient: true,
      })),
    );
    expect(report.violations).toEqual([]);
  });

  test.each([
    ['nothing', {}],
    ['null', null],
    ['a list', []],
    ['a text', { available_ip: '7' }],
    ['a negative number', { available_ip: -1 }],
    ['an error of the cloud', broken()],
    ['403', forbidden()],
  ])('that are answered %s for one subnet keep its last value, and the others go on', async (_, json) => {
    let isBroken = false;
    const { read, clock } = estate({
      addresses: (subnet) => (isBroken && subnet === 's1' ? json : { available_ip: isBroken ? 3 : 7 }),
    });
    await read();
    isBroken = true;
    await clock.advance(39 * MINUTE);
    const page = await read();
    expect(page.values('subnet_free_addresses')).toEqual([7, 3]);
    expect(page.value(...SUCCESS)).toBe(0);
    expect(page.value('exporter_collector_success', { collector: 'pools' })).toBe(1);
    await clock.advance(MINUTE + SECOND);
    expect((await read()).lines('subnet_free_addresses').map(short)).toEqual([
      'subnet_free_addresses{subnet_id="s2"} 3',
    ]);
  });

  test('of a subnet that no pool uses any more end', async () => {
    let subnets = ['s1', 's2'];
    const { read, clock } = estate({ list: () => [poolOf('a', { subnet_ids: subnets })] });
    await read();
    subnets = ['s2'];
    await clock.advance(20 * MINUTE);
    expect((await read()).labels('subnet_free_addresses').map(({ subnet_id }) => subnet_id)).toEqual(['s2']);
  });

  test('are not asked for by what is no id: it would go into a path', async () => {
    const { read, asked } = estate({ list: () => [poolOf('a', { subnet_ids: ['..', 'a/b', '', 'ok'] })] });
    await read();
    expect(asked('show_available_ip').map(({ path }) => path[1])).toEqual(['ok']);
  });

  test('of more than fifty subnets are read by turns, which is said', async () => {
    const list = () => [poolOf('a', { subnet_ids: Array.from({ length: 60 }, (_, index) => `s${index + 10}`) })];
    const { read, clock, asked, report } = estate({ list });
    await read();
    expect(asked('show_available_ip')).toHaveLength(50);
    await clock.advance(20 * MINUTE);
    expect((await read()).values('subnet_free_addresses')).toHaveLength(60);
    expect(report.notices[0]).toBe('the pools use more than 50 subnets: each collection reads 50 of them, by turns');
    expect(supply.requests(supply.options.parse({ enabled: true }), selectionOf())).toBe(51);
  });
});

describe('products', () => {
  test('in use are sold out or not, by zone, in one request', async () => {
    const { read, asked } = estate();
    expect((await read()).lines('product_sold_out').map(short)).toEqual([
      'product_sold_out{availability_zone="z1",product_id="p1"} 1',
      'product_sold_out{availability_zone="z2",product_id="p1"} 0',
    ]);
    expect(asked('list_availability_zones')).toEqual([
      { operation: 'list_availability_zones', path: ['availability-zones'] },
    ]);
  });

  test.each([
    ['does not list', zones(zone('z2', { products: [] }))],
    ['lists without saying what is sold out', zones(zone('z1'), zone('z2', { products: [] }))],
    ['lists without products', zones(zone('z1', { products: null }), zone('z2', { products: [] }))],
  ])('of a zone that the cloud %s have no series', async (_, json) => {
    const { read, report } = estate({ offers: () => json });
    const page = await read();
    expect(page.labels('product_sold_out').map(({ availability_zone }) => availability_zone)).toEqual(['z2']);
    expect(page.value(...SUCCESS)).toBe(1);
    expect(report.violations).toEqual([]);
  });

  test('are counted as sold out however long the list is', async () => {
    const products = [...Array.from({ length: 5000 }, (_, index) => `other${index}`), 'p1'];
    const { read } = estate({ offers: () => zones(zone('z1', { products })) });
    expect((await read()).value('product_sold_out', { availability_zone: 'z1' })).toBe(1);
  });

  test('of a list that is wrong in one place are not said to be on sale', async () => {
    const { read, report } = estate({
      offers: () => zones(zone('z1', { products: ['p2', 7] }), zone('z2', { products: [] })),
    });
    expect((await read()).labels('product_sold_out').map(({ availability_zone }) => availability_zone)).toEqual(['z2']);
    expect(report.violations).toEqual(['list_availability_zones availability_zones[].sold_out.products']);
  });

  test('that are not used any more end, and are not asked for where none is', async () => {
    let product: string | null = 'p1';
    const { read, clock, asked } = estate({
      list: () => [poolOf('a', { availability_zone: 'z1', product: { product_id: product } })],
    });
    await read();
    product = null;
    await clock.advance(20 * MINUTE);
    expect((await read()).values('product_sold_out')).toEqual([]);
    expect(asked('list_availability_zones')).toHaveLength(1);
  });

  test.each([
    ['nothing', {}],
    ['null', null],
    ['a text', 'zones'],
    ['zones that are no list', { availability_zones: {} }],
    ['a zone without a name', zones(zone(null))],
    ['a zone that is none', zones(7)],
    ['a zone twice', zones(zone('z1', { products: ['p1'] }), zone('z1', { products: [] }))],
    ['an error of the cloud', broken()],
    ['403', forbidden()],
  ])('that are answered %s keep their last values, and addresses are read', async (_, json) => {
    let isBroken = false;
    const { read, clock } = estate({ offers: () => (isBroken ? json : zones(zone('z1', { products: ['p1'] }))) });
    await read();
    isBroken = true;
    await clock.advance(39 * MINUTE);
    const page = await read();
    expect(page.values('product_sold_out')).toEqual([1]);
    expect(page.values('subnet_free_addresses')).toEqual([7, 7]);
    expect(page.value(...SUCCESS)).toBe(0);
    await clock.advance(MINUTE + SECOND);
    const later = await read();
    expect(later.values('product_sold_out')).toEqual([]);
    expect(later.values('subnet_free_addresses')).toEqual([7, 7]);
  });
});

test('the collector fails while no pool could be read, and is read with the first ones that can be', async () => {
  let isSick = true;
  const { read, clock, asked } = estate({
    list() {
      if (isSick) throw broken();
      return [poolOf('a', { subnet_ids: ['s1'], ...zoned('z1', 'p1') })];
    },
  });
  expect((await read()).value(...SUCCESS)).toBe(0);
  isSick = false;
  // Far less than its interval.
  await clock.advance(MINUTE);
  const page = await read();
  expect([page.value(...SUCCESS), page.value('subnet_free_addresses')]).toEqual([1, 7]);
  await clock.advance(MINUTE);
  await read();
  expect(asked('show_available_ip')).toHaveLength(1);
});

test('the collector is off until it is enabled, and read every five minutes', () => {
  expect(supply.options.parse({})).toEqual({ enabled: false, interval: 5 * MINUTE });
});
