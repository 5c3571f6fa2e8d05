// Settings that mean the same, and those that only look so.
import { describe, expect, it } from 'vitest';
import { collectors } from '../../src/collectors/index.ts';
import { isEqual } from '../../src/config/is-equal.ts';
import { loadConfig } from '../../src/config/load.ts';

const base = {
  name: 'main',
  region: 'ap-southeast-3',
  project_id: '0bec5db98280d2d02fd6c00c2de791ce',
  auth: { type: 'aksk', access_key: 'AK', secret_key: 'SK' },
  http: { proxy_url: 'http://user:one@proxy:3128' },
  pools: [{ id: 'a130ab3a-72bf-4b71-baa9-af4987c8e338', capacity_limit: 5 }],
  discovery: { enabled: true, include: ['^a'] },
};

const projectOf = async (part: object = {}) => {
  const { projects } = await loadConfig(JSON.stringify({ projects: [{ ...base, ...part }] }), 'test', collectors);
  return projects[0];
};

describe('two projects', () => {
  it('are the same when all of their settings are', async () => {
    expect(isEqual(await projectOf(), await projectOf())).toBe(true);
  });

  it('are the same when one writes a default that the other leaves out', async () => {
    const http = { ...base.http, timeout: '5000ms' };
    expect(isEqual(await projectOf(), await projectOf({ http }))).toBe(true);
  });

  it.each<[string, object]>([
    ['a secret', { auth: { ...base.auth, secret_key: 'SK2' } }],
    ['a secret instead of none', { auth: { ...base.auth, security_token: 'ST' } }],
    ['the way to sign in', { auth: { type: 'metadata' } }],
    ['the password of a proxy', { http: { proxy_url: 'http://user:two@proxy:3128' } }],
    ['no proxy', { http: {} }],
    ['an expression', { discovery: { enabled: true, include: ['^b'] } }],
    ['one expression more', { discovery: { enabled: true, include: ['^a', '^b'] } }],
    ['the limit of a pool', { pools: [{ id: base.pools[0]?.id, capacity_limit: 6 }] }],
    ['no limit', { pools: [base.pools[0]?.id] }],
    ['the options of a collector', { collectors: { quotas: { enabled: true } } }],
    ['the place', { region: 'ap-southeast-1' }],
  ])('differ by %s', async (_, part) => {
    expect(isEqual(await projectOf(), await projectOf(part))).toBe(false);
    expect(isEqual(await projectOf(part), await projectOf())).toBe(false);
  });
});
