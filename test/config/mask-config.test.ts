// The running configuration as it is shown.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { configFromEnvironment } from '../../src/config/env.ts';
import { loadConfig } from '../../src/config/load.ts';
import { maskConfig } from '../../src/config/mask-config.ts';
import { collectors } from './collectors.ts';

const text = readFileSync(join(import.meta.dirname, 'good.yml'), 'utf8');
const shown = maskConfig(await loadConfig(text, '/etc/exporter/config.yml', collectors), collectors);

it('shows durations and expressions as they are written in the file', () => {
  expect(shown).toContain('max_staleness: 1h30m');
  expect(shown).toContain('interval: 5m');
  expect(shown).toContain('- ^prod-');
});

it('leaves numbers that are no durations alone', () => {
  expect(shown).toContain('capacity_limit: 50');
  expect(shown).toContain('requests_per_minute: 150');
});

it('shows what is in force: defaults and derived values too', () => {
  expect(shown).toContain('secret_key_file: /etc/exporter/secrets/sk');
  expect(shown).toContain('allow: []');
});

it('masks secrets, and the password of a proxy', async () => {
  const env = { HUAWEICLOUD_SDK_AK: 'AKAKAK', HUAWEICLOUD_SDK_SK: 'SKSKSK' };
  const { config } = configFromEnvironment(
    { ...env, HUAWEICLOUD_SDK_PROJECT_ID: '0bec5db98280d2d02fd6c00c2de791ce', HUAWEICLOUD_REGION: 'eu-west-0' },
    collectors,
  );
  const masked = maskConfig(config, collectors);
  expect(masked).toContain('secret_key: <secret>');
  expect(masked).not.toMatch(/AKAKAK|SKSKSK/);
  expect(shown).toContain('proxy_url: http://<secret>@proxy:3128/');
  expect(shown).not.toContain('hunter2');
});

it('tells how many users are asked for, not who', async () => {
  const project = {
    name: 'a',
    region: 'eu-west-0',
    project_id: '0bec5db98280d2d02fd6c00c2de791ce',
    auth: { type: 'token', token: 'T0KEN' },
    pools: ['c'],
  };
  const users = { enabled: true, user_ids: ['jane', 'joe'] };
  const config = await loadConfig(
    JSON.stringify({ projects: [{ ...project, collectors: { users } }] }),
    'c.yml',
    collectors,
  );
  const masked = maskConfig(config, collectors);
  expect(masked).toContain('user_ids: <2 ids>');
  expect(masked).not.toMatch(/jane|joe/);
});

it('can be loaded again where it holds no secret', async () => {
  const plain = text.replace(/.*proxy_url.*\n/, '');
  const config = await loadConfig(plain, '/etc/exporter/config.yml', collectors);
  const again = await loadConfig(maskConfig(config, collectors), '/elsewhere/config.yml', collectors);
  expect(JSON.stringify(again)).toBe(JSON.stringify(config));
});
