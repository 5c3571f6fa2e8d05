// The first row of a pool's dashboard: how it is now.
import type { Row } from './dashboard.ts';
import { firingTable } from './firing.ts';
import type { Kit } from './kit.ts';
import { NEUTRAL, NONE_WANTED, POOL_STATUS, ROOM } from './looks.ts';
import { gauge, stat } from './present.ts';

const SIZE = { width: 3, height: 4 } as const;

export const now = (kit: Kit): Row => {
  const { DATA_AGE, OF_POOL, dataAge, missingIdle, record, room, stateNumber } = kit;
  return {
    title: 'Now',
    panels: [
      stat({
        ...SIZE,
        title: 'Room',
        description:
          'Whether there is room for whoever comes next, judged as the alerts do: a STATIC pool may be full, a pool that scales by itself needs its idle desktops, and to a pool in maintenance nobody new can connect.',
        unit: 'none',
        mappings: [ROOM],
        queries: [{ expr: room }],
      }),
      stat({
        ...SIZE,
        title: 'Desktops',
        description: 'Desktops of the pool, whether on or off.',
        unit: 'none',
        thresholds: NEUTRAL,
        queries: [{ expr: record('desktops:max') }],
      }),
      stat({
        ...SIZE,
        title: 'In use',
        description: 'Desktops that are bound to a user, who need not be connected.',
        unit: 'none',
        thresholds: NEUTRAL,
        queries: [{ expr: record('desktops_used:max') }],
      }),
      stat({
        ...SIZE,
        title: 'Idle',
        description: 'Desktops that are bound to nobody.',
        unit: 'none',
        thresholds: NEUTRAL,
        queries: [{ expr: record('desktops_idle:max') }],
      }),
      stat({
        ...SIZE,
        title: 'Missing idle',
        description:
          'How many desktops the pool is short of the idle ones that its policy wants; 0 without a policy, in maintenance, and where a desktop is created for whoever connects.',
        unit: 'none',
        thresholds: NONE_WANTED,
        queries: [{ expr: `${missingIdle} or 0 * ${record('desktops:max')}` }],
      }),
      gauge({
        ...SIZE,
        title: 'Utilization',
        description:
          'Share of the desktops that are bound to a user. Whether that is much, "Room" says: a STATIC pool may be full.',
        unit: 'percentunit',
        min: 0,
        max: 1,
        thresholds: NEUTRAL,
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
        title: 'Data age',
        description: 'Time since the pool was last read successfully: as old is all that is shown here.',
        unit: 's',
        decimals: 0,
        thresholds: DATA_AGE,
        queries: [{ expr: dataAge }],
      }),
      firingTable(kit, 6, [], OF_POOL),
    ],
  };
};
