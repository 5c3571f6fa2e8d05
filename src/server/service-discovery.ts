// Prometheus HTTP service discovery: every project as a target of /probe.

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** Where the exporter was reached, and where it says that others reach it. */
interface Reached {
  readonly host: string | undefined;
  readonly scheme: string;
  readonly externalUrl: string | undefined;
}

/** One group per project; undefined if the Host header is not a host. */
export function targetGroups(projects: readonly string[], { host, scheme, externalUrl }: Reached) {
  const url = externalUrl === undefined ? undefined : new URL(externalUrl);
  const target = url?.host ?? host;
  if (target === undefined || !HOST.test(target) || !URL.canParse(`http://${target}`)) return undefined;
  const prefix = url?.pathname.replace(/\/+$/, '') ?? '';
  return projects.map((project) => ({
    targets: [target],
    labels: {
      __scheme__: url?.protocol.replace(':', '') ?? scheme,
      __metrics_path__: `${prefix}/probe`,
      __param_project: project,
      // Not `project`: it would collide with the label of the samples.
      instance: `${target}/${project}`,
    },
  }));
}
