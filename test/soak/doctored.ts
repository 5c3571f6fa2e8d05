// A small true page with the truth that belongs to it, to be doctored by tests.
import type { Limits, ProjectTruth, SeenPage } from '../../bench/soak/check.ts';
import { readPage } from '../../bench/soak/page.ts';
import { numberOf, stamp, stamped, statuses } from '../../bench/soak/stamp.ts';
import { createTimeline } from '../../bench/soak/timeline.ts';

export const limits: Limits = { stalenessMs: 8000, timeoutMs: 2000 };
export const ID = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
export const OTHER = '3f1d2c86-9a54-4e0b-8f7a-0d6c1b2e4a11';
/** Of the page below; versions last a second, so its values are of version 99. */
export const START = 100_000;

/** A number as the simulated pool has it in a version. */
export const number = (metric: string, version: number, { state, id = ID }: { state?: string; id?: string } = {}) =>
  stamp({
    field: stamped.findIndex((one) => one.metric === metric && one.state === state),
    pool: numberOf(id),
    version,
  });

export interface Values {
  readonly up?: number;
  readonly found?: number;
  readonly version?: number;
  readonly readAt?: number;
  readonly name?: string;
  readonly id?: string;
  /** Samples in place of others of the same series; undefined takes one out. */
  readonly instead?: Readonly<Record<string, string | undefined>>;
}

/** Samples of a pool, whole and true unless told otherwise. */
export function pool(values: Values = {}): readonly string[] {
  const { up = 1, found = 1, version = 99, readAt = 99_000, name = 'one', id = ID, instead = {} } = values;
  const who = `project="p",pool_id="${id}"`;
  const named = `${who},pool_name="${name}"`;
  const type = version % 2 === 0 ? 'AUTO_CREATED' : 'ACCESS_CREATED';
  const samples: Record<string, string | undefined> = {
    [`desktop_pool_configured{${who}}`]: '1',
    [`desktop_pool_up{${who}}`]: String(up),
    [`desktop_pool_last_success_timestamp_seconds{${who}}`]: String(readAt / 1000),
    [`desktop_pool_found{${who}}`]: String(found),
    [`desktop_pool_desktops{${named}}`]: String(number('desktop_pool_desktops', version, { id })),
    [`desktop_pool_desktops_used{${named}}`]: String(number('desktop_pool_desktops_used', version, { id })),
    [`desktop_pool_in_maintenance_mode{${named}}`]: String(version % 2),
    [`desktop_pool_status{${named},status="${statuses[version % 5]}"}`]: '1',
    [`desktop_pool_info{${named},autoscale_type="${type}"}`]: '1',
    [`desktop_pool_login_state_desktops{${named},state="ready"}`]: String(
      number('desktop_pool_login_state_desktops', version, { state: 'ready', id }),
    ),
  };
  for (const [series, value] of Object.entries(instead)) {
    const key = Object.keys(samples).find((one) => one.startsWith(series));
    if (key === undefined) samples[series] = value;
    else samples[key] = value;
  }
  return Object.entries(samples).flatMap(([series, value]) => (value === undefined ? [] : [`${series} ${value}`]));
}

const full = (name: string) => `huaweicloud_workspace_${name}`;

/** A page of samples, each family a gauge, or what `types` says. */
export function pageOf(
  lines: readonly string[],
  part: Partial<SeenPage> = {},
  types: Record<string, string> = {},
): SeenPage {
  const families = new Map<string, string[]>();
  for (const line of lines) {
    const name = /^\w+/.exec(line)?.[0] ?? '';
    families.set(name, [...(families.get(name) ?? []), line]);
  }
  const text = [...families]
    .flatMap(([name, samples]) => [`# TYPE ${full(name)} ${types[name] ?? 'gauge'}`, ...samples.map(full)])
    .map((line) => `${line}\n`)
    .join('');
  return { start: START, end: START + 100, path: '/metrics', text, samples: readPage(text, 'text'), ...part };
}

/** One project with one pool, there from the beginning of time. */
export function truthOf(part: Partial<ProjectTruth> = {}): ProjectTruth {
  return {
    name: 'p',
    configured: createTimeline<number | 'off' | undefined>(0),
    ids: undefined,
    isWanted: (name) => !name.endsWith('-hidden'),
    pools: new Map([[ID, createTimeline<string | undefined>('one')]]),
    versionAt: (time) => Math.floor(time / 1000),
    isTold: () => true,
    users: { count: 3, pools: new Map([[ID, [2, 1]]]) },
    ...part,
  };
}

export const words = (complaints: readonly { readonly what: string }[]) => complaints.map(({ what }) => what);
