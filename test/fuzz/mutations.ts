// What may become of an answer on its way: near misses of the true one, and anything at all.
import fc from 'fast-check';

/** Stand for what `JSON.stringify` cannot write; they become it in the text. */
const MARKS: readonly (readonly [mark: string, text: string])[] = [
  ['"@deep list@"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
  ['"@deep object@"', `${'{"id":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ['"@huge number@"', '1e400'],
  ['"@minus zero@"', '-0'],
  ['"@proto@"', '{"__proto__":{"id":"x","name":"x","desktop_count":1,"enabled":true},"constructor":null}'],
];

/** What the exporter gets to read. */
export const written = (answer: unknown): string =>
  MARKS.reduce((text, [mark, real]) => text.replaceAll(mark, real), JSON.stringify(answer) ?? 'null');

const hurting = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, -1, 0.5, 1e308, 2 ** 53, '', '0', '-1', ' ', [], {}, [null], [[]]),
  fc.constantFrom(...MARKS.map(([mark]) => JSON.parse(mark))),
  fc.constantFrom(
    '"',
    '\\',
    '\n',
    '\\n',
    '\0',
    '\r\n',
    '# EOF\n',
    '} 1\n',
    '\u2028',
    '🖥',
    '\uD800',
    '__proto__',
    'NaN',
  ),
  fc.constantFrom('x'.repeat(129), 'x'.repeat(1025), 'x'.repeat(200_000), '9'.repeat(400)),
  fc.jsonValue(),
);

/** Where in an answer: at each step one of the children. */
const steps = fc.array(fc.nat(1000), { maxLength: 7 });

const change = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('replace' as const), value: hurting }) },
  // Every field of that name, with values that take turns: duplicate and clashing ids come from here.
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('replaceAll' as const),
      values: fc.array(hurting, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom(
        'remove' as const,
        'repeat' as const,
        'doubleAll' as const,
        'wrap' as const,
        'poison' as const,
      ),
    }),
  },
);
export type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
export interface Mutation {
  readonly steps: readonly number[];
  readonly change: Change;
}

/** Changes to a true answer, in their order. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(fc.record({ steps, change }), {
  minLength: 1,
  maxLength: 4,
});

/** Any answer, with the fields of the true ones now and then. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(
    fc.constantFrom('total_count', 'desktop_pools', 'users', 'quotas', 'site_quotas', 'desktop_pool_statistics', 'id'),
    fc.oneof(
      fc.jsonValue(),
      hurting,
      fc.array(fc.dictionary(fc.constantFrom('id', 'user_id', 'desktop_pool_id', 'type'), hurting)),
    ),
  ),
);

interface Holder {
  [key: string]: unknown;
}
const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

/** Makes the changes in place, in the value of `answer.body`. */
export function mutate(answer: { body: unknown }, all: readonly Mutation[]): void {
  for (const mutation of all) {
    const [holder, key] = placeOf(answer, mutation.steps);
    apply(holder, key, mutation.change, answer);
  }
}

function placeOf(answer: { body: unknown }, path: readonly number[]): [Holder, string] {
  let place: [Holder, string] = [answer, 'body'];
  for (const step of path) {
    const [holder, key] = place;
    const value = holder[key];
    const keys = isHolder(value) ? Object.keys(value) : [];
    if (!isHolder(value) || keys.length === 0) break;
    place = [value, keys[step % keys.length] ?? ''];
  }
  return place;
}

function apply(holder: Holder, key: string, done: Change, answer: { body: unknown }): void {
  const value = holder[key];
  if (done.does === 'replace') holder[key] = structuredClone(done.value);
  else if (done.does === 'replaceAll') replaceAll(answer.body, key, done.values, { turn: 0 });
  else if (done.does === 'doubleAll') doubleAll(value);
  else if (done.does === 'remove') remove(holder, key);
  else if (done.does === 'wrap') holder[key] = [value];
  else if (done.does === 'poison') holder[key] = isHolder(value) ? { ...value, poison: '@proto@' } : '@proto@';
  else if (Array.isArray(holder)) holder.push(structuredClone(value), value);
  else holder[key.toUpperCase()] = value;
}

function remove(holder: Holder, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
}

function replaceAll(within: unknown, key: string, values: readonly unknown[], at: { turn: number }): void {
  if (!isHolder(within)) return;
  for (const name of Object.keys(within))
    if (name === key) within[name] = structuredClone(values[at.turn++ % values.length]);
    else replaceAll(within[name], key, values, at);
}

/** Every list within says everything twice. */
function doubleAll(within: unknown): void {
  if (!isHolder(within)) return;
  for (const inner of Object.values(within)) doubleAll(inner);
  if (Array.isArray(within)) within.push(...structuredClone(within));
}
