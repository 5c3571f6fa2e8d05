// The first row of the overview: is anything wrong, in seven numbers and a list.
import { type Row, UIDS } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { NEUTRAL, NONE_ALLOWED, NONE_WANTED, SEVERITY, steps } from './looks.ts';
import { stat } from './present.ts';
import { counted, MOST_ROWS } from './promql.ts';
import { joined } from './tables.ts';

const now = (expr: string, legend?: string) =>
  legend === undefined ? { expr, as: 'instant' as const } : { expr, legend, as: 'instant' as const };

/** Grafana's list of rules, down to those of this exporter that fire. */
const ALERT_LIST = '/alerting/list?search=state:firing%20Workspace';

/** An alert that is not about a pool has no pool_id, one about the exporter no project. */
const firing = ({ by }: Kit, ...matchers: readonly string[]) =>
  `ALERTS{${[
    'alertname=~"Workspace.+"',
    'alertstate="firing"',
    ...['project', ...by].map((label) => `${label}=~"$${label}|"`),
    'pool_id=~"$pool|"',
    ...matchers,
  ].join(', ')}}`;

export const status = (kit: Kit): Row => {
  const { dataAge, DATA_AGE, exhausted, labels, limit, missingIdle, perRead, record } = kit;
  const asked = perRead('desktop_pool_configured');
  const desktops = record('desktops:max');
  return {
    title: 'Status',
    panels: [
      stat({
        title: 'Pools read',
        description:
          'Pools whose latest read succeeded, beside the pools that configuration and discovery ask for. The two should be equal. No data: the exporter is not scraped.',
        unit: 'none',
        width: 4,
        height: 4,
        thresholds: NEUTRAL,
        queries: [now(`sum(${perRead('desktop_pool_up')})`, 'Read'), now(`count(${asked})`, 'Asked for')],
      }),
      stat({
        title: 'Stale',
        description: `Pools that were last read successfully more than ${limit('data_age_seconds') / 60} minutes ago, or never. After 10 minutes their values end.`,
        unit: 'none',
        width: 3,
        height: 4,
        thresholds: NONE_ALLOWED,
        queries: [now(counted(`${asked} unless (${dataAge} <= ${limit('data_age_seconds')})`, asked))],
      }),
      stat({
        title: 'In maintenance',
        description: 'Pools in maintenance mode: nobody new can connect to them.',
        unit: 'none',
        width: 3,
        height: 4,
        thresholds: NONE_WANTED,
        queries: [now(counted(`${record('in_maintenance:max')} == 1`, record('in_maintenance:max')))],
      }),
      stat({
        title: 'Below minimum idle',
        description:
          'Pools that create desktops ahead of need and have fewer idle ones than their policy wants. Pools in maintenance are not counted. No data: nothing is read, or the recording rules are not loaded.',
        unit: 'none',
        width: 3,
        height: 4,
        thresholds: NONE_WANTED,
        queries: [now(counted(`${missingIdle} > 0`, desktops))],
      }),
      stat({
        title: 'Exhausted',
        description:
          'DYNAMIC pools without an idle desktop: who connects next is turned away. Not counted are pools in maintenance, and pools that create a desktop for whoever connects, unless it is evident that they may create no more.',
        unit: 'none',
        width: 3,
        height: 4,
        thresholds: NONE_ALLOWED,
        queries: [now(counted(exhausted, desktops))],
      }),
      stat({
        title: 'Firing alerts',
        description:
          "Alerts of the rules of this exporter that fire now, of the chosen pools and of the exporter itself. A click leads to Grafana's list of alerts.",
        unit: 'none',
        width: 4,
        height: 4,
        thresholds: steps('green', [1, 'orange'], [5, 'red']),
        link: { title: 'Show the list of alerts', url: ALERT_LIST },
        queries: [now(counted(firing(kit), desktops))],
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
      joined({
        title: 'Alerts that fire',
        description: `What the rules say now, the gravest first; the name of a pool leads to its dashboard. At most ${MOST_ROWS} are listed.`,
        width: 24,
        height: 8,
        sortBy: 'Severity',
        columns: [
          {
            name: 'Severity',
            width: 110,
            cell: 'text',
            mappings: [SEVERITY],
            expr: `max by (${labels('project', 'pool_id', 'pool_name', 'alertname')}) (topk(${MOST_ROWS}, ${['info', 'warning', 'critical'].map((severity, rank) => `${firing(kit, `severity="${severity}"`)} * ${rank + 1}`).join(' or ')}))`,
          },
          {
            name: 'Alert',
            label: 'alertname',
            width: 360,
            link:
              kit.runbookUrl === undefined
                ? { title: 'Show it among the alerts', url: `${ALERT_LIST}%20rule:\${__value.text:percentencode}` }
                : { title: 'What to do', url: `${kit.runbookUrl}/docs/runbooks/\${__value.text}.md` },
          },
          { name: 'Pool', label: 'pool_name', link: { title: 'Show this pool', url: toPool(kit) } },
          { name: 'Project', label: 'project', width: 160 },
          { name: 'pool_id', label: 'pool_id', hidden: true },
          ...keptColumns(kit),
        ],
      }),
    ],
  };
};

/** From a row with the columns Project and pool_id. */
export const toPool = ({ by }: Kit) =>
  `/d/${UIDS.pool}?var-datasource=\${datasource}&var-project=\${__data.fields.Project:percentencode}&var-pool=\${__data.fields.pool_id:percentencode}${by.map((label) => `&var-${label}=\${__data.fields.${label}:percentencode}`).join('')}&\${__url_time_range}`;

export const keptColumns = ({ by }: Kit) => by.map((label) => ({ name: label, label, width: 110 }));
