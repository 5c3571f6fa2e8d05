// Each check of the soak is silent on a true page and speaks of a doctored one.
import { describe, expect, it } from 'vitest';
import { countersCheck } from '../../bench/soak/checks/counters.ts';
import { namesCheck } from '../../bench/soak/checks/names.ts';
import { orderCheck } from '../../bench/soak/checks/order.ts';
import { missingIn, presenceCheck } from '../../bench/soak/checks/presence.ts';
import { secretsCheck } from '../../bench/soak/checks/secrets.ts';
import { totalsCheck } from '../../bench/soak/checks/totals.ts';
import { valuesCheck } from '../../bench/soak/checks/values.ts';
import { createTimeline } from '../../bench/soak/timeline.ts';
import { peopleOf } from '../../src/simulator/people.ts';
import { ID, limits, number, OTHER, pageOf, pool, START, truthOf, words } from './doctored.ts';

const truth = truthOf();
const gone = (at: number) => {
  const timeline = createTimeline<string | undefined>('one');
  timeline.set(undefined, at);
  return truthOf({ pools: new Map([[ID, timeline]]) });
};
const reloaded = (value: number | 'off' | undefined, at: number) => {
  const configured = createTimeline<number | 'off' | undefined>(0);
  configured.set(value, at);
  return truthOf({ configured });
};

it('every check is silent on a true page', () => {
  const page = pageOf([...pool(), 'users{project="p"} 3', 'pools{project="p",state="listed"} 1']);
  const checks = [
    valuesCheck([truth], limits),
    namesCheck([truth]),
    orderCheck([truth]),
    presenceCheck([truth], limits),
    totalsCheck([truth], limits),
    countersCheck([truth]),
  ];
  expect(checks.flatMap((check) => check(page))).toEqual([]);
  expect(missingIn(page, truth)).toEqual([]);
});

describe('the values of a pool', () => {
  const judge = (lines: readonly string[], its = truth) => words(valuesCheck([its], limits)(pageOf(lines)));

  it.each([
    [
      'of two states',
      { desktop_pool_desktops_used: String(number('desktop_pool_desktops_used', 98)) },
      'values of 2 states at once',
    ],
    [
      'of another pool',
      { 'desktop_pool_desktops{': String(number('desktop_pool_desktops', 99, { id: OTHER })) },
      'is a number of another pool',
    ],
    [
      'of another field',
      { 'desktop_pool_desktops{': String(number('desktop_pool_desktops_used', 99)) },
      'is a number of desktop_pool_desktops_used',
    ],
    ['that nobody sent', { 'desktop_pool_desktops{': '0' }, 'which the cloud never said'],
    [
      'whose status is of another state',
      {
        desktop_pool_status: '0',
        [`desktop_pool_status{project="p",pool_id="${ID}",pool_name="one",status="STEADY"}`]: '1',
      },
      'status is STEADY',
    ],
    ['whose mode is of another state', { desktop_pool_in_maintenance_mode: '0' }, 'in_maintenance_mode is 0'],
    ['whose time is not told', { desktop_pool_last_success: undefined }, 'nobody says of when'],
  ])('are not %s', (_, instead, complaint) => {
    expect(judge(pool({ instead })).join()).toContain(complaint);
  });

  it('are of the moment that last_success names', () => {
    expect(judge(pool({ version: 97 })).join()).toContain('version 97, but between last_success');
    expect(judge(pool({ readAt: 97_000 }))).toEqual([]);
    expect(judge(pool({ readAt: 96_000 })).join()).toContain('version 99, but between last_success');
  });

  it('end with max_staleness', () => {
    const old = pool({ readAt: 91_000, version: 91 });
    expect(judge(old).join()).toContain('stay beyond max_staleness');
    expect(judge(pool({ readAt: 93_000, version: 93 })).join()).not.toContain('stay beyond');
  });

  it('are of a time at which it existed', () => {
    expect(judge(pool(), gone(98_000)).join()).toContain('did not exist');
    expect(judge(pool(), gone(99_500))).toEqual([]);
  });

  it('of sessions may be as old as max_staleness', () => {
    const sessions = (version: number) =>
      pool({
        instead: {
          desktop_pool_login_state_desktops: String(
            number('desktop_pool_login_state_desktops', version, { state: 'ready' }),
          ),
        },
      });
    expect(judge(sessions(92))).toEqual([]);
    expect(judge(sessions(80)).join()).toContain('sessions of version 80');
  });
});

describe('names', () => {
  it('are one per pool, and one that it had', () => {
    const check = namesCheck([truth]);
    const two = { [`desktop_pool_x{project="p",pool_id="${ID}",pool_name="other"}`]: '1' };
    expect(words(check(pageOf(pool({ instead: two })))).join()).toContain('several names: one, other');
    expect(words(check(pageOf(pool({ name: 'never' })))).join()).toContain('is not one that it had');
  });
});

describe('order', () => {
  const later = { start: START + 1000, end: START + 1100 };

  it('is that of time, for values and for last_success', () => {
    const check = orderCheck([truth]);
    check(pageOf(pool()));
    const back = words(check(pageOf(pool({ version: 98, readAt: 98_000 }), later)));
    expect(back).toHaveLength(3);
    expect(back.join()).toContain('pools went back from 99 to 98');
  });

  it('says nothing of pages that were asked for at the same time, nor of a project that was changed', () => {
    const check = orderCheck([truth]);
    check(pageOf(pool()));
    expect(check(pageOf(pool({ version: 98, readAt: 98_000 }), { start: START + 50, end: START + 1100 }))).toEqual([]);
    const changed = orderCheck([reloaded(1, START + 500)]);
    changed(pageOf(pool()));
    expect(changed(pageOf(pool({ version: 98, readAt: 98_000 }), later))).toEqual([]);
  });
});

describe('presence', () => {
  const judge = (lines: readonly string[], its = truth) => words(presenceCheck([its], limits)(pageOf(lines)));
  const noData = Object.fromEntries(
    ['desktops', 'desktops_used', 'in_maintenance_mode', 'status', 'info', 'login_state_desktops'].map((name) => [
      `desktop_pool_${name}{`,
      undefined,
    ]),
  );
  const configured = truthOf({ ids: [ID] });

  it('means values, or up 0', () => {
    expect(judge(pool({ instead: noData }))).toEqual([`p/${ID}: up is 1, and there are no values`]);
    expect(judge(pool({ up: 0, instead: noData }))).toEqual([]);
    expect(judge(pool({ instead: { desktop_pool_last_success: undefined } })).join()).toContain('it was never read');
  });

  it('is owed to what is configured, and to what the cloud told of', () => {
    expect(judge([], configured)).toEqual([`p/${ID}: configured, and missing altogether`]);
    expect(judge([])).toEqual([`p/${ID}: missing altogether`]);
    expect(judge([], truthOf({ isTold: () => false }))).toEqual([]);
  });

  it('ends for what is gone or not wanted', () => {
    expect(judge(pool(), gone(1))).toEqual([`p/${ID}: gone or not wanted, and still there`]);
    const hidden = truthOf({ pools: new Map([[ID, createTimeline<string | undefined>('one-hidden')]]) });
    expect(judge(pool(), hidden)).toEqual([`p/${ID}: gone or not wanted, and still there`]);
  });

  it('of a configured pool that is gone is found 0 alone', () => {
    const its = { ...gone(1), ids: [ID] };
    expect(judge(pool({ up: 0, found: 0, instead: noData }), its)).toEqual([]);
    expect(judge(pool(), its).join()).toContain('gone, and not said to be');
    expect(judge(pool({ up: 0, found: 0 }), its).join()).toContain('more than up 0');
    expect(judge(pool({ up: 0, found: 0, instead: noData }), configured).join()).toContain(
      'said to be gone, and it is not',
    );
  });

  it('is not given to anybody else', () => {
    expect(judge([...pool(), ...pool({ id: OTHER })], configured).join()).toContain(`p/${OTHER}: nobody configured it`);
    expect(judge(pool(), reloaded('off', 1)).join()).toContain('of a project that was removed');
    expect(judge([`desktop_pool_desktops{project="p",pool_id="${ID}"} 1`]).join()).toContain('nobody asked for');
  });

  it('is not judged while a reload is under way', () => {
    expect(judge([], reloaded(undefined, START + 50))).toEqual([]);
  });

  it('is owed with up 1 once everything is well again', () => {
    expect(words(missingIn(pageOf(pool({ up: 0 })), truth)).join()).toContain('not up though everything is well again');
    expect(missingIn(pageOf([]), gone(1))).toEqual([]);
  });
});

describe('totals', () => {
  const judge = (lines: readonly string[], its = truth) => words(totalsCheck([its], limits)(pageOf(lines)));

  it('count the pools that there were', () => {
    expect(judge(['pools{project="p",state="listed"} 2']).join()).toContain('2 pools listed');
    expect(judge(['pools{project="p",state="listed"} 0'], gone(99_000))).toEqual([]);
    expect(judge(['pools{project="p",state="listed"} 0', 'pools{project="p",state="unlisted"} 1'])).toEqual([]);
  });

  it('count the users, and those of a pool', () => {
    expect(judge(['users{project="p"} 2']).join()).toContain('2 users, there are 3');
    const users = (attached: number) =>
      ['true', 'false'].map(
        (is) => `desktop_pool_users{project="p",pool_id="${ID}",attached="${is}"} ${is === 'true' ? attached : 1}`,
      );
    expect(judge(users(2))).toEqual([]);
    expect(judge(users(1)).join()).toContain('1 and 1 users, wanted 2 and 1');
  });

  it('of quotas fit each other', () => {
    const quota = (resource: string, value: number) =>
      `quota_used{project="p",site_id="",resource="${resource}",unit="count"} ${value}`;
    const some = [quota('general_instances', 3), quota('gpu_instances', 2)];
    expect(judge([...some, quota('volumes', 10)])).toEqual([]);
    expect(judge([...some, quota('volumes', 12)]).join()).toContain('quotas of two answers at once');
    expect(judge([quota('cores', 1), quota('Cores', 2)]).join()).toContain('quotas of two answers at once');
  });
});

describe('counters', () => {
  const later = { start: START + 1000, end: START + 1100 };
  const page = (value: number | undefined, part = {}) =>
    pageOf(
      [
        ...(value === undefined ? [] : [`exporter_reads_total{project="p"} ${value}`]),
        'exporter_build_info{version="1"} 1',
      ],
      part,
      { exporter_reads_total: 'counter' },
    );

  it.each([
    [5, 4, 'fell from 5 to 4'],
    [5, undefined, 'has vanished'],
  ])('never go from %s to %s', (before, now, complaint) => {
    const check = countersCheck([truth]);
    check(page(before));
    expect(words(check(page(now, later))).join()).toContain(complaint);
  });

  it('grow, and end with their project', () => {
    const check = countersCheck([truth]);
    check(page(5));
    expect(check(page(6, later))).toEqual([]);
    const removed = countersCheck([reloaded('off', START + 500)]);
    removed(page(5));
    expect(removed(page(undefined, later))).toEqual([]);
  });

  it('are of one process', () => {
    const started = (at: number, part = {}) => {
      const text = `# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds ${at}\n`;
      return {
        ...pageOf([], part),
        samples: [
          {
            name: 'process_start_time_seconds',
            type: 'gauge',
            labels: {},
            value: at,
            series: 'process_start_time_seconds',
          },
        ],
        text,
      };
    };
    const check = countersCheck([truth]);
    check(started(1));
    expect(words(check(started(2, later)))).toEqual(['the process is another one']);
  });
});

describe('secrets', () => {
  const [person] = peopleOf('main');
  const check = secretsCheck(() => ['hunter2']);

  it.each(['hunter2', 'U0VBTEVE', person?.email, person?.phone, person?.id])('%s is not shown', (word) => {
    expect(check(`x ${word} y`, false)).toHaveLength(1);
  });

  it('an id of a user is shown where it is asked for', () => {
    expect(check(`x ${person?.id} y`, true)).toEqual([]);
  });
});
