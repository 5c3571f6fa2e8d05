// Which word was probably meant.
import { expect, it } from 'vitest';
import { distance, nearest } from '../../src/config/nearest.ts';

it.each([
  ['timeot', 'timeout'],
  ['tiemout', 'timeout'],
  ['max-pools', 'max_pools'],
  ['HTTP', 'http'],
  ['capacity', 'capacity_limit'],
  ['htp', 'http'],
])('takes %s for %s', (written, meant) => {
  expect(nearest(written, ['name', 'timeout', 'max_pools', 'http', 'capacity_limit'])).toBe(meant);
});

it.each(['colour', 'x', '', 'na', 'x'.repeat(10_000)])('takes %j for nothing', (written) => {
  expect(nearest(written, ['name', 'timeout', 'max_pools'])).toBeUndefined();
});

it.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
  ['abcd', 'acbd', 1],
])('counts the slips between %j and %j: %i', (a, b, slips) => {
  expect(distance(a, b)).toBe(slips);
});
