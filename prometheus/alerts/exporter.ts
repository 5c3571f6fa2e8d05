// Alerts about the exporter and its way to the cloud.
import { lately, lines, metric, perCredential } from '../promql.ts';
import { JOB, thresholds } from '../thresholds.ts';
import type { AlertGroup } from './alert.ts';

// With `for: 15m` over a window of 15 minutes, a single failure never fires: it has left the window by then.
const errors = metric('huaweicloud_workspace_exporter_api_errors_total', 'reason!~"not_found|budget"');
const throttled = metric('huaweicloud_workspace_exporter_api_errors_total', 'reason="throttled"');
const budget = metric('huaweicloud_workspace_exporter_api_errors_total', 'reason="budget"');
const requests = metric('huaweicloud_workspace_exporter_api_requests_total');

export const exporter: AlertGroup = {
  category: 'exporter',
  alerts: [
    {
      name: 'WorkspaceExporterDown',
      for: '5m',
      severity: 'critical',
      expr: `up{job=~"${JOB}"} == 0 or absent(up{job=~"${JOB}"})`,
      summary: 'The exporter cannot be scraped, or Prometheus has no target of it.',
      description:
        '{{ with $labels.instance }}The target {{ . }} does not answer.{{ else }}Prometheus scrapes no target of the exporter.{{ end }}',
    },
    {
      name: 'WorkspaceApiErrorRateHigh',
      for: '15m',
      severity: 'warning',
      expr: lines(
        `sum by (project, operation) (rate(${errors}[15m]))`,
        `/ (sum by (project, operation) (rate(${requests}[15m])) > 0)`,
        `> ${thresholds.apiErrors}`,
      ),
      summary: 'Many requests to Huawei Cloud fail.',
      description:
        '{{ $value | humanizePercentage }} of the requests {{ $labels.operation }} of project {{ $labels.project }} failed in the last 15 minutes.',
    },
    {
      name: 'WorkspaceApiThrottled',
      for: '15m',
      severity: 'warning',
      expr: `sum by (project) (increase(${throttled}[15m])) > 0`,
      summary: 'Huawei Cloud throttles the exporter.',
      description:
        'The cloud answered {{ printf "%.0f" $value }} requests of project {{ $labels.project }} with 429 in the last 15 minutes.',
    },
    {
      name: 'WorkspaceApiBudgetExceeded',
      for: '15m',
      severity: 'info',
      expr: `sum by (project) (increase(${budget}[15m])) > 0`,
      summary: 'The configuration asks for more requests than it allows itself.',
      description:
        '{{ printf "%.0f" $value }} requests of project {{ $labels.project }} were not sent in the last 15 minutes, because requests_per_minute was spent.',
    },
    {
      name: 'WorkspaceApiAuthFailing',
      for: '5m',
      severity: 'critical',
      // A counter of refusals would fall silent while the exporter waits, as it must, between two tries.
      expr: `${lately('huaweicloud_workspace_exporter_auth_blocked')} == 1`,
      summary: 'Huawei Cloud refuses the credential of a project.',
      description:
        'The credential of project {{ $labels.project }} was refused; nothing is read until another one is there.',
    },
    {
      name: 'WorkspaceCredentialsExpireSoon',
      for: '5m',
      severity: 'warning',
      expr: `${perCredential('huaweicloud_workspace_exporter_credential_expiry_timestamp_seconds')} - time() < ${thresholds.credentialLeft}`,
      summary: 'A credential ends soon and was not renewed.',
      description: 'The {{ $labels.kind }} of project {{ $labels.project }} has {{ $value | humanizeDuration }} left.',
    },
    {
      name: 'WorkspaceExporterConfigReloadFailed',
      for: '5m',
      severity: 'warning',
      expr: `last_over_time(${metric('huaweicloud_workspace_exporter_config_last_reload_successful')}[3m]) == 0`,
      summary: 'The exporter could not load its configuration and runs on the one before.',
      description: 'The last reload of {{ $labels.instance }} failed.',
    },
    {
      name: 'WorkspaceExporterScrapeSlow',
      for: '15m',
      severity: 'warning',
      expr: `increase(${metric('huaweicloud_workspace_exporter_scrape_deadline_exceeded_total')}[15m]) > ${thresholds.slowScrapes}`,
      summary: 'Scrapes end before the exporter has read everything.',
      description:
        '{{ printf "%.0f" $value }} scrapes of {{ $labels.instance }} ended at their deadline in the last 15 minutes.',
    },
    {
      name: 'WorkspaceApiSchemaDrift',
      for: '1h',
      severity: 'info',
      expr: `sum by (operation) (increase(${metric('huaweicloud_workspace_exporter_schema_violations_total')}[1h])) > 0`,
      summary: 'Answers of Huawei Cloud are not as documented.',
      description:
        'Answers of {{ $labels.operation }} have a field in a form that the exporter does not know; its log names it.',
    },
    {
      name: 'WorkspaceExporterSeriesDropped',
      for: '15m',
      severity: 'info',
      expr: `sum by (collector, reason) (increase(${metric('huaweicloud_workspace_exporter_series_dropped_total')}[15m])) > 0`,
      summary: 'The exporter leaves out objects to protect the page.',
      description: 'The collector {{ $labels.collector }} leaves out objects because of {{ $labels.reason }}.',
    },
  ],
};
