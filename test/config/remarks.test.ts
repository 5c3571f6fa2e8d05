// What a valid configuration probably does not mean: told, and not refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readConfig } from '../../src/config/load.ts';
import { formatProblem } from '../../src/config/problem.ts';
import { collectors } from './collectors.ts';

const ID = '0bec5db98280d2d02fd6c00c2de791ce';
const POOL = 'a130ab3a-72bf-4b71-baa9-af4987c8e338';
const OTHER = '1ad74b36-0de7-45fe-aed3-6cb047d69e99';

async function remarksOn(text: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'remarks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'c.yml');
  writeFileSync(file, text);
  const { remarks } = await readConfig(file, collectors);
  return remarks.map((remark) => formatProblem(remark).replace(`${folder}/`, ''));
}

const projects = (...own: readonly string[]) =>
  `defaults: { auth: { type: metadata } }\nprojects:\n${own.map((one) => `  - { project_id: ${ID}, ${one} }\n`).join('')}`;
const project = (own: string) => projects(`name: a, ${own}`);
const sound = `region: ap-southeast-3, pools: [${POOL}]`;

it('nothing is remarked on what is sound', async () => {
  expect(await remarksOn(project(sound))).toEqual([]);
});

it('values that end before they are read again are told', async () => {
  const scrape = (most: string) => `scrape: { min_interval: 1m, max_staleness: ${most} }\n${project(sound)}`;
  expect(await remarksOn(scrape('1m'))).toEqual([]);
  expect(await remarksOn(scrape('59s'))).toEqual([
    'c.yml:1:44: scrape.max_staleness: shorter than min_interval (1m): values end before they are read again',
  ]);
});

it('thresholds that contradict each other are told, where they are set', async () => {
  const text = (ofProject: string, ofPool = '{}') =>
    project(`region: ap-southeast-3, alerts: ${ofProject}, pools: [{ id: ${POOL}, alerts: ${ofPool} }]`);
  expect(await remarksOn(text('{ utilization_high: 0.9 }', '{ utilization_critical: 0.91 }'))).toEqual([]);
  expect(await remarksOn(text('{ utilization_high: 0.97 }'))).toEqual([
    'c.yml:3:114: projects[0].alerts.utilization_high: utilization_high (0.97) is above utilization_critical (0.95): the warning would never come before the critical alert',
  ]);
  expect(await remarksOn(text('{ utilization_high: 0.9 }', '{ utilization_critical: 0.8 }'))).toEqual([
    expect.stringMatching(
      /: projects\[0\]\.pools\[0\]\.alerts\.utilization_critical: utilization_high \(0\.9\) is above utilization_critical \(0\.8\)/,
    ),
  ]);
  expect(await remarksOn(text('{ predicted_utilization: 0.96, wasted_utilization: 0.9 }'))).toEqual([
    expect.stringMatching(/exhaustion would be foretold when it is already there$/),
    expect.stringMatching(/a pool would be too large and nearly full at the same time$/),
  ]);
});

describe('a region', () => {
  it('that is not known is told, with the one that was probably meant', async () => {
    expect(await remarksOn(project(`region: ap-southest-3, pools: [${POOL}]`))).toEqual([
      'c.yml:3:70: projects[0].region: not a known Workspace region; did you mean ap-southeast-3?',
    ]);
  });

  it('that is like none is told with all that are known', async () => {
    const [told] = await remarksOn(project(`region: xx-nowhere-99, pools: [${POOL}]`));
    expect(told).toMatch(/not a known Workspace region; known are af-north-1, .*, tr-west-1$/);
  });

  it('is a mere label where the endpoint is given', async () => {
    expect(
      await remarksOn(project(`region: eu-west-0, endpoint: https://workspace.example.com, pools: [${POOL}]`)),
    ).toEqual([]);
  });
});

describe('an endpoint', () => {
  it('of another region is told', async () => {
    const told = await remarksOn(project(`${sound}, endpoint: https://workspace.ap-southeast-1.myhuaweicloud.com`));
    expect(told).toEqual([
      expect.stringMatching(
        /endpoint: of the region ap-southeast-1, while region is ap-southeast-3; one of the two is wrong$/,
      ),
    ]);
  });

  it('without encryption is told', async () => {
    const told = await remarksOn(project(`${sound}, endpoint: http://a.example.com, iam_endpoint: http://10.0.0.1:80`));
    expect(told).toEqual([
      expect.stringMatching(/^c\.yml:3:\d+: projects\[0\]\.endpoint: not encrypted/),
      expect.stringMatching(/^c\.yml:3:\d+: projects\[0\]\.iam_endpoint: not encrypted/),
    ]);
  });

  it.each(['http://127.0.0.1:1', 'http://localhost', "'http://[::1]:2'"])(
    'on this machine needs none: %s',
    async (url) => {
      expect(await remarksOn(project(`${sound}, endpoint: ${url}, iam_endpoint: ${url}`))).toEqual([]);
    },
  );
});

it('a pool that is named is told, with where its id is found', async () => {
  const told = await remarksOn(project(`region: ap-southeast-3, pools: [finance, { id: office-2 }, ${POOL}]`));
  expect(told).toEqual([
    expect.stringMatching(/: projects\[0\]\.pools\[0\]: looks like a name; ids look like .*By name: discovery: /),
    expect.stringMatching(/: projects\[0\]\.pools\[1\]: looks like a name/),
  ]);
});

describe('signing in', () => {
  const password = (username: string, domain: string) =>
    project(`${sound}, auth: { type: password, username: ${username}, domain: ${domain}, password: x }`);

  it('with ids instead of names is told', async () => {
    expect(await remarksOn(password(ID, ID))).toEqual([
      expect.stringMatching(/auth\.username: looks like the id of the user; write its name/),
      expect.stringMatching(/auth\.domain: looks like the id of the account; write its name/),
    ]);
    expect(await remarksOn(password('exporter', 'hid_abc0123'))).toEqual([]);
  });

  it('with keys that are exchanged is told, without them', async () => {
    const [short, long] = ['A'.repeat(20), 'b'.repeat(40)];
    const keys = (ak: string, sk: string) =>
      project(`${sound}, auth: { type: aksk, access_key: ${ak}, secret_key: ${sk} }`);
    const told = await remarksOn(keys(long, short));
    expect(told).toEqual([
      expect.stringMatching(/auth\.access_key: as long as a secret key; are the two keys swapped\?$/),
    ]);
    expect(told.join()).not.toMatch(/AAAA|bbbb/);
    expect(await remarksOn(keys(short, long))).toEqual([]);
  });
});

describe('two projects', () => {
  const two = (a: string, b: string) =>
    remarksOn(projects(`name: a, region: ap-southeast-3, ${a}`, `name: b, region: ap-southeast-3, ${b}`));
  const ALL = 'discovery: { enabled: true }';
  const SOME = "discovery: { enabled: true, include: ['^prod'] }";

  it.each([
    [`pools: [${POOL}]`, `pools: [${OTHER}, ${POOL}]`],
    [`pools: [${POOL}]`, ALL],
    [ALL, SOME],
    [SOME, SOME],
  ])('that read the same pools are told: %s and %s', async (a, b) => {
    expect(await two(a, b)).toEqual([
      'c.yml:4:19: projects[1].project_id: the project a reads the same project_id and pools; sums count them twice',
    ]);
  });

  it.each([
    [`pools: [${POOL}]`, `pools: [${OTHER}]`],
    [SOME, "discovery: { enabled: true, include: ['^test'] }"],
    [ALL, `${ALL}, endpoint: https://elsewhere.example.com`],
  ])('that may read others are not: %s and %s', async (a, b) => {
    expect(await two(a, b)).toEqual([]);
  });
});

it('what stands under defaults is told once', async () => {
  const defaults = `{ auth: { type: password, username: u, domain: ${ID}, password: x } }`;
  const own = [`name: a, ${sound}`, `name: b, region: ap-southeast-3, pools: [${OTHER}]`];
  const told = await remarksOn(projects(...own).replace('{ auth: { type: metadata } }', defaults));
  expect(told).toEqual([expect.stringMatching(/^c\.yml:1:\d+: defaults\.auth\.domain: looks like the id/)]);
});
