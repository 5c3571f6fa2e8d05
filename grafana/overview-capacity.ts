// The second row of the overview: how many desktops there are, in total and per pool, with a table that leads to each pool.
import { type Row, UIDS } from './dashboard.ts';
import { DATA_AGE, MAINTENANCE, NEUTRAL, NONE_WANTED, POOL_STATUS, UTILIZATION } from './looks.ts';
import { bars, gauge, stat } from './present.ts';
import { dataAge, having, metric, missingIdle, named, OF_POOL, record } from './promql.ts';
import { type Column, joined } from './tables.ts';

const total = (title: string, description: string, expr: string, width: number, thresholds = NEUTRAL) =>
  stat({ title, description, unit: 'short', width, height: 5, thresholds, trend: true, queries: [{ expr }] });

const ATTRIBUTES = `max by (project, pool_id, pool_name, pool_type, availability_zone, flavor_id) (${metric('desktop_pool_info', OF_POOL)})`;
const STATUS = `max by (project, pool_id, status) (${metric('desktop_pool_status', OF_POOL)} == 1)`;
const toPool = `/d/${UIDS.pool}?var-datasource=\${datasource}&var-project=\${__data.fields.Project:percentencode}&var-pool=\${__data.fields.pool_id:percentencode}&\${__url_time_range}`;

/** The name of a metric would be a column, different in each query, and keep the rows apart. */
const unnamed = (expr: string) => `max by (project, pool_id) (${expr})`;

/** The name takes what the others leave of the screen. */
const columns: readonly Column[] = [
  { name: 'Pool', label: 'pool_name', expr: ATTRIBUTES, link: { title: 'Show this pool', url: toPool } },
  { name: 'Project', label: 'project', width: 110 },
  { name: 'pool_id', label: 'pool_id', hidden: true },
  { name: 'Type', label: 'pool_type', width: 80 },
  { name: 'Zone', label: 'availability_zone', width: 130 },
  { name: 'Product', label: 'flavor_id', width: 115 },
  { name: 'Desktops', expr: unnamed(record('desktops:max')), width: 85 },
  { name: 'In use', expr: unnamed(record('desktops_used:max')), width: 70 },
  { name: 'Idle', expr: unnamed(record('desktops_idle:max')), width: 60 },
  { name: 'Minimum idle', expr: unnamed(record('autoscale_min_idle:max')), width: 105 },
  { name: 'Missing', expr: unnamed(missingIdle), width: 80, cell: 'text', thresholds: NONE_WANTED },
  { name: 'Cap', expr: unnamed(record('autoscale_max_auto_created:max')), width: 60 },
  {
    name: 'Utilization',
    expr: unnamed(record('utilization:ratio')),
    width: 150,
    unit: 'percentunit',
    cell: 'bar',
    thresholds: UTILIZATION,
  },
  {
    name: 'Maintenance',
    expr: unnamed(record('in_maintenance:max')),
    width: 110,
    cell: 'text',
    mappings: [MAINTENANCE],
  },
  { name: 'Status', label: 'status', expr: STATUS, width: 120, cell: 'text', mappings: [POOL_STATUS.byName] },
  { name: 'Data age', expr: dataAge, width: 85, unit: 's', cell: 'text', thresholds: DATA_AGE },
];

export const capacityNow: Row = {
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
      `sum(${missingIdle}) or vector(0)`,
      4,
      NONE_WANTED,
    ),
    gauge({
      title: 'Utilization of the fleet',
      description:
        'Share of all desktops that are bound to a user. Below 50 percent much is paid for nothing; above 85 percent there is little room, above 95 percent none.',
      unit: 'percentunit',
      width: 5,
      height: 5,
      min: 0,
      max: 1,
      thresholds: UTILIZATION,
      queries: [{ expr: `sum(${record('desktops_used:max')}) / (sum(${record('desktops:max')}) > 0)` }],
    }),
    joined({
      title: 'Pools',
      description:
        'One row per pool, the fullest first; the name leads to the dashboard of the pool. "Missing" is how many idle desktops the policy wants and does not have, where it creates them ahead of need, "Cap" how many it may create.',
      width: 24,
      height: 17,
      sortBy: 'Utilization',
      columns,
    }),
    bars({
      title: 'Fullest pools',
      description:
        'The ten DYNAMIC pools with the largest share of desktops bound to a user. STATIC pools belong to their users and may well be full.',
      unit: 'percentunit',
      width: 12,
      height: 10,
      min: 0,
      max: 1,
      thresholds: UTILIZATION,
      queries: [
        {
          expr: named(`topk(10, ${having(record('utilization:ratio'), 'pool_type="DYNAMIC"')})`),
          legend: '{{pool_name}}',
          as: 'instant',
        },
      ],
    }),
    bars({
      title: 'Pools with the most missing idle desktops',
      description:
        'The ten pools that are the furthest below the idle desktops that their policies want, of those that create desktops ahead of need and are not in maintenance.',
      unit: 'short',
      width: 12,
      height: 10,
      min: 0,
      thresholds: NONE_WANTED,
      queries: [{ expr: named(`topk(10, ${missingIdle})`), legend: '{{pool_name}}', as: 'instant' }],
    }),
  ],
};
