// Turns what the lower folders report into the exporter's own metrics and log lines; they know neither.
import { signInOperation } from '../cloud/auth/index.ts';
import { FAILURE_KINDS, FAILURES, reasonsOf } from '../cloud/errors.ts';
import type { Observer } from '../cloud/observe.ts';
import type { ProjectConfig } from '../config/schema.ts';
import type { Telemetry } from '../metrics/telemetry.ts';
import type { Reports } from '../scrape/deviations.ts';
import type { EnabledCollector } from '../scrape/project.ts';
import type { Trace } from '../scrape/trace.ts';

/** Tells the debug log and the trace of a project what happened. */
export type Tell = Trace['add'];

/** Events have the operation of a request and never its address, which may hold ids of users. */
export function observerFor(telemetry: Telemetry, tell: Tell, project: string): Observer {
  return {
    attempt(operation) {
      telemetry.add('api_requests_in_flight', { project }, 1);
      return ({ code, seconds, failure, requestId }) => {
        const reason = failure === undefined ? undefined : FAILURES[failure].reason;
        tell('request to the cloud', {
          operation,
          status: code,
          reason: reason ?? failure,
          milliseconds: Math.round(seconds * 1000),
          request_id: requestId,
        });
        telemetry.add('api_requests_in_flight', { project }, -1);
        telemetry.count('api_requests_total', { project, operation, code });
        telemetry.observe('api_request_duration_seconds', { project, operation }, seconds);
        if (reason !== undefined) telemetry.count('api_errors_total', { project, operation, reason });
      };
    },
    wrongAnswer(operation) {
      tell('unusable answer from the cloud', { operation, reason: 'schema' });
      telemetry.count('api_errors_total', { project, operation, reason: 'schema' });
    },
    overBudget(operation) {
      tell('request not sent', { operation, reason: 'budget' });
      telemetry.count('api_errors_total', { project, operation, reason: 'budget' });
    },
    retried(operation, reason) {
      tell('request retried', { operation, reason });
      telemetry.count('api_retries_total', { project, operation, reason });
    },
    waitedForBudget(seconds) {
      tell('waited for the request budget', { milliseconds: Math.round(seconds * 1000) });
      telemetry.count('api_budget_wait_seconds_total', { project }, seconds);
    },
    signedIn(result) {
      tell('sign-in', { result });
      telemetry.count('token_requests_total', { project, result });
    },
    heard(operation, { skew, remaining }) {
      if (skew !== undefined) telemetry.set('clock_skew_seconds', { project }, skew);
      // Not a number is not on the page: what the gateway no longer tells ends.
      telemetry.set('api_ratelimit_remaining', { project, operation }, remaining ?? Number.NaN);
    },
  };
}

/** A series per field would be 170 zeros on every page: which field it was is for the log and the landing page. */
export function countReports(telemetry: Telemetry, collector: string, { deviations, dropped }: Reports): void {
  for (const { of, operation = '', field, times } of deviations)
    if (of === 'form') telemetry.count('schema_violations_total', { operation }, times);
    else telemetry.count('unknown_enum_values_total', { field }, times);
  for (const [reason, count] of dropped) telemetry.count('series_dropped_total', { collector, reason }, count);
}

/** The same counters until `mute`; from then on nothing is counted. */
export function createMutable(all: Telemetry): { readonly telemetry: Telemetry; mute(): void } {
  let isMute = false;
  const unlessMute =
    <Args extends readonly unknown[]>(call: (...args: Args) => void) =>
    (...args: Args) => {
      if (!isMute) call(...args);
    };
  return {
    telemetry: {
      ...all,
      count: unlessMute(all.count),
      set: unlessMute(all.set),
      add: unlessMute(all.add),
      observe: unlessMute(all.observe),
    },
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
  enabled: readonly EnabledCollector[],
) {
  const collectors = enabled.map(({ collector }) => collector);
  const signIn = signInOperation(auth);
  const operations = [...collectors.map((collector) => collector.operations), signIn ?? []].flat();
  for (const operation of operations) {
    telemetry.count('api_requests_total', { project, operation, code: '200' }, 0);
    for (const reason of [...reasonsOf(FAILURE_KINDS), 'budget'])
      telemetry.count('api_errors_total', { project, operation, reason }, 0);
  }
  for (const { name, operations: own, enums = [], dropReasons = [] } of collectors) {
    for (const operation of own) {
      for (const reason of RETRIED) telemetry.count('api_retries_total', { project, operation, reason }, 0);
      telemetry.count('schema_violations_total', { operation }, 0);
    }
    for (const field of enums) telemetry.count('unknown_enum_values_total', { field }, 0);
    for (const reason of dropReasons) telemetry.count('series_dropped_total', { collector: name, reason }, 0);
  }
  for (const result of signIn === undefined ? [] : ['success', 'failure'])
    telemetry.count('token_requests_total', { project, result }, 0);
  telemetry.count('api_budget_wait_seconds_total', { project }, 0);
  telemetry.add('api_requests_in_flight', { project }, 0);
}
