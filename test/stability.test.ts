// What users rely on is still there: docs/stability.txt has the names of the latest release, and `npm run stable` writes it for the next one.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alerts, recordings } from '../prometheus/rules.ts';
import { configurationSchema, type Shape } from '../scripts/configuration-schema.ts';
import { dataSections, ownSections } from '../src/app/catalog.ts';
import { COMMANDS, flagList } from '../src/cli/flags.ts';
import { run } from '../src/cli/run.ts';
import { collectors } from '../src/collectors/index.ts';
import { POOL_IDS, variables } from '../src/config/env.ts';
import { ROUTES } from '../src/server/routes.ts';
import { compare } from './support/stability.ts';

const FILE = 'docs/stability.txt';

const metrics = () =>
  [...dataSections, ...ownSections].flatMap((section) =>
    section.metrics.map(({ name, type, labels }) => `metric ${name} ${type} ${[...labels].sort().join(' ')}`.trim()),
  );

/** Every key, with `[]` for the elements of a list. */
function keysOf({ properties = {}, items, anyOf = [], oneOf = [] }: Shape, path = ''): string[] {
  const branches = [items, ...anyOf, ...oneOf].flat().filter((one) => typeof one === 'object');
  const below = branches.flatMap((one) => keysOf(one, one === items ? `${path}[]` : path));
  const own = Object.entries(properties).flatMap(([key, shape]) => {
    const whole = path === '' ? key : `${path}.${key}`;
    return [`key ${whole}`, ...(typeof shape === 'object' ? keysOf(shape, whole) : [])];
  });
  return [...own, ...below];
}

const ENDS: readonly (readonly [string, readonly string[]])[] = [
  ['0 good', ['--version']],
  ['1 anything else', ['metrics']],
  ['2 invalid flags or configuration', ['--no-such-flag']],
];
/** Nobody listens there. */
const env = {
  HUAWEICLOUD_SDK_AK: 'ak',
  HUAWEICLOUD_SDK_SK: 'sk',
  HUAWEICLOUD_SDK_PROJECT_ID: '0bec5db98280d2d02fd6c00c2de791ce',
  HUAWEICLOUD_REGION: 'ap-southeast-3',
  HUAWEICLOUD_WORKSPACE_ENDPOINT: 'http://127.0.0.1:9',
};
async function exitCodes(): Promise<string[]> {
  const world = { env, out: () => {}, err: () => {}, stopped: new Promise<void>(() => {}), onHangup: () => {} };
  return Promise.all(
    ENDS.map(async ([meaning, argv]) => {
      const code = await run({ ...world, argv });
      return `exit ${code} ${meaning.slice(2)}`;
    }),
  );
}

/** Each path, and each of its parameters. */
const paths = () =>
  Object.entries(ROUTES).flatMap(([path, { parameters = [] }]) => [
    `path ${path}`,
    ...parameters.map((name) => `path ${path}?${name}`),
  ]);

const today = async (): Promise<string[]> =>
  [
    ...new Set([
      ...metrics(),
      ...Object.keys(COMMANDS).map((name) => `command ${name}`),
      ...flagList().map(({ written }) => `flag ${written.split('=')[0]}`),
      ...[...variables.map(({ name }) => name), POOL_IDS].map((name) => `variable ${name}`),
      ...paths(),
      ...alerts.map(({ name }) => `alert ${name}`),
      ...recordings.map(({ record }) => `record ${record}`),
      ...keysOf(configurationSchema(collectors)),
      ...(await exitCodes()),
    ]),
  ].sort();

describe('the names of the latest release', () => {
  it('are all still there, and mean the same', async () => {
    const now = await today();
    if (process.env.UPDATE_STABLE === '1') writeFileSync(FILE, `${now.join('\n')}\n`);
    const released = readFileSync(FILE, 'utf8').trimEnd().split('\n');
    expect(compare(released, now), 'docs/stability.md says what may change, and how').toEqual([]);
    expect(released.length).toBeGreaterThan(150);
  });
});

describe('the comparison', () => {
  const released = ['flag --a', 'metric m gauge project', 'metric m_info info project zone'];
  it.each([
    ['nothing', released, []],
    ['what is new', [...released, 'flag --b', 'metric n gauge'], []],
    ['a further label of an _info metric', released.with(2, 'metric m_info info image project zone'), []],
    ['a flag that is gone', released.slice(1), ['flag --a is gone']],
    ['a metric that is gone', released.slice(0, 1).concat(released.slice(2)), ['metric m is gone']],
    ['another type', released.with(1, 'metric m counter project'), ['metric m is a counter, it was a gauge']],
    [
      'a further label',
      released.with(1, 'metric m gauge project zone'),
      ['metric m has the labels project zone, it had project'],
    ],
    [
      'a label that is gone',
      released.with(2, 'metric m_info info project'),
      ['metric m_info has the labels project, it had project zone'],
    ],
  ])('sees %s', (_, now, complaints) => {
    expect(compare(released, now)).toEqual(complaints);
  });
});
