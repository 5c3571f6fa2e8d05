// Any sequence of answers, scrapes and time against a model small enough to be right.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedId, broken, discovering, house, listOf, MINUTE, notThere, poolOf, SECOND, unsent } from './house.ts';
import { type ReadPage, readPage } from './read-page.ts';

const MIN_INTERVAL = 10 * SECOND;
const MAX_STALENESS = 10 * MINUTE;

/** What the page says of one pool; undefined: no sample. */
interface Told {
  readonly configured: number | undefined;
  readonly up: number | undefined;
  readonly found: number | undefined;
  readonly at: number | undefined;
  readonly value: number | undefined;
  readonly name: string | undefined;
}

const told = (page: ReadPage, pool_id: string): Told => ({
  configured: page.value('desktop_pool_configured', { pool_id }),
  up: page.value('desktop_pool_up', { pool_id }),
  found: page.value('desktop_pool_found', { pool_id }),
  at: page.value('desktop_pool_last_success_timestamp_seconds', { pool_id }),
  value: page.value('desktop_pool_desktops', { pool_id }),
  name: page.samples.find(({ labels }) => labels.pool_id === pool_id && 'pool_name' in labels)?.labels.pool_name,
});

interface Known {
  good?: { value: number; at: number };
  isUp: boolean;
  misses: number;
}

const tellOf = (known: Known | undefined, isConfigured: boolean, now: number): Told => {
  if (known === undefined && !isConfigured)
    return { configured: undefined, up: undefined, found: undefined, at: undefined, value: undefined, name: undefined };
  const { good, isUp = false, misses = 0 } = known ?? {};
  const isLive = good !== undefined && now - good.at <= MAX_STALENESS;
  return {
    configured: 1,
    up: isUp && isLive ? 1 : 0,
    found: misses >= 2 ? 0 : good !== undefined ? 1 : undefined,
    at: good === undefined ? undefined : good.at / 1000,
    value: isLive ? good.value : undefined,
    name: isLive ? `name ${good.value}` : undefined,
  };
};

const pause = fc.oneof(
  fc.integer({ min: 0, max: 30 * SECOND }),
  fc.integer({ min: 0, max: 12 * MINUTE }),
  fc.constantFrom(9499, 9500, MAX_STALENESS, MAX_STALENESS + 1),
);

test('pools that are read one by one', async () => {
  const ids = ['a', 'b', 'c'];
  const answer = fc.oneof(
    { weight: 3, arbitrary: fc.nat(99) },
    { weight: 3, arbitrary: fc.constant('miss' as const) },
    { weight: 1, arbitrary: fc.constantFrom('failure', 'garbage', 'unsent') },
  );
  const step = fc.record({ answers: fc.array(answer, { minLength: 3, maxLength: 3 }), pause });

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      let answers: readonly (number | string | undefined)[] = [];
      const { read, clock } = house({
        selection: { pools: ids.map((id) => ({ id })) },
        minInterval: MIN_INTERVAL,
        maxStaleness: MAX_STALENESS,
        script: (call) => {
          const id = askedId(call) ?? '';
          const said = answers[ids.indexOf(id)];
          if (said === 'miss') return notThere();
          if (said === 'failure') return broken();
          if (said === 'unsent') return unsent();
          if (said === 'garbage') return { id: `not ${id}` };
          return poolOf(id, { desktop_count: said, name: `name ${said}` });
        },
      });
      const model = new Map<string, Known>(ids.map((id) => [id, { isUp: false, misses: 0 }]));
      let collectedAt = Number.NEGATIVE_INFINITY;
      let wasEverRead = false;

      const collect = (now: number) => {
        collectedAt = now;
        const missed: Known[] = [];
        for (const [index, known] of [...model.values()].entries()) {
          const said = answers[index];
          if (said === 'unsent') continue;
          known.isUp = typeof said === 'number';
          if (typeof said === 'number') {
            wasEverRead = true;
            known.good = { value: said, at: now };
            known.misses = 0;
          } else if (said === 'miss') missed.push(known);
          else if (known.misses < 2) known.misses = 0;
        }
        if (!wasEverRead && missed.length === ids.length) return;
        for (const known of missed) {
          known.misses += 1;
          if (known.misses >= 2) delete known.good;
        }
      };

      for (const { answers: said, pause: wait } of steps) {
        answers = said;
        if (clock.now() - collectedAt + 500 >= MIN_INTERVAL) collect(clock.now());
        const page = await read();
        for (const id of ids) expect(told(page, id)).toEqual(tellOf(model.get(id), true, clock.now()));
        await clock.advance(wait);
      }
    }),
    { numRuns: 400 },
  );
});

test('pools that a list names', async () => {
  const ids = ['a', 'b', 'c', 'd'];
  const answer = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ named: fc.subarray(ids), hidden: fc.constant<string[]>([]), value: fc.nat(99) }),
    },
    // The list counts pools that it does not show; their details are answered.
    { weight: 2, arbitrary: fc.record({ named: fc.subarray(ids), hidden: fc.subarray(ids), value: fc.nat(99) }) },
    { weight: 1, arbitrary: fc.constantFrom('failure', 'not there', 'garbage', 'twice', 'unsent') },
  );
  const step = fc.record({ answer, pause });

  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), fc.subarray(ids), async (steps, configured) => {
      let said: (typeof steps)[number]['answer'] = 'failure';
      const { read, clock } = house({
        selection: { pools: configured.map((id) => ({ id })), discovery: discovering },
        minInterval: MIN_INTERVAL,
        maxStaleness: MAX_STALENESS,
        script: (call) => {
          if (said === 'failure') return broken();
          if (said === 'not there') return notThere();
          if (said === 'unsent') return unsent();
          if (said === 'garbage') return { total_count: 0 };
          if (typeof said === 'string') return listOf([poolOf('a'), poolOf('a')]);
          const { named, hidden, value } = said;
          const rowOf = (id: string) => poolOf(id, { desktop_count: value, name: `name ${value}` });
          const id = askedId(call);
          if (id !== undefined) return hidden.includes(id) ? rowOf(id) : notThere();
          const isFirst = call.query?.offset === 0;
          return listOf(isFirst ? named.map(rowOf) : [], new Set([...named, ...hidden]).size);
        },
      });
      const model = new Map<string, Known>();
      let collectedAt = Number.NEGATIVE_INFINITY;
      let wasEverRead = false;

      const collect = (now: number) => {
        collectedAt = now;
        if (said === 'unsent') return;
        for (const id of configured) if (!model.has(id)) model.set(id, { isUp: false, misses: 0 });
        for (const known of model.values()) known.isUp = false;
        if (typeof said === 'string') return;
        const { named, hidden, value } = said;
        const isPartial = hidden.some((id) => !named.includes(id));
        const there = isPartial ? [...named, ...hidden.filter((id) => model.has(id))] : named;
        for (const id of there) model.set(id, { isUp: true, misses: 0, good: { value, at: now } });
        wasEverRead ||= there.length > 0;
        // Every question for a configured pool was answered with no, and none was ever answered with yes.
        if (isPartial && !wasEverRead && configured.length > 0) return;
        for (const [id, known] of model) {
          if (there.includes(id)) continue;
          known.misses += 1;
          if (known.misses < 2) continue;
          if (configured.includes(id)) delete known.good;
          else model.delete(id);
        }
      };

      for (const { answer: next, pause: wait } of steps) {
        said = next;
        if (clock.now() - collectedAt + 500 >= MIN_INTERVAL) collect(clock.now());
        const page = await read();
        for (const id of ids)
          expect(told(page, id)).toEqual(tellOf(model.get(id), configured.includes(id), clock.now()));
        await clock.advance(wait);
      }
    }),
    { numRuns: 400 },
  );
});

test('scrapes of slow collections never show a pool under two names, a value of another read, or an older value after a newer one', async () => {
  const ids = ['a', 'b', 'c'];
  const scrape = fc.record({
    latencies: fc.array(fc.integer({ min: 0, max: 25 * SECOND }), { minLength: 3, maxLength: 3 }),
    patience: fc.integer({ min: 0, max: 15 * SECOND }),
    pause: fc.integer({ min: 0, max: 40 * SECOND }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(scrape, { minLength: 1, maxLength: 12 }), async (scrapes) => {
      let latencies: readonly number[] = [];
      let round = 0;
      const { scrape: ask, clock } = house({
        selection: { pools: ids.map((id) => ({ id })) },
        script: (call) => {
          const id = askedId(call) ?? '';
          round += 1;
          const answer = poolOf(id, { desktop_count: round, name: `name ${round}`, status: 'STEADY' });
          return new Promise((resolve) => clock.after(latencies[ids.indexOf(id)] ?? 0, () => resolve(answer)));
        },
      });
      const seen = new Map<string, number>();
      const pages: Promise<void>[] = [];
      for (const one of scrapes) {
        latencies = one.latencies;
        pages.push(
          ask({ patience: one.patience }).then((text) => {
            const page = readPage(text);
            for (const pool_id of ids) {
              const value = page.value('desktop_pool_desktops', { pool_id });
              const names = page.samples
                .filter(({ labels }) => labels.pool_id === pool_id)
                .flatMap(({ labels }) => labels.pool_name ?? []);
              expect(new Set(names).size).toBeLessThanOrEqual(1);
              expect(value ?? 0).toBeGreaterThanOrEqual(seen.get(pool_id) ?? 0);
              if (value !== undefined) expect(names[0]).toBe(`name ${value}`);
              seen.set(pool_id, value ?? 0);
            }
          }),
        );
        await clock.advance(one.pause);
      }
      await clock.advance(MINUTE);
      await Promise.all(pages);
      expect(clock.pending()).toBe(0);
    }),
    { numRuns: 200 },
  );
});
