// The promise as one property: whatever is refused, changed or late, few requests follow a refusal.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Send } from '../../../src/cloud/send.ts';
import { createCredentials } from '../../support/chain.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { answerOf } from '../../support/fake-send.ts';
import { askOf, bought, carried, isSignIn, ownSecret, type Secrets, sessionOf } from '../../support/identities.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const QUARTER_HOUR = 15 * MINUTE;
const MAX_AFTER_REFUSAL = 3;

type Step =
  | { readonly do: 'collect'; readonly project: number; readonly reads: number }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'rotate'; readonly isRight: boolean }
  | { readonly do: 'revoke' }
  | { readonly do: 'mood'; readonly mood: Mood };

/** What the cloud makes of requests: their true answer, a refusal of all, a failure, an answer that strangers get too. */
const MOODS = ['true', 'refuse', 'refuse reads', 'fail', 'gateway', 'chance'] as const;
type Mood = (typeof MOODS)[number];

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('collect' as const), project: fc.nat(1), reads: fc.nat(12) }) },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        milliseconds: fc.constantFrom(1, 30, 1000, 15_000, MINUTE, 5 * MINUTE, QUARTER_HOUR, 20 * QUARTER_HOUR),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('rotate' as const), isRight: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant({ do: 'revoke' as const }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('mood' as const), mood: fc.constantFrom(...MOODS) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

/** Plays the steps; returns the moments of requests that followed a refusal with nothing accepted since, in groups. */
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
  let open: number[] | undefined;
  let refusals = 0;

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
      const afterRefusals = refusals;
      open?.push(clock.now());
      const answer = answerOf(verdict(request));
      clock.after(latencies[cloud.asked % latencies.length] ?? 0, () => {
        if (answer.status === 401) {
          refusals += 1;
          if (open === undefined) {
            open = [];
            groups.push(open);
          }
        } else if (answer.status < 300 && !isSignIn(request) && afterRefusals === refusals) open = undefined;
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
      cloud.rotations += 1;
      secrets.configured = `secret ${cloud.rotations}`;
      if (step.isRight) cloud.right = secrets.configured;
    }
    await clock.settle();
  }
  await clock.advance(MINUTE);
  await Promise.all(running);
  return groups;
}

const worst = (group: readonly number[]) =>
  Math.max(0, ...group.map((from) => group.filter((at) => at >= from && at < from + QUARTER_HOUR).length));

it.each(['own', 'bought'] as const)(
  'never more than three requests in any 15 min follow a refusal, until one is accepted (%s secret)',
  async (way) => {
    const latency = fc.array(fc.constantFrom(0, 1, 20, 900, 4000), { minLength: 1, maxLength: 7 });
    let followed = 0;
    await fc.assert(
      fc.asyncProperty(steps, latency, async (script, latencies) => {
        const groups = await play(way, script, latencies);
        followed = Math.max(followed, ...groups.map(worst));
        for (const group of groups) expect(worst(group)).toBeLessThanOrEqual(MAX_AFTER_REFUSAL);
      }),
      { numRuns: 300 },
    );
    // Else the scripts never came near the limit, and prove nothing.
    expect(followed).toBe(MAX_AFTER_REFUSAL);
  },
);
