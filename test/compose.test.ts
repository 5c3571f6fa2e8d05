// The compose files without an engine: what is mounted exists, ports and addresses meet, and each tool takes its configuration.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, posix } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { dashboards } from '../grafana/index.ts';
import { defaults } from '../prometheus/mixin.ts';
import { parseFlags } from '../src/cli/flags.ts';
import { collectors } from '../src/collectors/index.ts';
import { loadConfig } from '../src/config/load.ts';
import { hasPrometheus, promtool } from './support/prometheus.ts';

const FOLDER = 'deploy/compose';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, { readonly file: string }>>;
}
interface PrometheusConfig {
  readonly global: Readonly<Record<`${'scrape' | 'evaluation'}_${'interval' | 'timeout'}`, string>>;
  readonly rule_files: readonly string[];
  readonly alerting: {
    readonly alertmanagers: readonly { readonly static_configs: readonly { readonly targets: readonly string[] }[] }[];
  };
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

/** Parsed as compose does, which knows `<<`; the shape is what the tests are about. */
const read = <T>(path: string): T => parse(readFileSync(path, 'utf8'), { merge: true });
const compose = read<Compose>(join(FOLDER, 'compose.yml'));
const cloud = read<Compose>(join(FOLDER, 'compose.cloud.yml'));
const prometheus = read<PrometheusConfig>(join(FOLDER, 'prometheus.yml'));

const services = Object.entries(compose.services);
const mountsOf = ({ volumes = [] }: Service) =>
  volumes.map((volume) => {
    const [from = '', to = '', mode] = volume.split(':');
    return { from, to, mode, isFile: from.startsWith('.') };
  });
const onHost = (from: string) => posix.join(FOLDER, from);
const mounts = services.flatMap(([, service]) => mountsOf(service)).filter(({ isFile }) => isFile);
const portOf = (name: string) => compose.services[name]?.ports?.[0]?.split(':').at(-1);
const exposed = /^EXPOSE (\d+)$/m.exec(readFileSync('Dockerfile', 'utf8'))?.[1];
/** A file in a container, as it is in the repository. */
const sourceOf = (service: string, path: string) => {
  const mount = mountsOf(compose.services[service] ?? {}).find(({ to }) => path === to || path.startsWith(`${to}/`));
  return mount && posix.join(onHost(mount.from), path.slice(mount.to.length));
};
const optionOf = (service: string, name: string) =>
  compose.services[service]?.command?.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';

describe('every service', () => {
  it.each(services)('%s cannot write to its image, gain rights, or be reached from other machines', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
  });

  it.each(services)('%s is built here or of one version', (_, { build, image }) => {
    expect(build === undefined ? image : `${build}/Dockerfile`).toMatch(/:v?\d+\.\d+\.\d+$|^\.\.\/\.\.\/Dockerfile$/);
  });

  it.each(services)('%s says whether it is healthy, at its own port', (name, { healthcheck, build }) => {
    if (build !== undefined) expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^HEALTHCHECK /m);
    else expect(healthcheck?.test.at(-1)).toContain(`http://localhost:${portOf(name)}/`);
  });

  it.each(services)('%s waits for services that exist', (_, { depends_on = {} }) => {
    for (const [name, { condition }] of Object.entries(depends_on))
      expect([Object.keys(compose.services), condition]).toEqual([expect.arrayContaining([name]), 'service_healthy']);
  });
});

describe('what is mounted', () => {
  it.each(mounts)('$from exists, and can only be read', ({ from, mode }) => {
    expect(existsSync(onHost(from))).toBe(true);
    expect(mode).toBe('ro');
  });

  it('else is a volume that is declared, and every one is used', () => {
    const used = services.flatMap(([, service]) => mountsOf(service)).filter(({ isFile }) => !isFile);
    expect(used.map(({ from }) => from).toSorted()).toEqual(Object.keys(compose.volumes ?? {}).toSorted());
  });

  it.each([
    ['prometheus', 'config.file'],
    ['alertmanager', 'config.file'],
  ])('the file that %s is told to read is one of them', (service, option) => {
    expect(existsSync(sourceOf(service, optionOf(service, option)) ?? '')).toBe(true);
  });
});

describe('the exporter', () => {
  it('is the demo', () => {
    expect(parseFlags(compose.services.exporter?.command ?? [])).toMatchObject({ command: 'demo' });
  });

  it('is reached at the port that its image exposes and that it listens at', () => {
    expect(portOf('exporter')).toBe(exposed);
    expect(JSON.stringify(parseFlags(['demo']))).toContain(exposed);
  });

  it('is scraped there, under a job that the alerts know', () => {
    const [job] = prometheus.scrape_configs;
    expect(job?.static_configs[0]?.targets).toEqual([`exporter:${exposed}`]);
    expect(job?.job_name).toMatch(new RegExp(`^${defaults.job}$`));
  });
});

describe('with your own cloud', () => {
  it('lies over the same service', () => {
    expect(Object.keys(cloud.services)).toEqual(['exporter']);
    expect(parseFlags(cloud.services.exporter?.command ?? [])).toMatchObject({ command: 'serve' });
  });

  it('reads the mounted configuration, and secrets as files', async () => {
    const text = readFileSync(join(FOLDER, 'config.example.yml'), 'utf8');
    const secrets = [...text.matchAll(/\/run\/secrets\/([\w-]+)/g)].map(([, name]) => name);
    expect(secrets.toSorted()).toEqual(Object.keys(cloud.secrets ?? {}).toSorted());
    expect(cloud.services.exporter?.secrets?.toSorted()).toEqual(secrets.toSorted());
    expect(mountsOf(cloud.services.exporter ?? {})[0]?.to).toBe(cloud.services.exporter?.command?.[0]?.split('=')[1]);
    await expect(loadConfig(text, 'config.example.yml', collectors)).resolves.toHaveProperty('projects');
  });

  it('what is yours is ignored by git', () => {
    const ignored = readFileSync(join(FOLDER, '.gitignore'), 'utf8');
    for (const name of ['config.yml', 'secrets/']) expect(ignored).toMatch(new RegExp(`^${name}$`, 'm'));
  });
});

describe('Prometheus', () => {
  it('sends alerts to Alertmanager at its port', () => {
    expect(prometheus.alerting.alertmanagers[0]?.static_configs[0]?.targets).toEqual([
      `alertmanager:${portOf('alertmanager')}`,
    ]);
  });

  describe.skipIf(!hasPrometheus())('by its own tool', () => {
    const root = mkdtempSync(join(tmpdir(), 'compose-'));
    afterAll(() => rmSync(root, { recursive: true, force: true }));

    it('takes the configuration and finds the rules where they are mounted', () => {
      for (const { from, to } of mountsOf(compose.services.prometheus ?? {}).filter(({ isFile }) => isFile)) {
        mkdirSync(join(root, dirname(to)), { recursive: true });
        cpSync(onHost(from), join(root, to), { recursive: true });
      }
      const config = join(root, optionOf('prometheus', 'config.file'));
      expect(promtool(['check', 'config', config])).toBe('');
      for (const rules of prometheus.rule_files)
        expect(existsSync(join(dirname(config), dirname(rules))), basename(rules)).toBe(true);
    });
  });
});

describe('Grafana', () => {
  const provisioning = '/etc/grafana/provisioning';
  const provisioned = <T>(path: string) => read<T>(sourceOf('grafana', `${provisioning}/${path}`) ?? '');
  const { datasources } = provisioned<{ datasources: readonly Readonly<Record<string, unknown>>[] }>(
    'datasources/prometheus.yml',
  );
  const { providers } = provisioned<{ providers: readonly Readonly<Record<string, unknown>>[] }>(
    'dashboards/workspace.yml',
  );

  it('asks Prometheus at its port, and knows how often it scrapes', () => {
    expect(datasources).toEqual([
      {
        name: 'Prometheus',
        uid: 'prometheus',
        type: 'prometheus',
        access: 'proxy',
        url: `http://prometheus:${portOf('prometheus')}`,
        isDefault: true,
        editable: false,
        jsonData: { httpMethod: 'POST', timeInterval: prometheus.global.scrape_interval },
      },
    ]);
  });

  it('has the dashboards in a folder, from where they are mounted', () => {
    expect(providers).toEqual([
      {
        name: 'huaweicloud-workspace',
        orgId: 1,
        folder: 'Huawei Cloud Workspace',
        folderUid: 'huaweicloud-workspace',
        type: 'file',
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 60,
        options: { path: '/etc/grafana/dashboards', foldersFromFilesStructure: false },
      },
    ]);
    expect(sourceOf('grafana', '/etc/grafana/dashboards')).toBe(dirname(dashboards[0]?.path ?? ''));
  });

  it('begins with one of them', () => {
    const home = compose.services.grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH ?? '';
    expect(dashboards.map(({ path }) => path)).toContain(sourceOf('grafana', home));
  });

  it('has nobody who could sign in with a known password', () => {
    expect(compose.services.grafana?.environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
      GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
    });
  });
});
