// The text form of a fault: what it says, and what it refuses to guess.
import { describe, expect, test } from 'vitest';
import { parseFault } from '../../src/simulator/parse-fault.ts';

describe('a fault as text', () => {
  test.each([
    [
      'path=/desktop-pools,status=500,times=3,delay=2s',
      { match: { path: '/desktop-pools' }, status: 500, times: 3, delayMs: 2000 },
    ],
    ['method=post, path=~tokens$, kind=reset', { match: { method: 'POST', path: /tokens$/ }, kind: 'reset' }],
    [
      'query=offset=1000,kind=wrongType,field=desktop_count',
      { match: { query: 'offset=1000' }, kind: 'wrongType', field: 'desktop_count' },
    ],
    ['status=429,header=Retry-After: 7,every=2', { status: 429, headers: { 'Retry-After': '7' }, every: 2 }],
    ['delay=150ms,probability=0.25', { delayMs: 150, probability: 0.25 }],
    ['delay=1.5m', { delayMs: 90_000 }],
    ['status=200,body={"a":1,"b":2}', { status: 200, body: '{"a":1,"b":2}' }],
  ])('%s', (text, rule) => expect(parseFault(text)).toEqual(rule));

  test.each([
    ['colour=red,status=500', '"colour=red" is not understood; allowed are method, path'],
    ['status', '"status" is not understood'],
    ['status=', '"status=" is not understood'],
    ['status=99', '"99" is not an HTTP status from 200 to 599'],
    ['status=5xx', '"5xx" is not an HTTP status'],
    ['kind=explode', '"explode" is not one of reset, resetBody, hang'],
    ['delay=2', '"2" is not a duration such as 500ms'],
    ['status=500,times=0', '"0" is not a whole number from 1'],
    ['status=500,probability=2', '"2" is not a number from 0 to 1'],
    ['status=500,header=oops', '"oops" is not Name:value'],
    ['path=~(,status=500', 'path: Invalid regular expression'],
    ['path=/x', 'does nothing'],
    ['', 'does nothing'],
    ['toString=1', '"toString=1" is not understood'],
  ])('is refused: %s', (text, message) => expect(() => parseFault(text)).toThrow(message));
});
