// Writes the configuration and the secret files that the exporter reads.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hidden, idsOf, type Plan, type SoakProject, usersOf } from './projects.ts';

export const limits = { stalenessMs: 8_000, timeoutMs: 4_000 };
const seconds = (ms: number) => `${ms / 1000}s`;

export interface Configuration {
  readonly file: string;
  /** Puts it in place; `without` leaves projects out, `tags` are of those named. */
  write(change?: { readonly without?: readonly string[]; readonly tagged?: readonly string[] }): void;
  breakIt(): void;
  /** The secret of a cloud, as a file. */
  writeSecret(cloud: string, text: string): void;
}

export function createConfiguration(folder: string, projects: readonly SoakProject[]): Configuration {
  const file = join(folder, 'config.yml');
  const secretFile = (cloud: string) => join(folder, `${cloud}.secret`);
  for (const { plan } of projects)
    if (plan.users === 'file') writeFileSync(join(folder, `${plan.name}.users`), usersOf(plan).join('\n'));

  const auth = ({ plan, cloud: { simulator } }: SoakProject) => {
    const { accessKey, username, domain } = simulator.credentials;
    const secret = secretFile(plan.cloud);
    if (plan.way === 'aksk') return { type: 'aksk', access_key: accessKey, secret_key_file: secret };
    if (plan.way === 'password') return { type: 'password', username, domain, password_file: secret };
    if (plan.way === 'token') return { type: 'token', token_file: secret };
    return { type: 'metadata', metadata_endpoint: simulator.url };
  };
  const describe = (project: SoakProject, isTagged: boolean) => {
    const { plan, cloud } = project;
    const { url, credentials } = cloud.simulator;
    const ids = idsOf(plan);
    return {
      name: plan.name,
      region: 'ap-southeast-3',
      project_id: plan.key === 'main' ? credentials.projectId : credentials.projectId2,
      endpoint: url,
      iam_endpoint: url,
      auth: auth(project),
      http: { requests_per_minute: plan.requestsPerMinute },
      ...(ids === undefined
        ? { discovery: { enabled: true, include: ['.'], exclude: [`${hidden}$`] } }
        : { pools: ids }),
      ...(isTagged ? { pool_tags: ['cost-center'] } : {}),
      collectors: {
        pools: { source: plan.source },
        sessions: { enabled: true },
        quotas: { enabled: true, interval: '3s' },
        ...(plan.users === 'none' ? {} : { users: { enabled: true, interval: '3s', ...users(plan) } }),
      },
    };
  };
  const users = (plan: Plan) => ({
    ...(plan.users === 'list' ? { from: 'list' } : {}),
    ...(plan.users === 'ids' ? { user_ids: usersOf(plan) } : {}),
    ...(plan.users === 'file' ? { user_ids_file: join(folder, `${plan.name}.users`) } : {}),
    ...(plan.perUser ? { per_user: true } : {}),
  });

  return {
    file,
    write({ without = [], tagged = [] } = {}) {
      const { stalenessMs, timeoutMs } = limits;
      const configuration = {
        scrape: { min_interval: '1s', max_staleness: seconds(stalenessMs), timeout: seconds(timeoutMs) },
        defaults: { http: { timeout: '1s', max_retries: 1 } },
        projects: projects
          .filter(({ plan }) => !without.includes(plan.name))
          .map((project) => describe(project, tagged.includes(project.plan.name))),
      };
      writeFileSync(file, JSON.stringify(configuration, undefined, 2));
    },
    breakIt: () => writeFileSync(file, 'scrape: { min_interval: soon }\nprojects: []\n'),
    writeSecret: (cloud, text) => writeFileSync(secretFile(cloud), `${text}\n`, { mode: 0o600 }),
  };
}
