// Connects what the lower folders report to the exporter's own metrics; they know nothing of counters themselves.
import { signInEndpoint } from './cloud/auth/index.ts';
import { FAILURE_KINDS, FAILURES, reasonsOf } from './cloud/errors.ts';
import type { Observer } from './cloud/observe.ts';
import type { Collector, Reporter } from './collectors/collector.ts';
import type { ProjectConfig } from './config/schema.ts';
import type { Logger } from './logger.ts';
import type { Telemetry } from './metrics/telemetry.ts';

export function observerFor(telemetry: Telemetry, project: string): Observer {
  return {
    attempt(endpoint) {
      telemetry.add('api_requests_in_flight', { project }, 1);
      return ({ code, seconds, failure }) => {
        telemetry.add('api_requests_in_flight', { project }, -1);
        telemetry.count('api_requests_total', { project, endpoint, code });
        telemetry.observe('api_request_duration_seconds', { project, endpoint }, seconds);
        const reason = failure === undefined ? undefined : FAILURES[failure].reason;
        if (reason !== undefined) telemetry.count('api_errors_total', { project, endpoint, reason });
      };
    },
    wrongAnswer: (endpoint) => telemetry.count('api_errors_total', { project, endpoint, reason: 'schema' }),
    overBudget: (endpoint) => telemetry.count('api_errors_total', { project, endpoint, reason: 'budget' }),
    retried: (endpoint, reason) => telemetry.count('api_retries_total', { project, endpoint, reason }),
    waitedForBudget: (seconds) => telemetry.count('api_budget_wait_seconds_total', { project }, seconds),
    signedIn: (result) => telemetry.count('token_requests_total', { project, result }),
  };
}

export function reporterFor(telemetry: Telemetry, log: Logger, project: string, { name }: Collector): Reporter {
  let said = '';
  return {
    violation: (endpoint, field) => telemetry.count('schema_violations_total', { endpoint, field }),
    unknownValue: (field) => telemetry.count('unknown_enum_values_total', { field }),
    dropped: (reason, count) => telemetry.count('series_dropped_total', { collector: name, reason }, count),
    notice(message) {
      if (message === said) return;
      said = message;
      log.warn(message, { project, collector: name });
    },
  };
}

/** The same counters until `mute`, after which nothing is counted any more. */
export function mutable(all: Telemetry): { readonly telemetry: Telemetry; mute(): void } {
  let isMute = false;
  const telemetry: Telemetry = {
    ...all,
    count(name, labels, by) {
      if (!isMute) all.count(name, labels, by);
    },
    set(name, labels, value) {
      if (!isMute) all.set(name, labels, value);
    },
    add(name, labels, by) {
      if (!isMute) all.add(name, labels, by);
    },
    observe(name, labels, value) {
      if (!isMute) all.observe(name, labels, value);
    },
  };
  return {
    telemetry,
    mute() {
      isMute = true;
    },
  };
}

const RETRIED = reasonsOf(FAILURE_KINDS.filter((kind) => FAILURES[kind].retried !== 'never'));

/** Counters whose label values are known exist at 0, so that an alert on the first failure can fire. */
export function startAtZero(
  telemetry: Telemetry,
  { name: project, auth }: ProjectConfig,
  collectors: readonly Collector[],
) {
  const signIn = signInEndpoint(auth);
  const endpoints = [
    ...collectors.flatMap((collector) => collector.endpoints),
    ...(signIn === undefined ? [] : [signIn]),
  ];
  for (const endpoint of endpoints) {
    telemetry.count('api_requests_total', { project, endpoint, code: '200' }, 0);
    for (const reason of [...reasonsOf(FAILURE_KINDS), 'budget'])
      telemetry.count('api_errors_total', { project, endpoint, reason }, 0);
  }
  for (const { name, endpoints: own, fields, enums, dropReasons } of collectors) {
    for (const endpoint of own) {
      for (const reason of RETRIED) telemetry.count('api_retries_total', { project, endpoint, reason }, 0);
      for (const field of fields) telemetry.count('schema_violations_total', { endpoint, field }, 0);
    }
    for (const field of enums) telemetry.count('unknown_enum_values_total', { field }, 0);
    for (const reason of dropReasons) telemetry.count('series_dropped_total', { collector: name, reason }, 0);
  }
  for (const result of signIn === undefined ? [] : ['success', 'failure'])
    telemetry.count('token_requests_total', { project, result }, 0);
  telemetry.count('api_budget_wait_seconds_total', { project }, 0);
  telemetry.add('api_requests_in_flight', { project }, 0);
}
