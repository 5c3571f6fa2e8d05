// The second row of the overview: how many desktops there are, in total and per pool, with a table that leads to each pool.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { NEUTRAL, NONE_WANTED, ON_OFF, POOL_STATUS, ROOM, YES_NO } from './looks.ts';
import { poolColumns } from './pool-columns.ts';
import { bars, gauge, stat } from './present.ts';
import { metric } from './promql.ts';
import { type Column, joined } from './tables.ts';

const total = (title: string, description: string, expr: string, width: number, thresholds = NEUTRAL) =>
  stat({ title, description, unit: 'none', min: 0, width, height: 5, thresholds, queries: [{ expr }] });

/** The name takes what the others leave of the screen; what judges comes before what describes. */
function columnsOf(kit: Kit): readonly Column[] {
  const { DATA_AGE, ID, OF_POOL, dataAge, labels, missingIdle, record, room, soldOut, stillPossible } = kit;
  const attributes = `max by (${labels('project', 'pool_id', 'pool_name', 'pool_type', 'availability_zone', 'flavor_id')}) (${metric('desktop_pool_info', OF_POOL)})`;
  /** The name of a metric would be a column, different in each query, and keep the rows apart. */
  const unnamed = (expr: string) => `max by (${ID}) (${expr})`;
  return [
    ...poolColumns(kit, attributes),
    { name: 'Room', expr: unnamed(room), width: 104, cell: 'text', mappings: [ROOM], isFilterable: true },
    {
      name: 'Status',
      label: 'status',
      expr: `max by (${labels('project', 'pool_id', 'status')}) (${metric('desktop_pool_status', OF_POOL)} == 1)`,
      width: 118,
      cell: 'text',
      mappings: [POOL_STATUS.byName],
      isFilterable: true,
    },
    { name: 'Desktops', expr: unnamed(record('desktops:max')), width: 77 },
    { name: 'In use', expr: unnamed(record('desktops_used:max')), width: 58 },
    { name: 'Idle', expr: unnamed(record('desktops_idle:max')), width: 48 },
    { name: 'Min idle', expr: unnamed(record('autoscale_min_idle:max')), width: 70 },
    { name: 'Missing', expr: unnamed(missingIdle), width: 70, cell: 'text', thresholds: NONE_WANTED },
    {
      name: 'Utilization',
      expr: unnamed(record('utilization:ratio')),
      width: 90,
      unit: 'percentunit',
      decimals: 0,
      cell: 'bar',
      thresholds: NEUTRAL,
    },
    { name: 'Autoscale', expr: unnamed(record('autoscale_enabled:max')), width: 82, cell: 'text', mappings: [ON_OFF] },
    { name: 'May create', expr: unnamed(stillPossible), width: 90 },
    { name: 'Sold out', expr: unnamed(soldOut), width: 74, cell: 'text', mappings: [YES_NO] },
    { name: 'Data age', expr: dataAge, width: 76, unit: 's', cell: 'text', thresholds: DATA_AGE },
    { name: 'Type', label: 'pool_type', width: 82, isFilterable: true },
    { name: 'Zone', label: 'availability_zone', width: 124, isFilterable: true },
    { name: 'Product', label: 'flavor_id', width: 104, isFilterable: true },
  ];
}

export const capacityNow = (kit: Kit): Row => {
  const { UTILIZATION, eachPool, having, missingIdle, named, orNone, record } = kit;
  const ofDynamic = (expr: string) => `sum(${having(expr, 'pool_type="DYNAMIC"')})`;
  return {
    title: 'Capacity',
    panels: [
      total('Desktops', 'Desktops of the chosen pools, whether on or off.', `sum(${record('desktops:max')})`, 5),
      total(
        'In use',
        'Desktops that are bound to a user, who need not be connected.',
        `sum(${record('desktops_used:max')})`,
        5,
      ),
      total('Idle', 'Desktops that are bound to nobody.', `sum(${record('desktops_idle:max')})`, 5),
      total(
        'Missing idle desktops',
        'How many desktops the pools that create them ahead of need are short of the idle ones that their policies want, as the alerts count: without pools in maintenance.',
        `sum(${missingIdle}) or 0 * sum(${record('desktops:max')})`,
        4,
        NONE_WANTED,
      ),
      gauge({
        title: 'Utilization of the DYNAMIC pools',
        description:
          'Share of their desktops that are bound to a user. Below 50 percent much is paid for nothing; above 85 percent there is little room, above 95 percent none. STATIC pools are left out: their desktops have owners, and may well all have one.',
        unit: 'percentunit',
        width: 5,
        height: 5,
        min: 0,
        max: 1,
        thresholds: UTILIZATION,
        queries: [{ expr: `${ofDynamic(record('desktops_used:max'))} / (${ofDynamic(record('desktops:max'))} > 0)` }],
      }),
      joined({
        title: 'Pools',
        description:
          'One row per pool, those in need first; the name leads to the dashboard of the pool. "Room" judges as the alerts do: a STATIC pool may be full, a pool that scales by itself needs its idle desktops, and to a pool in maintenance nobody new can connect. "Min idle" is how many idle desktops the policy wants; "Missing" is how many of them there are not, where it creates them ahead of need; "May create" is what its maximum leaves at most, by what was added within the week: the maximum is no limit of the size.',
        width: 24,
        height: 19,
        sortBy: 'Room',
        isAscending: true,
        columns: columnsOf(kit),
      }),
      bars({
        title: 'Fullest pools',
        description:
          'The ten DYNAMIC pools with the largest share of desktops bound to a user. A pool that scales by itself is well as long as it has its idle desktops: the table above judges.',
        unit: 'percentunit',
        width: 12,
        height: 10,
        min: 0,
        max: 1,
        thresholds: NEUTRAL,
        queries: [
          {
            expr: named(`topk(10, ${having(record('utilization:ratio'), 'pool_type="DYNAMIC"')})`),
            legend: eachPool,
          },
        ],
      }),
      bars({
        title: 'Pools with the most missing idle desktops',
        description:
          'The ten pools that are the furthest below the idle desktops that their policies want, of those that create desktops ahead of need and are not in maintenance.',
        unit: 'none',
        width: 12,
        height: 10,
        min: 0,
        thresholds: NONE_WANTED,
        queries: [{ expr: orNone(named(`topk(10, ${missingIdle} > 0)`), 'No pool'), legend: eachPool }],
      }),
    ],
  };
};
