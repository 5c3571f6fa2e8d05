// What a check gets and gives: a page that was seen, what was true meanwhile, and complaints.
import type { Sample } from './page.ts';
import type { Timeline } from './timeline.ts';

export interface SeenPage {
  /** Real epoch ms: when it was asked for, when it was there. */
  readonly start: number;
  readonly end: number;
  readonly path: string;
  /** What it shows of everything; undefined: all. */
  readonly project?: string | undefined;
  readonly pool?: string | undefined;
  readonly text: string;
  readonly samples: readonly Sample[];
}

export interface Complaint {
  readonly what: string;
  /** Lines of the page that hold this text are shown. */
  readonly about: string;
}

export type Check = (page: SeenPage) => readonly Complaint[];

/** A project as the soak knows it. Times are real epoch ms. */
export interface ProjectTruth {
  readonly name: string;
  /** Whether the configuration names it, and how often it was changed; undefined while a reload is under way. */
  readonly configured: Timeline<number | 'off' | undefined>;
  /** Ids that the configuration names; undefined: all that the filter lets pass. */
  readonly ids: readonly string[] | undefined;
  readonly isWanted: (name: string) => boolean;
  /** Names of every pool; undefined while it does not exist. */
  readonly pools: ReadonlyMap<string, Timeline<string | undefined>>;
  versionAt(time: number): number;
  /** Whether the cloud truly answered for the pool, by its list or its detail, often enough for everybody to know. */
  isTold(id: string, from: number, to: number): boolean;
  /** Users who are asked for: how many, and per pool how many hold a desktop and how many do not. */
  readonly users: { readonly count: number; readonly pools: ReadonlyMap<string, readonly [number, number]> };
}

export interface Limits {
  readonly stalenessMs: number;
  readonly timeoutMs: number;
}

/** Small delays of a busy machine, and of pages that were made a moment ago. */
export const slackMs = 400;

export const find = (page: SeenPage, name: string, project: string, pool?: string): Sample | undefined =>
  page.samples.find(
    (one) => one.name === name && one.labels.project === project && (pool === undefined || one.labels.pool_id === pool),
  );

/** What the lines of a pool have in common. */
export const linesOf = (project: string, pool: string) => `project="${project}",pool_id="${pool}"`;

/** Samples by pool. */
export function byPool(page: SeenPage, project: string): ReadonlyMap<string, readonly Sample[]> {
  const pools = new Map<string, Sample[]>();
  for (const sample of page.samples) {
    const { pool_id: id, project: own } = sample.labels;
    if (own !== project || id === undefined) continue;
    const samples = pools.get(id) ?? [];
    samples.push(sample);
    pools.set(id, samples);
  }
  return pools;
}

/** Whether the project was configured, in one form, for as long as somebody waited for the page. */
export function isSteady({ configured }: ProjectTruth, { start, end }: Pick<SeenPage, 'start' | 'end'>): boolean {
  const forms = configured.during(start, end);
  return forms.length === 1 && typeof forms[0] === 'number';
}
