// Scenarios of the alerts about the exporter and its way to the cloud.
import { A, B, NO_TARGET, ofProcess, type Scenario, sample, steps, target, type Values } from './scenario.ts';

const project = { project: 'prod' };
const operation = { project: 'prod', operation: 'list_desktop_pools' };
const requests = (values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_exporter_api_requests_total', { ...operation, code: '200' }, values, instance);
const errors = (reason: string, values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_exporter_api_errors_total', { ...operation, reason }, values, instance);
const blocked = (values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_exporter_auth_blocked', project, values, instance);
const expiry = (values: Values, instance: string = A) =>
  sample(
    'huaweicloud_workspace_exporter_credential_expiry_timestamp_seconds',
    { ...project, kind: 'token' },
    values,
    instance,
  );
const skew = (values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_exporter_clock_skew_seconds', project, values, instance);
const reloaded = (values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_exporter_config_last_reload_successful', {}, values, instance);
const slow = (values: Values, instance: string = A) =>
  sample('huaweicloud_workspace_exporter_scrape_deadline_exceeded_total', {}, values, instance);
const violations = (values: Values, instance: string = A) =>
  sample(
    'huaweicloud_workspace_exporter_schema_violations_total',
    { operation: 'list_desktop_pools' },
    values,
    instance,
  );
const dropped = (values: Values, instance: string = A) =>
  sample(
    'huaweicloud_workspace_exporter_series_dropped_total',
    { collector: 'pools', reason: 'max_pools' },
    values,
    instance,
  );

/** Counts up by one every so many minutes. */
const risesEvery = (minutes: number, times: number) =>
  steps(...Array.from({ length: times }, (_, step) => [step, minutes] as const), [times, 300]);

const here = { job: 'huaweicloud-workspace', instance: A };

export const exporterScenarios: readonly Scenario[] = [
  {
    name: 'All is well: nothing fires',
    series: [
      requests('0+10x300'),
      errors('throttled', 0),
      errors('budget', 0),
      errors('server', 0),
      blocked(0),
      expiry(86_400),
      skew(20),
      reloaded(1),
      slow(0),
      violations(0),
      dropped(0),
    ],
    firing: { '5m': [], '2h': [] },
    silent: [
      'WorkspaceExporterDown',
      'WorkspaceApiErrorRateHigh',
      'WorkspaceApiThrottled',
      'WorkspaceApiBudgetExceeded',
      'WorkspaceApiAuthFailing',
      'WorkspaceCredentialsExpireSoon',
      'WorkspaceClockSkew',
      'WorkspaceExporterConfigReloadFailed',
      'WorkspaceExporterScrapeSlow',
      'WorkspaceApiSchemaDrift',
      'WorkspaceExporterSeriesDropped',
    ],
  },
  {
    name: 'Each counter goes up once: nothing fires',
    series: [
      requests('0+1x300'),
      ...['throttled', 'budget', 'server'].map((reason) => errors(reason, '0x60 1x300')),
      slow('0x60 3x300'),
      violations('0x90 1x300'),
      dropped('0x60 1x300'),
    ],
    firing: { '65m': [], '74m': [], '75m': [], '76m': [], '77m': [], '2h': [], '149m': [], '151m': [] },
    silent: [
      'WorkspaceApiErrorRateHigh',
      'WorkspaceApiThrottled',
      'WorkspaceApiBudgetExceeded',
      'WorkspaceExporterScrapeSlow',
      'WorkspaceApiSchemaDrift',
      'WorkspaceExporterSeriesDropped',
    ],
  },
  {
    name: 'A restart: counters begin at 0 again, and then under another instance: nothing fires',
    series: [
      requests('1000+10x40 0+10x40 stale'),
      ...['throttled', 'budget', 'server'].map((reason) => errors(reason, '50x40 0x40 stale')),
      slow('50x40 0x40 stale'),
      violations('50x40 0x40 stale'),
      dropped('50x40 0x40 stale'),
      requests('_x85 0+10x300', B),
      ...['throttled', 'budget', 'server'].map((reason) => errors(reason, '_x85 0x300', B)),
      slow('_x85 0x300', B),
      violations('_x85 0x300', B),
      dropped('_x85 0x300', B),
      blocked('0x81 stale'),
      blocked('_x85 0x300', B),
      ...target('1x81 0x3 stale'),
      ...target('_x85 1x300', B),
    ],
    firing: { '45m': [], '60m': [], '86m': [], '2h30m': [] },
    silent: [
      'WorkspaceExporterDown',
      'WorkspaceApiErrorRateHigh',
      'WorkspaceApiThrottled',
      'WorkspaceExporterScrapeSlow',
      'WorkspaceApiSchemaDrift',
      'WorkspaceExporterSeriesDropped',
    ],
  },
  {
    name: 'The exporter does not answer',
    series: target(0),
    firing: { '4m': [], '6m': ['WorkspaceExporterDown'] },
    says: [
      {
        at: '6m',
        alert: 'WorkspaceExporterDown',
        labels: here,
        description: 'The target a:10054 does not answer.',
      },
    ],
  },
  {
    name: NO_TARGET,
    series: [],
    firing: { '4m': [], '6m': ['WorkspaceExporterDown'] },
    says: [
      {
        at: '6m',
        alert: 'WorkspaceExporterDown',
        labels: {},
        description: 'Prometheus scrapes no target of the exporter.',
      },
    ],
  },
  {
    name: 'One of ten requests fails',
    series: [requests('0+10x100'), errors('server', '0+1x100'), errors('not_found', 0), errors('budget', 0)],
    firing: { '10m': [], '20m': ['WorkspaceApiErrorRateHigh'] },
    firingWhenRare: { '20m': [], '30m': ['WorkspaceApiErrorRateHigh'] },
    says: [
      {
        at: '20m',
        alert: 'WorkspaceApiErrorRateHigh',
        labels: operation,
        description: '10% of the requests list_desktop_pools of project prod failed in the last 15 minutes.',
      },
    ],
  },
  {
    name: 'Pools that are gone and requests that were not sent are no failures of the cloud',
    series: [requests('0+10x100'), errors('server', 0), errors('not_found', '0+5x100'), errors('budget', '0+5x100')],
    firing: { '10m': [], '20m': ['WorkspaceApiBudgetExceeded'], '1h': ['WorkspaceApiBudgetExceeded'] },
    firingWhenRare: { '20m': [], '1h': ['WorkspaceApiBudgetExceeded'] },
    silent: ['WorkspaceApiErrorRateHigh', 'WorkspaceApiThrottled'],
    says: [
      {
        at: '1h',
        alert: 'WorkspaceApiBudgetExceeded',
        labels: project,
        description:
          '75 requests of project prod were not sent in the last 15 minutes, because requests_per_minute was spent.',
      },
    ],
  },
  {
    name: 'Nothing is sent: there is no rate of errors',
    series: [requests(100), errors('server', 5)],
    firing: { '1h': [] },
    silent: ['WorkspaceApiErrorRateHigh'],
  },
  {
    name: 'The cloud throttles',
    series: [requests('0+100x100'), errors('throttled', '0+2x100')],
    firing: { '10m': [], '20m': ['WorkspaceApiThrottled'] },
    firingWhenRare: { '20m': [], '30m': ['WorkspaceApiThrottled'] },
    says: [
      {
        at: '20m',
        alert: 'WorkspaceApiThrottled',
        labels: project,
        description: 'The cloud answered 30 requests of project prod with 429 in the last 15 minutes.',
      },
    ],
  },
  {
    name: 'The cloud throttles now and then, for ever',
    series: [requests('0+100x300'), errors('throttled', risesEvery(12, 20))],
    firing: { '50m': ['WorkspaceApiThrottled'], '65m': ['WorkspaceApiThrottled'] },
  },
  {
    name: 'A key that is wrong for good: the alert does not fall silent between two tries',
    series: [
      blocked('1x14 0 1x14 0 1x14 0 1x100'),
      requests('0x14 1x15 2x15 3x100'),
      errors('unauthorized', '0x14 1x15 2x15 3x100'),
    ],
    firing: {
      '4m': [],
      '6m': ['WorkspaceApiAuthFailing'],
      '15m': ['WorkspaceApiAuthFailing'],
      '17m': ['WorkspaceApiAuthFailing'],
      '31m': ['WorkspaceApiAuthFailing'],
      '2h': ['WorkspaceApiAuthFailing'],
    },
    says: [
      {
        at: '6m',
        alert: 'WorkspaceApiAuthFailing',
        labels: project,
        description: 'The credential of project prod was refused; nothing is read until another one is there.',
      },
    ],
  },
  {
    name: 'A key is refused once, and the next one is good: nothing fires',
    series: [blocked('0x10 1 1 0x100')],
    firing: { '12m': [], '16m': [], '1h': [] },
    silent: ['WorkspaceApiAuthFailing'],
  },
  {
    name: 'A token is not renewed',
    series: [expiry(3600)],
    firing: { '54m': [], '58m': ['WorkspaceCredentialsExpireSoon'] },
    says: [
      {
        at: '58m',
        alert: 'WorkspaceCredentialsExpireSoon',
        labels: { ...project, kind: 'token' },
        description: 'The token of project prod has 2m 0s left.',
      },
    ],
  },
  {
    name: 'One of two exporters does not renew its token',
    series: [expiry(86_400, A), expiry(3600, B)],
    firing: { '58m': ['WorkspaceCredentialsExpireSoon'] },
  },
  {
    name: 'Short keys that are renewed in time: nothing fires',
    series: [expiry('1800x20 3000x20 4200x20 5400x20')],
    firing: { '18m': [], '30m': [], '70m': [] },
    silent: ['WorkspaceCredentialsExpireSoon'],
  },
  {
    name: 'The clock falls behind by six minutes, on one of two exporters',
    series: [skew(1, A), skew(steps([-2, 20], [-360, 99]), B)],
    firing: { '19m': [], '29m': [], '32m': ['WorkspaceClockSkew'] },
    says: [
      {
        at: '32m',
        alert: 'WorkspaceClockSkew',
        labels: project,
        description:
          "The exporter's clock and the cloud's differ by 6m 0s; beyond 15 minutes the cloud refuses every signature.",
      },
    ],
  },
  {
    name: 'The clock is four minutes ahead, or six for a few minutes: nothing fires',
    series: [skew(steps([240, 30], [360, 8], [0, 99]))],
    firing: { '25m': [], '37m': [], '60m': [] },
    silent: ['WorkspaceClockSkew'],
  },
  {
    name: 'The configuration was changed for the worse',
    series: [reloaded(steps([1, 10], [0, 99]))],
    firing: { '14m': [], '16m': ['WorkspaceExporterConfigReloadFailed'] },
    says: [
      {
        at: '16m',
        alert: 'WorkspaceExporterConfigReloadFailed',
        labels: here,
        description: 'The last reload of a:10054 failed.',
      },
    ],
  },
  {
    name: 'The configuration was changed for the worse, and mended at once: nothing fires',
    series: [reloaded(steps([1, 10], [0, 4], [1, 99]))],
    firing: { '14m': [], '20m': [] },
    silent: ['WorkspaceExporterConfigReloadFailed'],
  },
  {
    name: 'The configuration was changed for the worse, and another instance starts with a better one: nothing fires',
    series: [
      ...target(`${steps([1, 11])} stale`),
      reloaded(`${steps([1, 10], [0, 1])} stale`),
      ...target('_x11 1x300', B),
      reloaded('_x11 1x300', B),
    ],
    firing: { '16m': [], '18m': [], '21m': [] },
    silent: ['WorkspaceExporterConfigReloadFailed'],
  },
  {
    name: 'Every scrape ends at its deadline',
    series: [slow('0+1x100')],
    firing: { '10m': [], '25m': ['WorkspaceExporterScrapeSlow'] },
    firingWhenRare: { '25m': [], '35m': ['WorkspaceExporterScrapeSlow'] },
    says: [
      {
        at: '25m',
        alert: 'WorkspaceExporterScrapeSlow',
        labels: here,
        description: '15 scrapes of a:10054 ended at their deadline in the last 15 minutes.',
      },
    ],
  },
  {
    name: 'One scrape in five minutes ends at its deadline: all, if there are no more',
    series: [slow(risesEvery(5, 40))],
    firing: { '14m': [] },
    firingWhenRare: { '20m': [], '1h': ['WorkspaceExporterScrapeSlow'], '2h': ['WorkspaceExporterScrapeSlow'] },
  },
  {
    name: 'There is one request in five minutes, and it fails',
    series: [requests(risesEvery(5, 40)), errors('server', risesEvery(5, 40))],
    firing: { '14m': [], '1h': ['WorkspaceApiErrorRateHigh'], '2h': ['WorkspaceApiErrorRateHigh'] },
  },
  {
    name: 'Answers have another form than documented',
    series: [violations('0+1x300')],
    firing: { '59m': [], '65m': ['WorkspaceApiSchemaDrift'] },
    firingWhenRare: { '65m': [], '75m': ['WorkspaceApiSchemaDrift'] },
    says: [
      {
        at: '65m',
        alert: 'WorkspaceApiSchemaDrift',
        labels: { operation: 'list_desktop_pools' },
        description:
          'Answers of list_desktop_pools have a field in a form that the exporter does not know; its log names it.',
      },
    ],
  },
  {
    name: 'A project has more pools than max_pools',
    series: [dropped('0+3x100')],
    firing: { '14m': [], '20m': ['WorkspaceExporterSeriesDropped'] },
    firingWhenRare: { '20m': [], '30m': ['WorkspaceExporterSeriesDropped'] },
    says: [
      {
        at: '20m',
        alert: 'WorkspaceExporterSeriesDropped',
        labels: { collector: 'pools', reason: 'max_pools' },
        description: 'The collector pools leaves out objects because of max_pools.',
      },
    ],
  },
  {
    name: 'One request in fifteen fails, for ever: nothing fires',
    series: [requests('0+1x300'), errors('server', risesEvery(15, 20))],
    firing: { '1h': [], '2h': [], '4h': [] },
    silent: ['WorkspaceApiErrorRateHigh'],
  },
  {
    name: 'The exporter does not answer, and its job has a name of its own',
    series: target(steps([1, 10], [0, 300]), A, 'vdi'),
    firing: { '14m': [], '20m': ['WorkspaceExporterDown'], '3h': ['WorkspaceExporterDown'] },
  },
  {
    name: 'The exporter answers, and its job has a name of its own: nothing fires',
    series: target(1, A, 'vdi'),
    firing: { '1h': [] },
    silent: ['WorkspaceExporterDown', 'WorkspaceExporterRestarting'],
  },
  {
    name: 'Another program does not answer and starts again and again: nothing fires',
    series: [
      ...target(1),
      ofProcess('up', 0, 'db:9100', 'node'),
      ofProcess('process_start_time_seconds', risesEvery(5, 30), 'db:9100', 'node'),
    ],
    firing: { '1h': [] },
    silent: ['WorkspaceExporterDown', 'WorkspaceExporterRestarting'],
  },
  {
    name: 'One project has a target of its own, which does not answer',
    series: [
      ...target(1),
      ofProcess('up', steps([1, 10], [0, 300]), 'a:10054/prod'),
      sample('huaweicloud_workspace_project_info', project, `${steps([1, 10])} stale`, 'a:10054/prod'),
    ],
    firing: { '20m': ['WorkspaceExporterDown'] },
  },
  {
    name: 'The exporter starts again and again',
    series: [...target(1), ofProcess('process_start_time_seconds', risesEvery(5, 8))],
    firing: { '14m': [], '34m': ['WorkspaceExporterRestarting'], '80m': [] },
    says: [
      {
        at: '34m',
        alert: 'WorkspaceExporterRestarting',
        labels: here,
        description: 'The exporter a:10054 started 5 times within 30 minutes.',
      },
    ],
  },
  {
    name: 'The exporter starts every nine minutes',
    series: [...target(1), ofProcess('process_start_time_seconds', risesEvery(9, 20))],
    firing: { '1h': ['WorkspaceExporterRestarting'], '2h': ['WorkspaceExporterRestarting'] },
  },
  {
    name: 'A deploy: the last scrape of the old target fails: nothing fires',
    series: [...target(`${steps([1, 84], [0, 2])} stale`), ...target('_x84 1x300', B)],
    firing: { '88m': [], '90m': [], '92m': [], '95m': [], '100m': [] },
    silent: ['WorkspaceExporterDown'],
  },
  {
    name: 'The exporter has no metrics about itself: nothing fires',
    series: [ofProcess('up', 1), sample('huaweicloud_workspace_project_info', project, 1)],
    firing: { '10m': [], '1h': [] },
    silent: ['WorkspaceExporterDown'],
  },
  {
    name: 'The exporter starts twice: nothing fires',
    series: [...target(1), ofProcess('process_start_time_seconds', steps([0, 20], [20, 10], [30, 300]))],
    firing: { '40m': [], '1h': [] },
    silent: ['WorkspaceExporterRestarting'],
  },
];
