// The first row of the overview: is anything wrong, in seven numbers.
import { thresholds } from '../prometheus/rules.ts';
import type { Row } from './dashboard.ts';
import { DATA_AGE, NEUTRAL, NONE_ALLOWED, NONE_WANTED, steps } from './looks.ts';
import { stat } from './present.ts';
import { counted, dataAge, having, missingIdle, perRead, record } from './promql.ts';

const now = (expr: string, legend?: string) =>
  legend === undefined ? { expr, as: 'instant' as const } : { expr, legend, as: 'instant' as const };

/** DYNAMIC pools without an idle desktop, but for those that create one for whoever connects, and those in maintenance. */
const exhausted = [
  `(${record('desktops_idle:max')} == 0 and ${having(`${record('desktops:max')} > 0`, 'pool_type="DYNAMIC"')})`,
  `unless (${having(
    `${record('desktops:max')} < ${record('autoscale_max_auto_created:max')}`,
    'autoscale_type="ACCESS_CREATED"',
  )})`,
  `unless ${record('in_maintenance:max')} == 1`,
].join(' ');

const firing = 'ALERTS{alertname=~"Workspace.+", alertstate="firing", project=~"$project|", pool_id=~"$pool|"}';

export const status: Row = {
  title: 'Status',
  panels: [
    stat({
      title: 'Pools read',
      description:
        'Pools whose latest read succeeded, beside the pools that configuration and discovery ask for. The two should be equal.',
      unit: 'short',
      width: 4,
      height: 4,
      thresholds: NEUTRAL,
      queries: [
        now(`sum(${perRead('desktop_pool_up')}) or vector(0)`, 'Read'),
        now(counted(perRead('desktop_pool_configured')), 'Asked for'),
      ],
    }),
    stat({
      title: 'Stale',
      description: 'Pools that were last read successfully more than 5 minutes ago. After 10 minutes their values end.',
      unit: 'short',
      width: 3,
      height: 4,
      thresholds: NONE_ALLOWED,
      queries: [now(counted(`${dataAge} > ${thresholds.data_age_seconds}`))],
    }),
    stat({
      title: 'In maintenance',
      description: 'Pools in maintenance mode: nobody new can connect to them.',
      unit: 'short',
      width: 3,
      height: 4,
      thresholds: NONE_WANTED,
      queries: [now(counted(`${record('in_maintenance:max')} == 1`))],
    }),
    stat({
      title: 'Below minimum idle',
      description:
        'Pools that create desktops ahead of need and have fewer idle ones than their policy wants. Pools in maintenance are not counted.',
      unit: 'short',
      width: 3,
      height: 4,
      thresholds: NONE_WANTED,
      queries: [now(counted(`${missingIdle} > 0`))],
    }),
    stat({
      title: 'Exhausted',
      description:
        'DYNAMIC pools without an idle desktop: who connects next is turned away. Not counted are pools in maintenance, and pools that create a desktop for whoever connects and still may.',
      unit: 'short',
      width: 3,
      height: 4,
      thresholds: NONE_ALLOWED,
      queries: [now(counted(exhausted))],
    }),
    stat({
      title: 'Firing alerts',
      description:
        'Alerts of the rules of this exporter that fire now, of the chosen pools and of the exporter itself.',
      unit: 'short',
      width: 4,
      height: 4,
      thresholds: steps('green', [1, 'orange'], [5, 'red']),
      queries: [now(counted(firing))],
    }),
    stat({
      title: 'Oldest data',
      description: 'Time since the pool that was not read for the longest was last read successfully.',
      unit: 's',
      width: 4,
      height: 4,
      decimals: 0,
      thresholds: DATA_AGE,
      queries: [now(`max(${dataAge})`)],
    }),
  ],
};
