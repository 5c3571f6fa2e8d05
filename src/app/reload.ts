// Reloads the configuration while the exporter runs: whole or not at all, one reload at a time.

import { singleFlight } from '../async/single-flight.ts';
import { ConfigError } from '../config/problem.ts';
import type { Config } from '../config/schema.ts';
import { messageOf } from '../option-types/error-code.ts';
import type { App } from './app.ts';
import type { Logger } from './logger.ts';
import { budgetWarnings } from './request-estimate.ts';

/** Rejects, with every problem in the message, when the configuration cannot be used: then the former one stays. */
export type Reload = () => Promise<void>;

export function createReload(app: App, read: () => Promise<Config>, log: Logger): Reload {
  async function reload(): Promise<void> {
    try {
      const config = await read();
      await app.apply(config);
      log.info('configuration reloaded', { projects: config.projects.length });
      for (const warning of budgetWarnings(config)) log.warn(warning);
    } catch (error) {
      app.telemetry.set('config_last_reload_successful', {}, 0);
      for (const problem of linesOf(error))
        log.error('configuration not reloaded; the previous one stays in use', { error: problem });
      throw error;
    }
  }

  // All requests that come during a reload share the next one: a hundred requests are not a hundred reloads.
  return singleFlight(reload);
}

const linesOf = (error: unknown): readonly string[] =>
  error instanceof ConfigError ? error.message.split('\n') : [messageOf(error)];
