// Logs a failure when it begins, when it changes, now and then while it lasts, and when it is over: never once per scrape.
import type { Clock } from '../async/clock.ts';
import type { Failures } from '../scrape/collection.ts';
import type { Logger } from './logger.ts';

const REMIND_MS = 10 * 60_000;

export function createFailureLog(log: Logger, clock: Clock, project: string) {
  const said = new Map<string, { text: string; at: number }>();
  return (collector: string, failures: Failures): void => {
    const before = said.get(collector);
    const text = normalize([...failures.keys()]);
    if (text === '') {
      said.delete(collector);
      if (before !== undefined) log.info('all reads succeed again', { project, collector });
      return;
    }
    if (before?.text === text && clock.monotonic() - before.at < REMIND_MS) return;
    said.set(collector, { text, at: clock.monotonic() });
    for (const [error, { count, id, requestId }] of failures)
      log.warn('reads failed', { project, collector, reads: count, error, example: id, request_id: requestId });
  };
}

/** What collectors notice besides failures: once, and again when it changes. */
export function createNoticeLog(log: Logger, project: string) {
  const said = new Map<string, string>();
  return (collector: string, notices: readonly string[]): void => {
    for (const notice of notices) {
      if (said.get(collector) === notice) continue;
      said.set(collector, notice);
      log.warn(notice, { project, collector });
    }
  };
}

/** A failure with another id, time, count or order of reads is the same failure. */
const normalize = (messages: readonly string[]): string =>
  [...new Set(messages.map((message) => message.replace(/[\da-f-]*\d[\da-f-]*/gi, 'N')))].sort().join('\n');

/** The consequence for what is read again and again. */
export const KEPT = 'the previous one stays in use';

/** The same for one thing that is checked again and again; undefined means that it is well. */
export function createProblemLog(
  log: Logger,
  thing: string,
  verb: 'read' | 'used',
  consequence: string,
  fields: Readonly<Record<string, string>> = {},
) {
  let said: string | undefined;
  return (problem: string | undefined): void => {
    if (problem === said) return;
    said = problem;
    if (problem === undefined) log.info(`${thing} can be ${verb} again`, fields);
    else log.error(`${thing} cannot be ${verb}; ${consequence}`, { ...fields, error: problem });
  };
}
