// Rows of the exporter's dashboard: requests to the cloud, what slows them down, and the credentials that they are made with.
import type { Row } from './dashboard.ts';
import type { Kit } from './kit.ts';
import { NONE_ALLOWED, steps, words } from './looks.ts';
import { density, lines, timeline } from './over-time.ts';
import { busiest, everAboveZero, gravest, increaseBy, increaseOf, metric, percentile, rateBy } from './promql.ts';

const THIRD = { width: 8, height: 9 } as const;
const QUARTER = { width: 6, height: 9 } as const;
const HALF = { width: 12, height: 9 } as const;

export const api = ({ OF_BOTH }: Kit): Row => {
  const requests = metric('exporter_api_requests_total', OF_BOTH);
  const errors = metric('exporter_api_errors_total', OF_BOTH);
  const durations = metric('exporter_api_request_duration_seconds_bucket', OF_BOTH);
  return {
    title: 'Requests to the cloud',
    panels: [
      lines({
        ...THIRD,
        title: 'Requests by status',
        description: 'Attempts per second by the HTTP status of the answer; "none" is an attempt without an answer.',
        unit: 'reqps',
        style: 'stacked',
        queries: [{ expr: rateBy('code', requests), legend: '{{code}}' }],
      }),
      lines({
        ...THIRD,
        title: 'Requests by operation',
        description: 'Attempts per second by what was asked.',
        unit: 'reqps',
        style: 'stacked',
        queries: [{ expr: rateBy('operation', requests), legend: '{{operation}}' }],
      }),
      lines({
        ...THIRD,
        title: 'Errors by reason',
        description: 'Failed attempts per second. "not_found" is a pool that is gone; "budget" was never sent.',
        unit: 'reqps',
        queries: [
          { expr: `sum(rate(${errors}[$__rate_interval]))`, legend: 'all' },
          { expr: everAboveZero(rateBy('reason', errors)), legend: '{{reason}}' },
        ],
      }),
      lines({
        ...HALF,
        title: 'Latency',
        description:
          'How long half, nine of ten and 99 of 100 attempts take at most, from sending to the whole answer.',
        unit: 's',
        queries: [0.5, 0.9, 0.99].map((quantile) => ({
          expr: percentile(quantile, '', durations),
          legend: `${100 * quantile} %`,
        })),
      }),
      density({
        ...HALF,
        title: 'Latency, distribution',
        description: 'How many attempts took how long: the darker, the more.',
        unit: 's',
        queries: [{ expr: rateBy('le', durations), legend: '{{le}}', as: 'heatmap' }],
      }),
    ],
  };
};

export const politeness = ({ OF_BOTH, labels }: Kit): Row => {
  const pause = metric('exporter_api_throttled_until_timestamp_seconds', OF_BOTH);
  const throttled = metric('exporter_api_errors_total', [...OF_BOTH, 'reason="throttled"']);
  const unsent = metric('exporter_api_errors_total', [...OF_BOTH, 'reason="budget"']);
  const retries = metric('exporter_api_retries_total', OF_BOTH);
  return {
    title: 'Throttling, budget, retries',
    panels: [
      lines({
        ...THIRD,
        title: 'Throttling',
        description:
          'Requests that the cloud refused because there were too many, and requests that were not sent because the budget of the configuration was spent.',
        unit: 'short',
        style: 'bars',
        queries: [
          { expr: increaseOf(throttled), legend: 'Refused by the cloud' },
          { expr: increaseOf(unsent), legend: 'Kept back' },
        ],
        colors: { 'Refused by the cloud': 'red', 'Kept back': 'orange' },
      }),
      lines({
        ...THIRD,
        title: 'Waiting',
        description:
          'Seconds per second that requests waited for the budget, all together, and for how long the pause lasts that the cloud asked for.',
        unit: 's',
        axis: [0, 1],
        queries: [
          {
            expr: `sum(rate(${metric('exporter_api_budget_wait_seconds_total', OF_BOTH)}[$__rate_interval]))`,
            legend: 'For the budget',
          },
          {
            expr: busiest(`clamp_min(max by (${labels('project')}) (${pause}) - time(), 0)`),
            legend: 'Pause of {{project}}',
          },
        ],
      }),
      lines({
        ...THIRD,
        title: 'Retries and requests in flight',
        description:
          'Further attempts, by why the one before failed, and the requests under way at the moment of the scrape.',
        unit: 'short',
        queries: [
          { expr: increaseOf(retries), legend: 'All retries' },
          { expr: everAboveZero(increaseBy('reason', retries)), legend: 'After {{reason}}' },
          { expr: `sum(${metric('exporter_api_requests_in_flight', OF_BOTH)})`, legend: 'In flight' },
        ],
      }),
    ],
  };
};

/** In seconds. */
const MINUTE = 60;
const HOUR = 3600;
/** Red, whichever side of it is good. */
const lineAt = (...values: readonly number[]) => steps('red', ...values.map((value) => [value, 'red'] as const));
const BLOCKED = words({ 0: { text: 'accepted', color: 'green' }, 1: { text: 'refused', color: 'red' } });

export const credentials = ({ OF_BOTH, labels, limit }: Kit): Row => {
  const skew = `max by (${labels('project', 'instance')}) (${metric('exporter_clock_skew_seconds', OF_BOTH)}) / ${MINUTE}`;
  const tolerated = limit('clock_skew_seconds') / MINUTE;
  return {
    title: 'Credentials',
    panels: [
      lines({
        ...QUARTER,
        title: 'Time left',
        description:
          'Until the token or the temporary keys of a project end. They are renewed well before; the dashed line is the 10 minutes of the alert. Permanent keys have no end.',
        unit: 'h',
        thresholds: lineAt(limit('credential_left_seconds') / HOUR),
        showThresholds: true,
        queries: [
          {
            expr: gravest(
              `(min by (${labels('project', 'kind')}) (${metric('exporter_credential_expiry_timestamp_seconds', OF_BOTH)}) - time()) / ${HOUR}`,
            ),
            legend: '{{project}} {{kind}}',
          },
        ],
      }),
      timeline({
        ...QUARTER,
        title: 'Acceptance',
        description:
          'Whether the cloud takes the credential of each project. After a refusal nothing is sent for a while, so that the account is not locked.',
        unit: 'none',
        thresholds: NONE_ALLOWED,
        mappings: [BLOCKED],
        isSparse: true,
        queries: [
          {
            expr: busiest(`max by (${labels('project')}) (${metric('exporter_auth_blocked', OF_BOTH)})`),
            legend: '{{project}}',
          },
        ],
      }),
      lines({
        ...QUARTER,
        title: 'Tokens and temporary keys obtained',
        description: 'Attempts to obtain a token or temporary keys, by their result.',
        unit: 'short',
        style: 'bars',
        queries: [
          {
            expr: busiest(increaseBy(labels('project', 'result'), metric('exporter_token_requests_total', OF_BOTH))),
            legend: '{{project}} {{result}}',
          },
        ],
      }),
      lines({
        ...QUARTER,
        title: 'Clock skew',
        description:
          'How far the clock of this machine is ahead of that of the cloud, by the Date of its latest answer; below 0 it is behind. The dashed lines are where the alert is; 15 minutes off, the cloud refuses signatures.',
        unit: 'm',
        axis: [-1.2 * tolerated, 1.2 * tolerated],
        thresholds: lineAt(-tolerated, tolerated),
        showThresholds: true,
        queries: [{ expr: busiest(skew, `abs(${skew})`), legend: '{{project}} {{instance}}' }],
      }),
    ],
  };
};
