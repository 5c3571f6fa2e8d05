// Alerts about reading: what the exporter wants to know of the cloud, and does not learn.
import { lines, type Promql } from '../promql.ts';
import { record } from '../records.ts';
import { type AlertGroup, POOL, WHERE } from './alert.ts';

export function reads(promql: Promql): AlertGroup {
  const { anHourBefore, isClockWrong, labels, named, perCollector, perPool, perProject, threshold } = promql;
  const selected = perProject('huaweicloud_workspace_pools', 'state="selected"');
  const projects = perProject('huaweicloud_workspace_project_info');
  return {
    category: 'reads',
    alerts: [
      {
        name: 'WorkspacePoolScrapeFailing',
        minutes: 10,
        severity: 'warning',
        expr: named(`${perPool('huaweicloud_workspace_desktop_pool_up')} == 0`),
        summary: `${POOL} cannot be read.`,
        description: `${POOL} ${WHERE} cannot be read; its last good values end after max_staleness.`,
      },
      {
        name: 'WorkspacePoolDataStale',
        minutes: 2,
        severity: 'warning',
        // By a wrong clock nobody can tell the age, and old values would inhibit every other alert of the pool.
        expr: named(
          lines(
            `time() - ${perPool('huaweicloud_workspace_desktop_pool_last_success_timestamp_seconds')} > ${threshold('data_age_seconds')}`,
            `unless on (${labels('project')}) ${isClockWrong}`,
          ),
        ),
        summary: `${POOL} has old values.`,
        description: `${POOL} ${WHERE} was last read {{ $value | humanizeDuration }} ago.`,
      },
      {
        name: 'WorkspacePoolNotFound',
        minutes: 10,
        severity: 'warning',
        expr: named(`${perPool('huaweicloud_workspace_desktop_pool_found')} == 0`),
        summary: `${POOL} is configured and does not exist.`,
        description: `${POOL} ${WHERE} is configured, and the cloud does not know it.`,
      },
      {
        name: 'WorkspaceProjectSelectsNothing',
        minutes: 15,
        severity: 'warning',
        expr: `${selected} == 0`,
        summary: 'Project {{ $labels.project }} has no pool that the configuration selects.',
        description: 'The configuration of project {{ $labels.project }} selects no pool: nothing of it is watched.',
      },
      {
        name: 'WorkspacePoolsVanished',
        minutes: 15,
        severity: 'warning',
        // A project that is gone has no number: it was removed, or nobody scrapes its exporter, while another one is there.
        expr: lines(
          `${selected} < ${threshold('pools_left')} * ${anHourBefore(selected)}`,
          `or 0 * (${anHourBefore(projects)} unless ${projects})`,
        ),
        summary: 'Project {{ $labels.project }} lost many of its pools within an hour.',
        description: 'Project {{ $labels.project }} has {{ $value }} pools left; an hour ago it had far more.',
      },
      {
        name: 'WorkspaceCollectorFailing',
        minutes: 15,
        severity: 'warning',
        expr: `${perCollector('huaweicloud_workspace_exporter_collector_success')} == 0`,
        summary: 'The collector {{ $labels.collector }} fails in project {{ $labels.project }}.',
        description: 'Reads of the collector {{ $labels.collector }} fail in project {{ $labels.project }}.',
      },
      {
        name: 'WorkspaceRulesIncomplete',
        minutes: 15,
        severity: 'warning',
        // What is read successfully has values. Somebody may have left them out: `metrics.deny`, a relabelling.
        expr: `count by (${labels('project')}) (${perPool('huaweicloud_workspace_desktop_pool_up')} == 1 unless (${record('desktops:max')} and ${perPool('huaweicloud_workspace_desktop_pool_info')}))`,
        summary:
          'Alerts about the pools of project {{ $labels.project }} cannot fire: series that they need are missing.',
        description:
          'Of {{ $value }} pools of project {{ $labels.project }} that are read, Prometheus has no recorded size or no desktop_pool_info: the recording rules are not loaded, or metrics are left out.',
      },
    ],
  };
}
