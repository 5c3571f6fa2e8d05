// What happens while the exporter runs: pools come, go and change their names, secrets rotate, clouds go away, configurations change.
import type { SoakCloud } from './cloud.ts';
import { episodes, misleading } from './faults.ts';
import { hidden, poolsOf, type SoakProject } from './projects.ts';
import type { Random } from './random.ts';
import type { Reloads } from './reloads.ts';
import type { Secret } from './secrets.ts';

/** Each may cost refusals, of which a credential has few: so many in a quarter of an hour leave it alive. */
const secretEvents = 2;
const secretWindowMs = 16 * 60_000;

export interface Clouds {
  readonly cloud: SoakCloud;
  readonly secret: Secret;
}

export interface Scene {
  readonly clouds: ReadonlyMap<string, Clouds>;
  readonly projects: readonly SoakProject[];
  readonly reloads: Reloads;
  readonly random: Random;
}

export interface Events {
  /** One of them, now. */
  happen(): Promise<void>;
  /** Every cloud is well, every pool is there, every secret and the configuration are right. */
  settle(): Promise<void>;
  /** How often each happened. */
  counts(): Readonly<Record<string, number>>;
}

export function createEvents({ clouds, projects, reloads, random }: Scene): Events {
  const counts: Record<string, number> = {};
  const secretTimes = new Map<string, number[]>();
  const mistypedUntil = new Map<string, number>();
  let renames = 0;

  function somePool() {
    const project = random.pick(projects);
    const pool = project === undefined ? undefined : random.pick(poolsOf(project.plan.key));
    return project === undefined || pool === undefined ? undefined : { cloud: project.cloud, pool };
  }
  function gonePool() {
    const gone = [...clouds.values()].flatMap(({ cloud }) =>
      [...cloud.pools].flatMap(([id, names]) => (names.at(Date.now()) === undefined ? [{ cloud, id }] : [])),
    );
    return random.pick(gone);
  }
  /** Of a cloud whose credential can bear it. */
  function someSecret() {
    const now = Date.now();
    const times = (name: string) => (secretTimes.get(name) ?? []).filter((at) => now - at < secretWindowMs);
    const able = [...clouds].filter(([name]) => times(name).length < secretEvents && !mistypedUntil.has(name));
    const [name, found] = random.pick(able) ?? [];
    if (name === undefined || found === undefined) return undefined;
    secretTimes.set(name, [...times(name), now]);
    return { name, secret: found.secret };
  }
  function mistype() {
    const some = someSecret();
    some?.secret.mistype();
    if (some !== undefined) mistypedUntil.set(some.name, Date.now() + 2000 + 3000 * random.next());
  }
  function correctUntil(now: number) {
    for (const [name, until] of mistypedUntil) {
      if (until > now) continue;
      clouds.get(name)?.secret.correct();
      mistypedUntil.delete(name);
    }
  }
  function suffer() {
    const rule = random.pick(random.chance(0.5) ? misleading : episodes);
    const { cloud } = random.pick([...clouds.values()]) ?? {};
    if (rule !== undefined) cloud?.suffer(rule, 3000 + 3000 * random.next());
  }
  function rename() {
    const some = somePool();
    renames += 1;
    some?.cloud.rename(some.pool.id, `${some.pool.name} ${renames}${random.chance(0.3) ? hidden : ''}`);
  }
  function remove() {
    const some = somePool();
    some?.cloud.remove(some.pool.id);
  }
  function restore() {
    const some = gonePool();
    some?.cloud.restore(some.id);
  }

  /** With how often each comes, compared with the others. */
  const kinds: readonly (readonly [name: string, weight: number, run: () => Promise<void> | void])[] = [
    ['rename', 8, rename],
    ['remove', 4, remove],
    ['restore', 5, restore],
    ['episode', 4, suffer],
    ['outage', 1, () => random.pick([...clouds.values()])?.cloud.simulator.outage(300 + 1500 * random.next())],
    ['rotate', 1, () => someSecret()?.secret.rotate()],
    ['revoke', 1, () => someSecret()?.secret.revoke()],
    ['mistype', 1, mistype],
    ['reload', 1, reloads.same],
    ['hangup', 1, reloads.bySignal],
    ['bad reload', 1, reloads.broken],
    ['project removed or back', 1, reloads.toggleProject],
    ['project changed', 1, reloads.changeProject],
  ];
  const lots = kinds.flatMap((kind) => Array<typeof kind>(kind[1]).fill(kind));

  return {
    counts: () => counts,
    async happen() {
      correctUntil(Date.now());
      const [name = '', , run] = random.pick(lots) ?? [];
      counts[name] = (counts[name] ?? 0) + 1;
      await run?.();
    },
    async settle() {
      correctUntil(Number.POSITIVE_INFINITY);
      for (const { cloud } of clouds.values()) cloud.heal();
      for (let some = gonePool(); some !== undefined; some = gonePool()) some.cloud.restore(some.id);
      await reloads.settle();
    },
  };
}
