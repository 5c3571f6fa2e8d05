// Sets the scene: the clouds, what the exporter is told of them, and the secrets it signs in with.
import { startSoakCloud } from './cloud.ts';
import { type Configuration, createConfiguration } from './configuration.ts';
import type { Clouds } from './events.ts';
import { plans, type SoakProject, soakProject } from './projects.ts';
import { secretOf } from './secrets.ts';

export interface Stage {
  readonly clouds: ReadonlyMap<string, Clouds>;
  readonly projects: readonly SoakProject[];
  readonly configuration: Configuration;
  /** Everything that no page and no log may show. */
  secrets(): readonly string[];
}

/** Files are written to `folder`; `faultShare` of all reads fails. */
export async function createStage(seed: number, folder: string, faultShare: number): Promise<Stage> {
  const names = [...new Set(plans.map(({ cloud }) => cloud))];
  const made = await Promise.all(
    names.map(async (name, index) => {
      const own = plans.filter((plan) => plan.cloud === name);
      const isRefused = own.some((plan) => plan.isRefused === true);
      const cloud = await startSoakCloud({ seed: seed + index, faultShare, isRefused });
      return { name, own, cloud };
    }),
  );
  const projects = made.flatMap(({ own, cloud }): readonly SoakProject[] =>
    own.map((plan) => soakProject(plan, cloud)),
  );
  const configuration = createConfiguration(folder, projects);
  const clouds = new Map(
    made.map(({ name, own, cloud }): [string, Clouds] => {
      // Projects of one cloud sign in the same way.
      const way = own[0]?.way ?? 'aksk';
      return [name, { cloud, secret: secretOf(name, way, cloud, configuration) }];
    }),
  );
  configuration.write();
  const secrets = () =>
    [...clouds.values()].flatMap(({ cloud: { simulator }, secret }) => [
      ...simulator.secrets(),
      ...secret.mistyped(),
      simulator.credentials.accessKey,
    ]);
  return { clouds, projects, configuration, secrets };
}
