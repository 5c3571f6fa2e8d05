// Healthy pools in any number, so that a benchmark can ask for a thousand of them.
import type { PoolProfile } from './cast.ts';
import { keyOf, unit, uuidOf } from './noise.ts';
import { products } from './products.ts';

const made: PoolProfile[] = [];

/** The pools numbered `from` up to and not including `to`; always the same objects, so that answers can be cached by pool. */
export function generatedPools(from: number, to: number): readonly PoolProfile[] {
  while (made.length < to) made.push(generate(made.length));
  return made.slice(from, to);
}

function generate(index: number): PoolProfile {
  const id = uuidOf(`generated pool ${index}`);
  const people = 8 + Math.floor(unit(1, keyOf(id), 0) * 52);
  const minIdle = Math.ceil(people * 0.26) + 1;
  return {
    project: 'main',
    id,
    name: `team-${String(index + 1).padStart(5, '0')}`,
    description: 'Healthy: generated',
    type: 'DYNAMIC',
    zone: index % 2 === 0 ? 'ap-southeast-3a' : 'ap-southeast-3b',
    product: index % 5 === 0 ? products.agile : products.office,
    created: new Date(Date.UTC(2024, 0, 1) + index * 3_600_000).toISOString(),
    rhythm: 'office',
    people,
    desktops: 0,
    autoscale: { type: 'AUTO_CREATED', minIdle, max: 1000, step: 2, minRetention: minIdle + 2, idleRetention: 30 },
  };
}
