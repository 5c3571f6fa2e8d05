// The third row of the overview: why pools that need desktops do not get them, without a look at the cloud's console.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { NONE_WANTED, POOL_STATUS, steps, words, YES_NO } from './looks.ts';
import { lines } from './over-time.ts';
import { poolColumns } from './pool-columns.ts';
import { bars, stat } from './present.ts';
import { counted, MOST_ROWS, metric } from './promql.ts';
import { type Column, joined } from './tables.ts';

const LOCKED = words({ 0: { text: 'no', color: 'green' }, 1: { text: 'LOCKED', color: 'red' } });
const FEW_LEFT = steps('red', [1, 'orange'], [20, 'green']);
const needs = (collector: string) => `Needs the collector ${collector}`;

/** Every column of the pools in need alone, so that the rows are theirs. */
function columnsOf(kit: Kit): readonly Column[] {
  const { ID, OF_POOL, belowLimit, created, failedLately, freeAddresses, labels, mayCreate, missingIdle } = kit;
  const { pending, quotaUse, record, soldOut } = kit;
  const inNeed = `topk(${MOST_ROWS}, ${missingIdle} > 0)`;
  const ofThose = (expr: string) => `max by (${ID}) ((${expr}) and on (${ID}) ${inNeed})`;
  const project = labels('project');
  return [
    ...poolColumns(
      kit,
      `max by (${labels('project', 'pool_id', 'pool_name')}) (${metric('desktop_pool_info', OF_POOL)} and on (${ID}) ${inNeed})`,
    ),
    { name: 'Missing', expr: ofThose(missingIdle), width: 85, cell: 'text', thresholds: NONE_WANTED },
    { name: 'Being created', expr: ofThose(pending), width: 120 },
    { name: 'Failed, last hour', expr: ofThose(failedLately), width: 130, cell: 'text', thresholds: NONE_WANTED },
    { name: 'Sold out', expr: ofThose(soldOut), width: 85, cell: 'text', mappings: [YES_NO] },
    { name: 'Free addresses', expr: ofThose(freeAddresses), width: 125, cell: 'text', thresholds: FEW_LEFT },
    { name: 'Added in a week', expr: ofThose(created), width: 130 },
    { name: 'May create in all', expr: ofThose(mayCreate), width: 135 },
    {
      name: 'Below own limit',
      expr: ofThose(belowLimit),
      width: 130,
      cell: 'text',
      thresholds: steps('red', [1, 'text']),
    },
    {
      name: 'Fullest quota',
      expr: ofThose(`0 * ${record('desktops:max')} + on (${project}) group_left () max by (${project}) (${quotaUse})`),
      width: 115,
      unit: 'percentunit',
      cell: 'text',
      thresholds: steps('text', [kit.limit('quota'), 'orange'], [1, 'red']),
    },
    {
      name: 'Status',
      label: 'status',
      expr: `max by (${labels('project', 'pool_id', 'status')}) (${metric('desktop_pool_status', OF_POOL)} == 1 and on (${ID}) ${inNeed})`,
      width: 120,
      cell: 'text',
      mappings: [POOL_STATUS.byName],
    },
  ];
}

export const growth = (kit: Kit): Row => {
  const { ID, OF_PROJECT, UTILIZATION, by, failedLately, labels, pending, quotaUse, soldOut } = kit;
  const ofSubnet = labels('project', 'subnet_id');
  const fewest = `bottomk(10, min by (${ofSubnet}) (${metric('subnet_free_addresses', OF_PROJECT)}))`;
  const outside = (state: 'active' | 'stopped') =>
    `sum(max by (${labels('project')}) (${metric('dedicated_run_state_desktops', [...OF_PROJECT, `state="${state}"`])}))`;
  return {
    title: 'Why pools do not grow',
    panels: [
      joined({
        title: 'Pools that lack idle desktops, and what may hold them back',
        description: `Pools that have fewer idle desktops than their policy wants, and all that is known of their growth: desktops being created, creations that failed, whether the product is sold out, free addresses of the subnets, what was added within a week beside what the policy may create, room below your own limit, the fullest quota of the project. Empty cells are not known; creations, supply and quotas are collectors to turn on. At most ${MOST_ROWS} pools.`,
        width: 24,
        height: 9,
        sortBy: 'Missing',
        columns: columnsOf(kit),
      }),
      stat({
        title: 'Pools sold out',
        description: 'Pools whose product is sold out in their zone, or withdrawn: they cannot grow until it is back.',
        unit: 'none',
        width: 4,
        height: 8,
        thresholds: NONE_WANTED,
        queries: [{ expr: counted(`(${soldOut}) > 0`, soldOut) }],
      }),
      stat({
        title: 'Service locked',
        description:
          'Whether the cloud has locked the service of a project: then nothing is created and nobody can connect. The reason is on the page of the tenant in the console.',
        unit: 'none',
        width: 4,
        height: 8,
        none: needs('tenant'),
        mappings: [LOCKED],
        queries: [{ expr: `max(${metric('tenant_locked', OF_PROJECT)})`, legend: 'Locked' }],
      }),
      lines({
        title: 'Creations',
        description:
          'Desktops being created, and creations that failed within the hour before, of the pools in need. Failures while nothing is created: the reasons are in the table above, and in the task centre of the console.',
        unit: 'none',
        width: 8,
        height: 8,
        style: 'steps',
        none: needs('creations'),
        queries: [
          { expr: `sum(${pending})`, legend: 'Being created' },
          { expr: `sum(${failedLately})`, legend: 'Failed' },
        ],
        colors: { 'Being created': 'blue', Failed: 'red' },
      }),
      lines({
        title: 'Desktops outside pools',
        description:
          'Desktops that belong to one person each and to no pool. They take quotas and addresses like the others.',
        unit: 'none',
        width: 8,
        height: 8,
        style: 'stacked',
        none: needs('tenant'),
        queries: [
          { expr: outside('active'), legend: 'Running' },
          { expr: outside('stopped'), legend: 'Off' },
        ],
        colors: { Running: 'blue', Off: 'text' },
      }),
      joined({
        title: 'Free addresses',
        description:
          'The subnets with the fewest free addresses: a desktop needs one. "Pools" is how many of the pools may use the subnet.',
        width: 12,
        height: 11,
        none: needs('supply'),
        sortBy: 'Free',
        isAscending: true,
        columns: [
          {
            name: 'Free',
            expr: `max by (${ofSubnet}) (${fewest})`,
            width: 70,
            cell: 'text',
            thresholds: FEW_LEFT,
          },
          { name: 'Subnet', label: 'subnet_id' },
          ...by.map((label) => ({ name: label, label, width: 110 })),
          { name: 'Project', label: 'project', width: 130 },
          {
            name: 'Pools',
            expr: `count by (${ofSubnet}) (max by (${ID}, subnet_id) (${metric('desktop_pool_subnet_info', OF_PROJECT)}) and on (${ofSubnet}) ${fewest})`,
            width: 70,
          },
        ],
      }),
      bars({
        title: 'Quotas of the projects',
        description:
          'Use of the limited resources of the tenant: a pool cannot grow beyond a quota. The ten that are used the most, by project, site and resource.',
        unit: 'percentunit',
        width: 12,
        height: 11,
        min: 0,
        max: 1,
        none: needs('quotas'),
        thresholds: UTILIZATION,
        queries: [{ expr: `topk(10, ${quotaUse})`, legend: '{{quota}}' }],
      }),
    ],
  };
};
