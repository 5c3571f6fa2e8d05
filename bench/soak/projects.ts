// The projects that the exporter reads: every way to sign in, both sources, filters, all collectors; and what is true of each.
import { cast, type ProjectKey } from '../../src/simulator/cast.ts';
import { holdersOf, peopleOf } from '../../src/simulator/people.ts';
import type { ProjectTruth } from './check.ts';
import type { SoakCloud } from './cloud.ts';
import { stampedState } from './stamp.ts';
import { createTimeline, type Timeline } from './timeline.ts';

export type Way = 'aksk' | 'password' | 'token' | 'metadata';

export interface Plan {
  readonly name: string;
  /** Projects of one cloud share its credential. */
  readonly cloud: string;
  readonly way: Way;
  readonly key: ProjectKey;
  readonly source: 'auto' | 'details' | 'list';
  /** So many of the pools are named by id; undefined: discovery with a filter. */
  readonly configured?: number;
  readonly users: 'list' | 'ids' | 'file' | 'none';
  readonly perUser?: true;
  readonly requestsPerMinute: number;
  /** Asks for more than its budget, so that at no moment everything is read. */
  readonly isTight?: true;
  /** Credentials are refused by chance. */
  readonly isRefused?: true;
}

const ample = 1200;

export const plans: readonly Plan[] = [
  { name: 'keys', cloud: 'keys', way: 'aksk', key: 'main', source: 'list', users: 'list', requestsPerMinute: ample },
  {
    name: 'branch',
    cloud: 'keys',
    way: 'aksk',
    key: 'branch',
    source: 'auto',
    users: 'none',
    requestsPerMinute: ample,
  },
  {
    name: 'words',
    cloud: 'words',
    way: 'password',
    key: 'main',
    source: 'details',
    configured: 6,
    users: 'ids',
    requestsPerMinute: ample,
  },
  {
    name: 'tokens',
    cloud: 'tokens',
    way: 'token',
    key: 'main',
    source: 'details',
    users: 'file',
    perUser: true,
    requestsPerMinute: ample,
  },
  {
    name: 'agency',
    cloud: 'agency',
    way: 'metadata',
    key: 'main',
    source: 'auto',
    configured: 4,
    users: 'none',
    requestsPerMinute: 60,
    isTight: true,
  },
  {
    name: 'refused',
    cloud: 'refused',
    way: 'aksk',
    key: 'main',
    source: 'auto',
    configured: 8,
    users: 'none',
    requestsPerMinute: ample,
    isRefused: true,
  },
];

/** Pools whose name ends so are not wanted where pools are discovered. */
export const hidden = '-hidden';
export const isWanted = (name: string) => !name.endsWith(hidden);

export const poolsOf = (key: ProjectKey) => cast.filter(({ project }) => project === key);
export const idsOf = ({ key, configured }: Plan) =>
  configured === undefined
    ? undefined
    : poolsOf(key)
        .slice(0, configured)
        .map(({ id }) => id);

/** Ids of users who are asked for. */
export function usersOf({ key, users }: Plan): readonly string[] {
  const all = peopleOf(key).map(({ id }) => id);
  return users === 'none' ? [] : users === 'list' ? all : all.slice(0, 25);
}

export interface SoakProject {
  readonly plan: Plan;
  readonly cloud: SoakCloud;
  readonly configured: Timeline<number | 'off' | undefined>;
  readonly truth: ProjectTruth;
}

export function soakProject(plan: Plan, cloud: SoakCloud): SoakProject {
  const { key, name } = plan;
  const configured = createTimeline<number | 'off' | undefined>(0);
  const { projectId, projectId2 } = cloud.simulator.credentials;
  const base = `/v2/${key === 'main' ? projectId : projectId2}/desktop-pools`;
  const ids = idsOf(plan);
  const isByDetails = plan.source === 'details' || (plan.source === 'auto' && ids !== undefined && ids.length <= 5);
  const asked = new Set(usersOf(plan));
  const pools = new Map(
    poolsOf(key).flatMap(({ id }) => {
      const timeline = cloud.pools.get(id);
      return timeline === undefined ? [] : [[id, timeline] as const];
    }),
  );
  const users = poolsOf(key).map((profile) => {
    const holders = holdersOf(key, stampedState(profile, 0, 0));
    const entitled = peopleOf(key).filter((person) => asked.has(person.id) && person.pools.includes(profile.id));
    const attached = entitled.filter((person) => holders.has(person.id)).length;
    return [profile.id, [attached, entitled.length - attached]] as const;
  });
  const truth: ProjectTruth = {
    name,
    configured,
    ids,
    isWanted,
    pools,
    versionAt: cloud.versionAt,
    // Which pools there are, the list says where pools are discovered.
    isTold: (id, from, to) => cloud.isTold(isByDetails && ids !== undefined ? `${base}/${id}` : base, from, to),
    users: { count: asked.size, pools: new Map(users) },
  };
  return { plan, cloud, configured, truth };
}
