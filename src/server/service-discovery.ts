// Answers Prometheus HTTP service discovery: every project is a target of /probe.

export interface TargetGroup {
  readonly targets: readonly string[];
  readonly labels: Readonly<{ [name: string]: string }>;
}

export interface AskedAt {
  readonly host: string | undefined;
  readonly scheme: string;
  readonly externalUrl: string | undefined;
  /** Where the exporter itself has its pages; the external URL says where others find them. */
  readonly routePrefix: string;
}

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** One group per project; undefined if the Host header is missing or malformed. */
export function discoveryGroups(
  projects: readonly string[],
  { host, scheme, externalUrl, routePrefix }: AskedAt,
): TargetGroup[] | undefined {
  const url = externalUrl === undefined ? undefined : new URL(externalUrl);
  const target = url?.host ?? host;
  if (target === undefined || !HOST.test(target) || !URL.canParse(`http://${target}`)) return undefined;
  const prefix = url === undefined ? routePrefix : url.pathname.replace(/\/+$/, '');
  return projects.map((project) => ({
    targets: [target],
    labels: {
      __scheme__: url?.protocol.replace(':', '') ?? scheme,
      __metrics_path__: `${prefix}/probe`,
      __param_project: project,
      // Not `project`, which would collide with the label of the samples.
      instance: `${target}/${project}`,
    },
  }));
}
