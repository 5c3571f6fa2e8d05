// The promise as one property: whatever is refused, changed or late, few requests are refused, few follow a refusal, and all is well in the end.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PASSWORD_BLOCKS } from '../../../src/cloud/auth/sign-in.ts';
import type { Send } from '../../../src/cloud/send.ts';
import { createCredentials } from '../../support/chain.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { answerOf } from '../../support/fake-send.ts';
import { askOf, bought, carried, isSignIn, ownSecret, type Secrets, sessionOf } from '../../support/identities.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const QUARTER_HOUR = 15 * MINUTE;
const MAX_REFUSALS = 4;
const MAX_AFTER_REFUSAL = 3;

type Step =
  | { readonly do: 'collect'; readonly project: number; readonly reads: number }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'rotate'; readonly isRight: boolean; readonly back: number }
  | { readonly do: 'revoke' }
  | { readonly do: 'mood'; readonly mood: Mood };

/** What the cloud makes of requests: their true answer, a refusal of all, a failure, an answer that strangers get too. */
const MOODS = ['true', 'refuse', 'refuse reads', 'fail', 'gateway', 'chance'] as const;
type Mood = (typeof MOODS)[number];

const collect = fc.record({ do: fc.constant('collect' as const), project: fc.nat(1), reads: fc.nat(12) });
const rotate = fc.record({ do: fc.constant('rotate' as const), isRight: fc.boolean(), back: fc.nat(2) });
const waitFor = (...milliseconds: number[]) =>
  fc.record({ do: fc.constant('wait' as const), milliseconds: fc.constantFrom(...milliseconds) });
const wait = waitFor(1, 30, 1000, 15_000, MINUTE, 5 * MINUTE, QUARTER_HOUR, 20 * QUARTER_HOUR);
const mood = fc.record({ do: fc.constant('mood' as const), mood: fc.constantFrom(...MOODS) });
const single = fc.oneof(
  { weight: 6, arbitrary: collect },
  { weight: 6, arbitrary: wait },
  { weight: 2, arbitrary: rotate },
  { weight: 1, arbitrary: fc.constant({ do: 'revoke' as const }) },
  { weight: 3, arbitrary: mood },
);
/** What an operator does who looks for the right secret, and a cloud that fails for a while: else the limits are seldom reached. */
const searching = fc.array(fc.tuple(rotate, collect, waitFor(15_000, MINUTE)), { minLength: 2, maxLength: 6 });
const failing = fc.array(fc.tuple(collect, waitFor(15_000, MINUTE)), { minLength: 3, maxLength: 5 });
const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.tuple(single) },
      { weight: 1, arbitrary: searching },
      { weight: 1, arbitrary: fc.tuple(mood, waitFor(MINUTE, QUARTER_HOUR), failing).map((all) => all.flat(2)) },
    ),
    { minLength: 5, maxLength: 50 },
  )
  .map((all) => all.flat(2));

/**
 * Plays the steps. Returns the moments of refusals (those of requests that were under way together count as one) and, of each
 * secret and token, the moments of requests that followed its refusal with nothing accepted since, in groups.
 */
async function play(way: 'own' | 'bought', script: readonly Step[], latencies: readonly number[]) {
  const clock = createFakeClock();
  const secrets: Secrets = { configured: 'secret 0' };
  const cloud = {
    right: 'secret 0',
    tokens: new Set<string>(),
    issued: 0,
    mood: 'true' as Mood,
    rotations: 0,
    asked: 0,
  };
  const groups: number[][] = [];
  const materials = new Map<string, { refusedAfter: number; open: number[] | undefined }>();
  const refusals: number[] = [];
  let departed = 0;
  let refusedAfter = 0;

  const verdict = (request: Parameters<Send>[0]): Parameters<typeof answerOf>[0] => {
    cloud.asked += 1;
    const { mood } = cloud;
    if (mood === 'refuse' || (mood === 'refuse reads' && !isSignIn(request))) return 401;
    if (mood === 'fail') return 503;
    if (mood === 'gateway') return { status: 404, body: '{"error_code":"APIGW.0101","error_msg":"no such API"}' };
    if (mood === 'chance' && cloud.asked % 3 === 0) return 401;
    const key = carried(request) ?? '';
    if (isSignIn(request)) {
      if (key !== cloud.right) return 401;
      cloud.issued += 1;
      cloud.tokens.add(`token ${cloud.issued}`);
      return { status: 201, body: `token ${cloud.issued}` };
    }
    return (way === 'own' ? key === cloud.right : cloud.tokens.has(key)) ? 200 : 401;
  };
  const send: Send = (request) =>
    new Promise((resolve, reject) => {
      if (request.deadline.signal.aborted) return reject(request.deadline.signal.reason);
      departed += 1;
      const number = departed;
      const key = carried(request) ?? '';
      const material = materials.get(key) ?? { refusedAfter: 0, open: undefined };
      materials.set(key, material);
      material.open?.push(clock.now());
      const answer = answerOf(verdict(request));
      clock.after(latencies[cloud.asked % latencies.length] ?? 0, () => {
        if (answer.status === 401) {
          if (number > refusedAfter) {
            refusals.push(clock.now());
            refusedAfter = departed;
          }
          material.refusedAfter = departed;
          if (material.open === undefined) {
            material.open = [];
            groups.push(material.open);
          }
        } else if (answer.status < 300 && number > material.refusedAfter) material.open = undefined;
        resolve(answer);
      });
    });

  const identify =
    way === 'own' ? () => ownSecret(secrets) : () => bought(secrets, askOf(clock, send), clock, 90 * MINUTE);
  const credentials = createCredentials(clock);
  const projects = ['a', 'b'].map((project) =>
    sessionOf({ clock, send, identify, credentials, project, maxRetries: 2 }),
  );
  const running: Promise<unknown>[] = [];
  for (const step of script) {
    if (step.do === 'collect') running.push(projects[step.project]?.start(step.reads) ?? Promise.resolve());
    else if (step.do === 'wait') await clock.advance(step.milliseconds);
    else if (step.do === 'revoke') cloud.tokens.clear();
    else if (step.do === 'mood') cloud.mood = step.mood;
    else {
      // A new one, or one of those before.
      if (step.back === 0) cloud.rotations += 1;
      secrets.configured = `secret ${Math.max(cloud.rotations - step.back, 0)}`;
      if (step.isRight) cloud.right = secrets.configured;
    }
    await clock.settle();
  }
  await clock.advance(MINUTE);
  await Promise.all(running);
  const limits = { groups: groups.map((group) => [...group]), refusals: [...refusals] };
  // The cloud is well again, and the secret is the right one: after the longest block everything is read.
  cloud.mood = 'true';
  if (typeof secrets.configured === 'string') cloud.right = secrets.configured;
  await clock.advance(PASSWORD_BLOCKS[1] + MINUTE);
  const recovered = await Promise.all(projects.map(({ collect }) => collect(2)));
  return { ...limits, recovered: recovered.flat() };
}

const worst = (group: readonly number[]) =>
  Math.max(0, ...group.map((from) => group.filter((at) => at >= from && at < from + QUARTER_HOUR).length));

it.each(['own', 'bought'] as const)(
  'never more than four refusals in any 15 min, and three requests with what was refused, until it is accepted; always recovers (%s secret)',
  async (way) => {
    const latency = fc.array(fc.constantFrom(0, 1, 20, 900, 4000), { minLength: 1, maxLength: 7 });
    let refused = 0;
    let followed = 0;
    await fc.assert(
      fc.asyncProperty(steps, latency, async (script, latencies) => {
        const { groups, refusals, recovered } = await play(way, script, latencies);
        expect(recovered, 'recovers').toEqual(Array(4).fill('200'));
        refused = Math.max(refused, worst(refusals));
        followed = Math.max(followed, ...groups.map(worst));
        expect(worst(refusals)).toBeLessThanOrEqual(MAX_REFUSALS);
        for (const group of groups) expect(worst(group)).toBeLessThanOrEqual(MAX_AFTER_REFUSAL);
      }),
      { numRuns: 300 },
    );
    // Else the scripts never came near the limits, and prove nothing.
    expect([refused, followed]).toEqual([MAX_REFUSALS, MAX_AFTER_REFUSAL]);
  },
);
