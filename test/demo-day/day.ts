// A whole simulated day in a real Prometheus: samples, recorded series and alerts, as they would be there at its end, and what the
// usual week is known from.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfillRecordings, backfillSamples, inLayers, moveBlocks } from './backfill.ts';
import { alertLines, type Episode, episodesOf } from './episodes.ts';
import { END, playDay, START } from './play.ts';
import type { Rules } from './rules.ts';
import { type Server, type Span, startServer } from './server.ts';
import { weeksBefore } from './weeks.ts';

/** The day in seconds since the epoch, by the minute. */
export const DAY: Span = { from: START / 1000, to: END / 1000, step: 60 };

export interface DemoDay {
  readonly server: Server;
  /** The folder of the server's blocks. */
  readonly data: string;
  readonly episodes: readonly Episode[];
  close(): Promise<void>;
}

/** `texts` name, somewhere, every metric that will be asked for, beside those that the rules need. */
export async function startDemoDay(rules: Rules, texts: readonly string[]): Promise<DemoDay> {
  const folder = mkdtempSync(join(tmpdir(), 'demo-day-'));
  const data = join(folder, 'data');
  const { recordings, alerts } = rules;
  const named = new Set(JSON.stringify([texts, rules]).match(/[a-zA-Z_]\w*/g));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await writeSamples(join(folder, 'samples'), (write) =>
      playDay(
        (metric) => named.has(metric),
        (lines) => write(`${lines.join('\n')}\n`),
      ),
    );
    backfillSamples(join(folder, 'samples'), data);
    for (const layer of inLayers(recordings)) {
      await served(data, async ({ url }) => backfillRecordings(layer, url, DAY, folder));
      moveBlocks(join(folder, 'recordings'), data);
    }
    const { episodes, weeks } = await served(data, async (server) => ({
      episodes: await episodesOf(alerts, server, DAY),
      weeks: await weeksBefore(server, DAY),
    }));
    await writeSamples(join(folder, 'alerts'), async (write) => {
      for (const line of alertLines(episodes, DAY.step)) write(line);
    });
    await writeSamples(join(folder, 'weeks'), async (write) => write(weeks.join('')));
    for (const name of ['alerts', 'weeks']) backfillSamples(join(folder, name), data);
    const server = await startServer(data);
    return { server, data, episodes, close: () => server.stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** A server reads blocks when it starts: what is added is served by the next one. */
async function served<T>(data: string, use: (server: Server) => Promise<T>): Promise<T> {
  const server = await startServer(data);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

async function writeSamples(path: string, produce: (write: (text: string) => void) => Promise<void>): Promise<void> {
  writeFileSync(path, '');
  const file = openSync(path, 'a');
  await produce((text) => void writeSync(file, text));
  writeSync(file, '# EOF\n');
  closeSync(file);
}
