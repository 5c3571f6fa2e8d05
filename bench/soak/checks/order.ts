// Values only move forward: a page never shows an older state of a pool than a page that was there before.
import type { Check, Complaint, ProjectTruth, SeenPage } from '../check.ts';
import { byPool, linesOf } from '../check.ts';
import { readStamp, stamped } from '../stamp.ts';

interface Seen {
  readonly end: number;
  readonly path: string;
  readonly values: ReadonlyMap<string, number>;
}

/** Enough that one of them was there before any page was asked for. */
const kept = 20;

/** `values` gives what must not fall, by a name of its own. */
export function onlyForward(
  values: (page: SeenPage) => ReadonlyMap<string, number>,
  complain: (name: string, before: number, now: number, page: SeenPage, seen: Seen) => readonly Complaint[],
): Check {
  const pages: Seen[] = [];
  return (page) => {
    const now = values(page);
    const seen = pages.findLast(({ end, path }) => end <= page.start && path === page.path);
    pages.push({ end: page.end, path: page.path, values: now });
    if (pages.length > kept) pages.shift();
    if (seen === undefined) return [];
    return [...seen.values].flatMap(([name, before]) => {
      const value = now.get(name);
      return value === before ? [] : complain(name, before, value ?? Number.NaN, page, seen);
    });
  };
}

export function orderCheck(projects: readonly ProjectTruth[]): Check {
  const values = (page: SeenPage) => {
    const found = new Map<string, number>();
    for (const { name } of projects)
      for (const [id, samples] of byPool(page, name))
        for (const sample of samples) {
          const key = `${name} ${id}`;
          const kind = stamped.find((one) => one.metric === sample.name && one.state === sample.labels.state);
          const version = kind === undefined ? undefined : readStamp(sample.value / kind.factor)?.version;
          if (version !== undefined) found.set(`${key} ${kind?.collector}`, version);
          if (sample.name === 'desktop_pool_last_success_timestamp_seconds') found.set(`${key} time`, sample.value);
        }
    return found;
  };
  return onlyForward(values, (key, before, now, page, seen) => {
    const [name = '', id = '', what = ''] = key.split(' ');
    const project = projects.find((one) => one.name === name);
    // A value may end; and a changed project begins anew.
    const isSame = project?.configured.during(seen.end, page.end).length === 1;
    if (Number.isNaN(now) || now > before || !isSame) return [];
    return [{ what: `${name}/${id}: ${what} went back from ${before} to ${now}`, about: linesOf(name, id) }];
  });
}
