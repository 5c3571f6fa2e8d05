// Alerts about the exporter and its way to the cloud.
import { lines, metric, type Promql } from '../promql.ts';
import type { AlertGroup } from './alert.ts';

const errors = metric('huaweicloud_workspace_exporter_api_errors_total', 'reason!~"not_found|budget"');
const throttled = metric('huaweicloud_workspace_exporter_api_errors_total', 'reason="throttled"');
const budget = metric('huaweicloud_workspace_exporter_api_errors_total', 'reason="budget"');
const requests = metric('huaweicloud_workspace_exporter_api_requests_total');
const build = metric('huaweicloud_workspace_exporter_build_info');
const project = metric('huaweicloud_workspace_project_info');

export function exporter(promql: Promql): AlertGroup {
  const { isClockWrong, labels, lately, memory, perCredential, scrape, threshold, wasLately, window } = promql;
  const target = labels('job', 'instance');
  /** Not for long after it is gone: in a deploy the last scrape of the old target may have failed, and says nothing of the new one. */
  const exists = `last_over_time(up[${scrape}])`;
  const byOperation = labels('project', 'operation');
  return {
    category: 'exporter',
    alerts: [
      {
        name: 'WorkspaceExporterDown',
        minutes: 5,
        severity: 'critical',
        // By what the target once was, not by the name of its job. A target of /probe has no build_info, but a project; nor has an exporter
        // without metrics about itself.
        expr: lines(
          `${exists} == 0`,
          `and on (${target}) (`,
          `  max_over_time(${build}[1d]) or max_over_time(${project}[1d])`,
          ')',
          `or on () (absent_over_time(${build}[${memory}]) and on () absent_over_time(${project}[${memory}]))`,
        ),
        summary:
          '{{ with $labels.instance }}The exporter {{ . }} does not answer.{{ else }}Prometheus has no exporter of Workspace to scrape.{{ end }}',
        description:
          '{{ with $labels.instance }}The target {{ . }} does not answer.{{ else }}Prometheus scrapes no target of the exporter.{{ end }}',
      },
      {
        name: 'WorkspaceExporterRestarting',
        minutes: 15,
        severity: 'warning',
        expr: `changes(process_start_time_seconds[${window(30)}m]) > ${threshold('restarts')} and on (${target}) ${lately(build)}`,
        summary: 'The exporter {{ $labels.instance }} starts again and again.',
        description: `The exporter {{ $labels.instance }} started {{ $value }} times within ${window(30)} minutes.`,
      },
      {
        name: 'WorkspaceApiErrorRateHigh',
        minutes: 15,
        countsEvents: true,
        severity: 'warning',
        expr: lines(
          `sum by (${byOperation}) (rate(${errors}[${window(15)}m]))`,
          `/ (sum by (${byOperation}) (rate(${requests}[${window(15)}m])) > 0)`,
          `> ${threshold('api_errors')}`,
          // A share of few requests says little.
          `and sum by (${byOperation}) (increase(${errors}[${window(15)}m])) > ${threshold('api_errors_count')}`,
        ),
        summary: 'Requests {{ $labels.operation }} of project {{ $labels.project }} fail.',
        description: `{{ $value | humanizePercentage }} of the requests {{ $labels.operation }} of project {{ $labels.project }} failed in the last ${window(15)} minutes.`,
      },
      {
        name: 'WorkspaceApiThrottled',
        minutes: 15,
        countsEvents: true,
        severity: 'warning',
        expr: `sum by (${labels('project')}) (increase(${throttled}[${window(15)}m])) > 0`,
        summary: 'Huawei Cloud throttles project {{ $labels.project }}.',
        description: `The cloud answered {{ printf "%.0f" $value }} requests of project {{ $labels.project }} with 429 in the last ${window(15)} minutes.`,
      },
      {
        name: 'WorkspaceApiBudgetExceeded',
        minutes: 15,
        countsEvents: true,
        severity: 'info',
        expr: `sum by (${labels('project')}) (increase(${budget}[${window(15)}m])) > 0`,
        summary: 'Project {{ $labels.project }} needs more requests than it allows itself.',
        description: `{{ printf "%.0f" $value }} requests of project {{ $labels.project }} were not sent in the last ${window(15)} minutes, because requests_per_minute was spent.`,
      },
      {
        name: 'WorkspaceApiAuthFailing',
        minutes: 5,
        severity: 'critical',
        // A counter of refusals would fall silent while the exporter waits, as it must, between two tries.
        expr: `${wasLately('huaweicloud_workspace_exporter_auth_blocked')} == 1`,
        summary: 'Huawei Cloud refuses the credential of project {{ $labels.project }}.',
        description:
          'The credential of project {{ $labels.project }} was refused; nothing is read until another one is there.',
      },
      {
        name: 'WorkspaceCredentialsExpireSoon',
        minutes: 5,
        severity: 'warning',
        expr: `${perCredential('huaweicloud_workspace_exporter_credential_expiry_timestamp_seconds')} - time() < ${threshold('credential_left_seconds')}`,
        summary: 'A credential of project {{ $labels.project }} ends soon and was not renewed.',
        description:
          'The {{ $labels.kind }} of project {{ $labels.project }} has {{ $value | humanizeDuration }} left.',
      },
      {
        name: 'WorkspaceClockSkew',
        minutes: 10,
        severity: 'warning',
        expr: isClockWrong,
        summary: 'The clock of the exporter is wrong, seen from project {{ $labels.project }}.',
        description:
          "The exporter's clock and the cloud's differ by {{ $value | humanizeDuration }}; beyond 15 minutes the cloud refuses every signature.",
      },
      {
        name: 'WorkspaceExporterConfigReloadFailed',
        minutes: 5,
        severity: 'warning',
        expr: `${lately(metric('huaweicloud_workspace_exporter_config_last_reload_successful'))} == 0 and on (${target}) ${exists}`,
        summary: 'The exporter {{ $labels.instance }} could not load its configuration and runs on the one before.',
        description: 'The last reload of {{ $labels.instance }} failed.',
      },
      {
        name: 'WorkspaceExporterScrapeSlow',
        minutes: 15,
        countsEvents: true,
        severity: 'warning',
        expr: `increase(${metric('huaweicloud_workspace_exporter_scrape_deadline_exceeded_total')}[${window(15)}m]) > ${threshold('slow_scrapes')}`,
        summary: 'Scrapes of {{ $labels.instance }} end before everything is read.',
        description: `{{ printf "%.0f" $value }} scrapes of {{ $labels.instance }} ended at their deadline in the last ${window(15)} minutes.`,
      },
      {
        name: 'WorkspaceApiSchemaDrift',
        minutes: 60,
        countsEvents: true,
        severity: 'info',
        expr: `sum by (${labels('operation')}) (increase(${metric('huaweicloud_workspace_exporter_schema_violations_total')}[${window(60)}m])) > 0`,
        summary: 'Answers of {{ $labels.operation }} are not as documented.',
        description:
          'Answers of {{ $labels.operation }} have a field in a form that the exporter does not know; its log names it.',
      },
      {
        name: 'WorkspaceExporterSeriesDropped',
        minutes: 15,
        countsEvents: true,
        severity: 'info',
        expr: `sum by (${labels('collector', 'reason')}) (increase(${metric('huaweicloud_workspace_exporter_series_dropped_total')}[${window(15)}m])) > 0`,
        summary: 'The collector {{ $labels.collector }} leaves out objects to protect the page.',
        description: 'The collector {{ $labels.collector }} leaves out objects because of {{ $labels.reason }}.',
      },
    ],
  };
}
