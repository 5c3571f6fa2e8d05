// How `defaults` come under every project.
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { collectors } from './collectors.ts';
import { problemsOfText } from './problems.ts';

const project = async (own: string) => {
  const text = `
defaults:
  auth: { type: token, token_file: /token }
  http: { timeout: 7s, max_retries: 0 }
  collectors: { users: { enabled: true, user_ids: [x, y], interval: 1m } }
  pool_tags: [a, b]
projects:
  - { name: a, region: eu-west-0, project_id: 0bec5db98280d2d02fd6c00c2de791ce, pools: [c], ${own} }`;
  return (await loadConfig(text, 'config.yml', collectors)).projects[0];
};

describe('defaults', () => {
  it('fill what a project leaves out', async () => {
    expect(await project('')).toMatchObject({
      auth: { type: 'token', token_file: '/token' },
      http: { timeout: 7000, max_retries: 0, concurrency: 8 },
      collectors: { users: { enabled: true, user_ids: ['x', 'y'], interval: 60_000 } },
      pool_tags: ['a', 'b'],
    });
  });

  it('are overridden key by key, all the way down', async () => {
    expect(await project('http: { timeout: 1s }, collectors: { users: { interval: 2m } }')).toMatchObject({
      http: { timeout: 1000, max_retries: 0 },
      collectors: { users: { enabled: true, interval: 120_000 } },
    });
  });

  it('give `auth` whole or not at all', async () => {
    expect((await project('auth: { type: metadata }'))?.auth).toEqual({
      type: 'metadata',
      metadata_endpoint: 'http://169.254.169.254',
    });
  });

  it('have their lists replaced, not joined', async () => {
    expect(await project('pool_tags: [], collectors: { users: { user_ids: [z] } }')).toMatchObject({
      pool_tags: [],
      collectors: { users: { user_ids: ['z'] } },
    });
  });

  it('do not hide a block that a project leaves without a value', async () => {
    await expect(project('http: ')).rejects.toThrow('projects[0].http: expected a map, got nothing');
  });

  it('are checked even if no project is there to use them', async () => {
    expect(await problemsOfText('defaults: { http: { timeout: 0s } }\nprojects: []')).toEqual([
      'bad.yml:1:30: defaults.http.timeout: too short; at least 100ms',
      'bad.yml:2:1: projects: no projects; add at least one',
    ]);
  });
});
