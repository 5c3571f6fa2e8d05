// One project from environment variables.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Environment, ignoredVariables, proxyRemarks, readEnvironment } from '../../src/config/env.ts';
import { ConfigError, formatProblem } from '../../src/config/problem.ts';
import { Secret } from '../../src/option-types/secret.ts';
import { collectors } from './collectors.ts';

const complete: Environment = {
  HUAWEICLOUD_SDK_AK: 'access',
  HUAWEICLOUD_SDK_SK: 'hunter2',
  HUAWEICLOUD_SDK_PROJECT_ID: '0bec5db98280d2d02fd6c00c2de791ce',
  HUAWEICLOUD_REGION: 'ap-southeast-3',
};
const load = (env: Environment) => readEnvironment({ ...complete, ...env }, collectors);
const project = (env: Environment) => load(env).config.projects[0];

function problems(env: Environment): readonly string[] {
  try {
    readEnvironment(env, collectors);
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
    expect(project({ HUAWEICLOUD_WORKSPACE_POOL_IDS: ' one, two ,,three\nfour' })).toMatchObject({
      pools: [{ id: 'one' }, { id: 'two' }, { id: 'three' }, { id: 'four' }],
      discovery: { enabled: false },
    });
  });

  it('discovers when the pool ids are blank', () => {
    expect(project({ HUAWEICLOUD_WORKSPACE_POOL_IDS: ' ' })).toMatchObject({ pools: [], discovery: { enabled: true } });
  });

  it('does not discover everything where the list of pools only looks empty', () => {
    expect(problems({ ...complete, HUAWEICLOUD_WORKSPACE_POOL_IDS: ' , ,' })).toEqual([
      'HUAWEICLOUD_WORKSPACE_POOL_IDS: names no pool; leave it empty to discover all',
    ]);
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

  it('knows every file that it names', () => {
    const env = { HUAWEICLOUD_SDK_SK: undefined, HUAWEICLOUD_SDK_SK_FILE: 'sk' };
    expect(load(env).files).toEqual([
      { file: resolve('sk'), path: [], place: expect.objectContaining({ text: 'HUAWEICLOUD_SDK_SK_FILE' }) },
    ]);
  });

  it.each(['hunter2\n', 'hunter2\r\n', ' hunter2\n', '\u{feff}hunter2'])(
    'takes a secret without what only a shell or an editor adds: %j',
    (written) => {
      const auth = project({ HUAWEICLOUD_SDK_SK: written })?.auth;
      expect(auth?.type === 'aksk' && auth.secret_key?.reveal()).toBe('hunter2');
    },
  );

  it('names a secret that holds something invisible, before anything is sent', () => {
    expect(problems({ ...complete, HUAWEICLOUD_SDK_AK: 'acc\u{200b}ess', HUAWEICLOUD_SDK_SK: 'one\ntwo' })).toEqual([
      'HUAWEICLOUD_SDK_AK: contains an invisible character (U+200B); copy it again without it',
      'HUAWEICLOUD_SDK_SK: contains a line break; it must be a single line',
    ]);
  });
});

const OWN =
  'there are HUAWEICLOUD_WORKSPACE_ENDPOINT, HUAWEICLOUD_WORKSPACE_PROJECT_NAME, HUAWEICLOUD_WORKSPACE_POOL_IDS';

describe('a variable that is not known', () => {
  it.each([
    ['HUAWEICLOUD_WORKSPACE_POOLS', 'did you mean HUAWEICLOUD_WORKSPACE_POOL_IDS?'],
    ['HUAWEICLOUD_WORKSPACE_POOLIDS', 'did you mean HUAWEICLOUD_WORKSPACE_POOL_IDS?'],
    ['HUAWEICLOUD_WORKSPACE_POOL_ID', 'did you mean HUAWEICLOUD_WORKSPACE_POOL_IDS?'],
    ['HUAWEICLOUD_WORKSPACE_ENDPOINT_FILE', 'did you mean HUAWEICLOUD_WORKSPACE_ENDPOINT?'],
    ['HUAWEICLOUD_WORKSPACE_pool_ids', 'did you mean HUAWEICLOUD_WORKSPACE_POOL_IDS?'],
    ['huaweicloud_workspace_pool_ids', 'did you mean HUAWEICLOUD_WORKSPACE_POOL_IDS?'],
    ['HUAWEICLOUD_WORKSAPCE_POOL_IDS', 'did you mean HUAWEICLOUD_WORKSPACE_POOL_IDS?'],
    ['HUAWEI_CLOUD_WORKSPACE_POOL_IDS', 'did you mean HUAWEICLOUD_WORKSPACE_POOL_IDS?'],
    ['HUAWEICLOUD_WORKSPACE_', OWN],
    ['HUAWEICLOUD_WORKSPACE_X', OWN],
  ])('is refused, because without it everything would be discovered: %s', (name, advice) => {
    expect(problems({ ...complete, [name]: 'a130ab3a-72bf-4b71-baa9-af4987c8e338' })).toEqual([
      `${name}: unknown variable; ${advice}`,
    ]);
  });

  it('is told in one error with what is missing', () => {
    expect(problems({ HUAWEICLOUD_WORKSPACE_POOLS: 'x', HUAWEICLOUD_WORKSPACE_POOLIDS: 'x' })).toEqual([
      expect.stringMatching(/^environment: missing HUAWEICLOUD_SDK_AK .*HUAWEICLOUD_REGION; set them/),
      expect.stringMatching(/^HUAWEICLOUD_WORKSPACE_POOLIDS: unknown variable/),
      expect.stringMatching(/^HUAWEICLOUD_WORKSPACE_POOLS: unknown variable/),
    ]);
  });

  it.each([
    // Empty, as a template of somebody leaves it.
    ['HUAWEICLOUD_WORKSPACE_POOLIDS', ' '],
    // Of the official SDKs and of other programs.
    ['HUAWEICLOUD_SDK_DOMAIN_ID', 'x'],
    ['HUAWEICLOUD_SDK_REGION_WORKSPACE_AP_SOUTHEAST_3', 'x'],
    ['HUAWEICLOUD_REGIONS', 'x'],
    // What Kubernetes sets in every pod of the namespace for a service huaweicloud-workspace-exporter.
    ['HUAWEICLOUD_WORKSPACE_EXPORTER_SERVICE_HOST', '10.0.0.1'],
    ['HUAWEICLOUD_WORKSPACE_EXPORTER_SERVICE_PORT', '10054'],
    ['HUAWEICLOUD_WORKSPACE_EXPORTER_SERVICE_PORT_METRICS', '10054'],
    ['HUAWEICLOUD_WORKSPACE_EXPORTER_PORT', 'tcp://10.0.0.1:10054'],
    ['HUAWEICLOUD_WORKSPACE_EXPORTER_PORT_10054_TCP', 'tcp://10.0.0.1:10054'],
    ['HUAWEICLOUD_WORKSPACE_EXPORTER_PORT_10054_TCP_PROTO', 'tcp'],
    ['HUAWEICLOUD_WORKSPACE_EXPORTER_PORT_10054_TCP_PORT', '10054'],
    ['HUAWEICLOUD_WORKSPACE_EXPORTER_PORT_10054_TCP_ADDR', '10.0.0.1'],
  ])('is none of ours: %s=%s', (name, value) => {
    expect(problems({ ...complete, [name]: value })).toEqual([]);
    expect(ignoredVariables({ ...complete, [name]: value })).toEqual([]);
  });

  it('is told beside a file, as is every other that does nothing then', () => {
    const env = { ...complete, HUAWEICLOUD_WORKSPACE_POOLIDS: 'x', HUAWEICLOUD_WORKSPACE_POOL_IDS: 'y' };
    expect(ignoredVariables(env).map(formatProblem)).toEqual([
      'HUAWEICLOUD_WORKSPACE_POOLIDS: ignored: the configuration comes from --config.file',
      'HUAWEICLOUD_WORKSPACE_POOL_IDS: ignored: the configuration comes from --config.file',
    ]);
  });
});

describe('a proxy of the environment', () => {
  it('that is none is remarked on, without its password', () => {
    expect(
      proxyRemarks({ HTTPS_PROXY: 'socks5://alice:hunter2@proxy', HTTP_PROXY: 'proxy:3128' }).map(formatProblem),
    ).toEqual([
      'HTTPS_PROXY: is not the address of an HTTP proxy; write one like http://host:3128; nothing is sent until then',
    ]);
  });
});

describe('problems of the environment', () => {
  it('name a variable that nobody filled in', () => {
    const env = {
      ...complete,
      HUAWEICLOUD_SDK_AK: '$(AK)',
      HUAWEICLOUD_SDK_SK: '<secret>',
      HUAWEICLOUD_SDK_PROJECT_ID: '$PROJECT_ID',
      HUAWEICLOUD_WORKSPACE_POOL_IDS: 'one,{{ two }},no id',
    };
    expect(problems(env)).toEqual([
      'HUAWEICLOUD_SDK_AK: a variable, which is not expanded here; write the value itself, or name its file with HUAWEICLOUD_SDK_AK_FILE',
      'HUAWEICLOUD_SDK_SK: a placeholder; write the value itself, or name its file with HUAWEICLOUD_SDK_SK_FILE',
      'HUAWEICLOUD_SDK_PROJECT_ID: a variable, which is not expanded here; write the value itself',
      'HUAWEICLOUD_WORKSPACE_POOL_IDS: no id: not a pool id; the console shows it, like a130ab3a-72bf-4b71-baa9-af4987c8e338',
      'HUAWEICLOUD_WORKSPACE_POOL_IDS: {{ two }}: a template that was not filled in; write the value itself',
    ]);
  });

  it('name a project id that is none', () => {
    expect(problems({ ...complete, HUAWEICLOUD_SDK_PROJECT_ID: 'xx' })).toEqual([
      expect.stringMatching(/^HUAWEICLOUD_SDK_PROJECT_ID: not a project id, which has 32 characters/),
    ]);
  });

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
      'HUAWEICLOUD_SDK_SK_FILE: HUAWEICLOUD_SDK_SK is set as well; keep only one of them',
    ]);
  });
});
