// `metrics`: collects once and prints the page.
import { createApp } from '../app/app.ts';
import type { Logger } from '../app/logger.ts';
import type { Config } from '../config/schema.ts';
import type { Terminal } from './terminal.ts';

/** 1 if a read failed; the page is printed anyway. */
export async function metrics(config: Config, { out }: Terminal, log: Logger): Promise<number> {
  const app = createApp(config, { log });
  const patience = config.scrape.timeout + 1000;
  const { parts } = await app.running().pages.page({ withOwn: true, format: 'text', patience });
  for (const part of parts) out(part.toString());
  const isComplete = app
    .running()
    .projects.every(({ collections }) => [...collections.values()].every((one) => one.finished()?.isSuccess === true));
  await app.close();
  return isComplete ? 0 : 1;
}
