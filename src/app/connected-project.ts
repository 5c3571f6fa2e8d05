// One configured project with its connection to the cloud: built when it is configured, taken down when it no longer is.
import type { Clock } from '../async/clock.ts';
import type { Place } from '../cloud/auth/sign-in.ts';
import { createCloud } from '../cloud/client.ts';
import type { createTransport, Transport } from '../cloud/transport.ts';
import { providesPools } from '../collectors/collector.ts';
import { ACTIONS, collectors } from '../collectors/index.ts';
import type { ProjectConfig } from '../config/schema.ts';
import type { Telemetry } from '../metrics/telemetry.ts';
import type { ScrapeOptions } from '../scrape/options.ts';
import { createProject, type EnabledCollector, type Project } from '../scrape/project.ts';
import { createTrace } from '../scrape/trace.ts';
import { PROGRAM, version } from '../version.ts';
import type { CredentialRegistry } from './credential-registry.ts';
import { createDeviationLog } from './deviation-log.ts';
import { createFailureLog, createNoticeLog, createProblemLog, KEPT } from './failure-log.ts';
import { countReports, createMutable, observerFor, startAtZero, type Tell } from './instrumentation.ts';
import type { Logger } from './logger.ts';

export interface ConnectedProject {
  readonly settings: ProjectConfig;
  readonly project: Project;
  /** Tries what the cloud forbade again with the next read: it may have been granted. */
  forgetRefusals(): void;
  /** Counts nothing from now on: a running collection must not bring ended series back. */
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
  const { telemetry, mute } = createMutable(given.telemetry);
  startAtZero(telemetry, settings, enabled);
  const { concurrency, timeout, proxy_url: proxy, ca_file: caFile } = http;
  const transport = given.transport({ connections: concurrency, timeout, proxy, caFile });
  const onAuthorities = createProblemLog(log, 'the ca_file', 'used', KEPT, { project: name });
  const user = credentials.user(settings);
  const trace = createTrace(clock);
  const tell: Tell = (message, fields) => {
    trace.add(message, fields);
    log.debug(message, () => ({ project: name, ...fields }));
  };
  const { api, session, forgetRefusals } = createCloud({
    endpoint: settings.endpoint,
    place: placeOf(settings),
    auth: settings.auth,
    http,
    clock,
    random,
    send: transport.send,
    sendDirectly: direct.send,
    credentialOf: user.credentialOf,
    observer: observerFor(telemetry, tell, name),
    onProblem: (error) => log.warn('a secret cannot be read; the previous one stays in use', { project: name, error }),
    userAgent: `${PROGRAM}/${version}`,
    actions: ACTIONS,
  });
  const logDeviations = createDeviationLog(log, clock, name);
  const logFailures = createFailureLog(log, clock, name);
  const logNotices = createNoticeLog(log, name);
  const ofPools = enabled.find((one) => providesPools(one.collector))?.collector.name;
  log.info('project configured', { project: name, region: settings.region, source: sourceOf(settings) });
  const project = createProject({
    name,
    projectId: settings.project_id,
    region: settings.region,
    selection: settings,
    scrape: given.scrape,
    collectors: enabled,
    api,
    concurrency,
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
    onFinished(collector, summary) {
      const { failures, deviations, notices, read, failed, gone, vanished, isCut } = summary;
      countReports(telemetry, collector, summary);
      logNotices(collector, notices);
      if (collector === ofPools && vanished.length > 0) log.warn(...describeVanished(name, vanished));
      logFailures(collector, failures);
      logDeviations(collector, deviations, failures.size === 0);
      tell('collection', { collector, read, failed, gone, deadline: isCut });
    },
    trace,
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

const MOST_IDS = 10;
/** Their series end, so that nothing but this and an alert on half of all pools says so. */
const describeVanished = (project: string, ids: readonly string[]) =>
  [
    'pools are gone: two reads in a row did not find them',
    { project, count: ids.length, pools: ids.slice(0, MOST_IDS).join(' ') },
  ] as const;

/** Collectors of a project that are switched on, with their options; a collector without a switch is on. */
export const enabledCollectors = (project: ProjectConfig): readonly EnabledCollector[] =>
  collectors
    .map((collector) => ({ collector, options: project.collectors[collector.name] ?? {} }))
    .filter(({ options }) => options.enabled !== false);

/** How the pools of a project are read, after `auto` is resolved. */
export function sourceOf(project: ProjectConfig): 'details' | 'list' | 'none' {
  const [source = 'none'] = enabledCollectors(project).flatMap(({ collector, options }) =>
    providesPools(collector) ? [collector.sourceOf(options, project)] : [],
  );
  return source;
}

/** Where the requests of a project go. */
export const placeOf = ({ project_id, endpoint, iam_endpoint }: ProjectConfig): Place => ({
  projectId: project_id,
  host: new URL(endpoint).host,
  iamEndpoint: iam_endpoint,
});
