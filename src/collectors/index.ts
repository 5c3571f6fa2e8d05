// The list of collectors: a further one is a file and an entry here.

import type { Collector } from './collector.ts';
import { pools } from './pools.ts';

export const collectors: readonly Collector[] = [pools];
