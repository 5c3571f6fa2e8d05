// Alerts about reading: what the exporter wants to know of the cloud, and does not learn.
import { anHourBefore, perCollector, perPoolRead, perProject } from '../promql.ts';
import { thresholds } from '../thresholds.ts';
import { type AlertGroup, NAMELESS_POOL } from './alert.ts';

const selected = perProject('huaweicloud_workspace_pools', 'state="selected"');

export const reads: AlertGroup = {
  category: 'reads',
  alerts: [
    {
      name: 'WorkspacePoolScrapeFailing',
      for: '10m',
      severity: 'warning',
      expr: `${perPoolRead('huaweicloud_workspace_desktop_pool_up')} == 0`,
      summary: 'A desktop pool cannot be read.',
      description: `${NAMELESS_POOL} cannot be read; its last good values end after max_staleness.`,
    },
    {
      name: 'WorkspacePoolDataStale',
      for: '2m',
      severity: 'warning',
      expr: `time() - ${perPoolRead('huaweicloud_workspace_desktop_pool_last_success_timestamp_seconds')} > ${thresholds.dataAge}`,
      summary: 'The values of a desktop pool are old.',
      description: `${NAMELESS_POOL} was last read {{ $value | humanizeDuration }} ago.`,
    },
    {
      name: 'WorkspacePoolNotFound',
      for: '10m',
      severity: 'warning',
      expr: `${perPoolRead('huaweicloud_workspace_desktop_pool_found')} == 0`,
      summary: 'A desktop pool of the configuration does not exist.',
      description: `${NAMELESS_POOL} is configured, and the cloud does not know it.`,
    },
    {
      name: 'WorkspacePoolsVanished',
      for: '15m',
      severity: 'warning',
      expr: `${selected} < ${thresholds.poolsLeft} * ${anHourBefore(selected)}`,
      summary: 'More than half of the desktop pools of a project vanished within an hour.',
      description:
        'Project {{ $labels.project }} has {{ $value }} pools left; an hour ago it had more than twice as many.',
    },
    {
      name: 'WorkspaceCollectorFailing',
      for: '15m',
      severity: 'warning',
      expr: `${perCollector('huaweicloud_workspace_exporter_collector_success')} == 0`,
      summary: 'A collector does not complete its reads.',
      description: 'Reads of the collector {{ $labels.collector }} fail in project {{ $labels.project }}.',
    },
  ],
};
