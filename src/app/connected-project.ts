// One configured project with its way to the cloud: built when it is configured, taken down when it is so no longer.
import type { Clock } from '../async/clock.ts';
import { createCloud } from '../cloud/client.ts';
import type { createTransport, Transport, TransportOptions } from '../cloud/transport.ts';
import type { Collector, Totals } from '../collectors/collector.ts';
import { ACTIONS, collectors } from '../collectors/index.ts';
import { chosenSource } from '../collectors/read-pools.ts';
import type { ProjectConfig } from '../config/schema.ts';
import type { Telemetry } from '../metrics/telemetry.ts';
import { member } from '../option-types/record.ts';
import type { ScrapeOptions } from '../scrape/options.ts';
import { createProject, POOLS, type Project } from '../scrape/project.ts';
import { PROGRAM, version } from '../version.ts';
import type { CredentialRegistry } from './credential-registry.ts';
import { deviationLog } from './deviation-log.ts';
import { failureLog, problemLog } from './failure-log.ts';
import { mutable, observerFor, reporterFor, startAtZero } from './instrumentation.ts';
import type { Logger } from './logger.ts';

export interface ConnectedProject {
  readonly settings: ProjectConfig;
  readonly project: Project;
  /** What the cloud forbade is tried again with the next read: somebody may have granted it. */
  forgetRefusals(): void;
  /** From now on nothing of it is counted: a running collection must not bring ended series back. */
  mute(): void;
  /** Lets the running collections end, then closes the connections. */
  retire(): Promise<void>;
  /** Closes the connections at once. */
  close(): Promise<void>;
}

export interface ConnectedProjectOptions {
  readonly settings: ProjectConfig;
  readonly scrape: () => ScrapeOptions;
  readonly log: Logger;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly telemetry: Telemetry;
  readonly credentials: CredentialRegistry;
  readonly transport: typeof createTransport;
  /** Never through a proxy: for the metadata service. */
  readonly direct: Transport;
}

export function connectProject(given: ConnectedProjectOptions): ConnectedProject {
  const { settings, log, clock, random, credentials, direct } = given;
  const { name, http } = settings;
  const enabled = enabledCollectors(settings);
  const { telemetry, mute } = mutable(given.telemetry);
  startAtZero(
    telemetry,
    settings,
    enabled.map(({ collector }) => collector),
  );
  const { concurrency, timeout, proxy_url: proxy, ca_file: caFile } = http;
  const connections: TransportOptions = { connections: concurrency, timeout, proxy, caFile };
  const transport = given.transport(connections);
  const onAuthorities = problemLog(
    log,
    'the ca_file cannot be used; the former one is',
    'the ca_file can be used again',
    {
      project: name,
    },
  );
  const user = credentials.user(settings);
  const { api, session, forgetRefusals } = createCloud({
    project: name,
    projectId: settings.project_id,
    endpoint: settings.endpoint,
    iamEndpoint: settings.iam_endpoint,
    auth: settings.auth,
    http,
    clock,
    random,
    send: transport.send,
    sendDirectly: direct.send,
    credentialOf: user.credentialOf,
    observer: observerFor(telemetry, log, name),
    onProblem: (error) => log.warn('a secret cannot be read; the former one is used', { project: name, error }),
    userAgent: `${PROGRAM}/${version}`,
    actions: ACTIONS,
  });
  const logDeviations = deviationLog(log, clock, name);
  const logFailures = failureLog(log, clock, name);
  const reporters = (collector: Collector): Totals => reporterFor(telemetry, log, name, collector);
  log.info('project configured', { project: name, region: settings.region, source: sourceOf(settings) });
  const project = createProject({
    name,
    projectId: settings.project_id,
    region: settings.region,
    selection: settings,
    scrape: given.scrape,
    collectors: enabled,
    api,
    concurrency: http.concurrency,
    async openSession() {
      const [close] = await Promise.all([session.open(), transport.renew().then(onAuthorities)]);
      return close;
    },
    credential: () => ({
      blocked: session.blocked(),
      heldUntil: session.current()?.gate.heldUntil(),
      issued: session.lifetime(),
    }),
    clock,
    reporterFor: reporters,
    onFinished(collector, summary) {
      const { failures, deviations, read, failed, gone, isCut } = summary;
      logFailures(collector, failures);
      logDeviations(collector, deviations, failures.size === 0);
      log.debug('collection', { project: name, collector, read, failed, gone, deadline: isCut });
    },
  });
  return {
    settings,
    project,
    forgetRefusals,
    mute,
    close: transport.close,
    async retire() {
      await Promise.all([...project.collections.values()].map((collection) => collection.idle()));
      user.leave();
      await transport.close();
    },
  };
}

/** Collectors of a project that are switched on, with their options; what has no switch is on. */
export function enabledCollectors(project: ProjectConfig) {
  return collectors.flatMap((collector) => {
    const options = project.collectors[collector.name];
    return member(options, 'enabled') === false ? [] : [{ collector, options }];
  });
}

/** How the pools of a project are read, after `auto` is resolved. */
export function sourceOf(project: ProjectConfig): 'details' | 'list' {
  const source = member(project.collectors[POOLS], 'source');
  return chosenSource(source === 'details' || source === 'list' ? source : 'auto', project);
}
