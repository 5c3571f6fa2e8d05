// The configuration in the chart: where it may be, what it may hold, and that the exporter takes it.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configurationSchema, type Shape } from '../../scripts/configuration-schema.ts';
import { collectors } from '../../src/collectors/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { hasHelm, renderChart } from '../support/helm.ts';
import { configMap, container, deployment, least, of, volume } from './read.ts';

const secrets = secretKeys(configurationSchema(collectors));
const project = { name: 'a', region: 'ap-southeast-3', project_id: '0bec5db98280d2d02fd6c00c2de791ce' };
/** Ways to sign in with files alone. */
const ways = [
  { type: 'aksk', access_key_file: '/a', secret_key_file: '/b', security_token_file: '/c' },
  { type: 'password', username: 'a', domain: 'b', password_file: '/c' },
  { type: 'token', token_file: '/a' },
  { type: 'container', authorization_token_file: '/a' },
];

describe.skipIf(!hasHelm())('the configuration', () => {
  it.each(['default', 'identity', 'agency', 'tls', 'everything'])(
    'of ci/%s-values.yaml is one that the exporter takes',
    async (name) => {
      const text = configMap(of(name)).data?.['config.yml'] ?? '';
      await expect(loadConfig(text, 'config.yml', collectors)).resolves.toHaveProperty('projects');
    },
  );

  it('names files of the Secret that is mounted', () => {
    const text = configMap(of('default')).data?.['config.yml'] ?? '';
    const files = [...text.matchAll(/_file: (.*)\/[\w-]+$/gm)].map(([, folder]) => folder);
    const mount = container(of('default')).volumeMounts.find(({ name }) => name === 'secrets');
    expect(files).toEqual([mount?.mountPath, mount?.mountPath]);
    expect(volume(of('default'), 'secrets')).toEqual({ secretName: 'workspace-exporter', defaultMode: 0o440 });
  });

  it('survives numbers and texts that YAML could read otherwise', async () => {
    const odd = {
      projects: [
        {
          name: '0123',
          region: 'ap-southeast-3',
          project_id: '0e123456789012345678901234567890',
          max_pools: 1_000_000,
        },
      ],
      defaults: { auth: { type: 'metadata' }, pool_tags: ['yes', '1_000', '{{ x }}'] },
    };
    const { manifests } = renderChart({ config: odd });
    const text = manifests.find(({ kind }) => kind === 'ConfigMap')?.data?.['config.yml'] ?? '';
    expect(parse(text)).toEqual(odd);
  });

  it('that changes is another pod; anything else of it is not', () => {
    const checksum = (...values: readonly (string | object)[]) =>
      deployment(renderChart(...values)).spec.template.metadata.annotations['checksum/config'];
    expect(checksum(least)).toMatch(/^[0-9a-f]{64}$/);
    expect(checksum(least, { config: { scrape: { min_interval: '20s' } } })).not.toBe(checksum(least));
    expect(checksum(least, { service: { port: 9100 } })).toBe(checksum(least));
  });

  it('may be in a Secret or a ConfigMap that is there', () => {
    expect(volume(of('existing'), 'config')).toEqual({ secretName: 'workspace-exporter-config', defaultMode: 0o440 });
    const other = renderChart({ existingConfigMap: 'mine' });
    expect(volume(other, 'config')).toEqual({ name: 'mine' });
    for (const each of [of('existing'), other])
      expect(each.manifests.map(({ kind }) => kind)).not.toContain('ConfigMap');
    expect(other.notes).toContain('rollout restart');
  });

  it('that is missing ends with a hint', () => {
    expect(() => renderChart()).toThrow(/There is no configuration[\s\S]*existingConfigMap/);
  });

  it('without projects ends with a hint', () => {
    expect(() => renderChart({ config: { scrape: { timeout: '10s' } } })).toThrow(/config has no projects/);
  });

  it('that comes twice ends with both names', () => {
    expect(() => renderChart(least, { existingConfigSecret: 'a' })).toThrow(/config, existingConfigSecret/);
  });

  it('of a project may hold secrets under just these names', () => {
    expect(secrets).toEqual(['access_key', 'authorization_token', 'password', 'secret_key', 'security_token', 'token']);
  });

  it.each(secrets)('with %s in it is not put into a ConfigMap', (key) => {
    const auth = { ...ways.find((way) => `${key}_file` in way), [`${key}_file`]: undefined, [key]: 'hidden' };
    const hint = new RegExp(
      `${key} is a secret[\\s\\S]*${key}_file: /run/secrets/huaweicloud/${key.replace('_', '-')}`,
    );
    expect(() => renderChart({ config: { projects: [{ ...project, auth }] } })).toThrow(hint);
    expect(() => renderChart({ config: { defaults: { auth }, projects: [project] } })).toThrow(hint);
  });

  it('with a password for a proxy is not either', () => {
    const http = { proxy_url: 'http://name:password@proxy:3128' };
    expect(() => renderChart({ config: { projects: [{ ...project, http }] } })).toThrow(/projects\[0\].http.proxy_url/);
  });
});

/** Every key that has a twin which names a file, under any `auth`. */
function secretKeys(shape: Shape): readonly string[] {
  const found = new Set<string>();
  JSON.stringify(shape, (_, value) => {
    const keys = Object.keys(value?.properties ?? {});
    if (keys.includes('type')) for (const key of keys) if (keys.includes(`${key}_file`)) found.add(key);
    return value;
  });
  return [...found].toSorted();
}
