// A row of the overview: what to set. The figures are those of docs/right-sizing.md, made of weeks.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { NEUTRAL, steps } from './looks.ts';
import { lines } from './over-time.ts';
import { poolColumns } from './pool-columns.ts';
import { bars, stat } from './present.ts';
import { busiest, metric } from './promql.ts';
import { type Column, joined } from './tables.ts';

/** How far the policy is from what would have been enough. */
const TOO_MANY = steps('orange', [0, 'text'], [5, 'blue']);

function columnsOf(kit: Kit): readonly Column[] {
  const { ID, OF_POOL, hourly, labels, record } = kit;
  const unnamed = (expr: string) => `max by (${ID}) (${expr})`;
  const minimum = record('autoscale_min_idle:max');
  return [
    ...poolColumns(
      kit,
      `max by (${labels('project', 'pool_id', 'pool_name', 'pool_type')}) (${metric('desktop_pool_info', OF_POOL)})`,
    ),
    { name: 'Type', label: 'pool_type', width: 90, isFilterable: true },
    { name: 'Minimum idle', expr: unnamed(minimum), width: 110 },
    { name: 'Enough (99 %)', expr: unnamed(`ceil(${hourly('desktops_used_rise:p99_28d')})`), width: 120 },
    { name: 'Always enough', expr: unnamed(hourly('desktops_used_rise:max28d')), width: 120, decimals: 0 },
    {
      name: 'Above enough',
      expr: unnamed(`${minimum} - ${hourly('desktops_used_rise:max28d')}`),
      width: 130,
      cell: 'text',
      thresholds: TOO_MANY,
    },
    {
      name: 'Never used',
      expr: unnamed(hourly('desktops_idle:min28d')),
      width: 110,
      cell: 'text',
      thresholds: steps('text', [5, 'blue']),
    },
    { name: 'Peak of the day', expr: unnamed(hourly('desktops_used:max1d')), width: 125 },
    { name: 'Tomorrow', expr: unnamed(hourly('desktops_used:tomorrow')), width: 95, decimals: 0 },
    { name: 'Idle hours', expr: unnamed(hourly('desktops_idle:hours7d')), width: 100, decimals: 0 },
    { name: 'Cost', expr: unnamed(hourly('desktops_idle:cost7d')), width: 90, decimals: 2 },
  ];
}

export const rightSizing = (kit: Kit): Row => {
  const { eachPool, hourly, named, orNone } = kit;
  const neverUsed = hourly('desktops_idle:min28d');
  return {
    title: 'Right-sizing',
    panels: [
      joined({
        title: 'What to set',
        description:
          'What the last four weeks say of each pool. "Enough" is the fastest rise of use within the time that it takes to create a desktop: a minimum of so many idle desktops would have served everybody who came, or all but those of one hour in a hundred. "Never used" were idle even in the busiest hour: beyond the reserve they can be released. Idle hours are those of a week; they cost money where the threshold price_per_desktop_hour is set. Empty: not known for four weeks (hours: one week) yet.',
        width: 24,
        height: 14,
        sortBy: 'Idle hours',
        columns: columnsOf(kit),
      }),
      bars({
        title: 'Never used within four weeks',
        description: 'Desktops that were idle even in the busiest hour of four weeks, of the ten pools with the most.',
        unit: 'none',
        width: 8,
        height: 10,
        min: 0,
        none: 'Known after four weeks',
        thresholds: NEUTRAL,
        queries: [
          {
            expr: orNone(named(`topk(10, ${neverUsed} > 0)`), 'No pool', { known: neverUsed }),
            legend: eachPool,
          },
        ],
      }),
      lines({
        title: 'Peak of each day',
        description:
          'The most desktops that were bound to users at once within 24 hours, of the pools with the highest peaks.',
        unit: 'none',
        width: 10,
        height: 10,
        style: 'steps',
        none: 'Known after a day',
        timeFrom: '28d',
        queries: [{ expr: named(busiest(hourly('desktops_used:max1d'))), legend: eachPool }],
      }),
      stat({
        title: 'Idle desktops of a week',
        description:
          'Hours that the desktops of all chosen pools were idle within seven days, together, and what those of the pools cost where the threshold price_per_desktop_hour is set, in the currency that it was given in.',
        unit: 'locale',
        width: 6,
        height: 10,
        decimals: 0,
        list: true,
        none: 'Known after a week',
        thresholds: NEUTRAL,
        queries: [
          { expr: `sum(${hourly('desktops_idle:hours7d')})`, legend: 'Desktop-hours' },
          { expr: `sum(${hourly('desktops_idle:cost7d')})`, legend: 'Cost' },
        ],
      }),
    ],
  };
};
