// Whatever the cloud answers: a valid page, no crash, and the other projects as they were.
// FUZZ_SEED and FUZZ_RUNS look further; a failure prints the seed and the path that repeat it.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allSections, OPERATIONS } from '../../src/app/catalog.ts';
import { SIGN_IN_OPERATIONS } from '../../src/cloud/auth/index.ts';
import type { Operation } from '../../src/cloud/send.ts';
import { collectors } from '../../src/collectors/index.ts';
import { validPage } from '../e2e/valid-page.ts';
import { hasPrometheus, parseOpenMetrics, promtool } from '../support/prometheus.ts';
import { createStillCloud, isOfBranch, linesOf, openCompany, type Tamper } from './company.ts';
import { anything, type Mutation, mutate, mutations, written } from './mutations.ts';

const seed = Number(process.env.FUZZ_SEED ?? 20260114);
const numRuns = Number(process.env.FUZZ_RUNS ?? 250);
const SAMPLES = 20;
/** No label of ours is longer than 1,024 characters, and no series has more than 25. */
const LONGEST_LINE = 100_000;

const read = new Set<Operation>(collectors.flatMap(({ operations }) => operations));
const cloud = createStillCloud();

type Said = { readonly whole: unknown } | { readonly changes: readonly Mutation[] };
interface Attack {
  readonly answers: Readonly<{ [operation: string]: Said }>;
  /** The first collection is sound, so that there are last good values. */
  readonly comesLater: boolean;
}
const said: fc.Arbitrary<Said> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ changes: mutations }) },
  { weight: 1, arbitrary: fc.record({ whole: anything }) },
);
const attack: fc.Arbitrary<Attack> = fc.record({
  answers: fc.dictionary(fc.constantFrom(...read), said, { minKeys: 1, maxKeys: 3 }),
  comesLater: fc.boolean(),
});

function tampering({ answers }: Attack, isOn: () => boolean): Tamper {
  return (request, answer) => {
    const to = answers[request.operation];
    if (!isOn() || to === undefined || isOfBranch(request, cloud)) return answer;
    if ('whole' in to) return { ...answer, status: 200, body: written(to.whole) };
    const changed = { body: JSON.parse(answer.body) };
    mutate(changed, to.changes);
    return { ...answer, status: 200, body: written(changed.body) };
  };
}

/** The page after one attack, in both formats, and how far the clock went. */
async function attacked(chosen: Attack) {
  let isOn = !chosen.comesLater;
  const company = await openCompany({ tamper: tampering(chosen, () => isOn) }, cloud);
  await company.page();
  isOn = true;
  await company.clock.advance(301_000);
  const text = await company.page();
  return { text, openmetrics: await company.page({ format: 'openmetrics' }) };
}

const metrics = new Map(
  (await allSections()).flatMap(({ metrics: own }) => own.map((one) => [one.name, one] as const)),
);

/** Name and labels of every sample. Values may hold line ends of any kind but one: `.` would stop there. */
const samplesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = ''] = /^(\w+)(?:\{(.*)\})? \S+$/s.exec(line) ?? [];
      return {
        name,
        labels: new Map([...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/gs)].map(([, key, value]) => [key, value])),
      };
    });

/** Throws where a page is not what the catalogue promises. */
function checked(text: string): void {
  const samples = samplesOf(validPage(text));
  const wrong = samples.filter(({ name, labels }) => {
    const metric = metrics.get(name.replace(/_(bucket|sum|count)$/, '')) ?? metrics.get(name);
    const expected = [...(metric?.labels ?? []), ...(name.endsWith('_bucket') ? ['le'] : [])];
    return metric === undefined || [...labels.keys()].sort().join() !== expected.sort().join();
  });
  expect(wrong).toEqual([]);
  const violated = samples.filter(({ name }) => name.endsWith('_schema_violations_total'));
  expect(violated.filter(({ labels }) => !read.has(labels.get('operation') ?? ''))).toEqual([]);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(LONGEST_LINE);
}

describe('any answer', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  const pages: { readonly text: string; readonly openmetrics: string }[] = [];
  beforeAll(() => void process.on('unhandledRejection', note));
  afterAll(() => void process.off('unhandledRejection', note));

  test('to any read leaves a valid page, and the other projects as they were', async () => {
    const sound = linesOf((await attacked({ answers: {}, comesLater: false })).text, 'branch');
    expect(sound.length).toBeGreaterThan(200);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(attack, async (chosen) => {
        const page = await attacked(chosen);
        if (runs++ % Math.ceil(numRuns / SAMPLES) === 0) pages.push(page);
        checked(page.text);
        expect(linesOf(page.text, 'branch')).toEqual(sound);
        expect(unhandled).toEqual([]);
      }),
      { seed, numRuns },
    );
  }, 600_000);

  test.skipIf(!hasPrometheus())(
    'leaves pages that promtool and the strict parser of the Python client take',
    { timeout: 120_000 },
    () => {
      expect(pages.length).toBeGreaterThanOrEqual(SAMPLES / 2);
      for (const { text, openmetrics } of pages) {
        expect(promtool(['check', 'metrics'], text)).toBe('');
        expect(Object.keys(parseOpenMetrics(openmetrics)).length).toBeGreaterThan(20);
      }
    },
  );
});

test('the attacks reach every read of the collectors', () => {
  expect([...read].sort()).toEqual(OPERATIONS.filter((one) => !SIGN_IN_OPERATIONS.includes(one)).sort());
});
