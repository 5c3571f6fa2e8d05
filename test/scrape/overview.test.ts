// What a person is shown of every pool, from the same stores as the page.
import { expect, test } from 'vitest';
import { readClocks } from '../../src/async/clock.ts';
import { overview } from '../../src/scrape/overview.ts';
import { desktopPool } from '../fixtures/read.ts';
import { askedId, broken, house, MINUTE, notThere, poolOf } from './house.ts';

test('every configured pool has a state, from its first day to its last', async () => {
  let answer: (() => unknown) | undefined = broken;
  const { read, clock, project } = house({
    selection: { pools: [{ id: 'a', capacity_limit: 9 }, { id: 'b' }] },
    script: (call) => (askedId(call) === 'a' ? (answer?.() ?? poolOf('a')) : poolOf('b')),
  });
  const of = (id: string) => overview(project, readClocks(clock)).pools.find((pool) => pool.id === id);
  expect(of('a')).toMatchObject({ state: 'never', failure: undefined, readAt: undefined, summary: {} });
  await read();
  expect(of('a')).toMatchObject({ state: 'never', failure: 'server', capacityLimit: 9 });
  answer = undefined;
  await clock.advance(MINUTE);
  await read();
  expect(of('a')).toMatchObject({ state: 'fresh', failure: undefined, summary: { desktops: 10, name: 'name of a' } });
  answer = broken;
  const readAt = clock.now();
  await clock.advance(MINUTE);
  await read();
  expect(of('a')).toMatchObject({ state: 'stale', failure: 'server', readAt, summary: { desktops: 10 } });
  await clock.advance(10 * MINUTE);
  await read();
  expect(of('a')).toMatchObject({ state: 'ended', failure: 'server', readAt, summary: { name: 'name of a' } });
  expect(of('a')?.summary.desktops).toBeUndefined();
  answer = notThere;
  for (let i = 0; i < 2; i++) {
    await clock.advance(MINUTE);
    await read();
  }
  expect(of('a')).toMatchObject({ state: 'gone', failure: 'gone', readAt: undefined, summary: {} });
  expect(of('b')).toMatchObject({ state: 'fresh' });
});

test('a pool is summarized with what matters at a glance', async () => {
  const document = desktopPool('newer-fields');
  const { read, clock, project } = house({ script: () => document, selection: { pools: [{ id: document.id }] } });
  await read();
  expect(overview(project, readClocks(clock))).toMatchObject({
    name: 'prod',
    projectId: '0bec5db98280d2d02fd6c00c2de791ce',
    region: 'ap-southeast-3',
    collectors: [{ name: 'pools', finished: { isSuccess: true }, failures: new Map() }],
    pools: [
      {
        summary: {
          name: '工程部 GPU',
          type: 'DYNAMIC',
          zone: 'ap-southeast-3a',
          status: 'TEMPORARY',
          productStatus: 'sellout',
          desktops: 120,
          used: 96,
          isAutoscaled: true,
          autoscaleType: 'ACCESS_CREATED',
          minIdle: 8,
          maxAutoCreated: 150,
          isInMaintenance: true,
        },
      },
    ],
  });
});

test('failures of the latest collection are told', async () => {
  const { read, clock, project } = house({ script: broken, selection: { pools: [{ id: 'a' }] } });
  await read();
  const [collector] = overview(project, readClocks(clock)).collectors;
  expect([...(collector?.failures.keys() ?? [])]).toEqual(['HTTP 500 ']);
});
