// The first row of the exporter's dashboard: does it work, since when, and which build is it.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { NEUTRAL, NONE_ALLOWED, SUCCESS, words } from './looks.ts';
import { stat } from './present.ts';
import { counted, metric } from './promql.ts';
import { attributes } from './tables.ts';

const UP = words({ 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } });
const SMALL = { width: 3, height: 5 } as const;
const LARGE = { width: 4, height: 5 } as const;

export const health = ({ OF_BOTH, OF_EXPORTER, labels, ofProcess }: Kit): Row => ({
  title: 'Health',
  panels: [
    stat({
      ...SMALL,
      title: 'Exporters',
      description:
        'Whether Prometheus could scrape the exporters of each job; down if one of them is. The five worst jobs.',
      unit: 'none',
      mappings: [UP],
      queries: [{ expr: `bottomk(5, min by (${labels('job')}) (${ofProcess('up')}))`, legend: '{{job}}' }],
    }),
    stat({
      ...SMALL,
      title: 'Failing collectors',
      description: 'Collectors of projects whose latest collection did not succeed as a whole.',
      unit: 'short',
      thresholds: NONE_ALLOWED,
      queries: [
        {
          expr: counted(
            `max by (${labels('project', 'collector')}) (${metric('exporter_collector_success', OF_BOTH)}) == 0`,
            metric('exporter_collector_success', OF_BOTH),
          ),
        },
      ],
    }),
    stat({
      ...SMALL,
      title: 'Refused credentials',
      description:
        'Projects whose credential the cloud refuses. Nothing is sent with it for a while, so that the account is not locked.',
      unit: 'short',
      thresholds: NONE_ALLOWED,
      queries: [
        {
          expr: counted(
            `max by (${labels('project')}) (${metric('exporter_auth_blocked', OF_BOTH)}) == 1`,
            metric('exporter_auth_blocked', OF_BOTH),
          ),
        },
      ],
    }),
    stat({
      ...SMALL,
      title: 'Configuration',
      description:
        'Whether the latest load of the configuration succeeded. After a failed one the earlier configuration stays in force.',
      unit: 'none',
      mappings: [SUCCESS],
      queries: [
        {
          expr: `min(${metric('exporter_config_last_reload_successful', OF_EXPORTER)})`,
          legend: 'Latest load',
        },
      ],
    }),
    stat({
      ...LARGE,
      title: 'Configuration loaded',
      description: 'When the configuration was last loaded successfully.',
      unit: 'dateTimeFromNow',
      thresholds: NEUTRAL,
      queries: [
        {
          expr: `1000 * min(${metric('exporter_config_last_reload_success_timestamp_seconds', OF_EXPORTER)})`,
        },
      ],
    }),
    stat({
      ...LARGE,
      title: 'Started',
      description: 'When the process that runs for the shortest time was started.',
      unit: 'dateTimeFromNow',
      thresholds: NEUTRAL,
      queries: [{ expr: `1000 * max(${ofProcess('process_start_time_seconds')})` }],
    }),
    attributes({
      ...LARGE,
      title: 'Version',
      description: 'The build that runs, and the Node that it runs on.',
      queries: [
        {
          expr: `max by (version, revision, node_version) (${metric('exporter_build_info', OF_EXPORTER)})`,
        },
      ],
    }),
  ],
});
