// The service as a whole, and its desktops outside pools: three reads, each of which fails for itself.

import { describe, expect, test } from 'vitest';
import type { Call } from '../../src/cloud/client.ts';
import { tenant } from '../../src/collectors/tenant.ts';
import { broken, enabled, forbidden, house, MINUTE, SECOND, selectionOf } from '../scrape/house.ts';

const SUCCESS = ['exporter_collector_success', { collector: 'tenant' }] as const;
const SOUND: Readonly<Record<string, unknown>> = {
  show_lock_status: { is_lock: 1, lock_time: '2026-01-14 08:00:00', lock_reason: 'arrears' },
  show_workspace: { status: 'SUBSCRIBED', ad_domains: { domain_admin_account: 'administrator' } },
  list_desktops_statistics: {
    total_num: 12,
    run_state_statistics: { active_num: 1, stop_num: 2, hibernated_num: 3, error_num: 4 },
    login_state_statistics: {
      in_use_num: 5,
      ready_num: 6,
      disconnected_num: 7,
      unregistered_num: 8,
      unable_to_connect_num: 9,
    },
  },
};
const DATA = [
  'tenant_locked',
  'tenant_status',
  'dedicated_desktops',
  'dedicated_run_state_desktops',
  'dedicated_login_state_desktops',
];

const service = (answer: (call: Call) => unknown = ({ operation }) => SOUND[operation]) =>
  house({ collectors: [enabled(tenant, { enabled: true, interval: '20m' })], script: answer });
const short = (line: string) => line.replace('huaweicloud_workspace_', '').replace(/\{project="prod",?/, '{');

describe('the service', () => {
  test('is three requests, and all that is exported of them', async () => {
    const { read, api, report } = service();
    const page = await read();
    expect(DATA.flatMap((name) => page.lines(name)).map(short)).toEqual([
      'tenant_locked{} 1',
      'tenant_status{status="PREPARING"} 0',
      'tenant_status{status="SUBSCRIBING"} 0',
      'tenant_status{status="SUBSCRIBED"} 1',
      'tenant_status{status="SUBSCRIPTION_FAILED"} 0',
      'tenant_status{status="DEREGISTERING"} 0',
      'tenant_status{status="DEREGISTRATION_FAILED"} 0',
      'tenant_status{status="OTHER"} 0',
      'dedicated_desktops{} 12',
      'dedicated_run_state_desktops{state="active"} 1',
      'dedicated_run_state_desktops{state="stopped"} 2',
      'dedicated_run_state_desktops{state="hibernated"} 3',
      'dedicated_run_state_desktops{state="error"} 4',
      'dedicated_login_state_desktops{state="in_use"} 5',
      'dedicated_login_state_desktops{state="ready"} 6',
      'dedicated_login_state_desktops{state="disconnected"} 7',
      'dedicated_login_state_desktops{state="unregistered"} 8',
      'dedicated_login_state_desktops{state="unable_to_connect"} 9',
    ]);
    expect(api.calls).toEqual([
      { operation: 'show_lock_status', path: ['workspaces', 'lock-status'] },
      { operation: 'show_workspace', path: ['workspaces'] },
      {
        operation: 'list_desktops_statistics',
        path: ['statistics'],
        query: { desktop_type: 'DEDICATED', statistics_type: ['login-state', 'run-state'] },
      },
    ]);
    expect(tenant.requests(tenant.options.parse({ enabled: true }), selectionOf())).toBe(3);
    expect(report.violations).toEqual([]);
    expect(page.text).not.toMatch(/arrears|administrator/);
  });

  test('in a status that nobody knows is in another one, and it is counted', async () => {
    const { read, report } = service(({ operation }) =>
      operation === 'show_workspace' ? { status: 'CLOSED' } : SOUND[operation],
    );
    const page = await read();
    expect(page.value('tenant_status', { status: 'OTHER' })).toBe(1);
    expect(page.values('tenant_status').reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(report.unknown).toEqual(['workspaces.status']);
    expect(tenant.enums).toEqual(report.unknown);
  });

  test('without desktops outside pools has none: what is not reported has no sample', async () => {
    const { read, report } = service(({ operation }) =>
      operation === 'list_desktops_statistics' ? { total_num: 0, run_state_statistics: null } : SOUND[operation],
    );
    const page = await read();
    expect(page.value('dedicated_desktops')).toBe(0);
    expect(page.values('dedicated_run_state_desktops')).toEqual([]);
    expect(report.violations).toEqual([]);
  });

  test('with one wrong number loses that one', async () => {
    const { read, report } = service(({ operation }) =>
      operation === 'list_desktops_statistics'
        ? { total_num: 'many', run_state_statistics: { active_num: 1, stop_num: -2 } }
        : SOUND[operation],
    );
    const page = await read();
    expect(page.values('dedicated_desktops')).toEqual([]);
    expect(page.values('dedicated_run_state_desktops')).toEqual([1]);
    expect(report.violations).toEqual([
      'list_desktops_statistics total_num',
      'list_desktops_statistics run_state_statistics.stop_num',
    ]);
    expect(page.value(...SUCCESS)).toBe(1);
  });
});

describe('the collector', () => {
  test('is off until it is enabled, and read every five minutes', () => {
    expect(tenant.options.parse({})).toEqual({ enabled: false, interval: 5 * MINUTE });
  });

  const parts = [
    ['show_lock_status', ['tenant_locked']],
    ['show_workspace', ['tenant_status']],
    ['list_desktops_statistics', DATA.slice(2)],
  ] as const;
  const failures = [
    ['null', null],
    ['a text', 'service'],
    ['a list', []],
    ['an error of the cloud', broken()],
    ['403', forbidden()],
  ] as const;
  type Case = readonly [operation: string, what: string, own: readonly string[], json: unknown];
  const all = parts.flatMap(([operation, own]) => failures.map(([what, json]): Case => [operation, what, own, json]));
  test.each<Case>([
    ...all,
    ['show_lock_status', 'nothing', ['tenant_locked'], {}],
    ['show_lock_status', 'a lock that is none', ['tenant_locked'], { is_lock: 2 }],
    ['show_workspace', 'no status', ['tenant_status'], { status: null }],
  ])(
    'whose %s is answered %s keeps these values for twice the interval, and the others go on',
    async (operation, _, own, json) => {
      let isBroken = false;
      const { read, clock } = service((call) =>
        isBroken && call.operation === operation ? json : SOUND[call.operation],
      );
      await read();
      isBroken = true;
      await clock.advance(39 * MINUTE);
      const page = await read();
      expect(page.value(...SUCCESS)).toBe(0);
      for (const name of DATA) expect(page.values(name), name).not.toEqual([]);
      await clock.advance(MINUTE + SECOND);
      const later = await read();
      for (const name of DATA) expect(later.values(name).length > 0, name).toBe(!own.includes(name));
    },
  );
});
