// The composition root: builds everything from a configuration and its edges (connections, clock, randomness, log).

import { type Clock, systemClock } from '../async/clock.ts';
import { createTransport } from '../cloud/transport.ts';
import { isEqual } from '../config/is-equal.ts';
import type { Config } from '../config/schema.ts';
import { createTelemetry, type Telemetry } from '../metrics/telemetry.ts';
import { credentialFamilies } from '../scrape/credentials.ts';
import { createPages, type Pages } from '../scrape/page.ts';
import type { Project } from '../scrape/project.ts';
import { revision, version } from '../version.ts';
import { dataOrder } from './catalog.ts';
import { type ConnectedProject, connectProject } from './connected-project.ts';
import { createCredentialRegistry } from './credential-registry.ts';
import type { Logger } from './logger.ts';

/** The outside world, so that tests can bring their own. */
export interface Edges {
  readonly log: Logger;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  readonly transport?: typeof createTransport;
  readonly processMetrics?: boolean;
}

/** What answers requests: swapped as a whole by a reload. A request keeps the one that it began with. */
export interface Running {
  readonly config: Config;
  readonly projects: readonly Project[];
  readonly pages: Pages;
}

export interface App {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly running: () => Running;
  /**
   * Runs on another configuration from now on. A project whose settings are the same keeps its results and its running
   * collection; of the others a running collection ends unseen, and the series of projects that are gone end. Resolves when
   * that is so; whatever fails before leaves everything as it was.
   */
  apply(config: Config): Promise<void>;
  close(): Promise<void>;
}

/** Whether a metric of that name is on the page. */
export const keepsMetric =
  ({ allow, deny }: Config['metrics']) =>
  (name: string): boolean =>
    (allow.length === 0 || allow.some((pattern) => pattern.matches(name))) &&
    !deny.some((pattern) => pattern.matches(name));

export function createApp(config: Config, edges: Edges): App {
  const { log, clock = systemClock, random = Math.random, transport = createTransport } = edges;
  const telemetry = createTelemetry({ processMetrics: edges.processMetrics ?? true });
  const credentials = createCredentialRegistry({ clock, random, log });
  const direct = transport({ connections: 2, direct: true });
  const parts = { log, clock, random, telemetry, credentials, transport, direct, scrape: () => running.config.scrape };
  const retiring = new Set<ConnectedProject>();
  let connected: readonly ConnectedProject[] = [];
  let lostLines = 0;
  let running: Running = { config, projects: [], pages: pagesOf(config, []) };
  telemetry.set('build_info', { version, revision, node_version: process.version }, 1);
  swap(config);

  /** Returns the projects that are removed, not those that are changed. */
  function swap(next: Config): readonly ConnectedProject[] {
    const before = connected;
    connected = next.projects.map(
      (settings) => before.find((one) => isEqual(one.settings, settings)) ?? connectProject({ ...parts, settings }),
    );
    const projects = connected.map(({ project }) => project);
    running = { config: next, projects, pages: pagesOf(next, projects) };
    for (const { forgetRefusals } of connected) forgetRefusals();
    const names = new Set(next.projects.map(({ name }) => name));
    const isGone = ({ settings }: ConnectedProject) => !names.has(settings.name);
    const removed = before.filter(isGone);
    // Also what still runs from before an earlier change: it counts under the same name.
    for (const { mute } of [...removed, ...[...retiring].filter(isGone)]) mute();
    for (const { settings } of removed) log.info('project removed', { project: settings.name });
    for (const old of before.filter((one) => !connected.includes(one))) {
      retiring.add(old);
      old.retire().finally(() => retiring.delete(old));
    }
    telemetry.set('config_last_reload_successful', {}, 1);
    telemetry.set('config_last_reload_success_timestamp_seconds', {}, clock.now() / 1000);
    return removed;
  }

  /** The log counts by itself: some lines are lost before there are counters, others some time after they were written. */
  function countLostLines() {
    const before = lostLines;
    lostLines = log.lost();
    telemetry.count('log_writes_failed_total', {}, lostLines - before);
  }

  function pagesOf({ metrics }: Config, projects: readonly Project[]): Pages {
    return createPages({
      clock,
      projects,
      order: dataOrder,
      own: async () => {
        countLostLines();
        return [...credentialFamilies(projects), ...(await telemetry.families())];
      },
      keeps: keepsMetric(metrics),
      onBroken: (where, error) =>
        log.error(
          'series of a collector are left out, because they are not valid: a bug in the exporter, please report it',
          {
            where,
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          },
        ),
      onWaited({ isCut, isCoalesced }) {
        if (isCut) telemetry.count('scrape_deadline_exceeded_total', {});
        if (isCoalesced) telemetry.count('scrapes_coalesced_total', {});
      },
    });
  }

  return {
    clock,
    telemetry,
    running: () => running,
    async apply(next) {
      for (const { settings } of swap(next)) await telemetry.forget(settings.name);
    },
    async close() {
      await Promise.all([direct, ...connected, ...retiring].map((one) => one.close()));
    },
  };
}
