// One project from environment variables.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configFromEnvironment, type Environment } from '../../src/config/env.ts';
import { ConfigError } from '../../src/config/problem.ts';
import { Secret } from '../../src/options/secret.ts';
import { collectors } from './collectors.ts';

const complete: Environment = {
  HUAWEICLOUD_SDK_AK: 'access',
  HUAWEICLOUD_SDK_SK: 'hunter2',
  HUAWEICLOUD_SDK_PROJECT_ID: '0bec5db98280d2d02fd6c00c2de791ce',
  HUAWEICLOUD_REGION: 'ap-southeast-3',
};
const project = (env: Environment) => configFromEnvironment({ ...complete, ...env }, collectors).projects[0];

function problems(env: Environment): readonly string[] {
  try {
    configFromEnvironment(env, collectors);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
}

describe('the environment', () => {
  it('makes one project that discovers all pools', () => {
    expect(project({})).toMatchObject({
      name: 'default',
      region: 'ap-southeast-3',
      project_id: '0bec5db98280d2d02fd6c00c2de791ce',
      endpoint: 'https://workspace.ap-southeast-3.myhuaweicloud.com',
      auth: { type: 'aksk', access_key: expect.any(Secret), secret_key: expect.any(Secret) },
      pools: [],
      discovery: { enabled: true },
      http: { timeout: 5000 },
    });
  });

  it('names pools, blanks and empty entries left out, instead of discovering them', () => {
    expect(project({ HUAWEICLOUD_WORKSPACE_POOL_IDS: ' one, two ,,' })).toMatchObject({
      pools: [{ id: 'one' }, { id: 'two' }],
      discovery: { enabled: false },
    });
  });

  it('discovers when the pool ids are blank', () => {
    expect(project({ HUAWEICLOUD_WORKSPACE_POOL_IDS: ' ' })).toMatchObject({ pools: [], discovery: { enabled: true } });
  });

  it('sets name and endpoint', () => {
    const env = { HUAWEICLOUD_WORKSPACE_PROJECT_NAME: 'x', HUAWEICLOUD_WORKSPACE_ENDPOINT: 'http://127.0.0.1:1/' };
    expect(project(env)).toMatchObject({ name: 'x', endpoint: 'http://127.0.0.1:1' });
  });

  it('takes secrets from files, relative ones from the working folder', () => {
    const env = {
      HUAWEICLOUD_SDK_AK: '',
      HUAWEICLOUD_SDK_SK: undefined,
      HUAWEICLOUD_SDK_AK_FILE: '/run/ak',
      HUAWEICLOUD_SDK_SK_FILE: 'sk',
      HUAWEICLOUD_SDK_SECURITY_TOKEN_FILE: '/run/token',
    };
    expect(project(env)?.auth).toEqual({
      type: 'aksk',
      access_key_file: '/run/ak',
      secret_key_file: resolve('sk'),
      security_token_file: '/run/token',
    });
  });

  it('keeps secrets exactly as they are given', () => {
    const auth = project({ HUAWEICLOUD_SDK_SK: ' hunter2 ' })?.auth;
    expect(auth?.type === 'aksk' && auth.secret_key?.reveal()).toBe(' hunter2 ');
  });
});

describe('problems of the environment', () => {
  it('name all missing variables at once, empty ones too', () => {
    expect(problems({ HUAWEICLOUD_SDK_AK: 'a', HUAWEICLOUD_REGION: '' })).toEqual([
      'environment: missing HUAWEICLOUD_SDK_SK (or HUAWEICLOUD_SDK_SK_FILE), HUAWEICLOUD_SDK_PROJECT_ID, HUAWEICLOUD_REGION; set them, or name a file with --config.file',
    ]);
  });

  it('never mean another way to sign in', () => {
    const { HUAWEICLOUD_SDK_AK: _, HUAWEICLOUD_SDK_SK: __, ...rest } = complete;
    expect(problems(rest)).toEqual([
      'environment: missing HUAWEICLOUD_SDK_AK (or HUAWEICLOUD_SDK_AK_FILE), HUAWEICLOUD_SDK_SK (or HUAWEICLOUD_SDK_SK_FILE); set them, or name a file with --config.file',
    ]);
  });

  it('name the variable that is wrong, beside those that are missing', () => {
    const env = {
      ...complete,
      HUAWEICLOUD_SDK_SK: '',
      HUAWEICLOUD_REGION: 'Singapore',
      HUAWEICLOUD_WORKSPACE_ENDPOINT: 'workspace',
      HUAWEICLOUD_WORKSPACE_POOL_IDS: 'one,no id',
    };
    expect(problems(env)).toEqual([
      'environment: missing HUAWEICLOUD_SDK_SK (or HUAWEICLOUD_SDK_SK_FILE); set it, or name a file with --config.file',
      'HUAWEICLOUD_REGION: not a region; write one like ap-southeast-3',
      'HUAWEICLOUD_WORKSPACE_ENDPOINT: not an http(s) address; write one like https://host or https://host:port',
      'HUAWEICLOUD_WORKSPACE_POOL_IDS: no id: not a pool id; the console shows it, like a130ab3a-72bf-4b71-baa9-af4987c8e338',
    ]);
  });

  it('name a secret that is given twice', () => {
    expect(problems({ ...complete, HUAWEICLOUD_SDK_SK_FILE: '/run/sk' })).toEqual([
      'HUAWEICLOUD_SDK_SK_FILE: HUAWEICLOUD_SDK_SK is set as well; keep one',
    ]);
  });
});
