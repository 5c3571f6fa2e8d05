// The first row of the overview: is anything wrong, the gravest first, in seven numbers and a list.
import type { Row } from './dashboard.ts';
import { firingCount, firingTable } from './firing.ts';
import type { Kit } from './kit.ts';
import { NEUTRAL, NONE_ALLOWED, NONE_WANTED } from './looks.ts';
import { poolColumns } from './pool-columns.ts';
import { stat } from './present.ts';
import { counted } from './promql.ts';

export const status = (kit: Kit): Row => {
  const { dataAge, DATA_AGE, exhausted, limit, missingIdle, perRead, record } = kit;
  const asked = perRead('desktop_pool_configured');
  const desktops = record('desktops:max');
  return {
    title: 'Status',
    panels: [
      firingCount(kit, { width: 5, height: 4 }),
      stat({
        title: 'Exhausted',
        description:
          'DYNAMIC pools without an idle desktop: who connects next is turned away. Not counted are pools in maintenance, and pools that create a desktop for whoever connects, unless it is evident that they may create no more.',
        unit: 'none',
        width: 3,
        height: 4,
        thresholds: NONE_ALLOWED,
        queries: [{ expr: counted(exhausted, desktops) }],
      }),
      stat({
        title: 'Below minimum idle',
        description:
          'Pools that create desktops ahead of need and have fewer idle ones than their policy wants. Pools in maintenance are not counted. No data: nothing is read, or the recording rules are not loaded.',
        unit: 'none',
        width: 3,
        height: 4,
        thresholds: NONE_WANTED,
        queries: [{ expr: counted(`${missingIdle} > 0`, desktops) }],
      }),
      stat({
        title: 'In maintenance',
        description: 'Pools in maintenance mode: nobody new can connect to them.',
        unit: 'none',
        width: 3,
        height: 4,
        thresholds: NONE_WANTED,
        queries: [{ expr: counted(`${record('in_maintenance:max')} == 1`, record('in_maintenance:max')) }],
      }),
      stat({
        title: 'Pools read',
        description:
          'Pools whose latest read succeeded, beside the pools that configuration and discovery ask for. The two should be equal. No data: the exporter is not scraped.',
        unit: 'none',
        width: 4,
        height: 4,
        thresholds: NEUTRAL,
        queries: [
          { expr: `sum(${perRead('desktop_pool_up')})`, legend: 'Read' },
          { expr: `count(${asked})`, legend: 'Asked for' },
        ],
      }),
      stat({
        title: 'Stale',
        description: `Pools that were last read successfully more than ${limit('data_age_seconds') / 60} minutes ago, or never. After 10 minutes their values end.`,
        unit: 'none',
        width: 3,
        height: 4,
        thresholds: NONE_ALLOWED,
        queries: [{ expr: counted(`${asked} unless (${dataAge} <= ${limit('data_age_seconds')})`, asked) }],
      }),
      stat({
        title: 'Oldest data',
        description: 'Time since the pool that was not read for the longest was last read successfully.',
        unit: 's',
        width: 3,
        height: 4,
        decimals: 0,
        thresholds: DATA_AGE,
        queries: [{ expr: `max(${dataAge})` }],
      }),
      firingTable(kit, 11, poolColumns(kit)),
    ],
  };
};
