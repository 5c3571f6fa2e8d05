// What in the answers of a collection was not as documented: by field, with a few of the pools, however often it came.
import type { Id, Reporter, Sighting } from '../collectors/collector.ts';
import { redact } from '../option-types/secret.ts';

/** Fields that are told apart, and pools that are kept of each. */
const MOST_FIELDS = 100;
const MOST_PLACES = 20;
/** Longer texts are told by their length. */
const LONGEST_TEXT = 1024;

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
  /** Two sightings with the same one are nothing new. */
  readonly key: string;
  readonly pool: Id | undefined;
}

export interface DeviationGatherer {
  /** The same reporter, listened to. */
  listenTo(report: Reporter): Reporter;
  all(): readonly Deviation[];
}

export function gatherDeviations(): DeviationGatherer {
  const byField = new Map<string, Deviation & { times: number; places: Place[] }>();

  function note({ of, operation, field }: Pick<Deviation, 'of' | 'operation' | 'field'>, sighting: Sighting) {
    const { pool, value, expected } = sighting;
    // Not in words yet: of a hundred thousand only one is told.
    const key = of === 'form' ? (pool ?? '') : `${pool} ${String(value).slice(0, LONGEST_TEXT)}`;
    const id = `${of} ${operation} ${field}`;
    const known = byField.get(id);
    if (known !== undefined) {
      known.times += 1;
      keepLowest(known.places, { key, pool });
    } else if (byField.size < MOST_FIELDS)
      byField.set(id, {
        ...{ of, operation, field, times: 1, places: [{ key, pool }] },
        found: inWords(sighting),
        expected: typeof expected === 'string' ? expected : expected(),
      });
  }

  return {
    listenTo: (report) => ({
      ...report,
      violation(operation, field, sighting) {
        report.violation(operation, field, sighting);
        note({ of: 'form', operation, field }, sighting);
      },
      unknownValue(field, sighting) {
        report.unknownValue(field, sighting);
        note({ of: 'value', field }, sighting);
      },
    }),
    // Copies: a read that comes too late is still listened to.
    all: () => [...byField.values()].map((one) => ({ ...one, places: [...one.places] })),
  };
}

/** Lowest and not first: the same ones whichever read ends first. */
function keepLowest(places: Place[], one: Place): void {
  const last = places.at(-1);
  if (places.length === MOST_PLACES && last !== undefined && one.key >= last.key) return;
  if (places.some(({ key }) => key === one.key)) return;
  places.push(one);
  places.sort((a, b) => (a.key < b.key ? -1 : 1));
  places.length = Math.min(places.length, MOST_PLACES);
}

function inWords({ value, isPrivate = false }: Sighting): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (value === undefined) return 'nothing';
  if (isPrivate) return `a ${typeof value}`;
  if (typeof value !== 'string') return String(value);
  return value.length > LONGEST_TEXT ? `a text of ${value.length} characters` : JSON.stringify(redact(value));
}
