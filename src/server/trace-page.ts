// Answers /probe?debug=true: how the page came to be, and what lately happened between the project and the cloud.
import type { Moment } from '../async/clock.ts';
import { withoutSecrets } from '../option-types/secret.ts';
import type { Failure, Latest, Refreshed } from '../scrape/collection.ts';
import type { Project, Waited } from '../scrape/project.ts';
import { MAX_EVENTS, type TraceEvent } from '../scrape/trace.ts';

const HOW: Readonly<Record<Refreshed['how'], string>> = {
  started: 'collected for this page',
  joined: 'joined a collection that was under way',
  reused: 'reused: its latest collection is young enough',
  late: 'served from a collection that ended after its scrapers had left; the next one runs',
};

/** Plain text. Known secrets are masked in all of it. */
export function tracePage(project: Project, collections: Waited['collections'], { wall: now }: Moment): string {
  const events = project.trace.events();
  const text = [
    `How the page of project ${project.name} came to be, ${iso(now)}`,
    '',
    ...collections.flatMap(({ collector, how, inTime }) => [
      `${collector}: ${HOW[how]}${inTime ? '' : '; the wait for it ended first, so it goes on'}`,
      ...latestOf(project.collections.get(collector)?.finished(), now),
      '',
    ]),
    `Latest events of the project (${events.length}; at most ${MAX_EVENTS} are kept), oldest first:`,
    '',
    ...events.map(lineOf),
  ].join('\n');
  return `${withoutSecrets(text)}\n`;
}

function latestOf(latest: Latest | undefined, now: number): readonly string[] {
  if (latest === undefined) return ['  no collection has ended yet'];
  const { isSuccess, took, finishedAt, failures } = latest;
  const outcome = isSuccess ? 'succeeded' : 'failed';
  const times = `${((now - finishedAt) / 1000).toFixed(1)} s ago, after ${Math.round(took)} ms`;
  return [`  the latest one ${outcome} ${times}`, ...[...failures].map(failureLine)];
}

function failureLine([message, { count, id, requestId }]: readonly [string, Failure]): string {
  const example = [id === undefined ? '' : `pool ${id}`, requestId === undefined ? '' : `request id ${requestId}`];
  const named = example.filter((part) => part !== '').join(', ');
  return `  ${count} × ${message}${named === '' ? '' : ` (${named})`}`;
}

const lineOf = ({ at, message, fields }: TraceEvent) =>
  [
    iso(at),
    message,
    ...Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${formatValue(value)}`],
    ),
  ].join(' ');

/** With its end to be seen. */
const formatValue = (value: string | number | boolean) =>
  typeof value === 'string' && /[\s"]/.test(value) ? JSON.stringify(value) : value;

const iso = (time: number) => new Date(time).toISOString();
