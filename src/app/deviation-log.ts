// Logs what in the cloud's answers is not as documented: once until it changes, and never much at a time.
import type { Clock } from '../async/clock.ts';
import type { Deviation } from '../scrape/deviations.ts';
import type { Logger } from './logger.ts';

const MOST_LINES = 5;
const MOST_POOLS = 5;
/** A field is logged no more often, whatever changes about it. */
const QUIET_MS = 10 * 60_000;

const WORDS = {
  form: 'a field is not as documented and is treated as not reported',
  value: 'a value is not documented and is kept as it is',
} as const;

interface Said {
  readonly places: ReadonlySet<string>;
  readonly at: number;
}

/** `isWhole`: every read of the collection succeeded, so that what it did not find is over. */
export function createDeviationLog(log: Logger, clock: Clock, project: string) {
  const said = new Map<string, ReadonlyMap<string, Said>>();
  return (collector: string, deviations: readonly Deviation[], isWhole: boolean): void => {
    const now = clock.monotonic();
    const before = said.get(collector) ?? new Map<string, Said>();
    const isQuiet = ({ at }: Said) => now - at < QUIET_MS;
    const next = new Map([...before].filter(([, one]) => !isWhole || isQuiet(one)));
    const news: Deviation[] = [];
    for (const deviation of deviations) {
      const key = `${deviation.of} ${deviation.operation} ${deviation.field}`;
      const known = before.get(key);
      const places = deviation.places.filter((place) => known?.places.has(place.key) !== true);
      if (known !== undefined && (places.length === 0 || isQuiet(known))) next.set(key, known);
      else {
        news.push({ ...deviation, places });
        next.set(key, { places: new Set(deviation.places.map((place) => place.key)), at: now });
      }
    }
    for (const { of, operation, field, times, places, found, expected } of news.slice(0, MOST_LINES))
      log.warn(WORDS[of], { project, collector, operation, field, pools: poolsOf(places), times, found, expected });
    const left = news.length - MOST_LINES;
    if (left > 0)
      log.warn('and more fields are not as documented; the landing page names them', {
        project,
        collector,
        fields: left,
      });
    if (before.size > 0 && next.size === 0) log.info('answers are as documented again', { project, collector });
    said.set(collector, next);
  };
}

function poolsOf(places: Deviation['places']): string | undefined {
  const ids = [...new Set(places.flatMap(({ pool }) => pool ?? []))];
  if (ids.length === 0) return undefined;
  const named = ids.slice(0, MOST_POOLS).join(', ');
  return ids.length > MOST_POOLS ? `${named} and more` : named;
}
