// What a usable file becomes.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, readConfig } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/problem.ts';
import { Secret } from '../../src/option-types/secret.ts';
import { collectors } from './collectors.ts';
import { problemsOfText } from './problems.ts';

const good = await loadConfig(
  readFileSync(join(import.meta.dirname, 'good.yml'), 'utf8'),
  '/etc/exporter/config.yml',
  collectors,
);
const smallest = await loadConfig(
  'projects: [{ name: a, region: eu-west-101, project_id: 5f0c2b7e9d1a4c368b52e7f0a91d3c64, auth: { type: token, token: t }, pools: [c] }]',
  'config.yml',
  collectors,
);

describe('a file', () => {
  it('has its durations in milliseconds', () => {
    expect(good.scrape).toEqual({ min_interval: 10_000, max_staleness: 5_400_000, timeout: 30_000, strict: false });
    expect(good.projects[0]?.collectors.users).toMatchObject({ interval: 300_000 });
  });

  it('has its addresses without a trailing slash', () => {
    expect(good.projects[0]?.endpoint).toBe('https://workspace.example.com');
  });

  it('has its relative paths counted from its own folder, and absolute ones left alone', () => {
    expect(good.projects[0]?.auth).toEqual({
      type: 'aksk',
      access_key_file: '/run/secrets/ak',
      secret_key_file: '/etc/exporter/secrets/sk',
    });
    expect(good.projects[0]?.http.ca_file).toBe('/etc/ca.pem');
  });

  it('has its secrets as secrets', () => {
    expect(smallest.projects[0]?.auth).toEqual({ type: 'token', token: expect.any(Secret) });
  });

  it('has its expressions compiled, RE2 flags included', () => {
    const { include } = good.projects[0]?.discovery ?? {};
    expect(include?.map((pattern) => pattern.matches('LIVE-1'))).toEqual([false, true]);
    expect(good.metrics.deny.map((pattern) => pattern.matches('a_info'))).toEqual([true]);
  });

  it('names pools in one form, however they were written', () => {
    expect(good.projects[0]?.pools).toEqual([
      { id: 'a130ab3a-72bf-4b71-baa9-af4987c8e338' },
      { id: '1ad74b36-0de7-45fe-aed3-6cb047d69e99', capacity_limit: 50, alerts: { utilization_high: 0.9 } },
    ]);
  });

  it('takes thresholds of alerts that a project does not set from the defaults, one by one', () => {
    expect(good.projects[0]?.alerts).toEqual({ utilization_high: 0.8, shrunk_by: 4 });
  });

  it('does not carry its defaults once they are merged', () => {
    expect(Object.keys(good)).toEqual(['scrape', 'projects', 'metrics']);
  });
});

describe('what a file leaves out', () => {
  it('has the documented defaults', () => {
    expect(smallest.scrape).toEqual({ min_interval: 10_000, max_staleness: 600_000, timeout: 30_000, strict: false });
    expect(smallest.projects[0]).toMatchObject({
      http: { timeout: 5000, concurrency: 8, requests_per_minute: 150, max_retries: 2 },
      discovery: { enabled: false, include: [], exclude: [] },
      max_pools: 5000,
      pool_tags: [],
      collectors: {
        pools: { source: 'auto' },
        users: { enabled: false, user_ids: [], per_user: false, interval: 300_000 },
        sessions: { enabled: false },
        quotas: { enabled: false, interval: 300_000 },
      },
    });
    expect(smallest.metrics).toEqual({ allow: [], deny: [] });
  });

  it('has its endpoints derived from the region', () => {
    expect(smallest.projects[0]).toMatchObject({
      endpoint: 'https://workspace.eu-west-101.myhuaweicloud.com',
      iam_endpoint: 'https://iam.eu-west-101.myhuaweicloud.eu',
    });
  });
});

describe('reading a file', () => {
  it('counts relative paths from the folder of the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const path = join(folder, 'config.yml');
    writeFileSync(
      path,
      'projects: [{ name: a, region: eu-west-0, project_id: 5f0c2b7e9d1a4c368b52e7f0a91d3c64, auth: { type: token, token_file: t }, pools: [c] }]',
    );
    const { config } = await readConfig(path, collectors);
    expect(config.projects[0]?.auth).toEqual({ type: 'token', token_file: join(folder, 't') });
  });

  it('says which file cannot be read, and why', async () => {
    const reading = readConfig('/nowhere/config.yml', collectors);
    await expect(reading).rejects.toThrow(ConfigError);
    await expect(reading).rejects.toThrow(
      '/nowhere/config.yml: cannot be read (ENOENT); check that it exists and is readable',
    );
  });

  it('understands anchors and aliases', async () => {
    const text = `
defaults: { auth: { type: metadata } }
projects:
  - { name: a, region: eu-west-0, project_id: 0bec5db98280d2d02fd6c00c2de791ce, pools: &pools [one, two] }
  - { name: b, region: eu-west-0, project_id: 5f0c2b7e9d1a4c368b52e7f0a91d3c64, pools: *pools }`;
    const { projects } = await loadConfig(text, 'config.yml', collectors);
    expect(projects[1]?.pools).toEqual([{ id: 'one' }, { id: 'two' }]);
  });

  it('tells a problem of an anchor once, there, whatever uses it', async () => {
    const text = `defaults: { auth: { type: metadata }, http: &http { timeout: 1ms } }
projects:
  - { name: a, region: eu-west-0, project_id: 0bec5db98280d2d02fd6c00c2de791ce, pools: &pools [one, 2], http: *http }
  - { name: b, region: eu-west-0, project_id: 5f0c2b7e9d1a4c368b52e7f0a91d3c64, pools: *pools, http: *http }`;
    expect(await problemsOfText(text)).toEqual([
      'bad.yml:1:62: defaults.http.timeout: too short; at least 100ms',
      expect.stringMatching(/^bad\.yml:3:101: projects\[0\]\.pools\[1\]: expected text or a map, got a number/),
    ]);
  });

  it('reads Windows line ends and a byte order mark', async () => {
    const text = readFileSync(join(import.meta.dirname, 'good.yml'), 'utf8').replaceAll('\n', '\r\n');
    await expect(loadConfig(`\uFEFF${text}`, 'config.yml', collectors)).resolves.toHaveProperty('projects');
  });
});

describe('what is wrong in very many places', () => {
  const messageOf = async (text: string) => {
    const error: unknown = await loadConfig(text, 'c.yml', collectors).catch((reason: unknown) => reason);
    return error instanceof ConfigError ? error.message.split('\n') : [];
  };

  it.each<[string, string]>([
    ['projects', `projects:\n${'  - { name: a }\n'.repeat(10_000)}`],
    ['keys', `projects: [{ ${Array.from({ length: 10_000 }, (_, i) => `k${i}: 1`).join(', ')} }]`],
    ['repeated keys', `projects: []\n${'name: a\n'.repeat(10_000)}`],
    ['variables', `projects: [{ pools: [${Array.from({ length: 10_000 }, (_, i) => `"\${A${i}}"`).join(', ')}] }]`],
  ])('is told a hundred times at most: %s', async (_, text) => {
    const lines = await messageOf(text);
    expect(lines).toHaveLength(101);
    expect(lines[100]).toBe('and more; these are the first 100');
  });

  it('is told once where only the first place is a mistake, and the rest follows from it', async () => {
    expect(await messageOf(']'.repeat(500_000))).toHaveLength(1);
  });

  it('is told a hundred times at most where aliases nest as deeply as they may', async () => {
    const levels = Array.from({ length: 440 }, (_, i) => `k${i}: &k${i} ${i === 0 ? '[x]' : `[*k${i - 1}]`}\n`);
    expect(await messageOf(`${levels.join('')}projects: *k439\n`)).toHaveLength(101);
    expect(await messageOf(`projects: [{ name: *k0 }]\n`)).toHaveLength(1);
  });

  it('is told whole where it is less', async () => {
    expect(
      await messageOf(`projects: [{ ${Array.from({ length: 50 }, (_, i) => `k${i}: 1`).join(', ')} }]`),
    ).toHaveLength(55);
  });
});

it('expressions have a length and a number that can be compiled in no time', async () => {
  const withOf = (include: readonly string[]) =>
    JSON.stringify({
      projects: [
        {
          name: 'a',
          region: 'ap-southeast-3',
          project_id: '0bec5db98280d2d02fd6c00c2de791ce',
          auth: { type: 'metadata' },
          discovery: { enabled: true, include },
        },
      ],
    });
  await expect(loadConfig(withOf(['a'.repeat(1001)]), 'c.yml', collectors)).rejects.toThrow(
    'longer than 1000 characters',
  );
  await expect(loadConfig(withOf(Array(101).fill('a')), 'c.yml', collectors)).rejects.toThrow(/include: .*100/);
  expect(await loadConfig(withOf(Array(100).fill('a'.repeat(1000))), 'c.yml', collectors)).toBeDefined();
});
