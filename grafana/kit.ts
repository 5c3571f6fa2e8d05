// What all rows of the dashboards of a place are made with: its queries, and colours that follow its thresholds.
import { durationOf, type Mixin, placeOf } from '../prometheus/mixin.ts';
import { createLooks } from './looks.ts';
import { createQueries } from './promql.ts';

export function createKit(mixin: Mixin) {
  const place = placeOf(mixin);
  return {
    ...createQueries(place),
    ...createLooks(place),
    /** Labels of the target to keep, each with a choice of its own. */
    by: mixin.by,
    job: mixin.job,
    runbookUrl: mixin.runbookUrl,
    /** The least step of every query: with less, a rate would look at a single sample. */
    step: durationOf(mixin.interval),
  };
}
export type Kit = ReturnType<typeof createKit>;
