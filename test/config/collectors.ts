// Collectors as the contract describes them, for tests that are about the configuration alone.
import { z } from 'zod';
import { duration } from '../../src/option-types/duration.ts';

const enabled = () => z.boolean().prefault(false).describe('Read it');
const interval = () => duration({ min: '10s' }).prefault('5m').describe('How often it is read at most');

export const collectors = [
  {
    name: 'pools',
    options: z.strictObject({
      source: z.enum(['auto', 'details', 'list']).prefault('auto').describe('Which request gives the pools'),
    }),
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
