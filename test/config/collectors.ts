// Collectors made up for tests of the configuration: what these expect stays the same whatever the real ones are.
import { z } from 'zod';
import type { CollectorOptions } from '../../src/config/schema.ts';
import { duration } from '../../src/option-types/duration.ts';

const enabled = () => z.boolean().prefault(false).describe('Read it');
const interval = () => duration({ min: '10s' }).prefault('5m').describe('How often it is read at most');

export const collectors: readonly CollectorOptions[] = [
  {
    name: 'pools',
    options: z.strictObject({
      source: z.enum(['auto', 'details', 'list']).prefault('auto').describe('Which request gives the pools'),
    }) as CollectorOptions['options'], // Reason: it has none of the options that all may have.
  },
  {
    name: 'users',
    options: z.strictObject({
      enabled: enabled(),
      user_ids: z.array(z.string().min(1)).prefault([]).describe('Only these users'),
      per_user: z.boolean().prefault(false).describe('Series for each user'),
      interval: interval(),
    }),
  },
  { name: 'sessions', options: z.strictObject({ enabled: enabled() }) },
  { name: 'quotas', options: z.strictObject({ enabled: enabled(), interval: interval() }) },
];
