// What a collector reports of its answers during one collection, counted however often it comes.
import type { Id, Reporter, Sighting } from '../collectors/collector.ts';
import { redact } from '../option-types/secret.ts';

/** Places that are kept of each field. */
const MOST_PLACES = 20;
/** Longer texts are told by their length. */
const LONGEST_TEXT = 1024;

/** A field that is not as documented. There are no more of them than schemas have fields. */
export interface Deviation {
  /** `form`: the field counts as not reported; `value`: outside the documented enumeration, but kept. */
  readonly of: 'form' | 'value';
  /** Undefined where several operations give the field. */
  readonly operation?: string | undefined;
  readonly field: string;
  /** How often it came. */
  readonly times: number;
  /** Where it came: the lowest ones, at most 20. */
  readonly places: readonly Place[];
  /** One example, in words. */
  readonly found: string;
  readonly expected: string;
}

export interface Place {
  /** Two sightings with the same key are nothing new. */
  readonly key: string;
  readonly pool: Id | undefined;
}

export interface Reports {
  readonly deviations: readonly Deviation[];
  /** Objects left out to protect the page, by reason. */
  readonly dropped: ReadonlyMap<string, number>;
  readonly notices: readonly string[];
}

export interface Gatherer extends Reporter {
  /** Copies of all that came so far: a read that comes too late still reports. */
  all(): Reports;
}

/**
 * Counts while it listens: an answer may be wrong in 100,000 places, and to tell each by itself would cost more than to read
 * the answer.
 */
export function createGatherer(): Gatherer {
  const byField = new Map<string, Deviation & { times: number; places: Place[] }>();
  const dropped = new Map<string, number>();
  const notices: string[] = [];

  function note({ of, operation, field }: Pick<Deviation, 'of' | 'operation' | 'field'>, sighting: Sighting) {
    const { pool, value, expected } = sighting;
    const key = of === 'form' ? (pool ?? '') : `${pool} ${String(value).slice(0, LONGEST_TEXT)}`;
    const id = `${of} ${operation} ${field}`;
    const known = byField.get(id);
    if (known !== undefined) {
      known.times += 1;
      keepLowest(known.places, { key, pool });
      return;
    }
    // Words for the first alone: they cost something.
    byField.set(id, {
      ...{ of, operation, field, times: 1, places: [{ key, pool }] },
      found: describe(sighting),
      expected: typeof expected === 'string' ? expected : expected(),
    });
  }

  return {
    violation: (operation, field, sighting) => note({ of: 'form', operation, field }, sighting),
    unknownValue: (field, sighting) => note({ of: 'value', field }, sighting),
    dropped: (reason, count) => void dropped.set(reason, (dropped.get(reason) ?? 0) + count),
    notice: (message) => void notices.push(message),
    all: () => ({
      deviations: [...byField.values()].map((one) => ({ ...one, places: [...one.places] })),
      dropped: new Map(dropped),
      notices: [...notices],
    }),
  };
}

/** The lowest, not the first: the same ones whichever read ends first. */
function keepLowest(places: Place[], one: Place): void {
  const last = places.at(-1);
  if (places.length === MOST_PLACES && last !== undefined && one.key >= last.key) return;
  if (places.some(({ key }) => key === one.key)) return;
  places.push(one);
  places.sort((a, b) => (a.key < b.key ? -1 : 1));
  places.length = Math.min(places.length, MOST_PLACES);
}

function describe({ value, isPrivate = false }: Sighting): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (value === undefined) return 'nothing';
  if (isPrivate) return `a ${typeof value}`;
  if (typeof value !== 'string') return String(value);
  return value.length > LONGEST_TEXT ? `a text of ${value.length} characters` : JSON.stringify(redact(value));
}
