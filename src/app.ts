// The composition root: builds everything from a configuration and its edges (connections, clock, randomness, log).

import { type Clock, systemClock } from './async/clock.ts';
import { dataOrder } from './catalog.ts';
import { type Credential, createCredential } from './cloud/auth/credential.ts';
import type { Identity } from './cloud/auth/sign-in.ts';
import { createCloud } from './cloud/client.ts';
import { createTransport, type Transport, type TransportOptions } from './cloud/transport.ts';
import type { Collector, Reporter } from './collectors/collector.ts';
import { ACTIONS, collectors } from './collectors/index.ts';
import { chosenSource } from './collectors/read-pools.ts';
import type { Config, ProjectConfig } from './config/schema.ts';
import { failureLog } from './failure-log.ts';
import type { Logger } from './logger.ts';
import { createTelemetry, type Telemetry } from './metrics/telemetry.ts';
import { credentialFamilies } from './scrape/credentials.ts';
import { createPages, type Pages } from './scrape/page.ts';
import { createProject, POOLS, type Project } from './scrape/project.ts';
import { observerFor, reporterFor, startAtZero } from './telemetry-hooks.ts';
import { PROGRAM, revision, version } from './version.ts';

/** The outside world, so that tests can bring their own. */
export interface Edges {
  readonly log: Logger;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  readonly transport?: (options: TransportOptions) => Transport;
  readonly processMetrics?: boolean;
}

export interface App {
  readonly config: Config;
  readonly clock: Clock;
  readonly projects: () => readonly Project[];
  readonly pages: Pages;
  readonly telemetry: Telemetry;
  close(): Promise<void>;
}

export function createApp(config: Config, edges: Edges): App {
  const { log, clock = systemClock, random = Math.random, transport = createTransport } = edges;
  const telemetry = createTelemetry({ processMetrics: edges.processMetrics ?? true });
  const transports: Transport[] = [];
  const connect = (options: TransportOptions): Transport => {
    const made = transport(options);
    transports.push(made);
    return made;
  };
  const direct = connect({ connections: 2, direct: true });
  const credentials = createCredentials({ clock, random, log });
  const projects = config.projects.map((project) =>
    projectOf(project, config, { log, clock, random, telemetry, credentials, connect, direct }),
  );

  telemetry.set('build_info', { version, revision, node_version: process.version }, 1);
  telemetry.set('config_last_reload_successful', {}, 1);
  telemetry.set('config_last_reload_success_timestamp_seconds', {}, clock.now() / 1000);
  const { allow, deny } = config.metrics;
  const pages = createPages({
    clock,
    projects: () => projects,
    order: dataOrder,
    own: async () => [...credentialFamilies(projects), ...(await telemetry.families())],
    keeps: (name) =>
      (allow.length === 0 || allow.some((pattern) => pattern.matches(name))) &&
      !deny.some((pattern) => pattern.matches(name)),
    onBroken: (where, error) =>
      log.error('a collector made series that cannot be shown; this is a bug', {
        where,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    onWaited({ isCut, isCoalesced }) {
      if (isCut) telemetry.count('scrape_deadline_exceeded_total', {});
      if (isCoalesced) telemetry.count('scrapes_coalesced_total', {});
    },
  });
  return {
    config,
    clock,
    projects: () => projects,
    pages,
    telemetry,
    async close() {
      await Promise.all(transports.map((one) => one.close()));
    },
  };
}

/** Credentials by key: projects with the same one share its state. */
function createCredentials({ clock, random, log }: { clock: Clock; random: () => number; log: Logger }) {
  const known = new Map<string, Credential>();
  return ({ key, blockFor }: Identity, project: ProjectConfig): Credential => {
    const at = (until: number) => new Date(until).toISOString();
    const credential =
      known.get(key) ??
      createCredential({
        clock,
        random,
        blockFor,
        onBlock: (until, why) =>
          log.error('the cloud refused the credential; nothing is sent with it for now', {
            project: project.name,
            until: at(until),
            error: why,
          }),
        onHold: (until) =>
          log.warn('the cloud asked for a pause; no request is sent until then', {
            project: project.name,
            until: at(until),
          }),
      });
    known.set(key, credential);
    credential.use(project.name, {
      concurrency: project.http.concurrency,
      requestsPerMinute: project.http.requests_per_minute,
    });
    return credential;
  };
}

interface Parts {
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly telemetry: Telemetry;
  readonly credentials: (identity: Identity, project: ProjectConfig) => Credential;
  readonly connect: (options: TransportOptions) => Transport;
  readonly direct: Transport;
}

function projectOf(project: ProjectConfig, config: Config, parts: Parts): Project {
  const { log, clock, random, telemetry, credentials, connect, direct } = parts;
  const { name, http } = project;
  const enabled = enabledCollectors(project);
  startAtZero(
    telemetry,
    project,
    enabled.map(({ collector }) => collector),
  );
  const { api, session } = createCloud({
    project: name,
    projectId: project.project_id,
    endpoint: project.endpoint,
    iamEndpoint: project.iam_endpoint,
    auth: project.auth,
    http,
    clock,
    random,
    send: connect({ connections: http.concurrency, proxy: http.proxy_url, caFile: http.ca_file }).send,
    sendDirectly: direct.send,
    credentialOf: (identity) => credentials(identity, project),
    observer: observerFor(telemetry, name),
    onProblem: (error) => log.warn('a secret cannot be read; the former one is used', { project: name, error }),
    userAgent: `${PROGRAM}/${version}`,
    actions: ACTIONS,
  });
  const reporters = (collector: Collector): Reporter => reporterFor(telemetry, log, name, collector);
  log.info('project configured', { project: name, region: project.region, source: sourceOf(project) });
  return createProject({
    name,
    projectId: project.project_id,
    region: project.region,
    selection: project,
    scrape: config.scrape,
    collectors: enabled,
    api,
    concurrency: http.concurrency,
    openSession: session.open,
    credential: () => ({
      blockedUntil: session.current()?.blockedUntil(),
      heldUntil: session.current()?.gate.heldUntil(),
      issued: session.lifetime(),
    }),
    clock,
    reporterFor: reporters,
    onFinished: failureLog(log, clock, name),
  });
}

/** Collectors of a project that are switched on, with their options; what has no switch is on. */
export function enabledCollectors(project: ProjectConfig) {
  return collectors.flatMap((collector) => {
    const options = project.collectors[collector.name];
    const isOff = typeof options === 'object' && options !== null && 'enabled' in options && options.enabled === false;
    return isOff ? [] : [{ collector, options }];
  });
}

/** How the pools of a project are read, after `auto` is resolved. */
export function sourceOf(project: ProjectConfig): 'details' | 'list' {
  const options = project.collectors[POOLS];
  const source = typeof options === 'object' && options !== null && 'source' in options ? options.source : 'auto';
  return chosenSource(source === 'details' || source === 'list' ? source : 'auto', project);
}
