// The first row of a pool's dashboard: how it is now.
import type { Row } from './dashboard.ts';
import { MAINTENANCE, NEUTRAL, NONE_WANTED, POOL_STATUS, PRODUCT_STATUS, UTILIZATION } from './looks.ts';
import { gauge, stat } from './present.ts';
import { record, stateNumber } from './promql.ts';

const SIZE = { width: 3, height: 4 } as const;

export const now: Row = {
  title: 'Now',
  panels: [
    stat({
      ...SIZE,
      title: 'Desktops',
      description: 'Desktops of the pool, whether on or off.',
      unit: 'short',
      thresholds: NEUTRAL,
      queries: [{ expr: record('desktops:max') }],
    }),
    stat({
      ...SIZE,
      title: 'In use',
      description: 'Desktops that are bound to a user, who need not be connected.',
      unit: 'short',
      thresholds: NEUTRAL,
      queries: [{ expr: record('desktops_used:max') }],
    }),
    stat({
      ...SIZE,
      title: 'Idle',
      description: 'Desktops that are bound to nobody.',
      unit: 'short',
      thresholds: NEUTRAL,
      queries: [{ expr: record('desktops_idle:max') }],
    }),
    stat({
      ...SIZE,
      title: 'Missing idle',
      description: 'How many desktops the pool is short of the idle ones that its policy wants; 0 without a policy.',
      unit: 'short',
      thresholds: NONE_WANTED,
      queries: [{ expr: `${record('idle_deficit:max')} or 0 * ${record('desktops:max')}` }],
    }),
    gauge({
      ...SIZE,
      title: 'Utilization',
      description: 'Share of the desktops that are bound to a user.',
      unit: 'percentunit',
      min: 0,
      max: 1,
      thresholds: UTILIZATION,
      queries: [{ expr: record('utilization:ratio') }],
    }),
    stat({
      ...SIZE,
      title: 'Status',
      description:
        'What the cloud says of the pool. STEADY is well; TEMPORARY is a change under way; EXIST_FROZEN is an unpaid bill or a legal hold.',
      unit: 'none',
      mappings: [POOL_STATUS.byNumber],
      queries: [{ expr: stateNumber('desktop_pool_status', POOL_STATUS.names) }],
    }),
    stat({
      ...SIZE,
      title: 'Product status',
      description:
        'Whether the product that the desktops are made of can be bought. A pool whose product is sold out cannot grow.',
      unit: 'none',
      mappings: [PRODUCT_STATUS.byNumber],
      queries: [{ expr: stateNumber('desktop_pool_product_status', PRODUCT_STATUS.names) }],
    }),
    stat({
      ...SIZE,
      title: 'Maintenance',
      description:
        'While the pool is in maintenance, nobody new can connect and the alerts about its capacity are silent.',
      unit: 'none',
      mappings: [MAINTENANCE],
      queries: [{ expr: record('in_maintenance:max') }],
    }),
  ],
};
