// The list of collectors: a further one is a file and an entry here.
import type { Collector } from './collector.ts';
import { creations } from './creations.ts';
import { pools } from './pools.ts';
import { quotas } from './quotas.ts';
import { sessions } from './sessions.ts';
import { supply } from './supply.ts';
import { tenant } from './tenant.ts';
import { users } from './users.ts';

const all = [pools, users, sessions, quotas, creations, supply, tenant] as const;

export const collectors: readonly Collector[] = all;

/** The permission of each operation of all collectors. */
export const ACTIONS: Readonly<{ [operation: string]: string }> = Object.assign(
  {},
  ...all.map(({ actions }) => actions),
);

/** The metrics of all collectors, as a type. */
export type CollectorMetric = (typeof all)[number]['metrics'][number]['name'];
